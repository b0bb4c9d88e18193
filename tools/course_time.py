"""How long the course takes, and how much memory: every notebook run and measured.

usage: python -m tools.course_time --speed fast|full [--only NAME …] [--write]
       python -m tools.course_time --server

Notebooks run with their answers, one after the other, a process of one thread each; CPU
seconds are those of the kernel, so that other work on the machine does not count, and
memory is the most that it held. What was measured is kept in out/course.jsonl and goes
on from there: delete it to measure anew. --write keeps the tables that
docs/measured/running.md shows; --server measures JupyterLab without a kernel.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
import psutil

from tools import notebook_runs as runs
from tools import notebooks
from tools.measured import Measured, path_of
from xnet_lite.parallel.maps import append_lines, read_lines
from xnet_lite.writing import write

KEPT = Path("out", "course.jsonl")
#: the paths of docs/teaching, by their pages
PATHS = {
    "90 minutes": ("00_welcome", "01_absorption"),
    "one day": (
        *("00_welcome", "01_absorption", "03_features", "10_first_network"),
        "20_uncertainty",
    ),
    "two days": (
        *("00_welcome", "01_absorption", "02_structures", "03_features", "04_spectra"),
        *("10_first_network", "11_architectures", "20_uncertainty", "22_trust"),
        "33_beamline",
    ),
}
#: s that a server may take to begin
PATIENCE = 120


def measure(name: str, speed: str) -> dict[str, Any]:
    """Run a notebook here; CPU seconds and memory are those of its kernel."""
    source = notebooks.TUTORIALS / "source" / f"{name}.py"
    built = notebooks.build(source, solutions=True, regressions=speed == "full")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"{name}.ipynb")
        nbformat.write(built, path)
        values = runs.fast_values(built) if speed == "fast" else {}
        run = runs.timed(path, values, Path(folder, "executed.ipynb"))
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "notebook": name,
        "speed": speed,
        "seconds": round(run.seconds, 1),
        "cpu": round(spent.ru_utime + spent.ru_stime, 1),
        "memory": round(spent.ru_maxrss / 1000),  # kB on Linux
        "error": run.error[:300],
    }


def course(names: list[str], speed: str, kept: Path) -> list[dict[str, Any]]:
    """Measure what is not kept yet, a fresh process a notebook, and return it all."""
    kept.parent.mkdir(exist_ok=True)
    done = {(one["notebook"], one["speed"]): one for one in read_lines(kept)}
    for name in names:
        if (name, speed) in done:
            continue
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            found = pool.submit(measure, name, speed).result()
        if found["error"]:
            raise RuntimeError(f"{name}: {found['error']}")
        append_lines(kept, [found])
        done[name, speed] = found
        print(f"{name:22} {found['cpu']:6.1f} CPU s  {found['memory']} MB", flush=True)
    return list(done.values())


def minutes() -> dict[str, int]:
    """What the front matter of each notebook says it takes to read."""
    sources = notebooks.sources()
    fronts = [notebooks.FrontMatter.of(notebooks.read_source(one)) for one in sources]
    return {one.stem: front.minutes for one, front in zip(sources, fronts)}


def table(found: list[dict[str, Any]]) -> Measured:
    """A row a notebook, and one for all of them."""
    by = {(one["notebook"], one["speed"]): one for one in found}
    rows, read = [], minutes()
    for name in read:
        each = [by.get((name, speed)) for speed in ("fast", "full")]
        cells = [f"{one['cpu']:.0f}" if one else "–" for one in each]
        memory = [str(one["memory"]) if one else "–" for one in each]
        rows.append([name, str(read[name]), *cells, *memory])
    rows.append(["all", str(sum(read.values()))])
    rows[-1] += [_total([row[i] for row in rows[:-1]]) for i in (2, 3)]
    rows[-1] += [_most([row[i] for row in rows[:-1]]) for i in (4, 5)]
    columns = ["notebook", "to read / min", "fast / CPU s", "usual / CPU s"]
    columns += ["fast / MB", "usual / MB"]
    return Measured(
        "What each notebook takes: to read, to run on one core, and of memory",
        "python -m tools.course_time --speed full --write",
        columns,
        rows,
    )


def paths(found: list[dict[str, Any]]) -> Measured:
    """A row a way through the course: what is read, and what is waited for."""
    by, read = {(o["notebook"], o["speed"]): o for o in found}, minutes()
    rows = []
    for path, names in PATHS.items():
        each = [by.get((name, "full")) for name in names]
        waited = f"{sum(one['cpu'] for one in each) / 60:.1f}" if all(each) else "–"
        hours = sum(read[name] for name in names) / 60
        rows.append([path, ", ".join(names), f"{hours:.1f}", waited])
    columns = ["path", "notebooks", "to read / h", "to run / CPU min"]
    command = "python -m tools.course_time --speed full --write"
    return Measured("Three ways through the course", command, columns, rows)


def server_memory() -> float:
    """MB that JupyterLab holds before a notebook is open."""
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    with tempfile.TemporaryDirectory() as folder:
        command += [f"--ServerApp.root_dir={folder}", "--port=0"]
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
            start = time.monotonic()
            for line in process.stderr:
                if "is running at" in line or time.monotonic() - start > PATIENCE:
                    break
            time.sleep(3)  # extensions are loaded by now
            held = psutil.Process(process.pid).memory_info().rss / 1e6
            process.terminate()
    return held


def _total(cells: list[str]) -> str:
    """The sum of a column, where all of it is there."""
    return "–" if "–" in cells else str(sum(map(int, cells)))


def _most(cells: list[str]) -> str:
    """The largest of a column."""
    known = [int(cell) for cell in cells if cell != "–"]
    return str(max(known)) if known else "–"


def main() -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--speed", choices=("fast", "full"), default="fast")
    parser.add_argument("--only", nargs="+", help="names of notebooks")
    parser.add_argument("--write", action="store_true", help="keep the tables")
    parser.add_argument("--server", action="store_true", help="JupyterLab alone")
    options = parser.parse_args()
    os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")
    if options.server:
        print(f"JupyterLab without a kernel: {server_memory():.0f} MB")
        return 0
    found = course(options.only or list(minutes()), options.speed, KEPT)
    for name, one in (("course", table(found)), ("paths", paths(found))):
        print(one.markdown())
        if options.write:
            write(path_of(name), one.json())
    return 0


if __name__ == "__main__":
    sys.exit(main())
