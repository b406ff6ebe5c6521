"""The command line: `secondsource index | search | ask | verify | sources | check | serve | feedback | models`.

Exit code 0: done. 1: a mistake that the user can mend, told in a sentence. 2: wrong usage. `--json` prints JSON alone on
standard output; progress and messages go to standard error. Heavy modules are imported when a command needs them.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corpus.errors import BadInput, UserError

if TYPE_CHECKING:
    from answering.answer import Answer, Quote
    from answering.verify import Verified
    from corpus.online import Network
    from index.build import Cluster, Report
    from models.choosing import Models
    from models.encoder import SentenceEncoder
    from retriever.request import Asks, Request
    from retriever.search import Hit

DEFAULT_INDEX = Path("data/index")
DEFAULT_FEEDBACK = Path("data/feedback.sqlite3")
_STEERING = [*range(32), *range(127, 160), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A)]
"""Signs that steer a terminal, end a line, or turn the direction of what follows."""
_SPELLED_OUT = {n: f"\\x{n:02x}" if n < 256 else f"\\u{n:04x}" for n in _STEERING if chr(n) not in "\t\n"}
_SPELLED_IN_JSON = {n: f"\\u{n:04x}" for n in _STEERING}
_MOST_SHOWN = 20
"""Of a list printed for a person; `--json` has no limit."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    options = _parser().parse_args(arguments)
    be_quiet_and_offline(offline=options.run is not _get_models)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        if "index" in options:
            from index.place import place_named

            place = place_named(options.index, DEFAULT_INDEX.parent)
            options.index, options.engine = place.folder, place.engine
        return run(options)
    except UserError as error:
        return _failed(str(error))
    except sqlite3.DatabaseError as error:
        return _failed(f"The index cannot be read ({error}). See what is wrong with it: secondsource check")
    except KeyboardInterrupt:
        return _failed("Stopped; what was finished before is kept.")
    except BrokenPipeError:  # the reader of our output has gone, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _failed(f"{error.filename or 'The system'}: {error.strerror or error}.")


def _failed(told: str) -> int:
    with suppress(OSError):  # where nothing can be written there is nobody to tell
        _say(told, file=sys.stderr)
    return 1


def be_quiet_and_offline(*, offline: bool = True) -> None:
    """No telemetry is ever asked, and no model hub except by `models get`; set before the libraries that would are imported."""
    if offline:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="secondsource", description="Ask a folder of articles; get quotes.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    _index_options(_command(commands, "index", _index, "build or update the index of some files and folders"))

    search = _command(commands, "search", _search, "find passages")
    search.add_argument("-k", type=int, default=10, metavar="N", help="how many passages (default: 10)")
    _reranker_option(search, "bundled where --models names none")
    ask = _command(commands, "ask", _ask, "answer a question with quotes")
    for parser_ in (search, ask):
        parser_.add_argument("question", metavar="QUESTION", help="the question, or - for one a line from standard input")
        parser_.add_argument("--date", metavar="YYYY-MM-DD", help="what 'this week' is read against (default: today)")
        parser_.add_argument("--json", action="store_true", help="print JSON, one object a question")
    _model_options(ask)

    verify = _command(commands, "verify", _verify, "does the corpus say this sentence? Quotes for and against it")
    verify.add_argument("claim", metavar="CLAIM", help="the sentence, or - for one a line from standard input")
    verify.add_argument("--json", action="store_true", help="print JSON, one object a claim")

    sources = _command(commands, "sources", _sources, "what the corpus rests on: copies, upstreams, undated articles")
    sources.add_argument("--json", action="store_true", help="print everything as JSON")

    _command(commands, "check", _check, "verify the index; exit 1 and name the mending command if it is unsound")

    serve = _command(commands, "serve", _serve, "serve the web chat, the widget and the API")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, default=7860, help="port to listen on (default: 7860)")
    serve.add_argument("--root-path", default="", metavar="/PATH", help="sub-path behind a reverse proxy")
    serve.add_argument(
        "--allow-origin", action="append", default=[], metavar="ORIGIN",
        help="an origin (http://intranet.example) whose pages may embed the chat and call the API; may be repeated",
    )  # fmt: skip
    _access_options(serve)
    serve.add_argument("--site", type=Path, metavar="FILE", help="TOML: title, accent, logo, greeting, examples of the page")
    serve.add_argument(
        "--feedback", type=Path, default=DEFAULT_FEEDBACK, metavar="FILE", help=f"where thumbs are kept (default: {DEFAULT_FEEDBACK})"
    )  # fmt: skip
    serve.add_argument(
        "--log-questions", choices=["nothing", "counts", "text"], default="counts",
        help="what the log says of each question: nothing; what became of it; also its text and who asked (default: counts)",
    )  # fmt: skip
    serve.add_argument("--mcp", action="store_true", help="also offer the tool ask to language models, at /mcp")
    _model_options(serve)
    serve.add_argument("--sample", metavar="QUESTION", help="when ready, print this question with its answer")

    _judging_commands(commands)
    _models_commands(commands)
    return parser


