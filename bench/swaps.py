"""Does memory grow when generation follows generation under load?

    python -m bench.swaps [--swaps 100] [--clients 20]

Builds one generation after the other of eight small articles while clients search without a pause; tells the memory of the process and its open files after each tenth swap.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from pathlib import Path

from index.build import build
from index.opening import LiveIndex
from retriever.request import make_request
from retriever.search import search
from tests.fakes import WordEncoder
from tests.test_swapping import write


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--swaps", type=int, default=100)
    parser.add_argument("--clients", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write(folder / "in", 0)
        build(folder / "index", [folder / "in"], WordEncoder(), progress=False)
        live, ended = LiveIndex(folder / "index", WordEncoder()), threading.Event()
        request, asked = make_request({"question": "Which bridge has number 3?"}), [0]

        def client() -> None:
            while not ended.is_set():
                search(live.now(), WordEncoder(), request, 5)
                asked[0] += 1

        clients = [threading.Thread(target=client, daemon=True) for _ in range(options.clients)]
        for one in clients:
            one.start()
        for turn in range(1, options.swaps + 1):
            write(folder / "in", turn)
            build(folder / "index", [], WordEncoder(), progress=False)
            if turn % 10 == 0:
                megabytes = int(Path("/proc/self/statm").read_text().split()[1]) * 4_096 / 1e6
                print(
                    f"{turn} swaps, {asked[0]:,} searches: {megabytes:.0f} MB, {len(list(Path('/proc/self/fd').iterdir()))} files open",
                    flush=True,
                )
        ended.set()
        for one in clients:
            one.join()


if __name__ == "__main__":
    main()
