"""Run every notebook with three other settings of each of its parameters.

    python -m tools.parameters
    python -m tools.parameters --notebooks 04_spectra 05_data --workers 1

The first run takes the low end of every range, the second the middle, the third the
high end, all parameters at once; what the front matter makes small for a fast run is
taken no larger than twice that. A line a run is printed; the exit code is 1 where a
notebook failed. Executed copies are left in `out/parameters/`.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

from tools import notebooks
from tools.notebook_rules import code_cells, parameter_ranges, tags
from tools.notebook_runs import NO_KERNEL, Run, fast_values, timed
from xnet_lite.exercises import Range

SHARES = {"low": 0.0, "middle": 0.5, "high": 1.0}
OUT = Path("out") / "parameters"


def defaults(notebook: NotebookNode) -> dict[str, Any]:
    """What the parameters are where nobody changes them."""
    (cell,) = [one for one in code_cells(notebook) if "parameters" in tags(one)]
    found = re.findall(r"^(\w+) = (.+?)  # ", cell.source, re.MULTILINE)
    return {name: ast.literal_eval(value) for name, value in found}


def setting(notebook: NotebookNode, share: float) -> dict[str, Any]:
    """A value of each parameter, so far into its range."""
    fast = fast_values(notebook)
    usual = defaults(notebook) | fast
    chosen = {}
    for name, text in parameter_ranges(notebook).items():
        known, most = Range.of(text), fast.get(name)
        if isinstance(most, list) and not known.words:
            most = max(most)
        if isinstance(most, int | float) and not known.words:
            text = f"{text.split(' to ')[0]} to {min(known.high, 2 * most):g}"
            known = Range.of(text)
        chosen[name] = _chosen(known, usual[name], share)
    return chosen


def _chosen(known: Range, usual: Any, share: float) -> Any:
    """A value, or a list of them, of a range."""
    if known.words == ("any text",):
        return usual
    if known.words:
        words = [
            ast.literal_eval(w) if w in ("True", "False") else w for w in known.words
        ]
        if isinstance(usual, list):
            return words[: 1 + round(share * (len(words) - 1))]
        return words[round(share * (len(words) - 1))]
    if isinstance(usual, list | tuple):
        fewest = 2
        n = max(fewest, round(len(usual) * (0.5 + share / 2)))
        ends = known.low, known.low + (0.5 + share / 2) * (known.high - known.low)
        many = [_number(known, x) for x in np.linspace(*ends, n)]
        return type(usual)(dict.fromkeys(many))
    return _number(known, known.low + share * (known.high - known.low))


def _number(known: Range, value: float) -> int | float:
    """The nearest number below that is allowed."""
    if not known.whole:
        return round(float(value), 6)
    return int(known.low + (value - known.low) // known.step * known.step)


def main() -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    names = [source.stem for source in notebooks.sources()]
    parser.add_argument("--notebooks", nargs="+", choices=names, default=names)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    options = parser.parse_args()
    OUT.mkdir(parents=True, exist_ok=True)
    failed = 0
    with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
        jobs = {}
        for source in notebooks.sources():
            if source.stem not in options.notebooks:
                continue
            notebook = notebooks.build(source, solutions=True)
            for word, share in SHARES.items():
                path = (OUT / f"{source.stem}-{word}.ipynb").resolve()
                nbformat.write(notebook, path)
                values = setting(notebook, share)
                jobs[pool.submit(_run, path, values)] = path.stem, values
        for job in as_completed(jobs):
            run, (name, values) = job.result(), jobs[job]
            failed += bool(run.error)
            print(f"{name:32s} {run.seconds:6.1f} s  {run.error[-900:] or 'done'}")
            if run.error:
                print(f"    {values}")
            sys.stdout.flush()
    print(f"{len(jobs)} runs, {failed} failed")
    return 1 if failed else 0


def _run(path: Path, values: dict[str, Any]) -> Run:
    """One run, tried again where its kernel never answered."""
    run = timed(path, values, path)
    return timed(path, values, path) if NO_KERNEL in run.error else run


if __name__ == "__main__":
    sys.exit(main())