def _index_options(index: argparse.ArgumentParser) -> None:
    index.add_argument(
        "paths", nargs="*", metavar="PATH",
        help="a file, a folder, or the address of a page, a feed or a sitemap (default: those of the last build)",
    )  # fmt: skip
    index.add_argument("--rebuild", action="store_true", help="read every article again")
    index.add_argument(
        "--watch", type=float, metavar="SECONDS",
        help="go on: build again when files change, at most once in so many seconds; the web is asked as often",
    )  # fmt: skip
    index.add_argument(
        "--pages", type=int, default=1_000, metavar="N", help="most pages of one feed or sitemap (default: 1000)"
    )
    index.add_argument(
        "--pause", type=float, default=1.0, metavar="SECONDS", help="between two pages of one host, at least (default: 1)"
    )  # fmt: skip
    index.add_argument(
        "--allow-private", action="store_true",
        help="ask hosts of an intranet, or of this machine, where a PATH names them; what they list of other such hosts is not asked",
    )  # fmt: skip
    index.add_argument(
        "--allow-network", action="append", default=[], metavar="NETWORK",
        help="ask every host of this network (10.1.0.0/16, or one address) of an intranet, whoever lists its pages; may be repeated",
    )  # fmt: skip
    index.add_argument(
        "--ray", metavar="ADDRESS", help='encode on a cluster of Ray: its address, "auto", or "local" for one of this machine\'s own'
    )  # fmt: skip
    index.add_argument("--allow-empty", action="store_true", help="empty the index where no article is left")
    index.add_argument("--json", action="store_true", help="print what was done as JSON")


def _judging_commands(commands: Any) -> None:
    """What readers thought, and questions of one's own."""
    feedback = _command(commands, "feedback", _feedback, "print what readers thought of answers")
    feedback.add_argument(
        "--feedback", type=Path, default=DEFAULT_FEEDBACK, metavar="FILE", help=f"default: {DEFAULT_FEEDBACK}"
    )
    feedback.add_argument("--json", action="store_true", help="print everything as JSON, one object a line")

    feedback.add_argument(
        "--as-questions", action="store_true", help="print what got a thumb down as a file for evaluate, to be completed"
    )  # fmt: skip

    evaluate = _command(commands, "evaluate", _evaluate, "ask questions of your own and compare with what you expect")
    evaluate.add_argument("file", type=Path, metavar="FILE.jsonl", help='lines like {"question": "Who?", "words": ["Ada"]}')
    _model_options(evaluate)
    evaluate.add_argument("--json", action="store_true", help="print results as JSON, one object a line")


def _models_commands(commands: Any) -> None:
    models = commands.add_parser(
        "models", help="list the models of each tier, or fetch them", description=_list_models.__doc__
    )
    models.set_defaults(run=_list_models)
    get = models.add_subparsers(metavar="get").add_parser(
        "get", help="fetch models onto this machine", description=_get_models.__doc__
    )
    get.add_argument(
        "names",
        nargs="+",
        metavar="NAME",
        help="light, standard, a TOML file, or a model as a hub names it",
    )
    get.set_defaults(run=_get_models)


def _access_options(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--trusted-host", action="append", default=[], metavar="NAME",
        help="a public name under which this server is asked; addresses and names of an intranet need not be named",
    )  # fmt: skip
    serve.add_argument(
        "--trusted-proxy", action="append", default=[], metavar="IP",
        help="a reverse proxy whose word on address, scheme and user is taken (default: 127.0.0.1); may be repeated",
    )  # fmt: skip
    serve.add_argument(
        "--user-header", metavar="NAME", help="the header in which the proxy says who asks; nobody else is served"
    )
    serve.add_argument("--access", type=Path, metavar="FILE", help="TOML: which articles are for which groups of readers")
    serve.add_argument(
        "--rate", type=int, default=120, metavar="N", help="questions of one client in a minute (default: 120; 0: no limit)"
    )


