"""A notebook over a grid of parameters: `batch`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from xnet_lite.cli.lab import find_tutorials
from xnet_lite.cli.shell import FAILED, Debug, Scheduling, guarded, say, show_table
from xnet_lite.errors import InputError


@guarded("finished runs are kept, the same command goes on from there")
def batch(
    *,
    notebook: Annotated[
        str, typer.Argument(help="A notebook, or a tutorial's name: 10_first_network.")
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
        Path | None, typer.Option(help="Folder.", show_default="out/batch/NOTEBOOK")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 1,
    scheduler: Scheduling = "processes",
    debug: Debug = False,
) -> None:
    """Run a notebook over a grid of its parameters, and collect a table.

    What is done is not run again while notebook, parameters and version stay the same;
    what failed is. What a notebook gives to `record(error=4.5)` of xnet_lite.exercises
    stands in the table, which is printed and written as table.csv beside the executed
    notebooks. Needs papermill: pip install 'xnet-lite[tutorials]'.
    """
    path = _found(notebook)
    fixed = _fixed(parameter or [], values or [])
    from xnet_lite.jobs import batch as run

    axes = {name: run.literals(text) for name, text in map(_named, grid or [])}
    combined = run.grid({k: run.literal(v) for k, v in fixed.items()}, axes)
    folder = out or Path("out", "batch", path.stem)
    say(f"{path.stem}: runs of {len(combined)} settings into {folder}")
    found = run.run_batch(path, combined, folder, workers=workers, scheduler=scheduler)
    show_table(found.table().rows, found.notebook)
    if found.n_known:
        say(f"{found.n_known} runs were there already")
    for one in found.failed:
        say(f"failed: {_said(one['parameters'])}: {one['error']} ({one['key']}.ipynb)")
    say(f"written: {folder / run.TABLE}")
    if found.failed:
        raise typer.Exit(FAILED)


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


def _said(values: dict[str, Any]) -> str:
    """Parameters in a line."""
    return ", ".join(f"{name}={value!r}" for name, value in values.items())
