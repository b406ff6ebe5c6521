"""The licences of all that is installed with the project, as a table.

    python -m bench.licences > docs/licences.md

Walks from the project over what each package requires, so that what happens to lie beside it is no part of the table. Where a package names its licence by an expression
(SPDX), that is told, else its classifiers, else the first line of its field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Any

EXTRAS = ("", "mcp", "milvus", "ray", "train", "test")
_HEAD = """# Licences

What the project runs with, and what its optional parts and its tests take beside. `make licences` writes this table; `tests/test_supply.py` holds it to what is
installed. Secondsource itself is Apache-2.0.

Weights: all-MiniLM-L6-v2 (Apache-2.0) comes in a package. What is learned here is CC BY-SA 4.0.
"""


def required(extra: str = "") -> dict[str, Distribution]:
    """By name, all that the project needs with this extra, and what that needs."""
    found: dict[str, Distribution] = {}
    to_see = list(_requirements(distribution("secondsource"), extra))
    while to_see:
        name = to_see.pop()
        if name in found or name == "secondsource":
            continue
        try:
            found[name] = distribution(name)
        except PackageNotFoundError:  # for other systems
            continue
        to_see += _requirements(found[name], "")
    return found


def _requirements(one: Distribution, extra: str) -> Iterator[str]:
    from packaging.requirements import Requirement

    for text in one.requires or ():
        wanted = Requirement(text)
        if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
            if wanted.name == "secondsource":
                yield from (name for inner in wanted.extras for name in _requirements(one, inner))
            yield re.sub(r"[-_.]+", "-", wanted.name).lower()


def licence(one: Distribution) -> str:
    told: Any = one.metadata
    if told.get("License-Expression"):
        return str(told["License-Expression"])
    classified = [
        c.rsplit(" :: ", 1)[1] for c in told.get_all("Classifier") or () if c.startswith("License :: ") and " :: " in c[11:]
    ]
    return ", ".join(classified) or ((told.get("License") or "").strip().splitlines() or ["not said"])[0][:60]


def main() -> None:
    print(_HEAD)
    seen: set[str] = set()
    for extra in EXTRAS:
        new = {name: one for name, one in required(extra).items() if name not in seen}
        seen |= new.keys()
        print(f"## {f'With the extra `{extra}`' if extra else 'Always'}\n\n| package | licence |\n|---|---|")
        print("\n".join(f"| {name} | {licence(one)} |" for name, one in sorted(new.items())) + "\n")


if __name__ == "__main__":
    main()