def _reranker_option(parser: argparse.ArgumentParser, default: str = "as --models says") -> None:
    parser.add_argument(
        "--reranker", metavar="NAME",
        help="what looks at the best passages once more: bundled (those with the reader's answers first), none, or a "
        f"cross-encoder by folder or name (default: {default})",
    )  # fmt: skip


def _model_options(parser: argparse.ArgumentParser) -> None:
    _reranker_option(parser)
    parser.add_argument(
        "--reader", metavar="NAME",
        help="what reads passages: bundled, a question-answering model by folder or name, or what --writer takes, which then reads the "
        "best passages beside the bundled reader (default: as --models says)",
    )  # fmt: skip
    parser.add_argument(
        "--writer", metavar="NAME",
        help="what phrases answers, under the checks: none (the answer is its quotes), smollm2, a causal model by folder or "
        "name, or the address of an OpenAI-compatible server (default: as --models says)",
    )  # fmt: skip


def _models(options: argparse.Namespace) -> Models:
    from models.choosing import models_named

    return models_named(options.models, **{role: getattr(options, role, None) for role in ("reader", "reranker", "writer")})


def _command(commands: Any, name: str, run: Callable[[argparse.Namespace], int], help_: str) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(name, help=help_, description=help_.capitalize() + ".")
    command.add_argument(
        "--index", default=str(DEFAULT_INDEX), metavar="DIR",
        help=f"where the index is: a folder, or milvus+http://HOST:PORT/NAME (default: {DEFAULT_INDEX})",
    )  # fmt: skip
    command.add_argument(
        "--models", default="bundled", metavar="NAME",
        help="which models: bundled, light, standard, or a TOML file that names them (default: bundled)",
    )  # fmt: skip
    command.set_defaults(run=run)
    return command


# --- index ---------------------------------------------------------------------------------------------------------


def _index(options: argparse.Namespace) -> int:
    from models.encoder import load_encoder

    if options.watch is not None and not 0 < options.watch < 1e6:
        raise BadInput(f"--watch {options.watch}: expected seconds, more than 0.")
    if options.pages < 1 or not 0 <= options.pause < 1e6:
        raise BadInput(f"--pages {options.pages} --pause {options.pause}: expected 1 page or more, and 0 seconds or more.")
    model = _models(options).encoder
    encoder = load_encoder(model)
    cluster = None
    if options.ray:
        from index.spreading import RayCluster

        cluster = RayCluster(options.ray, model, encoder)
    _index_once(options, encoder, cluster, rebuild=options.rebuild)
    if options.watch is not None:
        _keep_up(options, encoder, cluster)
    return 0


def _index_once(
    options: argparse.Namespace, encoder: SentenceEncoder, cluster: Cluster | None, *, rebuild: bool = False
) -> None:
    from corpus.online import Manners
    from index.build import Means, build

    report = build(
        options.index, options.paths, encoder, rebuild=rebuild, allow_empty=options.allow_empty,
        progress=sys.stderr.isatty(),
        means=Means(
            Manners(options.pause, options.pages, options.allow_private, _networks(options.allow_network)), options.engine, cluster
        ),
    )  # fmt: skip
    if options.json:
        _print_json(_report_as_json(report))
    else:
        _say(_report_in_words(report), flush=True)


def _networks(named: Sequence[str]) -> tuple[Network, ...]:
    """Raises BadInput, naming every wrong one."""
    from ipaddress import ip_network

    networks, wrong = [], []
    for name in named:
        try:
            networks.append(ip_network(name, strict=False))
        except ValueError:
            wrong.append(f"--allow-network {name}: expected a network like 10.1.0.0/16, or an IP address.")
    if wrong:
        raise BadInput("\n".join(wrong))
    return tuple(networks)


