"""Execute built notebooks: fast values put in, unknown names refused, in processes."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
from nbformat import NotebookNode

from tools.notebook_rules import parameter_names

#: where the tests of notebooks leave their executed copies, which the site shows
TESTED = Path(__file__).resolve().parents[1] / "out" / "notebooks" / "tested"
CELL_TIMEOUT = 120  # s, for one cell
# what is said where another process took a port between its choice and the kernel's
# start: nothing of the notebook ran, and another try chooses other ports
NO_KERNEL = "Kernel didn't respond"


class Run(NamedTuple):
    """What one execution gave: the file, its seconds, what went wrong if anything did,
    and the executed copy."""

    path: Path
    seconds: float
    error: str
    executed: Path


def refuse_unknown(notebook: NotebookNode, values: dict[str, Any]) -> None:
    """Raise for a name that is no parameter (papermill itself only warns)."""
    known = parameter_names(notebook)
    unknown = sorted(set(values) - set(known))
    if unknown:
        raise ValueError(f"unknown parameters {unknown}: the notebook has {known}")


def fast_values(notebook: NotebookNode) -> dict[str, Any]:
    """The values of the front matter that make a run short."""
    return dict(notebook.metadata["xnet_lite"]["fast"])


def with_values(notebook: NotebookNode, values: dict[str, Any]) -> NotebookNode:
    """A copy with the values set in a cell behind the `parameters` cell."""
    refuse_unknown(notebook, values)
    notebook = nbformat.from_dict(notebook)
    text = "\n".join(f"{name} = {value!r}" for name, value in values.items())
    for i, cell in enumerate(notebook.cells):
        if "parameters" in cell.metadata.get("tags", []):
            new = nbformat.v4.new_code_cell(text, metadata={"tags": ["injected"]})
            notebook.cells.insert(i + 1, new)
            break
    return notebook


def execute(path: Path, values: dict[str, Any], output: Path, folder: Path) -> None:
    """Run one notebook by papermill in the folder; the executed copy is `output`."""
    import papermill  # slow to import, and only a run needs it

    refuse_unknown(nbformat.read(path, as_version=4), values)
    papermill.execute_notebook(
        path,
        output,
        parameters=values,
        cwd=folder,
        progress_bar=False,
        execution_timeout=CELL_TIMEOUT,
    )


def timed(path: Path, values: dict[str, Any], output: Path) -> Run:
    """One execution in an empty folder; files left in it count as an error."""
    # what the course's own answers do is on nobody's card
    os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", XNET_LITE_CARD="off")
    folder = Path(tempfile.mkdtemp(prefix="notebook-"))
    start, error = time.perf_counter(), ""
    try:
        execute(path, values, output, folder)
        left = sorted(p.name for p in folder.rglob("*"))
        error = f"left files behind: {left}" if left else ""
    except Exception as problem:  # any failure of the notebook is the result
        error = f"{type(problem).__name__}: {problem}"
    finally:
        shutil.rmtree(folder)
    return Run(path, time.perf_counter() - start, error, output)


def run_many(paths: list[Path], *, fast: bool, output: Path, workers: int) -> list[Run]:
    """Run notebooks in processes of one thread each; executed copies go to `output`."""
    jobs = {}
    # fresh processes: a forked one may inherit a lock of a threaded library
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for path in paths:
            notebook = nbformat.read(path, as_version=4)
            target = output / f"{path.parent.name}-{path.stem}.ipynb"
            jobs[path, target] = fast_values(notebook) if fast else {}
        tries = [pool.submit(timed, one, v, to) for (one, to), v in jobs.items()]
        done = [one.result() for one in tries]
    for i, ((one, target), values) in enumerate(jobs.items()):
        if NO_KERNEL in done[i].error:
            done[i] = timed(one, values, target)
    return done


def run_all(files: dict[Path, str], speed: str, workers: int) -> int:
    """Run, print a line a notebook, and return the exit code."""
    output = Path("out") / "notebooks" / speed
    paths = []
    for path, text in files.items():
        paths.append(output / "built" / path.parent.name / path.name)
        paths[-1].parent.mkdir(parents=True, exist_ok=True)
        paths[-1].write_text(text, "utf-8")
    runs = run_many(paths, fast=speed == "fast", output=output, workers=workers)
    for run in runs:
        name = f"{run.path.parent.name}/{run.path.name}"
        print(f"{name:44s} {run.seconds:6.1f} s  {run.error or 'done'}")
    return 1 if any(run.error for run in runs) else 0
