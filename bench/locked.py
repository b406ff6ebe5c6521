"""What pip would install -> the same with digests, one line each, as `pip install --require-hashes` reads it.

    pip install --dry-run --ignore-installed --report resolved.json --editable ".[test]"
    python -m bench.locked resolved.json > requirements-test.txt
    python bench/locked.py --fits requirements-test.txt

The last ends with 0 where the file is for this machine. The digests are of the files that one kind of machine installs; the first line says of which. PyTorch is left out: its builds differ between machines of one kind,
and are installed before.
"""

from __future__ import annotations

import json
import platform
import sys
from pathlib import Path
from typing import Any

_ELSEWHERE = ("torch", "secondsource")


def line(package: dict[str, Any]) -> str:
    about, digests = package["metadata"], package["download_info"]["archive_info"]["hashes"]
    return f"{about['name'].lower()}=={about['version']} --hash=sha256:{digests['sha256']}"


def this_machine() -> str:
    version = ".".join(platform.python_version_tuple()[:2])
    return f"# {platform.system()} {platform.machine()}, Python {version}; made by bench/locked.py"


def main() -> None:
    file = Path(sys.argv[-1])
    if sys.argv[1] == "--fits":
        fits = file.read_text(encoding="utf-8").startswith(this_machine())
        print(f"{file} is {'' if fits else 'not '}for this machine.")
        sys.exit(not fits)
    resolved = json.loads(file.read_text(encoding="utf-8"))["install"]
    print(this_machine())
    print("\n".join(sorted(line(package) for package in resolved if package["metadata"]["name"].lower() not in _ELSEWHERE)))


if __name__ == "__main__":
    main()
