"""Malformed inputs at every entry: is each answered by one sentence that helps?

    python -m benchmarks.abuse            # all of them, about a minute
    python -m benchmarks.abuse --quick    # a tenth

An input is malformed in one way: cut, of another type or unit, NaN, huge, negative, a
pipe, a device, a bomb, a name that no file can have … In Python it must raise an
`InputError`; the command must exit with code 2 and one line. The sentence must name a
remedy, and show no traceback and no `np.float64(`. Exits with 1 where one does not.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from benchmarks.abuse import back, files, values, words
from benchmarks.abuse.material import Material
from benchmarks.abuse.trial import LIMIT_S, Answer, Case, all_tried
from xnet_lite.tables import Table
from xnet_lite.writing import write

#: one of so many is tried by --quick
SHARE = 10


def all_cases() -> list[Case]:
    """Return every malformed input."""
    return [case for part in (files, values, words, back) for case in part.cases()]


def sample(cases: Sequence[Case], one_of: int, seed: int = 0) -> list[Case]:
    """Return one of so many of each group, drawn by chance."""
    rng, groups = random.Random(seed), dict[str, list[Case]]()
    for case in cases:
        groups.setdefault(case.group, []).append(case)
    return [
        case
        for group in groups.values()
        for case in rng.sample(group, -(-len(group) // one_of))
    ]


def table(found: Sequence[tuple[Case, Answer]]) -> list[dict[str, object]]:
    """Return a row a group, and one of all."""
    groups = [*dict.fromkeys(case.group for case, _ in found), "all"]
    rows = []
    for group in groups:
        mine = [one for case, one in found if group in (case.group, "all")]
        answered = sum(bool(one.sentence) for one in mine)
        rows.append(
            {
                "entry": group,
                "inputs": len(mine),
                "answered": answered,
                "by one sentence": sum(not one.fault for one in mine),
                "slowest, s": round(max(one.seconds for one in mine), 1),
            }
        )
    return rows


def main(words: Sequence[str] | None = None) -> int:
    """Try all, print the table and what failed; return how many failed, at most 1."""
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--quick", action="store_true", help="one in ten")
    options.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options.add_argument("--json", metavar="FILE", help="also write what was said")
    options.add_argument("--markdown", action="store_true", help="a table for a page")
    given = options.parse_args(words)
    cases = all_cases()
    if given.quick:
        cases = sample(cases, SHARE)
    with tempfile.TemporaryDirectory() as folder:
        Material.made(Path(folder))
        found = list(all_tried(cases, Path(folder), given.workers, LIMIT_S))
    shown = Table(table(found), "benchmarks.abuse")
    console = Console(width=120)
    if given.markdown:
        print(shown.markdown())
    else:
        console.print(shown)
    failed = [(case, one) for case, one in found if one.fault]
    for case, one in failed:
        print(f"{case.group}: {case.name}: {one.fault}: {one.sentence[:300]}")
    if given.json:
        told = [
            {"group": case.group, "name": case.name, **vars(one)} for case, one in found
        ]
        write(given.json, json.dumps({"benchmark": "abuse", "rows": told}, indent=1))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