def _keep_up(options: argparse.Namespace, encoder: SentenceEncoder, cluster: Cluster | None) -> None:
    """Until it is stopped. What a build refuses is told, and the index stays as it was until the next change."""
    from threading import Event

    from corpus.online import is_address
    from index.generations import remembered_sources
    from index.watching import changes

    sources = remembered_sources(options.index)
    folders = [Path(source) for source in sources if not is_address(source)]
    _say(f"Watching {', '.join(sources)}", file=sys.stderr, flush=True)
    signs = changes(folders, options.watch, Event(), by_the_clock=len(folders) < len(sources), but=options.index.resolve())
    for _ in signs:
        try:
            _index_once(options, encoder, cluster)
        except UserError as error:
            _say(error, file=sys.stderr, flush=True)


def _report_as_json(report: Report) -> dict[str, Any]:
    return {
        "generation": report.generation, "added": report.added, "changed": report.changed, "removed": report.removed,
        "unchanged": report.unchanged, "passages": report.passages, "encoded": report.encoded,
        "skipped": [{"where": s.where, "reason": s.reason} for s in report.skipped], "furniture": report.furniture,
        "kept_whole": report.kept_whole, "notes": [{"where": n.where, "reason": n.reason} for n in report.notes],
    }  # fmt: skip


def _report_in_words(report: Report) -> str:
    counted = (
        f"{report.generation}: {len(report.added):,} added, {len(report.changed):,} changed, "
        f"{len(report.removed):,} removed, {report.unchanged:,} unchanged, {len(report.skipped):,} skipped; "
        f"{report.passages:,} passages, {report.encoded:,} encoded now."
    )
    most = sorted(report.furniture.items(), key=lambda item: -item[1])
    return "\n".join([
        counted,
        *_first([f"  skipped {s.where}: {s.reason}" for s in report.skipped]),
        *_first([f"  {n.where}: {n.reason}" for n in report.notes]),
        *_first([f"  {id_}: {share:.0%} of its words left out as page furniture or front matter" for id_, share in most]),
        *_first([f"  {id_}: looks like page furniture for the most part; kept whole" for id_ in report.kept_whole]),
    ])  # fmt: skip


