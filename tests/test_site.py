"""What an administrator sets: everything wrong is told at once, and what is right arrives."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli import main
from corpus.errors import BadInput
from webchat.access import Access, check_access
from webchat.site import Site, read_site


def test_a_site_is_read_with_its_logo(tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg/>")
    file = tmp_path / "site.toml"
    file.write_text('title = "Ask"\naccent = "#123abc"\nlogo = "logo.svg"\ngreeting = "Hi"\nexamples = ["Who?"]\n')
    logo = tmp_path / "logo.svg"
    assert read_site(file) == Site.model_construct(
        title="Ask", accent="#123abc", logo=logo, greeting="Hi", examples=("Who?",)
    )
    file.write_text("")
    assert read_site(file) == Site()


def test_everything_that_is_wrong_with_a_site_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "site.toml"
    file.write_text('titel = "x"\ntitle = 5\naccent = "red"\nlogo = "logo.exe"\ngreeting = ""\nexamples = "Who?"\n')
    with pytest.raises(BadInput) as told:
        read_site(file)
    for word in (
        "titel is 'x'",
        "title is 5",
        "accent is 'red'",
        "logo is 'logo.exe'",
        "greeting is ''",
        "examples is 'Who?'",
    ):
        assert word in str(told.value)
    file.write_text('logo = "gone.png"')
    with pytest.raises(BadInput, match="is not there"):
        read_site(file)


@pytest.mark.parametrize("content", [b"title = ", b"\xff\xfe", None])
def test_a_file_that_is_none_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "site.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput, match=r"site\.toml"):
        read_site(file)


def test_everything_that_is_wrong_with_access_is_told_at_once() -> None:
    access = Access(("intranet", "http://a/b c"), ("http://x", "a:5"), ("proxy",), "X User", -1)
    with pytest.raises(BadInput) as told:
        check_access(access)
    assert len(str(told.value).splitlines()) == 7
    check_access(Access(("https://intranet.example:8443",), ("chat.company.com",), ("10.0.0.1", "::1"), "X-Remote-User", 0))


@pytest.mark.parametrize(
    "options",
    [["--allow-origin", "intranet"], ["--user-header", "X-Remote-User"], ["--allow-origin", "http://*"], ["--allow-origin", "https://x.example:443"], ["--site", "gone.toml"], ["--root-path", "chat"], ["--rate", "-1"], ["--trusted-proxy", "x"], ["--port", "99999"]],
)  # fmt: skip
def test_serve_refuses_in_a_sentence_before_anything_is_loaded(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["serve", *options]) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and "Loading" not in told
