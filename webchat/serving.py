"""What the command line says of the server becomes its settings; and it serves until it is stopped."""

from __future__ import annotations

import argparse
import logging
import socket
from typing import TYPE_CHECKING

from corpus.errors import BadInput
from index.rules import read_rules
from webchat.access import Access, check_access
from webchat.settings import Settings
from webchat.site import Site, read_site

if TYPE_CHECKING:
    from starlette.types import ASGIApp as ASGI


def serve(web: ASGI, host: str, port: int) -> None:
    """Returns when it was stopped."""
    from webchat.connections import allow_many, listening

    allow_many()
    listening(web, host, port).run()


def settings_of(options: argparse.Namespace) -> Settings:
    """Raises BadInput for what cannot be meant, before anything is loaded."""
    if options.user_header and not options.trusted_proxy:
        raise BadInput("--user-header is believed from a named proxy only: give its address with --trusted-proxy.")
    if options.access and not options.trusted_proxy:
        raise BadInput("--access believes groups from a named proxy only: give its address with --trusted-proxy.")
    access = Access(
        tuple(options.allow_origin), tuple(options.trusted_host), tuple(options.trusted_proxy or ["127.0.0.1"]),
        options.user_header, options.rate, read_rules(options.access) if options.access else None,
    )  # fmt: skip
    check_access(access)
    site = read_site(options.site) if options.site else Site()
    root_path = options.root_path.rstrip("/")
    if root_path and not root_path.startswith("/"):
        raise BadInput(f"--root-path {options.root_path}: expected one that begins with a slash, like /chat.")
    return Settings(site, access, root_path, options.feedback, options.log_questions, options.mcp)


def log_to_stderr() -> None:
    """What is noted of questions, a line each; everything else only where something is wrong."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("secondsource.questions").setLevel(logging.INFO)


def refuse_taken_port(host: str, port: int) -> None:
    if not 0 <= port <= 65_535:
        raise BadInput(f"--port {port}: expected one from 0 to 65535.")
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            pass
    except OSError as error:
        raise BadInput(f"Cannot listen on {host}:{port} ({error}). Give another with --host and --port.") from error
