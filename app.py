"""The web chat: `python app.py` is `secondsource serve`. Wiring only."""

from __future__ import annotations

import argparse
import sys

from corpus.errors import BadInput

SAMPLE_QUESTIONS = (
    "How much computing capacity did Meta secure from AMD?",
    "Which Amazon chips will Meta use?",
    "Has Meta partnered with AMD?",
    "Who is the chief executive of AMD?",
)
"""Shown on the empty page when the index holds the sample corpus; the last one has no answer there."""
_SAMPLE_FOLDER = "corpus/articles"


def serve(options: argparse.Namespace) -> int:
    """Loads the engine, serves until stopped. Raises UserError where the index or the address cannot be used."""
    _refuse_taken_port(options.host, options.port)
    print("Loading the index and the models", file=sys.stderr)
    from answering.engine import load_engine
    from retriever.request import make_request

    engine = load_engine(options.index, reader=options.reader, writer=options.writer, reranker=options.reranker)
    sample = engine.answer(make_request({"question": options.sample or "warm up"}))
    print("Loading the web page", file=sys.stderr)
    from webchat.server import make_app

    manifest = engine.live.now().manifest
    examples = SAMPLE_QUESTIONS if any(s.endswith(_SAMPLE_FOLDER) for s in manifest.sources) else ()
    root_path = options.root_path.rstrip("/")
    web = make_app(engine, root_path=root_path, origins=options.allow_origin, examples=examples)
    print(f"Second Source answers on http://{options.host}:{options.port}{root_path}/")
    if options.sample:
        from cli import answer_in_words

        print(f"\nFor example: {options.sample}\n{answer_in_words(sample)}", flush=True)
    import uvicorn

    uvicorn.run(
        web, host=options.host, port=options.port, log_level="warning", proxy_headers=True,
        forwarded_allow_ips="127.0.0.1", timeout_graceful_shutdown=3,
    )  # fmt: skip
    return 0


def _refuse_taken_port(host: str, port: int) -> None:
    import socket

    try:
        with socket.create_server((host, port)):
            pass
    except (OSError, OverflowError) as error:
        raise BadInput(f"Cannot listen on {host}:{port} ({error}). Give another with --host and --port.") from error


if __name__ == "__main__":
    from cli import main

    sys.exit(main(["serve", *sys.argv[1:]]))