def _first(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _MOST_SHOWN
    shown = [line.replace("\n", "\\n") for line in lines[:_MOST_SHOWN]]
    return [*shown, *([f"  and {more:,} more; --json lists them all"] if more > 0 else [])]


# --- search and ask ------------------------------------------------------------------------------------------------


def _search(options: argparse.Namespace) -> int:
    from answering.answer import AboutArticle, as_json
    from answering.readers import reranker_named
    from index.opening import opened
    from models.choosing import NONE
    from models.encoder import BUNDLED
    from retriever.search import search

    if options.k < 1:
        raise BadInput(f"-k {options.k}: expected 1 or more.")
    requests = _requests(options.question, "question", options.date)
    models = _models(options)
    index, encoder = opened(options.index, models)
    reranker = reranker_named(options.reranker or (BUNDLED if models.reranker == NONE else models.reranker), encoder)
    for request in requests:
        hits = search(index, encoder, request, options.k, reranker=reranker)
        if options.json:
            shown = [
                {"rank": h.rank, "score": round(h.score, 6), "text": place.of(h.article.as_it_is), "start": place.start,
                 "end": place.end, "article": as_json(AboutArticle.of(h.article))}
                for h in hits
                for place in (h.article.to_original(h.passage.span),)
            ]  # fmt: skip
            _print_json({"question": request.question, "hits": shown})
        else:
            _say(_hits_in_words(hits))
    return 0


def _ask(options: argparse.Namespace) -> int:
    from answering.answer import as_json
    from answering.engine import load_engine

    requests = _requests(options.question, "question", options.date)
    engine = load_engine(options.index, _models(options))
    for request in requests:
        answer = engine.answer(request)
        if options.json:
            _print_json(as_json(answer))
        else:
            _say(answer_in_words(answer))
    return 0


def _requests(text: str, asks: Asks, day: str | None = None) -> list[Request]:
    """From the argument, or every line of standard input; all bad ones are told at once, before anything is loaded."""
    from retriever.request import make_request, read_requests

    today = date.fromisoformat(_iso(day)) if day else None
    if text == "-":
        sys.stdin.reconfigure(encoding="utf-8", errors="surrogateescape")  # type: ignore[union-attr]
        return read_requests(sys.stdin, today, asks)
    return [make_request({asks: text}, today, asks)]


def _iso(given: str) -> str:
    from corpus.metadata import parse_date

    parsed = parse_date(given)
    if parsed is None:
        raise BadInput(f"--date {given!r} is no date; expected one like 2026-01-08.")
    return parsed


def _hits_in_words(hits: Iterable[Hit]) -> str:
    return "\n\n".join(
        f"{h.rank}. {h.article.title} ({h.article.published or 'undated'}, {h.article.id})\n{h.passage.text}" for h in hits
    )


def answer_in_words(answer: Answer) -> str:
    """The answer, its support and its quotes, for a terminal."""
    lines = [f"Understood as: {answer.understood}", ""] if answer.understood else []
    lines += [answer.text, ""]
    alone = len({c.in_words for c in answer.claims}) == 1
    lines += [c.in_words if alone else f"{_marks(c.citations)} {c.in_words}" for c in answer.claims[: 1 if alone else None]]
    lines += [""] if answer.claims else []
    for side in (s for d in answer.disagreements for s in d.sides):
        lines.append(f"Sources differ: {side.answer} {_marks(side.citations)}")
    lines += [f"Changed over time: {side.answer} {_marks(side.citations)}" for side in answer.updates]
    lines += _quotes_in_words(answer.quotes or answer.nearest, None if answer.quotes else "nearest:")
    lines += [upstream.in_words for upstream in answer.upstreams if not upstream.in_corpus]
    if answer.writing and answer.writing.notice:
        lines.append(answer.writing.notice)
    lines += answer.notices
    return "\n".join(lines)


def _marks(citations: Iterable[int]) -> str:
    return "".join(f"[{n}]" for n in citations)


def _quotes_in_words(quotes: Sequence[Quote], mark: str | None = None) -> list[str]:
    """Each quote with its article and date; undated and machine-written ones are marked, and a reason is told once."""
    lines: list[str] = []
    for quote in quotes:
        machine = ", machine-written" if quote.article.machine else ""
        page = f", p. {quote.page}" if quote.page else ""
        lines.append(f"{mark or f'[{quote.number}]'} “{quote.shown}”")
        said = f", said by {quote.said_by}" if quote.said_by else ""
        about = f"{quote.dated or quote.article.published or 'undated'}{said}{machine} ({quote.article.id}{page})"
        lines.append(f"    {quote.article.title}, {about}")
        lines += [line for reason in quote.origin.reasons if (line := f"    {reason}") not in lines]
    return lines


# --- verify --------------------------------------------------------------------------------------------------------


def _verify(options: argparse.Namespace) -> int:
    from answering.answer import as_json
    from answering.judging import load_judge
    from answering.verify import verify
    from index.opening import opened

    requests = _requests(options.claim, "claim")
    index, encoder = opened(options.index, _models(options))
    judge = load_judge(encoder)
    for request in requests:
        verified = verify(index, encoder, judge, request)
        if options.json:
            _print_json(as_json(verified))
        else:
            _say(verified_in_words(verified))
    return 0


def verified_in_words(verified: Verified) -> str:
    """What the corpus says of a claim, and the quotes, for a terminal."""
    lines = [verified.in_words, ""]
    for title, quotes in (("Says so:", verified.quotes), ("Says otherwise:", verified.against)):
        lines += [title, *_quotes_in_words(quotes)] if quotes else []
    return "\n".join(lines)


# --- sources -------------------------------------------------------------------------------------------------------


def _sources(options: argparse.Namespace) -> int:
    from answering.answer import as_json
    from answering.origins import sources_in_words, sources_of
    from index.opening import opened

    found = sources_of(opened(options.index, _models(options))[0].store)
    if options.json:
        _print_json(as_json(found))
    else:
        _say(sources_in_words(found))
    return 0


# --- check and serve -----------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from index.generations import mending_command
    from index.opening import problems
    from models.encoder import load_encoder

    found = list(problems(options.index, load_encoder(_models(options).encoder)))
    if found:
        _say("\n".join([*found[:_MOST_SHOWN], f"Mend it with: {mending_command(options.index)}"]), file=sys.stderr)
        return 1
    _say(f"The index in {options.index} is sound.")
    return 0


def _serve(options: argparse.Namespace) -> int:
    """Loads the engine, serves until stopped. What cannot be meant is told before anything is loaded."""
    from webchat.feedback import try_file
    from webchat.serving import log_to_stderr, refuse_taken_port, serve, settings_of

    settings = settings_of(options)
    refuse_taken_port(options.host, options.port)
    log_to_stderr()
    try_file(settings.feedback_file)
    _say("Loading the index and the models", file=sys.stderr)
    from answering.engine import load_engine
    from retriever.request import make_request

    engine = load_engine(options.index, _models(options), settings.access.rules)
    sample = engine.answer(make_request({"question": options.sample or "warm up"}))
    _say("Loading the web page", file=sys.stderr)
    from webchat.server import make_app

    web = make_app(engine, settings)
    host = f"[{options.host}]" if ":" in options.host else options.host
    _say(f"Second Source answers on http://{host}:{options.port}{settings.root_path}/", flush=True)
    if options.sample:
        _say(f"\nFor example: {options.sample}\n{answer_in_words(sample)}", flush=True)
    serve(web, options.host, options.port)
    return 0


def _feedback(options: argparse.Namespace) -> int:
    from webchat.feedback import kept

    opinions = list(kept(options.feedback))
    if options.as_questions:
        for down in (o for o in opinions if o.verdict == "down"):
            said = ", ".join(part for part in (down.reason, down.remark) if part)
            _print_json({"question": down.question, "words": [], "articles": [], "was": down.answer, "because": said})
        return 0
    for opinion in opinions:
        if options.json:
            _print_json(opinion.model_dump())
        else:
            said = ", ".join(part for part in (opinion.verdict, opinion.reason, opinion.remark) if part)
            _say(" ".join(f"{opinion.at} {said}: {opinion.question}".split()))
    if not opinions:
        _say(f"No feedback in {options.feedback}.", file=sys.stderr)
    return 0


# --- evaluate ------------------------------------------------------------------------------------------------------


def _evaluate(options: argparse.Namespace) -> int:
    """What was right, and what changed since the last time; exit code 1 where something is newly wrong."""
    from answering.engine import load_engine
    from answering.evaluation import evaluated, last_time, read_expected, remember

    expected = read_expected(options.file)
    results = evaluated(load_engine(options.index, _models(options)), expected, last_time(options.file))
    remember(options.file, results)
    for result in results:
        if options.json:
            _print_json({
                "question": result.question, "right": result.right, "missing": result.missing, "change": result.change,
                "text": result.text,
            })  # fmt: skip
        elif result.missing or result.change:
            _say(
                f"{'right' if result.right else 'WRONG'}  {result.change:11}  {result.question}  {'; '.join(result.missing)}"
            )
    right, changes = sum(r.right for r in results), [r.change for r in results]
    better, worse = (changes.count(change) for change in ("newly right", "newly wrong"))
    counted = f"{right} of {len(results)} right, {better} newly right, {worse} newly wrong."
    _say(counted, file=sys.stderr if options.json else sys.stdout)
    return 1 if worse else 0


# --- models --------------------------------------------------------------------------------------------------------


def _list_models(options: argparse.Namespace) -> int:
    """Lists what each tier takes beside the models that come with the packages."""
    from models.choosing import KNOWN

    for tier, some in KNOWN.items():
        _say(f"{tier}: {sum(k.megabytes for k in some):,} MB to fetch" if some else f"{tier}: nothing to fetch")
        for known in some:
            unmeasured = "" if known.measured else ", not measured by us"
            _say(
                f"  {known.role:9} {known.name} ({known.megabytes:,} MB, {known.licence}{unmeasured}) instead of {known.instead}"
            )
    return 0


def _get_models(options: argparse.Namespace) -> int:
    """Fetches models from the hub that HF_ENDPOINT names, into HF_HOME. Afterwards no hub is asked."""
    from models.fetching import fetch, to_fetch

    wanted = list(dict.fromkeys(model for name in options.names for model in to_fetch(name)))
    for name in wanted:
        for line in fetch(name):
            _say(line, flush=True)
    _say(
        f"{len(wanted)} model{'' if len(wanted) == 1 else 's'} on this machine."
        if wanted
        else "Nothing to fetch: the models come with the packages."
    )
    return 0


def _say(told: object, **where: Any) -> None:
    """As print does; a sign that moves the cursor or colours the screen is spelled out, since articles and file names may hold some."""
    print(str(told).replace("\r\n", "\n").translate(_SPELLED_OUT), **where)


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False).translate(_SPELLED_IN_JSON), flush=True)


if __name__ == "__main__":
    sys.exit(main())
