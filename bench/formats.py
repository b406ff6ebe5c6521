"""The same articles in every format: do they give the same answers?

    python -m bench.formats

Writes each sample article as text, Markdown, HTML, PDF, DOCX, slides, EPUB and mail (and each in another format: "mixed"), asks twenty questions of each
corpus, and tells which answers, spans and flags differ from those of the plain texts.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date
from itertools import cycle
from pathlib import Path
from typing import Any

from answering.answer import as_json
from answering.engine import load_engine
from corpus.article import Article
from corpus.files import Skipped, find_files, read_article, read_sources
from index.build import build
from models.encoder import load_encoder
from retriever.request import make_request
from tests.documents import as_docx, as_epub, as_html, as_mail, as_pdf, as_pptx

SAMPLE = Path(__file__).parent.parent / "corpus" / "articles"
QUESTIONS = """How much computing capacity did Meta secure from AMD?
Who invested in Arm?
How many Graviton chips will Meta use?
What is Graviton?
When was the Graviton agreement reported?
What do the warrants let Meta acquire?
Which chips did Amazon build?
How much energy do data centers use?
Who reported the Graviton deal?
What is Trainium?
Did Meta buy chips from AMD?
Why does Meta use several suppliers?
How many gigawatts did Meta secure?
What percent of AMD can Meta acquire?
Who is the chief executive of Nvidia?
Which company makes the MI450?
What does Meta buy from Nvidia?
When will deliveries begin?
What are the risks of the energy question?
How many people work at AMD?""".splitlines()
MAKERS: Mapping[str, Callable[[list[str]], bytes]] = {
    ".txt": lambda paragraphs: ("\n\n".join(paragraphs) + "\n").encode(),
    ".md": lambda paragraphs: ("# " + "\n\n".join(paragraphs) + "\n").encode(),
    ".html": as_html, ".pdf": as_pdf, ".docx": as_docx, ".pptx": as_pptx, ".epub": as_epub, ".eml": as_mail,
}  # fmt: skip


def main() -> None:
    found = [f for f in find_files([SAMPLE]) if not isinstance(f, Skipped)]
    read = (read_article(s) for s in read_sources(found) if not isinstance(s, Skipped))
    articles = {Path(a.id).stem: paragraphs_of(a) for a in read if not isinstance(a, Skipped)}
    kinds = {kind: dict.fromkeys(articles, kind) for kind in MAKERS}
    kinds["mixed"] = dict(zip(sorted(articles), cycle(MAKERS), strict=False))
    answers = {
        name: ask({article: (kind, articles[article]) for article, kind in kind_of.items()})
        for name, kind_of in kinds.items()
    }
    for name, told in answers.items():
        differ = [q for q, a, b in zip(QUESTIONS, answers[".txt"], told, strict=True) if seen(a) != seen(b)]
        pages = {quote["page"] for a in told for quote in a["quotes"]} - {None}
        answered = sum(a["status"] == "answered" for a in told)
        print(f"{name:6} {answered:2} answered, {len(differ):2} differ from .txt, pages {sorted(pages)}")
        print("".join(f"       {question}\n" for question in differ), end="")
    sys.exit(any(list(map(seen, told)) != list(map(seen, answers[".txt"])) for told in answers.values()))


def paragraphs_of(article: Article) -> list[str]:
    """Title, date and paragraphs, without what only a page of the web has; the line that says what the articles are stays."""
    text, at = "", 0
    for span in article.furniture:
        if "Sample article" not in span.of(article.text):
            text, at = text + article.text[at : span.start], span.end
    text += article.text[at:]
    found = [" ".join(p.replace("#", "").split()) for p in re.split(r"\n\s*\n|\n(?=#)", text) if p.strip()]
    head = [] if article.title in found[0] else [article.title]
    dated = not article.published or re.search(r"\d{4}", "".join(found[:4]))
    day = [] if dated else [date.fromisoformat(str(article.published)).strftime("%B %d, %Y")]
    return [*head, *day, *found] if head else [*found[:1], *day, *found[1:]]


def ask(articles: Mapping[str, tuple[str, list[str]]]) -> list[dict[str, Any]]:
    """The answers over a corpus in which each article has its format."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "in"
        folder.mkdir()
        for name, (kind, paragraphs) in articles.items():
            (folder / f"{name}{kind}").write_bytes(MAKERS[kind](paragraphs))
        build(folder.parent / "index", [folder], load_encoder(), progress=False)
        engine = load_engine(folder.parent / "index")
        return [as_json(engine.answer(make_request({"question": q}, date(2026, 11, 1)))) for q in QUESTIONS]


def seen(answer: dict[str, Any]) -> tuple[object, ...]:
    """What a reader sees of it, but for breaks of lines."""
    words = [" ".join(re.findall(r"\w+", claim["text"])) for claim in answer["claims"]]
    return (
        answer["status"], answer["answer_span"], words, [c["support"] for c in answer["claims"]], answer["support"],
        bool(answer["disagreements"]), [side["answer"] for side in answer["answers"]],
    )  # fmt: skip


if __name__ == "__main__":
    main()
