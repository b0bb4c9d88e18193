"""What a verb writes: CSV, XDI, JSON, a page; and a few lines for the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xnet_lite.errors import InputError

if TYPE_CHECKING:
    from xnet_lite.jobs.prediction import Prediction
    from xnet_lite.spectra import Spectrum
    from xnet_lite.structures import Site

BLOCKS = "▁▂▃▄▅▆▇█"
WIDTH = 60


def check_out(out: Path | None, suffixes: Sequence[str]) -> None:
    """Refuse an output file that could not be written, before any work is done."""
    if out is None:
        return
    if out.suffix.lower() not in suffixes:
        raise InputError(
            f"{out}: cannot write {out.suffix or 'a file without suffix'!r}, give one "
            f"of {', '.join(suffixes)}"
        )
    check_folder(out.parent)
    if out.is_dir():
        raise InputError(f"{out}: is a folder, give a file")


def check_folder(folder: Path) -> None:
    """Make a folder, or say why it cannot be made."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be a folder ({error.strerror}), give another place"
        ) from None


def write_prediction(found: Prediction, out: Path) -> None:
    """Write a prediction as its suffix says."""
    kind = out.suffix.lower()
    if kind == ".json":
        write_json(found.as_dict(), out)
    elif kind == ".csv":
        write_text(_csv(found), out)
    else:
        write_text(_prediction_page(found), out)


def write_simulation(spectrum: Spectrum, site: Site, out: Path) -> None:
    """Write a computed spectrum as its suffix says."""
    kind = out.suffix.lower()
    if kind in (".csv", ".xdi"):
        from xnet_lite.spectra import write_spectrum

        write_spectrum(spectrum, out)
    elif kind == ".json":
        write_json(
            {
                "energy": spectrum.energy.round(6).tolist(),
                "mu": spectrum.mu.tolist(),
                "e0": spectrum.e0,
                "absorber": spectrum.absorber,
                "absorber_index": site.absorber_index,
                "engine": dict(spectrum.meta),
            },
            out,
        )
    else:
        write_text(_simulation_page(spectrum, site), out)


def write_json(content: Mapping[str, Any], out: Path) -> None:
    """Write JSON that any reader of JSON accepts."""
    write_text(json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n", out)


def write_text(text: str, out: Path) -> None:
    """Write text with Unix line ends, in a folder that is made if need be."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8", newline="\n")


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


def _csv(found: Prediction) -> str:
    """Columns energy, mu and std below what is known, as `read_spectrum` reads them."""
    site = found.site
    fields = {
        "absorber": site.absorber,
        "edge": site.edge,
        "e0": found.e0,
        "meta": {
            "absorber_index": site.absorber_index,
            "neighbors": found.neighbors,
            "warnings": found.warnings,
        },
    }
    lines = ["# xnet_lite spectrum"]
    lines += [f"# {key}: {json.dumps(value)}" for key, value in fields.items()]
    columns = [found.energy.round(6).tolist(), found.mu.tolist()]
    head = "energy,mu"
    if found.std is not None:
        head, columns = f"{head},std", [*columns, found.std.tolist()]
    lines += [head, *(",".join(map(repr, row)) for row in zip(*columns, strict=True))]
    return "\n".join(lines) + "\n"


def _prediction_page(found: Prediction) -> str:
    """A page with the prediction, its band, and the nearest known sites."""
    from xnet_lite.plots import Page, plot_prediction

    figure = plot_prediction(found.energy_rel, found.mu, found.std)
    tables = {"Nearest known sites": found.nearest}
    title = f"{found.site.label}, predicted"
    return Page(title, figure, found.site, tables, found.warnings).html()


def _simulation_page(spectrum: Spectrum, site: Site) -> str:
    """A page with a computed spectrum."""
    from xnet_lite.plots import Page, plot_spectra

    figure = plot_spectra({"engine": spectrum})
    return Page(f"{site.label}, computed", figure, site).html()
