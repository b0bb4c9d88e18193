"""A notebook over a grid of parameters: `batch`."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xnet_lite.cli.lab import find_tutorials
from xnet_lite.cli.shell import FAILED, Debug, Scheduling, guarded, say, show_table
from xnet_lite.errors import InputError
from xnet_lite.writing import write

if TYPE_CHECKING:
    from xnet_lite.jobs.batch import Batch

REPORT = "report.html"


@guarded("finished runs are kept, the same command goes on from there")
def batch(
    *,
    notebook: Annotated[
        str,
        typer.Argument(help="Notebooks or tutorials: 10_first_network,05_data."),
    ],
    values: Annotated[list[str] | None, typer.Argument(hidden=True)] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option("-p", "--parameter", help="NAME VALUE or NAME=VALUE; repeatable."),
    ] = None,
    grid: Annotated[
        list[str] | None, typer.Option(help="NAME=v1,v2,…; repeatable.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder.", show_default="out/batch/NOTEBOOKS")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    scheduler: Scheduling = "processes",
    debug: Debug = False,
) -> None:
    """Run notebooks over a grid of parameters, and collect tables and a page.

    What is done is not run again while notebook, parameters and version stay the same;
    what failed is. What a notebook gives to `record(error=4.5)` of xnet_lite.exercises
    stands in the table, which is printed and written as table.csv beside the executed
    notebooks; report.html has means over SEED, every run and what failed. Needs
    papermill: pip install 'xnet-lite[tutorials]'.
    """
    names = [notebook] if Path(notebook).is_file() else notebook.split(",")
    paths = [_found(name) for name in names]
    fixed = _fixed(parameter or [], values or [])
    from xnet_lite.jobs import batch as run
    from xnet_lite.plots.pages import runs_page

    axes = {name: run.literals(text) for name, text in map(_named, grid or [])}
    combined = run.grid({k: run.literal(v) for k, v in fixed.items()}, axes)
    title = ",".join(path.stem for path in paths)
    folder = out or Path("out", "batch", title)
    say(f"{title}: runs of {len(combined)} settings each into {folder}")
    found = run.run_batches(
        paths, combined, folder, workers=workers, scheduler=scheduler
    )
    for one in found:
        show_table(one.table().rows, one.notebook)
        _tell(one)
        say(f"written: {one.folder / run.TABLE}")
    write(folder / REPORT, runs_page(found, folder))
    say(f"written: {folder / REPORT}")
    if any(one.failed for one in found):
        raise typer.Exit(FAILED)


def _tell(batch: "Batch") -> None:
    """Say what was known and what failed of a notebook's runs."""
    if batch.n_known:
        say(f"{batch.n_known} runs were there already")
    for one in batch.failed:
        said = ", ".join(
            f"{name}={value!r}" for name, value in one["parameters"].items()
        )
        say(f"failed: {said}: {one['error']} ({one['key']}.ipynb)")


def _found(notebook: str) -> Path:
    """The file of a notebook, or of a tutorial by its name."""
    path = Path(notebook)
    if path.is_file() or path.suffix == ".ipynb":
        return path
    folder = find_tutorials()
    tutorial = folder / f"{path.name}.ipynb"
    if not tutorial.is_file():
        there = ", ".join(one.stem for one in sorted(folder.glob("[0-9]*.ipynb")))
        raise InputError(f"no notebook is called {notebook!r}: give a path or {there}")
    return tutorial


def _fixed(names: Sequence[str], values: Sequence[str]) -> dict[str, str]:
    """Parameters that are the same in all runs, as text."""
    left, fixed = list(values), {}
    for name in names:
        if "=" not in name and left:
            fixed[name] = left.pop(0)
        else:
            fixed.update([_named(name)])
    if left:
        raise InputError(f"{left[0]!r} belongs to no name: give -p NAME {left[0]}")
    return fixed


def _named(text: str) -> tuple[str, str]:
    """Name and value of a parameter."""
    name, mark, value = text.partition("=")
    if not (mark and name.strip() and value):
        raise InputError(f"{text!r} is no parameter: give NAME=VALUE")
    return name.strip(), value
