"""The web chat: `python app.py` is `secondsource serve`. Wiring only."""

from __future__ import annotations

import argparse
import logging
import sys
from typing import TYPE_CHECKING

from corpus.errors import BadInput

if TYPE_CHECKING:
    from webchat.settings import Settings


def serve(options: argparse.Namespace) -> int:
    """Loads the engine, serves until stopped. Raises UserError where the index or the address cannot be used."""
    settings = _settings(options)
    _refuse_taken_port(options.host, options.port)
    _log_to_stderr()
    print("Loading the index and the models", file=sys.stderr)
    from answering.engine import load_engine
    from retriever.request import make_request

    engine = load_engine(options.index, reader=options.reader, writer=options.writer, reranker=options.reranker)
    sample = engine.answer(make_request({"question": options.sample or "warm up"}))
    print("Loading the web page", file=sys.stderr)
    from webchat.server import make_app

    web = make_app(engine, settings)
    print(f"Second Source answers on http://{options.host}:{options.port}{settings.root_path}/")
    if options.sample:
        from cli import answer_in_words

        print(f"\nFor example: {options.sample}\n{answer_in_words(sample)}", flush=True)
    import uvicorn

    uvicorn.run(
        web, host=options.host, port=options.port, log_level="warning", access_log=False, proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=3,
    )  # fmt: skip
    return 0


def _settings(options: argparse.Namespace) -> Settings:
    """Raises BadInput for what cannot be meant, before anything is loaded."""
    from webchat.access import Access, check_access
    from webchat.settings import Settings
    from webchat.site import Site, read_site

    if options.user_header and not options.trusted_proxy:
        raise BadInput("--user-header is believed from a named proxy only: give its address with --trusted-proxy.")
    access = Access(
        tuple(options.allow_origin), tuple(options.trusted_host), tuple(options.trusted_proxy or ["127.0.0.1"]),
        options.user_header, options.rate,
    )  # fmt: skip
    check_access(access)
    site = read_site(options.site) if options.site else Site()
    root_path = options.root_path.rstrip("/")
    if root_path and not root_path.startswith("/"):
        raise BadInput(f"--root-path {options.root_path}: expected one that begins with a slash, like /chat.")
    return Settings(site, access, root_path, options.feedback, options.log_questions, options.mcp)


def _log_to_stderr() -> None:
    """What is noted of questions, a line each; everything else only where something is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("secondsource.questions").setLevel(logging.INFO)


def _refuse_taken_port(host: str, port: int) -> None:
    import socket

    if not 0 <= port <= 65_535:
        raise BadInput(f"--port {port}: expected one from 0 to 65535.")
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        raise BadInput(f"Cannot listen on {host}:{port} ({error}). Give another with --host and --port.") from error


if __name__ == "__main__":
    from cli import main

    sys.exit(main(["serve", *sys.argv[1:]]))
