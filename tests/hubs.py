"""A small model hub on loopback, and the command line that asks it."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.conftest import ROOT

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Hub:
    """What a hub serves of folders: what a model has, and its files. `lies`: of a file, the digest it is said to have."""

    folders: dict[str, Path]
    asked: list[str] = field(default_factory=list)
    lies: dict[str, str] = field(default_factory=dict)
    url: str = ""

    def about(self, name: str) -> dict[str, object]:
        return {
            "id": name,
            "modelId": name,
            "sha": COMMIT,
            "private": False,
            "tags": [],
            "siblings": list(self._files(name)),
        }

    def tree(self, name: str) -> list[dict[str, object]]:
        return [
            {"type": "file", "path": f["rfilename"], "size": f["size"], "oid": f["blobId"], **({"lfs": f["lfs"]} if "lfs" in f else {})}
            for f in self._files(name)
        ]  # fmt: skip

    def _files(self, name: str) -> Iterator[dict[str, object]]:
        for file in sorted(self.folders[name].iterdir()):
            size, digest = file.stat().st_size, hashlib.sha256(file.read_bytes()).hexdigest()
            lfs = {
                "oid": self.lies.get(file.name, digest),
                "sha256": self.lies.get(file.name, digest),
                "size": size,
                "pointerSize": 1,
            }
            weights = {"lfs": lfs} if file.suffix == ".safetensors" else {}
            yield {"rfilename": file.name, "size": size, "blobId": digest[:40], **weights}


@contextmanager
def serving(served: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            served.asked.append(f"{self.command} {self.path}")
            path = self.path.partition("?")[0]
            name = next((n for n in served.folders if f"/{n}" in path), None)
            if name is None:
                self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
            elif "/tree/" in path:
                self._send(200, json.dumps(served.tree(name)).encode())
            elif path.startswith("/api/models/"):
                self._send(200, json.dumps(served.about(name)).encode())
            else:
                content = (served.folders[name] / path.rpartition("/")[2]).read_bytes()
                etag = hashlib.sha256(content).hexdigest()
                self._send(200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": COMMIT})

        def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for key, value in {"Content-Length": str(len(content)), **(headers or {})}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    served.url = f"http://127.0.0.1:{server.server_port}"
    yield served
    server.shutdown()
    server.server_close()


def run(arguments: list[str], hub: Hub, home: Path) -> subprocess.CompletedProcess[str]:
    """The command line with a hub and a cache of its own, and nothing that says it is offline."""
    return run_python(["-m", "cli", *arguments], hub, home)


def run_python(arguments: list[str], hub: Hub, home: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    here = {
        **kept,
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "HF_HUB_DISABLE_XET": "1",
        **settings,
    }
    return subprocess.run([sys.executable, *arguments], env=here, capture_output=True, text=True, check=False)
