"""How long the first commands take on a fresh clone, and how large .venv becomes.

usage: python -m tools.space [--write]        needs make, git and a network

A clone goes into a folder of its own, which is deleted afterwards: `make run`, then
what `make lab` adds, then what `make test` adds. Packages come from where pip finds
them.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tools.measured import Measured, path_of
from tools.notebooks import ROOT
from xnet_lite.writing import write

COMMAND = "python -m tools.space"
STEPS = {"run": "make run", ".venv/lab": "make lab", "setup": "make test"}
NOTE = (
    "Seconds as they passed, downloads among them, each step from where the one before "
    "it ended; of `make lab` and `make test` the setting up alone."
)


def megabytes(folder: Path) -> int:
    """What the files of a folder hold, MB."""
    files = (one for one in folder.rglob("*") if one.is_file() and not one.is_symlink())
    return round(sum(one.stat().st_size for one in files) / 1e6)


def rows(place: Path) -> list[list[str]]:
    """A row a step, each in the same clone."""
    subprocess.run(["git", "clone", "--quiet", ROOT, place], check=True)
    found = []
    for target, said in STEPS.items():
        start = time.perf_counter()
        make = ["make", f"PYTHON={sys.executable}", target]
        subprocess.run(make, cwd=place, check=True, capture_output=True)
        seconds = time.perf_counter() - start
        found.append([said, f"{seconds:.0f}", str(megabytes(place / ".venv"))])
        print("  ".join(found[-1]), flush=True)
    return found


def main() -> int:
    """Clone, make, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="keep the table")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        columns = ["command", "s", ".venv / MB"]
        title = "From a fresh clone"
        table = Measured(title, COMMAND, columns, rows(Path(name, "clone")), [NOTE])
    if options.write:
        write(path_of("space"), table.json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
