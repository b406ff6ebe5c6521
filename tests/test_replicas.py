"""Two servers behind nginx on one index, as docs/scale.md has it: the page's queue holds, the API goes anywhere, a new generation reaches both."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from cli import main
from tests.browsing import free_port, served, wait_for
from tests.conftest import ROOT, SAMPLE
from tests.test_gradio import asked_of_the_page
from tests.test_intranet import NGINX, ONE

pytestmark = [pytest.mark.models, pytest.mark.long]
GUIDE = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def replicas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, list[str], Path]]:
    """The address of nginx, those of the servers, and the folder with articles/ and index/."""
    if NGINX is None:
        pytest.skip("left out: nginx is not installed")
    folder = tmp_path_factory.mktemp("replicas")
    folder.chmod(0o755)
    shutil.copytree(SAMPLE, folder / "articles")
    assert main(["index", str(folder / "articles"), "--index", str(folder / "index")]) == 0
    config = re.findall(r"^```nginx\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)[0]
    with ExitStack() as running:
        ports = []
        for name in ("one", "two"):
            (folder / name).mkdir()
            ports.append(running.enter_context(served(folder / "index", folder / name)))
        front = free_port()
        config = config.replace("127.0.0.1:7861", f"127.0.0.1:{ports[0]}").replace("127.0.0.1:7862", f"127.0.0.1:{ports[1]}")
        config = config.replace("listen 7860", f"listen 127.0.0.1:{front}")
        paths = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"user root; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ }} http {{ access_log off; {paths} {config} }}"
        )
        command = [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]
        nginx = running.enter_context(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        running.callback(nginx.terminate)
        wait_for(f"http://127.0.0.1:{front}/healthz")
        yield f"http://127.0.0.1:{front}", [f"http://127.0.0.1:{port}" for port in ports], folder


def questions(address: str) -> int:
    told = re.findall(r'^secondsource_questions_total\{status="\w+"\} (\S+)', httpx.get(f"{address}/metrics").text, re.M)
    return int(sum(map(float, told)))


def test_the_queue_of_the_page_stays_with_one_server(replicas: tuple[str, list[str], Path]) -> None:
    front, servers, _ = replicas
    before = [questions(server) for server in servers]
    for _ in range(3):
        assert "6 gigawatts" in asked_of_the_page(front, ONE["question"])
    assert sorted(questions(s) - b for s, b in zip(servers, before, strict=True)) == [0, 3]


def test_the_api_goes_to_any(replicas: tuple[str, list[str], Path]) -> None:
    front, servers, _ = replicas
    before = [questions(server) for server in servers]
    for _ in range(8):
        assert httpx.post(f"{front}/api/ask", json={"question": "Thanks"}, timeout=60).status_code == 200
    asked = [questions(s) - b for s, b in zip(servers, before, strict=True)]
    assert sum(asked) == 8
    assert min(asked) >= 1


def test_a_new_generation_reaches_both_and_no_question_fails(replicas: tuple[str, list[str], Path]) -> None:
    front, servers, folder = replicas
    (folder / "articles" / "new.txt").write_text("News\n\nOstby bought 12 buses in May 2026.", encoding="utf-8")
    seen: Counter[tuple[str, str]] = Counter()
    for turn in range(6):
        if turn == 2:
            assert main(["index", "--index", str(folder / "index")]) == 0
        answer = httpx.post(f"{front}/api/ask", json={"question": "How many buses did Ostby buy?"}, timeout=60)
        assert answer.status_code == 200
        seen[answer.json()["index"]["generation"], answer.json()["status"]] += 1
    assert set(seen) == {("g000001", "declined"), ("g000002", "answered")}
    for server in servers:
        assert httpx.get(f"{server}/readyz").json()["index"]["generation"] == "g000002"


def test_the_limit_of_all_together_is_nginxs(replicas: tuple[str, list[str], Path]) -> None:
    front = replicas[0]
    codes = Counter(httpx.get(f"{front}/api/corpus").status_code for _ in range(80))
    assert codes[429] >= 1
    assert set(codes) <= {200, 429}


def test_one_server_that_stops_is_passed_over(replicas: tuple[str, list[str], Path]) -> None:
    """Runs last: what is stopped stays stopped. nginx turns to the other server by itself."""
    front, servers, folder = replicas
    config = (folder / "nginx.conf").read_text()
    dead = f"127.0.0.1:{free_port()}"
    (folder / "nginx.conf").write_text(config.replace(servers[0].removeprefix("http://"), dead))
    assert NGINX is not None
    subprocess.run(
        [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-s", "reload"], check=True, stderr=subprocess.DEVNULL
    )
    for path in ("/", "/config", "/healthz") * 3:
        assert httpx.get(f"{front}{path}").status_code == 200
