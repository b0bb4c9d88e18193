"""Reader of the XAS Data Library: measured K-edge scans of Ti to Zn compounds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.public.catalogue import PublicSet
from xnet_lite.errors import InputError
from xnet_lite.spectra import Spectrum, normalise, read_spectrum

# Every scan covers this window around its edge; the step is that of the finest.
ENERGY_REL = np.linspace(-15.0, 60.0, 301)
# K edges, eV: Elam, Ravel, Sieber, Radiat. Phys. Chem. 63, 121 (2002).
K_EDGE = {
    "Ti": 4966.0,
    "V": 5465.0,
    "Cr": 5989.0,
    "Mn": 6539.0,
    "Fe": 7112.0,
    "Co": 7709.0,
    "Ni": 8333.0,
    "Cu": 8979.0,
    "Zn": 9659.0,
}


def read_xasdatalibrary(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read the measured scans, normalised, on one grid relative to the tabulated edge.

    Parameters
    ----------
    entry : PublicSet
        Its entry in the catalogue.
    paths : mapping of str to Path
        XDI files, by path.

    Returns
    -------
    XASDataset
        No sites. Energies from the tabulated edge of each absorber (label
        e0_tabulated, eV), so chemical shifts stay, as far as the beamlines'
        calibrations agree. The steepest point (label e0, eV) would not do: in
        chromates it is the pre-edge peak. Labels absorber, compound (formula),
        sample, temperature, file; `meta["skipped"]` names the scans that cannot be
        used, and why.

    Raises
    ------
    InputError
        When no scan at all can be used.
    """
    rows: list[tuple[Spectrum, np.ndarray]] = []
    skipped = []
    for name, path in sorted(paths.items()):
        try:
            spectrum = normalise(_read(name, path))
            rows.append((spectrum, _window(spectrum)))
        except InputError as error:
            skipped.append(f"{name}: {error}")
    if not rows:
        raise InputError(f"No scan of {entry.name} can be used: {skipped[0]}")
    labels = {
        "absorber": [spectrum.absorber for spectrum, _ in rows],
        "compound": [_formula(spectrum) for spectrum, _ in rows],
        "sample": [_field(spectrum, "sample.name") for spectrum, _ in rows],
        "temperature": [_field(spectrum, "sample.temperature") for spectrum, _ in rows],
        "file": [spectrum.meta["file"] for spectrum, _ in rows],
        "e0": [spectrum.e0 for spectrum, _ in rows],
        "e0_tabulated": [K_EDGE[spectrum.absorber] for spectrum, _ in rows],
    }
    meta = entry.meta(energy_reference="e0", units="edge step 1", skipped=skipped)
    return XASDataset(
        entry.name,
        ENERGY_REL,
        np.array([row for _, row in rows]),
        labels={key: np.array(values) for key, values in labels.items()},
        meta=meta,
    )


def spectra_xasdatalibrary(
    entry: PublicSet, paths: Mapping[str, Path]
) -> list[Spectrum]:
    """Read the measured scans as they stand in the files.

    Parameters
    ----------
    entry, paths
        As in `read_xasdatalibrary`.

    Returns
    -------
    list of Spectrum
        By path, neither normalised nor cut; the fields of the file in `meta`, its
        path in `meta["file"]`.

    Raises
    ------
    InputError
        When a file cannot be read.
    """
    return [_read(name, path) for name, path in sorted(paths.items())]


def _read(name: str, path: Path) -> Spectrum:
    """Read one scan, whatever the ending of its name."""
    raw = read_spectrum(path, format="xdi")
    meta = {**raw.meta, "file": PurePosixPath(name).name}
    return Spectrum(raw.energy, raw.mu, raw.e0, raw.absorber, raw.edge, meta)


def _window(spectrum: Spectrum) -> np.ndarray:
    """Return a scan on the common grid; refuse one that does not cover it."""
    if spectrum.absorber not in K_EDGE or spectrum.edge != "K":
        raise InputError(
            f"is of {spectrum.absorber or 'no element'} {spectrum.edge}, expected the "
            "K edge of Ti to Zn"
        )
    energy = spectrum.energy - K_EDGE[spectrum.absorber]
    if energy[0] > ENERGY_REL[0] or energy[-1] < ENERGY_REL[-1]:
        raise InputError(
            f"covers {energy[0]:.0f} to {energy[-1]:.0f} eV from the edge, expected "
            f"{ENERGY_REL[0]:g} to {ENERGY_REL[-1]:g}"
        )
    return np.interp(ENERGY_REL, energy, spectrum.mu)


def _field(spectrum: Spectrum, wanted: str) -> str:
    """Return a field of the file's header, in whatever case it was written."""
    found = (v for key, v in spectrum.meta.items() if key.lower() == wanted)
    return " ".join(str(next(found, "")).split())


def _formula(spectrum: Spectrum) -> str:
    """Return the formula of the sample, or its name where there is none."""
    return _field(spectrum, "sample.formula") or _field(spectrum, "sample.name")
