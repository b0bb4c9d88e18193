"""A folder of scans of one edge as one table of spectra."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from xnet_lite.arrays import floats
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.spectra import Spectrum, align, normalise, read_spectra, resample
from xnet_lite.spectra.normalisation import Range

#: eV from the edge
GRID = (-20.0, 80.0, 0.5)


def read_series(
    folder: str | Path,
    *,
    e0: float | None = None,
    pre: Range | None = None,
    post: Range | None = None,
    grid: tuple[float, float, float] = GRID,
    aligned: bool = False,
) -> XASDataset:
    """Read every scan of a folder, with an edge step of 1, on one grid.

    Parameters
    ----------
    folder : str or Path
        Of files that `read_spectra` reads; hidden ones are passed over.
    e0, pre, post
        As in `normalise`; without e0 the median of what the scans show is taken, for
        all of them.
    grid : (float, float, float)
        First, last and step, eV from e0; cut to what all scans cover.
    aligned : bool
        Shift every scan onto the first one by least squares. A calibration that drifts
        makes components that are none; so it is worth it for scans of one sample, and
        it takes true shifts away.

    Returns
    -------
    XASDataset
        Without sites, its energies absolute; label "name", `meta["e0"]`, and in
        `meta["notes"]` what was assumed, and which file was left out and why.

    Raises
    ------
    InputError
        If the folder does not exist, fewer than two scans can be used, or they share
        fewer than ten energies of the grid.

    Example
    -------
    >>> Path("series").mkdir()
    >>> for name in ("a.xdi", "b.xdi"):
    ...     _ = Path("series", name).write_bytes(Path("Fe_foil.xdi").read_bytes())
    >>> read_series("series").spectra.shape
    (2, 201)
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder, give one with scans")
    ends = floats("grid", grid)
    if ends.shape != (3,) or not (ends[1] > ends[0] and ends[2] > 0):
        raise InputError(f"grid is {grid!r}: give first, last and a step > 0, in eV")
    scans, notes = _scans(folder, e0, pre, post)
    if len(scans) < 2:
        raise InputError(f"{folder}: {len(scans)} scans can be used, give two or more")
    if aligned:
        first, *others = scans.values()
        moved = [align(one, first) for one in others]
        told = [f"{one.meta['energy_shift']:+.2f}" for one in moved]
        notes.append(f"shifted onto the first scan, by {', '.join(told)} eV")
        scans = dict(zip(scans, [first, *moved], strict=True))
    edge = next(iter(scans.values())).e0 or 0.0
    energy = edge + np.arange(ends[0], ends[1] + ends[2] / 2, ends[2])
    low = max(one.energy[0] for one in scans.values())
    high = min(one.energy[-1] for one in scans.values())
    energy = energy[(energy >= low) & (energy <= high)]
    if len(energy) < 10:
        said = f"{folder}: the scans share {low:.1f} to {high:.1f} eV, "
        raise InputError(f"{said}{len(energy)} points of the grid: give another grid")
    spectra = [resample(one, energy).mu for one in scans.values()]
    meta = {"e0": edge, "energy_reference": "absolute", "units": "edge step 1"}
    labels = {"name": np.array(list(scans))}
    meta["notes"] = notes
    return XASDataset(folder.name, energy, np.array(spectra), labels=labels, meta=meta)


def _scans(
    folder: Path, e0: float | None, pre: Range | None, post: Range | None
) -> tuple[dict[str, Spectrum], list[str]]:
    """Normalised scans by name, all with one e0; and what is to be said."""
    raw: dict[str, Spectrum] = {}
    notes: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        try:
            found = read_spectra(path)
        except InputError as error:
            notes.append(f"left out: {error}")
            continue
        several = len(found) > 1
        for i, one in enumerate(found):
            name = f"{path.name}, scan {i}" if several else path.name
            raw[name] = one
            notes += [f"{name}: {note}" for note in one.meta.get("notes", ())]
    made = {}
    for name, one in raw.items():
        try:
            made[name] = normalise(one, e0, pre, post)
        except InputError as error:
            notes.append(f"left out: {name}: {error}")
    if e0 is None and made:
        e0 = float(np.median([one.e0 for one in made.values() if one.e0 is not None]))
        notes.append(f"e0 is {e0:.2f} eV for all, the median of what they show")
    return {name: replace(one, e0=e0) for name, one in made.items()}, notes
