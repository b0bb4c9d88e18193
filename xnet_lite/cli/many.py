"""`predict` of many: a folder with a line of JSON a site, tables and a page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from xnet_lite.cli.shell import command_name, say, show_table
from xnet_lite.errors import InputError
from xnet_lite.texts import contents_of, decoded
from xnet_lite.writing import check_folder, write

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from xnet_lite.arrays import Array
    from xnet_lite.jobs.many import Many

#: rows that the terminal shows, lines that a page draws
MOST = 30
LINES, TABLE, SPECTRA, PAGE = "sites.jsonl", "table.csv", "spectra.csv", "index.html"


def predict_all(
    files: list[Path],
    model: Path | None,
    absorber: str | None,
    frames: str | None,
    out: Path | None,
    weights: Path | None,
) -> None:
    """Predict all sites of some files, and write what came of them."""
    if out is not None:
        if out.suffix:
            said = "of several sites --out is a folder"
            raise InputError(f"{said}, {out} looks like a file: leave off {out.suffix}")
        check_folder(out)
    share = None if weights is None else _numbers(weights)
    from xnet_lite.jobs.default_model import NAME
    from xnet_lite.jobs.many import ALL, predict_many

    found = predict_many(
        files,
        model or NAME,
        absorber=absorber,
        frames=_frames(frames or ALL),
        keep=None if out is None else out / LINES,
        progress=True,
    )
    for sentence in found.failed.values():
        say(f"left out: {sentence}")
    if not found.lines:
        raise InputError("no site could be predicted: what was left out is above")
    table = found.table()
    shown = ("site", "verdict", "expected error / %", "mean ±2σ", "nearest known")
    rows = [{name: row[name] for name in shown} for row in table.rows[:MOST]]
    show_table(rows, f"the first {MOST}" if len(table.rows) > MOST else "")
    kept = f", {found.n_kept} of them from before" if found.n_kept else ""
    typer.echo(f"{len(found.lines)} sites{kept}; {len(found.failed)} left out")
    averages = _averages(found, share)
    if out is None:
        say("add --out FOLDER to keep spectra, table and page")
        return
    from xnet_lite.jobs.many import spectra_csv

    write(out / TABLE, table.csv())
    write(out / SPECTRA, spectra_csv(found.lines))
    write(out / PAGE, _page(found, averages))
    say(f"written: {out}/{{{','.join((LINES, TABLE, SPECTRA, PAGE))}}}")


def _frames(word: str) -> str | int:
    """What was asked for: all, or a number."""
    if word == "all":
        return word
    try:
        return int(word)
    except ValueError:
        said = f"--frames is {word!r}"
        raise InputError(f"{said}: give all, or a number from 0") from None


def _numbers(file: Path) -> list[float]:
    """The numbers of a file of weights."""
    text = decoded(contents_of(file, "weights"), file.name, "a file of weights")
    try:
        return [float(word) for word in re.split(r"[\s,;]+", text.strip())]
    except ValueError as error:
        raise InputError(f"{file.name}: {error}, give one weight a site") from None


def _averages(
    found: Many, weights: list[float] | None
) -> dict[str, tuple[Array, Array, Array]]:
    """What an experiment sees of each element."""
    elements = sorted({str(one["absorber"]) for one in found.lines})
    return {one: found.average(one, weights) for one in elements}


def _page(found: Many, averages: dict[str, tuple[Array, Array, Array]]) -> str:
    """A page with all spectra, the table, and an average for each element."""
    from xnet_lite.plots import Page, plot_prediction

    more: dict[str, go.Figure] = {}
    e0 = {one["absorber"]: one["e0"] for one in found.lines}
    for element, (energy, mu, std) in averages.items():
        band = None if std[0] != std[0] else std
        more[f"Average over the {element} sites"] = plot_prediction(
            energy - e0[element], mu, band
        )
    rows = [dict(row) for row in found.table().rows]
    drawn = f"The first {MOST} of them" if len(rows) > MOST else "All of them"
    return Page(
        f"{len(found.lines)} sites, predicted by {rows[0]['model']}",
        _all_of(found),
        found.sites[0],
        {"Sites": rows},
        [f"left out: {one}" for one in found.failed.values()],
        lead=f"{drawn}; the structure is that of the first.",
        next_command=f"{command_name()} predict FILE --out out/one.html",
        more=more,
        record=found.lines[0]["provenance"],
    ).html()


def _all_of(found: Many) -> go.Figure:
    """The first spectra over each other."""
    import numpy as np

    from xnet_lite.plots import plot_spectra
    from xnet_lite.spectra import Spectrum

    some = found.lines[:MOST]
    named = {
        f"{i} {one['site']}": Spectrum(
            np.array(one["energy"]), np.array(one["mu"]), one["e0"], one["absorber"]
        )
        for i, one in enumerate(some)
    }
    return plot_spectra(named)
