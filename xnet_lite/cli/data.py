"""Datasets: `data list`, `get`, `info`, `make`."""

import os
from pathlib import Path
from typing import Annotated

import typer

from xnet_lite.cli.shell import Debug, Scheduling, guarded, load_told, say, show_table

Name = Annotated[str, typer.Argument(help="A name, see `data list`, or a folder.")]

group = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Datasets: embedded ones, public ones, and making them.",
)


@guarded()
def listing(debug: Debug = False) -> None:
    """List the datasets: embedded in the package, and public ones to download."""
    from xnet_lite.datasets import list_datasets

    rows = [
        {
            "name": one.name,
            "what": one.title,
            "sites": "?" if one.n_sites is None else one.n_sites,
            "licence": one.licence,
            "here": "yes" if one.cached else "no",
        }
        for one in list_datasets()
    ]
    show_table(rows)
    typer.echo("here: no — `xnet-lite data get NAME` downloads it, `load` does too")


@guarded("what was downloaded and checked is kept, the same command goes on from there")
def get(name: Name, debug: Debug = False) -> None:
    """Bring the files of a dataset to this machine, checked against their hashes."""
    from xnet_lite.datasets import fetch

    paths = fetch(name)
    size = sum(path.stat().st_size for path in paths)
    folder = os.path.commonpath([path.parent for path in paths])
    typer.echo(f"{name}: {len(paths)} files, {size / 1e6:.1f} MB, in {folder}")


@guarded()
def info(name: Name, debug: Debug = False) -> None:
    """Print a dataset's card: origin, licence, size, limits.

    Of a folder of your own: what was paired, what was left out and why.
    """
    from xnet_lite.datasets.listing import embedded_part
    from xnet_lite.datasets.registry import info as described

    one = described(name)
    card = (embedded_part(name) or (Path(),))[0] / "CARD.md"
    if card.is_file():
        typer.echo(card.read_text(encoding="utf-8"))
        return
    facts = {
        "title": one.title,
        "element, edge": f"{one.element or 'several'} {one.edge}",
        "sites": "not counted" if one.n_sites is None else one.n_sites,
        "licence": one.licence,
        "cite": one.citation,
        "origin": one.origin,
        "on this machine": "yes" if one.cached else f"no, `data get {name}` brings it",
    }
    typer.echo(f"# {name}\n")
    for key, value in facts.items():
        typer.echo(f"- {key}: {value or 'not said'}")
    if one.kind == "own":
        report = load_told(name, most=None).meta.get("report", {})
        heads = ("name", "structure", "spectrum", "absorber")
        files = report.get("files", [])
        show_table([{head: file[head] for head in heads} for file in files])


@guarded("every finished site is kept, the same command goes on from there")
def make(
    *,
    name: Annotated[
        str,
        typer.Argument(
            help="tm-complexes-k, tm-crystals-k, fe-two-levels or fe-dynamics."
        ),
    ],
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    scheduler: Scheduling = "processes",
    metal: Annotated[
        list[str] | None,
        typer.Option(help="Only this one; repeatable.", show_default="all"),
    ] = None,
    n_sites: Annotated[
        int | None,
        typer.Option(min=1, help="Sites a metal or frames.", show_default="as planned"),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, show_default="as planned")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder.", show_default="data/NAME")
    ] = None,
    debug: Debug = False,
) -> None:
    """Make an embedded dataset anew: build structures, compute spectra.

    One CPU second a site of a crystal, two to three of a complex, which is relaxed
    first. Resumable, and byte for byte repeatable with the same seed and versions.
    """
    from xnet_lite.making.makers import make_dataset as run

    say("loading the library; the first bar appears in a few seconds")
    how = {"workers": workers, "scheduler": scheduler}
    dataset = run(name, out, metals=metal, n_sites=n_sites, seed=seed, **how)
    typer.echo(f"{len(dataset)} sites written to {out or Path('data', name)}")
