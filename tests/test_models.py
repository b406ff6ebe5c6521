"""Models from a hub: a small hub on loopback serves two tiny real models; afterwards no hub is asked."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cli import main
from corpus.errors import BadInput
from models.choosing import KNOWN, TIERS
from models.fetching import to_fetch
from tests.conftest import ROOT
from tests.tiny import cross_encoder, language_model

COMMIT = "0123456789abcdef0123456789abcdef01234567"
STANDARD = [known.name for known in KNOWN["standard"]]


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


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    reranker, writer = tmp_path / "reranker", tmp_path / "writer"
    served = Hub({STANDARD[0]: cross_encoder(reranker), STANDARD[1]: language_model(writer)})

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
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    here = {**kept, "HF_ENDPOINT": hub.url, "HF_HOME": str(home), "PYTHONPATH": str(ROOT), "HF_HUB_DISABLE_XET": "1"}
    return subprocess.run([sys.executable, "-m", "cli", *arguments], env=here, capture_output=True, text=True, check=False)


@pytest.mark.models
def test_a_tier_is_fetched_with_digests_and_then_no_hub_is_asked(hub: Hub, sample_index: Path, tmp_path: Path) -> None:
    question = "How much computing capacity did Meta secure from AMD?"
    ask = ["ask", question, "--models", "standard", "--index", str(sample_index), "--json"]
    before = run(ask, hub, tmp_path / "home")
    assert before.returncode == 1
    assert f"secondsource models get {STANDARD[1]}" in before.stderr
    got = run(["models", "get", "standard"], hub, tmp_path / "home")
    assert got.returncode == 0, got.stderr
    for name, folder in hub.folders.items():
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        assert any(line.startswith(name) and digest in line for line in got.stdout.splitlines())
    assert "%" in got.stderr, "its progress is told"
    hub.asked.clear()
    again = run(["models", "get", "standard"], hub, tmp_path / "home")
    assert again.returncode == 0
    assert again.stdout.count("on this machine already") == 2
    answered = run(ask, hub, tmp_path / "home")
    assert answered.returncode == 0, answered.stderr
    told = json.loads(answered.stdout)
    assert STANDARD[1] in told["models"]["writer"]
    assert told["answer_span"] in told["quotes"][0]["text"]
    assert told["claims"][0]["text"] == told["quotes"][0]["text"], "a model that knows nothing phrases nothing"
    assert hub.asked == []


@pytest.mark.models
def test_weights_that_are_not_the_hubs_are_refused(hub: Hub, tmp_path: Path) -> None:
    hub.lies["model.safetensors"] = "0" * 64
    got = run(["models", "get", STANDARD[1]], hub, tmp_path / "home")
    assert got.returncode == 1
    assert "the hub says 0000" in got.stderr
    assert not list((tmp_path / "home").rglob("model.safetensors")), "it does not count as fetched the next time"
    hub.lies.clear()
    again = run(["models", "get", STANDARD[1]], hub, tmp_path / "home")
    assert again.returncode == 0, again.stderr
    assert "on this machine already" not in again.stdout


def test_a_hub_that_cannot_be_reached_or_lacks_the_model_is_told_plainly(hub: Hub, tmp_path: Path) -> None:
    lacking = run(["models", "get", "nobody/nothing"], hub, tmp_path / "home")
    assert lacking.returncode == 1
    assert "has no model nobody/nothing" in lacking.stderr
    hub.url = "http://127.0.0.1:9"
    unreached = run(["models", "get", "light"], hub, tmp_path / "home")
    assert unreached.returncode == 1
    assert "was not fetched from the model hub at http://127.0.0.1:9" in unreached.stderr
    assert len(unreached.stderr.strip().splitlines()) == 1


def test_what_there_is_to_fetch(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert to_fetch("bundled") == []
    assert to_fetch("standard") == STANDARD
    assert to_fetch("owner/model") == ["owner/model"]
    file = tmp_path / "ours.toml"
    file.write_text('writer = "http://127.0.0.1:1/v1"\nreranker = "owner/model"\n', encoding="utf-8")
    assert to_fetch(str(file)) == ["owner/model"]
    with pytest.raises(BadInput, match="expected bundled, light, standard"):
        to_fetch("huge")
    assert main(["models"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in STANDARD)


def test_the_tiers_are_what_the_docs_say() -> None:
    docs = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
    for tier, some in KNOWN.items():
        assert f"`{tier}`" in docs
        for known in some:
            assert f"`{known.name}`" in docs
            assert known.licence in docs
            assert f"{known.megabytes:,} MB" in docs
            assert getattr(TIERS[tier], known.role) == known.name
    assert sum(k.megabytes for k in KNOWN["light"]) < 250
    assert sum(k.megabytes for k in KNOWN["standard"]) < 1_500
