"""The tool `ask` for language models, by the Model Context Protocol over HTTP at /mcp; loaded only where it is asked for.

Annotations are not postponed here: the protocol's server reads those of the tool, and knows only what is imported with it.
"""

from typing import Any

from fastapi import FastAPI, Request, Response
from pydantic_core import from_json
from starlette.applications import Starlette

from answering.answer import as_json
from corpus.errors import BadInput
from retriever.request import make_request
from webchat.desk import answer_of
from webchat.door import Asker, Door, asker_of
from webchat.guard import Passed


def add_tools(app: FastAPI, tools: Starlette) -> None:
    @app.post("/mcp", include_in_schema=False)
    async def call(request: Request) -> Response:
        body = await request.body()
        try:
            from_json(body)  # which does not fail for depth, as the protocol's server does
        except ValueError as error:
            raise BadInput(f"The body is not JSON ({error}).") from error
        return Passed(tools, body=body)


def make_tools(asked: Door) -> Starlette:
    """An application with one route; its lifespan must run. Raises BadInput where the package is missing."""
    try:
        from mcp.server.fastmcp import Context, FastMCP
        from mcp.server.transport_security import TransportSecuritySettings
    except ImportError as error:
        raise BadInput('--mcp needs one package more. Install it: pip install "secondsource[mcp]"') from error

    hosts_are_guarded = TransportSecuritySettings(enable_dns_rebinding_protection=False)  # webchat/guard.py does
    server = FastMCP("Second Source", stateless_http=True, streamable_http_path="/mcp", transport_security=hosts_are_guarded)

    @server.tool(structured_output=False)
    async def ask(question: str, context: Context[Any, Any, Request], date: str | None = None) -> dict[str, Any]:
        """Answers a question out of the company's articles, with verbatim quotes, and says how well they support it: a
        single source, several of one origin, or independent ones. Declines where the articles do not say.

        Args:
            question: A whole question; it knows nothing of earlier ones.
            date: The day against which words such as "last week" are read, as YYYY-MM-DD; today if not given.
        """
        fields = {"question": question, **({"date": date} if date else {})}
        request = context.request_context.request
        asker = asker_of(request.scope) if request else Asker("a language model", None)
        return as_json(await answer_of(asked.steps(make_request(fields), asker)))

    return server.streamable_http_app()
