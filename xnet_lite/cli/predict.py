"""From a file to a spectrum: `predict` by what was learnt, `simulate` by physics."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xnet_lite.cli.many import predict_all
from xnet_lite.cli.outputs import (
    FIGURES,
    check_out,
    sparkline,
    write_figure,
    write_prediction,
    write_simulation,
)
from xnet_lite.cli.shell import Debug, guarded, say, show_table
from xnet_lite.errors import InputError
from xnet_lite.provenance import provenance

if TYPE_CHECKING:
    from collections.abc import Callable

    from xnet_lite.arrays import Array
    from xnet_lite.jobs.comparison import Comparison
    from xnet_lite.jobs.prediction import Prediction
    from xnet_lite.spectra import Spectrum
    from xnet_lite.structures import Site

File = Annotated[Path, typer.Argument(help="XYZ, CIF, POSCAR: whatever ASE reads.")]
Files = Annotated[
    list[Path], typer.Argument(metavar="FILE …", help="The same, or folders of them.")
]
Absorber = Annotated[
    str | None,
    typer.Option(help="Element, or index from 0.", show_default="the only metal"),
]
Frame = Annotated[int, typer.Option(help="Which structure of several, from 0.")]
Out = Annotated[
    Path | None,
    typer.Option(help="File to write; .csv, .json or .html (opens offline)."),
]


Compare = Annotated[Path | None, typer.Option(help="A measured spectrum to compare.")]
Fwhm = Annotated[
    float | None, typer.Option(help="Gaussian of the instrument, full width, eV.")
]
Arctan = Annotated[
    bool,
    typer.Option("--arctan", help="Widths that grow with energy, arctangent of 2020."),
]
Align = Annotated[bool, typer.Option("--align", help="Shift the measured one onto it.")]


Figure = Annotated[Path | None, typer.Option(help="Figure for print; .svg or .png.")]


@guarded("nothing was kept; it takes a second, run it again")
def predict(
    *,
    files: Files,
    absorber: Absorber = None,
    model: Annotated[
        Path | None,
        typer.Option(help="Folder that `train` made.", show_default="nine-metals"),
    ] = None,
    frame: Frame = 0,
    frames: Annotated[
        str | None, typer.Option(help="all, of files with several structures.")
    ] = None,
    weights: Annotated[
        Path | None, typer.Option(help="A number a site, for the average.")
    ] = None,
    compare: Compare = None,
    fwhm: Fwhm = None,
    arctan: Arctan = False,
    align: Align = False,
    out: Out = None,
    figure: Figure = None,
    debug: Debug = False,
) -> None:
    """Predict the spectrum of a structure, with its ±2σ error band.

    The default model, nine-metals, is shipped and knows K edges from Ti to Zn. A
    verdict (known, near, far) tells whether the like is known and what error to expect;
    warnings tell what is unlike all known sites.

    With --fwhm or --arctan an experiment-like curve stands beside the raw one, with
    --compare a measured one: in the page, the CSV and the JSON.

    Of several files or folders, with --frames all or --absorber all, every site is
    predicted: --out is a folder then, with a line of JSON a site, tables, a page and
    the average that an experiment sees. What is there already is not done again.
    """
    many = len(files) > 1 or files[0].is_dir()
    if many or frames or weights or (absorber or "").lower() == "all":
        _check_alone(frame, compare, fwhm, arctan, align, figure)
        predict_all(files, model, absorber, frames, out, weights)
        return
    file = files[0]
    check_out(out, (".csv", ".json", ".html"))
    check_out(figure, FIGURES)
    from xnet_lite.jobs import predict as ask
    from xnet_lite.structures import read_site

    site = read_site(file, absorber, frame=frame)
    _say_notes(site)
    beside = _comparer(compare, fwhm, arctan, align)
    found = ask(site, model)
    found.warnings.extend(_several(site, absorber))
    found = replace(found, settings=_asked(compare, fwhm, arctan, align))
    _describe(found)
    comparison = beside(found.spectrum, found.std)
    if figure is not None:
        curves = {"prediction": found.spectrum, **_curves(comparison)}
        write_figure(figure, found.provenance, curves, found.std)
        say(f"written: {figure}")
    _written(out, lambda path: write_prediction(found, path, comparison))


@guarded("nothing was kept; it takes seconds, run it again")
def simulate(
    *,
    file: File,
    absorber: Absorber = None,
    preset: Annotated[
        str,
        typer.Option(help="fdmnes_like, fdmnes_screened, feff_like, feff_overlapped"),
    ] = "fdmnes_like",
    potential: Annotated[
        str | None,
        typer.Option(help="overlapped, self-consistent.", show_default="by preset"),
    ] = None,
    r_fms: Annotated[float, typer.Option(help="Radius of the cluster, Å.")] = 5.0,
    order: Annotated[
        int | None,
        typer.Option(help="Scattering events kept; 1 is single.", show_default="all"),
    ] = None,
    l_max: Annotated[
        int | None,
        typer.Option(help="Highest angular momentum.", show_default="by element"),
    ] = None,
    hole: Annotated[bool, typer.Option(help="Core hole on the absorber.")] = True,
    polarisation: Annotated[
        tuple[float, float, float] | None,
        typer.Option(help="Direction of the electric field.", show_default="averaged"),
    ] = None,
    device: Annotated[str, typer.Option(help="cpu, or cuda for a GPU.")] = "cpu",
    frame: Frame = 0,
    compare: Compare = None,
    fwhm: Fwhm = None,
    arctan: Arctan = False,
    align: Align = False,
    out: Annotated[
        Path | None, typer.Option(help="File to write; .csv, .xdi, .json or .html.")
    ] = None,
    figure: Figure = None,
    debug: Debug = False,
) -> None:
    """Compute the K-edge spectrum of a structure by multiple scattering.

    One to a few seconds a molecule; no training data are involved. Dipole transitions
    alone, no quadrupole: 1s → 3d pre-edges are too low. Self-consistent or not, an
    edge shift below 0.5 eV means nothing. --fwhm, --arctan, --compare and --align as in
    `predict`.
    """
    check_out(out, (".csv", ".xdi", ".json", ".html"))
    check_out(figure, FIGURES)
    from xnet_lite.structures import read_site

    site = read_site(file, absorber, frame=frame)
    _say_notes(site)
    beside = _comparer(compare, fwhm, arctan, align)
    from xnet_lite.scattering import OVERLAPPED, MultipleScattering, boundary_doubts

    settings = {"preset": preset, "r_fms": r_fms, "order": order, "l_max": l_max}
    settings |= {"hole": hole, "polarisation": polarisation, "potential": potential}
    engine = MultipleScattering(device=device, **settings)  # type: ignore[arg-type]
    spectrum = engine(site)
    warnings = _several(site, absorber)
    if engine.physics.potential == OVERLAPPED:
        warnings = [*warnings, *boundary_doubts(site)]
    for sentence in warnings:
        say(f"warning: {sentence}")
    meta = {**spectrum.meta, **settings, "notes": [*site.notes, *warnings]}
    spectrum = replace(spectrum, meta=meta)
    typer.echo(f"{site.label}: computed, {preset}, {r_fms:g} Å")
    _draw(spectrum.energy_rel, spectrum.mu, spectrum.e0 or 0.0)
    comparison = beside(spectrum)
    asked = settings | _asked(compare, fwhm, arctan, align)
    record = provenance(settings=asked, structure=site.identity())
    if comparison is not None and out is not None and out.suffix.lower() == ".xdi":
        say("note: an XDI holds the computed spectrum alone")
    if figure is not None:
        curves = {"engine": spectrum, **_curves(comparison)}
        write_figure(figure, record, curves)
        say(f"written: {figure}")
    _written(out, lambda to: write_simulation(spectrum, site, record, to, comparison))


def _check_alone(frame: int, *others: object) -> None:
    """Refuse what is for one site alone."""
    if frame or any(other not in (None, False) for other in others):
        raise InputError(
            "--frame, --compare, --fwhm, --arctan, --align and --figure are for one "
            "site: give one file, or --frames in place of --frame"
        )


def _comparer(
    scan: Path | None, fwhm: float | None, arctan: bool, align: bool
) -> Callable[..., Comparison | None]:
    """What compares a spectrum with a scan that is read at once, and says what came."""
    from xnet_lite.jobs import compare
    from xnet_lite.spectra import read_spectrum

    if align and scan is None:
        raise InputError("--align shifts a measured spectrum: give --compare FILE")
    measured = None if scan is None else read_spectrum(scan)

    def beside(spectrum: Spectrum, std: Array | None = None) -> Comparison | None:
        if scan is None and fwhm is None and not arctan:
            return None
        how: dict[str, Any] = {"fwhm": fwhm, "arctangent": arctan, "aligned": align}
        found = compare(spectrum, measured, std=std, **how)
        for note in found.notes:
            typer.echo(f"- {note}")
        return found

    return beside


def _asked(
    scan: Path | None, fwhm: float | None, arctan: bool, align: bool
) -> dict[str, Any]:
    """What was asked for beside a spectrum, where it was."""
    asked = {"scan": scan and scan.name, "fwhm": fwhm}
    asked |= {"arctangent": arctan or None, "aligned": align or None}
    return {name: value for name, value in asked.items() if value is not None}


def _curves(comparison: Comparison | None) -> dict[str, Spectrum]:
    """What stands beside a spectrum in a figure."""
    return {} if comparison is None else comparison.curves()


def _say_notes(site: Site) -> None:
    """Say what was assumed when a structure was read."""
    for note in site.notes:
        say(f"note: {note}")


def _several(site: Site, absorber: str | None) -> list[str]:
    """A sentence where another atom could have been meant."""
    from xnet_lite.structures.site import is_index

    alike = [i for i, s in enumerate(site.atoms.symbols) if s == site.absorber]
    if len(alike) < 2 or is_index(absorber or ""):
        return []
    return [
        f"{len(alike)} atoms are {site.absorber}, {site.absorber_index} was taken: "
        "give --absorber with an index for another"
    ]


def _describe(found: Prediction) -> None:
    """Print what was predicted, what is near, what to beware of."""
    site = found.site
    typer.echo(f"{site.label}: predicted by {found.model['name']}")
    _draw(found.energy_rel, found.mu, found.e0)
    for sentence in found.promise:
        typer.echo(sentence)
    show_table(found.nearest)
    for sentence in found.warnings:
        say(f"warning: {sentence}")


def _draw(energy_rel: Array, mu: Array, e0: float) -> None:
    """Print a spectrum as a line of blocks, with its highest point."""
    top = int(mu.argmax())
    low, high = energy_rel[[0, -1]]
    typer.echo(f"{low:+.0f} eV {sparkline(mu)} {high:+.0f} eV from {e0:.1f} eV")
    typer.echo(f"highest {mu[top]:.3f} at {energy_rel[top]:+.1f} eV")


def _written(out: Path | None, write: Callable[[Path], None]) -> None:
    """Write a file, or say that it can be."""
    if out is None:
        say("add --out FILE.html (or .csv, .json) to keep it")
        return
    write(out)
    say(f"written: {out}")
