"""From a scan to what it says of the structure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xnet_lite.cli.outputs import check_out, write_inversion
from xnet_lite.cli.shell import Debug, guarded, say, show_table

if TYPE_CHECKING:
    from xnet_lite.inverse import Inversion

Ends = Annotated[
    tuple[float, float] | None,
    typer.Option(help="Where that line is fitted, eV from e0.", show_default="found"),
]


@guarded("nothing was kept; it takes seconds, run it again")
def invert(
    *,
    scan: Annotated[Path, typer.Argument(help="A scan, as the beamline wrote it.")],
    absorber: Annotated[
        str | None, typer.Option(help="Element, if the file names none.")
    ] = None,
    known: Annotated[
        list[str] | None,
        typer.Option(
            help="Set or folder of known spectra; once more for another set beside it.",
            show_default="by element",
        ),
    ] = None,
    e0: Annotated[float | None, typer.Option(help="Edge energy, eV.")] = None,
    pre: Ends = None,
    post: Ends = None,
    signal: Annotated[
        str | None, typer.Option(help="absorption, transmission, fluorescence …")
    ] = None,
    unit: Annotated[str | None, typer.Option(help="eV or keV.")] = None,
    number: Annotated[int, typer.Option(help="Which scan of several, from 0.")] = 0,
    out: Annotated[
        Path | None, typer.Option(help="File to write; .json or .html (opens offline).")
    ] = None,
    debug: Debug = False,
) -> None:
    """Ask known structures what a measured spectrum is of.

    The scan is normalised, known spectra are broadened to its resolution and it is
    shifted onto them. The most similar ones are listed by five measures; the nearest
    eight tell first-shell distance, coordination and elements. A verdict (known, near,
    far) says whether they may, by how known compounds fare that are left out.
    """
    check_out(out, (".json", ".html"))
    from xnet_lite.datasets import load
    from xnet_lite.inverse import KnownSpectra, with_element
    from xnet_lite.inverse import invert as ask
    from xnet_lite.spectra import read_spectrum

    measured = read_spectrum(scan, signal=signal, unit=unit, scan=number)
    if absorber is not None:
        measured = with_element(measured, absorber)
    spectra = None
    if known:
        sets = [load(name) for name in known]
        spectra = (
            KnownSpectra.of_sets(measured.absorber, sets)
            if len(sets) > 1
            else KnownSpectra(sets[0].of_absorber(measured.absorber))
        )
    found = ask(measured, spectra, e0=e0, pre=pre, post=post)
    settings: dict[str, Any] = {"absorber": absorber, "scan": number}
    settings["known"] = " and ".join(known) if known else None
    settings |= {"e0": e0, "pre": pre, "post": post, "signal": signal, "unit": unit}
    digest = hashlib.sha256(scan.read_bytes()).hexdigest()
    asked = {k: v for k, v in settings.items() if v is not None}
    source = {"file": scan.name, "sha256": digest}
    found = replace(found, settings=asked, source=source)
    _describe(found, scan.name)
    if out is not None:
        write_inversion(found, out)
        say(f"written: {out}")


def _describe(found: Inversion, name: str) -> None:
    """Print the verdict, what the nearest agree on, and which they are."""
    typer.echo(f"{name}: {found.known.absorber} {found.known.edge} edge")
    for note in found.notes:
        (say if note.startswith("doubtful") else typer.echo)(f"- {note}")
    typer.echo(found.sentence)
    typer.echo(found.told)
    if found.second is not None:
        typer.echo(found.second_told)
    show_table(found.nearest)
    show_table(found.by_measure)
