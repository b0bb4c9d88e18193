"""What a verb writes: CSV, XDI, JSON, a page; and a few lines for the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnet_lite.errors import InputError
from xnet_lite.writing import check_writable, write

if TYPE_CHECKING:
    from xnet_lite.arrays import Array
    from xnet_lite.inverse import Inversion
    from xnet_lite.jobs.comparison import Comparison
    from xnet_lite.jobs.prediction import Prediction
    from xnet_lite.spectra import Spectrum
    from xnet_lite.structures import Site

#: raised whenever a reader of the old one would misread the new one
SIMULATION, EVALUATION = "xnet-lite simulation 1", "xnet-lite evaluation 1"
#: suffixes of figures
FIGURES = (".svg", ".png")
BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 60


def check_out(out: Path | None, suffixes: Sequence[str]) -> None:
    """Refuse an output file that could not be written, before any work is done."""
    if out is None:
        return
    if out.suffix.lower() not in suffixes:
        said = f"{out}: cannot write {out.suffix or 'a file without suffix'!r}"
        raise InputError(f"{said}, give one of {', '.join(suffixes)}")
    check_writable(out)


def write_prediction(
    found: Prediction, out: Path, comparison: Comparison | None = None
) -> None:
    """Write a prediction as its suffix says, and what it is compared with."""
    kind = out.suffix.lower()
    if kind == ".json":
        write_json(found.as_dict() | _compared(comparison), out)
    elif kind == ".csv":
        write(out, found.as_csv(comparison))
    else:
        from xnet_lite.plots.pages import prediction_page

        write(out, prediction_page(found, comparison))


def write_inversion(found: Inversion, out: Path) -> None:
    """Write what known structures say of a scan, as the suffix says."""
    if out.suffix.lower() == ".json":
        write_json(found.as_dict(), out)
    else:
        from xnet_lite.plots.pages import inversion_page

        write(out, inversion_page(found))


def write_simulation(
    spectrum: Spectrum,
    site: Site,
    record: Mapping[str, Any],
    out: Path,
    comparison: Comparison | None = None,
) -> None:
    """Write a computed spectrum as its suffix says, and what it is compared with.

    XDI holds the spectrum alone, and what other programs look for.
    """
    kind = out.suffix.lower()
    meta = {"absorber_index": site.absorber_index, **spectrum.meta}
    meta["provenance"] = record
    if kind == ".csv":
        from xnet_lite.jobs.comparison import csv_of

        write(out, csv_of(spectrum, {}, meta, comparison))
    elif kind == ".xdi":
        from xnet_lite.spectra import write_spectrum

        fields = {
            "Scan.edge_energy": f"{spectrum.e0} eV",
            "Sample.name": site.name,
            "Sample.stoichiometry": site.atoms.get_chemical_formula(),
        }
        write_spectrum(replace(spectrum, meta={**fields, **meta}), out)
    elif kind == ".json":
        write_json(
            {
                "format": SIMULATION,
                "energy": spectrum.energy.round(6).tolist(),
                "mu": spectrum.mu.tolist(),
                "e0": spectrum.e0,
                "absorber": spectrum.absorber,
                "absorber_index": site.absorber_index,
                "engine": dict(spectrum.meta),
                "provenance": record,
            }
            | _compared(comparison),
            out,
        )
    else:
        write(out, _simulation_page(spectrum, site, record, comparison))


def write_figure(
    out: Path,
    record: Mapping[str, Any],
    curves: Mapping[str, Spectrum],
    std: Array | None = None,
) -> None:
    """Write a figure for print as its suffix says; the first curve has the band."""
    from xnet_lite.plots import printed

    made = record["structure"]
    title = f"{made['name'] or made['formula']}, {made['absorber']} {made['edge']} edge"
    lines = {name: (one.energy_rel, one.mu) for name, one in curves.items()}
    write(out, printed(out.suffix.lower()[1:], lines, std, title=title, record=record))


def write_json(content: Mapping[str, Any], out: Path) -> None:
    """Write JSON that any reader of JSON accepts."""
    write(out, json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n")


def sparkline(values: Any, width: int = WIDTH) -> str:
    """Draw numbers as a line of blocks.

    Example
    -------
    >>> sparkline([0.0, 1.0, 0.5], width=3)
    '▁█▅'
    """
    import numpy as np

    wanted = np.linspace(0, len(values) - 1, width)
    line = np.interp(wanted, np.arange(len(values)), values)
    height = np.ptp(line) or 1.0
    steps = ((line - line.min()) / height * (len(BLOCKS) - 1)).round().astype(int)
    return "".join(BLOCKS[step] for step in steps)


def _compared(comparison: Comparison | None) -> dict[str, Any]:
    """What a spectrum is compared with, for JSON."""
    return {} if comparison is None else {"comparison": comparison.as_dict()}


def _simulation_page(
    spectrum: Spectrum,
    site: Site,
    record: Mapping[str, Any],
    comparison: Comparison | None,
) -> str:
    """A page with a computed spectrum."""
    from xnet_lite.plots import Page, plot_spectra
    from xnet_lite.plots.pages import compared

    others = {} if comparison is None else comparison.curves()
    figure = plot_spectra({"engine": spectrum, **others})
    title = f"{site.label}, computed"
    warnings = [x for x in spectrum.meta.get("notes", ()) if x not in site.notes]
    more: dict[str, Any] = {"radius": spectrum.meta["r_fms"], "record": record}
    return Page(title, figure, site, compared(comparison), warnings, **more).html()
