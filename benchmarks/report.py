"""What every benchmark prints: its options, its rows, its table and its JSON."""

from __future__ import annotations

import argparse
import json
import resource
import shlex
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from xnet_lite.jobs.recipes import spelled
from xnet_lite.tables import Table, mean_std, number
from xnet_lite.writing import write

#: characters of a table that goes into a file
WIDTH = 180


@dataclass
class Cost:
    """What a piece of work took: CPU seconds, and the process's peak memory in MB."""

    cpu_s: float = float("nan")
    peak_mb: float = float("nan")


@dataclass(frozen=True)
class Row:
    """One line of a benchmark: one model on one split of one dataset with one seed."""

    dataset: str
    split: str
    model: str
    seed: int
    metrics: Mapping[str, float]
    cost: Cost = field(default_factory=Cost)

    def as_dict(self) -> dict[str, Any]:
        """Return it flat, as the JSON has it."""
        head = {
            "dataset": self.dataset,
            "split": self.split,
            "model": self.model,
            "seed": self.seed,
        }
        numbers = {
            **self.metrics,
            "cpu_s": self.cost.cpu_s,
            "peak_mb": self.cost.peak_mb,
        }
        return head | numbers


@contextmanager
def measured() -> Iterator[Cost]:
    """Measure the CPU seconds and the peak memory of a block.

    The peak is that of the block where Linux lets a process reset its high-water mark,
    else that of the process so far.
    """
    cost = Cost()
    _reset_peak()
    start = time.process_time()
    yield cost
    cost.cpu_s = time.process_time() - start
    cost.peak_mb = _peak_mb()


def _reset_peak() -> None:
    """Set the high-water mark of this process back to what it uses now."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _peak_mb() -> float:
    """High-water mark of this process, MB."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    marks = [line.split()[1] for line in lines if line.startswith("VmHWM")]
    kilobytes = (
        marks[0] if marks else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    )
    return float(kilobytes) / 1024


def parser(
    description: str, seeds: Sequence[int] = (0, 1, 2)
) -> argparse.ArgumentParser:
    """Return a parser with the options that all benchmarks share."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--quick", action="store_true", help="a smaller, faster run")
    options.add_argument(
        "--seeds", type=int, nargs="+", default=list(seeds), help="seeds of the splits"
    )
    options.add_argument(
        "--json", metavar="FILE", help="also write the rows as JSON; - is stdout"
    )
    options.add_argument(
        "--markdown", action="store_true", help="print the table for a page of Markdown"
    )
    return options


def models_option(
    options: argparse.ArgumentParser, names: Sequence[str], usual: Sequence[str] = ()
) -> None:
    """Add --models, of these names; all of them, or the usual ones, by default."""
    options.add_argument(
        "--models",
        nargs="+",
        type=spelled,
        default=list(usual or names),
        choices=list(names),
        metavar="MODEL",
        help=f"of {', '.join(names)}",
    )


def publish(
    name: str,
    rows: Sequence[Row],
    columns: Mapping[str, str],
    options: argparse.Namespace,
    notes: Sequence[str] = (),
) -> None:
    """Print the rows as a table, averaged over seeds, and write them as JSON.

    Parameters
    ----------
    name : str
        Of the benchmark: title of the table, `benchmark` in the JSON.
    rows : sequence of Row
    columns : mapping of str to str
        Metric shown -> its heading; the cost follows.
    options : argparse.Namespace
        As `parser` reads them. Where the JSON goes to standard output, the table goes
        to standard error.
    notes : sequence of str
        Lines below the table: what was skipped and why.
    """
    wide = None if sys.stdout.isatty() else WIDTH
    console = Console(stderr=options.json == "-", width=wide)
    table = Table(_means(rows, columns), name, "means ± standard deviation over seeds")
    if options.markdown:
        print(table.markdown(), file=console.file)
    else:
        console.print(table)
    for note in notes:
        console.print(note)
    if options.json is None:
        return
    content = {
        "benchmark": name,
        "command": shlex.join(["python", "-m", f"benchmarks.{name}", *_asked()]),
        "rows": Table([row.as_dict() for row in rows]).records(),
        "table": {"columns": table.heads, "rows": table.cells()},
        "notes": list(notes),
    }
    text = json.dumps(content, indent=1, allow_nan=False)
    if options.json == "-":
        print(text)
    else:
        write(options.json, text + "\n")


def _asked() -> list[str]:
    """The words behind the command that choose what is measured, not where it goes."""
    words = [word for word in sys.argv[1:] if word != "--markdown"]
    at = words.index("--json") if "--json" in words else len(words)
    return words[:at] + words[at + 2 :]


def _means(rows: Sequence[Row], columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """One line per dataset, split and model: means over seeds, the first ± spread."""
    together: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        together.setdefault((row.dataset, row.split, row.model), []).append(row)
    lines = []
    for key, group in together.items():
        line = dict(zip(("dataset", "split", "model"), key)) | {"seeds": len(group)}
        for i, (name, head) in enumerate(columns.items()):
            values = [row.metrics.get(name, np.nan) for row in group]
            line[head] = mean_std(values) if i == 0 else float(np.mean(values))
        line["CPU s"] = number(float(np.mean([row.cost.cpu_s for row in group])), 1)
        line["peak MB"] = number(max(row.cost.peak_mb for row in group), 0)
        lines.append(line)
    return lines
