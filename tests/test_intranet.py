"""docs/intranet.md does what it says: its nginx configuration, unit, cron line and commands are taken from it and run."""

from __future__ import annotations

import re
import shlex
import shutil
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from cli import _parser
from tests.browsing import free_port, served
from tests.conftest import ROOT, SAMPLE

GUIDE = (ROOT / "docs" / "intranet.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
OPENSSL = shutil.which("openssl")
HERE = Path(sys.executable).parent
ONE = {"question": "How much computing capacity did Meta secure from AMD?"}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)


def commands() -> list[list[str]]:
    """Every `secondsource` command of the guide, as its arguments."""
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    lines += re.findall(r"^ExecStart=(.*)$", GUIDE, re.MULTILINE)
    lines = [line.removeprefix("runuser -u secondsource -- ") for line in lines]
    return [shlex.split(line)[1:] for line in lines if line.startswith("/opt/secondsource/bin/secondsource ")]


def test_every_command_is_one_that_there_is() -> None:
    assert len(commands()) >= 5
    for arguments in commands():
        _parser().parse_args(arguments)
    for option in re.findall(r"`(--[a-z-]+)", GUIDE):
        assert any(option in action.option_strings for action in _serve_options()), option


def _serve_options() -> list[Any]:
    choices = next(a for a in _parser()._actions if a.dest == "command").choices
    return list(choices["serve"]._actions)  # type: ignore[index]


def test_the_site_file_is_read(tmp_path: Path) -> None:
    from webchat.site import read_site

    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    (tmp_path / "site.toml").write_text(blocks("toml")[0])
    assert read_site(tmp_path / "site.toml").title == "Ask the newsroom"


def test_the_unit_is_sound(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("left out: no systemd is installed")
    unit = tmp_path / "secondsource.service"
    unit.write_text(blocks("ini")[0].replace("/opt/secondsource/bin/secondsource", shutil.which("true") or "/bin/true"))
    told = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True)
    assert [line for line in told.stderr.splitlines() if "secondsource.service" in line] == []


@pytest.mark.models
def test_the_cron_line_brings_the_index_up_to_date(tmp_path: Path) -> None:
    from cli import main

    articles = shutil.copytree(SAMPLE, tmp_path / "articles")
    assert main(["index", str(articles), "--index", str(tmp_path / "index")]) == 0
    (articles / "new.txt").write_text("New\n\nOstby bought 12 buses in May 2026.")
    schedule, user, command = re.fullmatch(r"(\S+(?: \S+){4}) (\w+) (.*)\n", blocks("cron")[0]).groups()  # type: ignore[union-attr]
    assert (schedule, user) == ("*/15 * * * *", "secondsource")
    command = command.replace("/opt/secondsource/bin", str(HERE)).replace("/var/lib/secondsource", str(tmp_path))
    subprocess.run(command, shell=True, check=True, cwd=ROOT)
    assert '"added": ["new.txt"]' in (tmp_path / "index.log").read_text()


@pytest.fixture(scope="module")
def behind(sample_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ssl.SSLContext, int, Path]]:
    """The guide's nginx before the guide's server: its address, whom to trust, the server's own port, its folder."""
    if NGINX is None or OPENSSL is None:
        pytest.skip("left out: nginx and openssl are not both installed")
    folder, port = tmp_path_factory.mktemp("intranet"), free_port()
    subprocess.run([OPENSSL, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=intranet.example", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", folder / "intranet.key", "-out", folder / "intranet.pem"], check=True, capture_output=True)  # fmt: skip
    password = subprocess.run([OPENSSL, "passwd", "-apr1", "secret"], check=True, capture_output=True, text=True).stdout
    (folder / "users").write_text(f"ada:{password}")
    (folder / "users").chmod(0o644)
    folder.chmod(0o755)
    options = next(a for a in commands() if "--user-header" in a)
    options = options[options.index("--root-path") :]
    with served(sample_index, folder, *options) as upstream:
        server = (
            blocks("nginx")[0].replace("443 ssl", f"127.0.0.1:{port} ssl").replace("127.0.0.1:7860", f"127.0.0.1:{upstream}")
        )
        server = server.replace("/etc/nginx/tls", str(folder)).replace("/etc/nginx/users", str(folder / "users"))
        paths = "".join(
            f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        (folder / "nginx.conf").write_text(
            f"user root; daemon off; pid {folder}/pid; error_log {folder}/error.log; events {{ }} http {{ access_log off; {paths} {server} }}"
        )
        with subprocess.Popen(
            [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")], stderr=subprocess.DEVNULL
        ) as nginx:
            trusted = ssl.create_default_context(cafile=str(folder / "intranet.pem"))
            for _ in range(100):
                try:
                    httpx.get(f"https://127.0.0.1:{port}/", verify=trusted)
                    break
                except httpx.TransportError:
                    pass
            yield f"https://127.0.0.1:{port}/chat", trusted, upstream, folder
            nginx.terminate()


@pytest.mark.models
def test_behind_nginx_with_tls_a_sub_path_and_sign_on(behind: tuple[str, ssl.SSLContext, int, Path]) -> None:
    address, trusted, upstream, folder = behind
    with httpx.Client(verify=trusted) as client:
        assert client.get(f"{address}/").status_code == 401
        assert client.get(f"{address}/metrics").status_code == 403
        client.auth = ("ada", "secret")
        page = client.get(f"{address}/").text
        for file in re.findall(r'(?:href|src)="(ui/[^"]+)"', page):
            assert client.get(f"{address}/{file}").status_code == 200
        answer = client.post(f"{address}/api/ask", json=ONE).json()
        assert answer["support"] == "single_source"
        said = {"verdict": "up", "question": "Q", "answer": "A"}
        client.post(f"{address}/api/feedback", json=said, headers={"X-Remote-User": "root"}).raise_for_status()
        told = client.post(f"{address}/api/ask", json=ONE, headers={"accept": "text/event-stream"})
        assert told.text.count("event: phase") >= 4
    with sqlite3.connect(folder / "feedback.sqlite3") as db:
        assert db.execute("select user from feedback").fetchall() == [("ada",)]
    assert httpx.get(f"http://127.0.0.1:{upstream}/").status_code == 401, "who goes round the proxy is not served"


@pytest.mark.models
def test_the_backup_holds_the_feedback(behind: tuple[str, ssl.SSLContext, int, Path]) -> None:
    folder = behind[3]
    line = next(line for block in blocks("sh") for line in block.splitlines() if ".backup(" in line)
    subprocess.run(
        line.replace("/opt/secondsource/bin", str(HERE)).replace("/var/lib/secondsource", str(folder)),
        shell=True,
        check=True,
    )
    with sqlite3.connect(folder / "feedback-copy.sqlite3") as db:
        assert db.execute("select count(*) from feedback").fetchone()[0] >= 1
