"""Kills builds at random moments: does the old index answer every time, and does the next build succeed?

    python -m bench.kill ../shared/bench/realtimeqa [--year 2024] [--articles 60] [--times 20]

An index of the sample corpus answers a question. Then, again and again, a build of other articles is started and killed
with SIGKILL at a random moment of the time that a whole build takes; the question must get the same answer and the index
must be sound. At the end the build is let through.
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from answering.engine import load_engine
from index.build import build
from index.opening import problems
from models.encoder import load_encoder
from retriever.request import make_request

SAMPLE = Path(__file__).parent.parent / "corpus" / "articles"
QUESTION = make_request({"question": "How much computing capacity did Meta secure from AMD?"})


def start(folder: Path, articles: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "index", str(articles), str(SAMPLE), "--index", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--year", default="2024")
    parser.add_argument("--articles", type=int, default=60)
    parser.add_argument("--times", type=int, default=20)
    options = parser.parse_args()
    source = options.data / f"articles_{options.year}.jsonl.gz"
    if not source.exists():
        sys.exit(f"{source} is not there: this benchmark needs RealTime QA's articles.")
    encoder = load_encoder()
    with tempfile.TemporaryDirectory() as temporary:
        articles, folder = Path(temporary) / "articles.jsonl", Path(temporary) / "index"
        with gzip.open(source, "rt", encoding="utf-8") as lines:
            articles.write_text("".join(itertools.islice(lines, options.articles)), encoding="utf-8")
        begin = time.perf_counter()
        start(Path(temporary) / "other", articles).wait()
        whole = time.perf_counter() - begin
        tried = answered = sound = finished = 0
        moments: list[float] = []
        while tried < options.times:
            build(folder, [SAMPLE], encoder, progress=False)
            before = load_engine(folder).answer(QUESTION)
            child, moment = start(folder, articles), random.uniform(0, whole)
            time.sleep(moment)
            if child.poll() is not None:
                finished += 1
                continue
            child.kill()
            child.wait()
            after = load_engine(folder).answer(QUESTION)
            if after.index["generation"] != before.index["generation"]:
                finished += 1  # killed between the flip of CURRENT and the end of the process
                continue
            tried += 1
            moments.append(moment)
            answered += after.text == before.text
            sound += not list(problems(folder, encoder))
        last = start(folder, articles).wait()
        found = load_engine(folder).answer(QUESTION)
        print(f"a whole build takes {whole:.1f} s; killed after {', '.join(f'{m:.1f}' for m in sorted(moments))} s; "
              f"{finished} more had finished before")  # fmt: skip
        print(
            f"old index answered {answered}/{options.times}, sound {sound}/{options.times}; the next build: exit {last}, ",
            end="",
        )
        print(
            f"generation {found.index['generation']}, {found.index['articles']} articles, sound: {not list(problems(folder, encoder))}"
        )


if __name__ == "__main__":
    main()
