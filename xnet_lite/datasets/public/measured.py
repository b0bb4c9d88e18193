"""Reader of the XAS Data Library: measured K-edge scans of Ti to Zn compounds."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.public.catalogue import PublicSet
from xnet_lite.errors import InputError
from xnet_lite.spectra import Spectrum, normalise, read_spectrum

# Every scan covers this window around its edge; the step is that of the finest.
ENERGY_REL = np.linspace(-15.0, 60.0, 301)
# K edges, eV: Elam, Ravel, Sieber, Radiat. Phys. Chem. 63, 121 (2002).
_METALS = ("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn")
_EDGES = (4966.0, 5465.0, 5989.0, 6539.0, 7112.0, 7709.0, 8333.0, 8979.0, 9659.0)
K_EDGE = dict(zip(_METALS, _EDGES, strict=True))


def read_xasdatalibrary(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read the measured scans, normalised, on one grid relative to the tabulated edge.

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
    scans, rows, skipped = [], [], []
    for name, path in sorted(paths.items()):
        try:
            spectrum = normalise(_read(name, path))
            rows.append(_window(spectrum))
            scans.append(spectrum)
        except InputError as error:
            skipped.append(f"{name}: {error}")
    if not rows:
        raise InputError(f"No scan of {entry.name} can be used: {skipped[0]}")
    labels = {
        "absorber": [scan.absorber for scan in scans],
        "compound": [_formula(scan) for scan in scans],
        "sample": [_field(scan, "sample.name") for scan in scans],
        "temperature": [_field(scan, "sample.temperature") for scan in scans],
        "file": [scan.meta["file"] for scan in scans],
        "e0": [scan.e0 for scan in scans],
        "e0_tabulated": [K_EDGE[scan.absorber] for scan in scans],
    }
    facts = {"units": "edge step 1", "skipped": skipped}
    return entry.dataset(ENERGY_REL, rows, facts, labels=labels)


def spectra_xasdatalibrary(
    entry: PublicSet, paths: Mapping[str, Path]
) -> list[Spectrum]:
    """Read the measured scans as they stand in the files.

    Returns
    -------
    list of Spectrum
        By path, neither normalised nor cut; the fields of the file in `meta`, its
        path in `meta["file"]`.
    """
    return [_read(name, path) for name, path in sorted(paths.items())]


def _read(name: str, path: Path) -> Spectrum:
    """Read one scan, whatever the ending of its name."""
    raw = read_spectrum(path, format="xdi")
    meta = {**raw.meta, "file": PurePosixPath(name).name}
    return Spectrum(raw.energy, raw.mu, raw.e0, raw.absorber, raw.edge, meta)


def _window(spectrum: Spectrum) -> Array:
    """Return a scan on the common grid; refuse one that does not cover it."""
    if spectrum.absorber not in K_EDGE or spectrum.edge != "K":
        said = f"is of {spectrum.absorber or 'no element'} {spectrum.edge}"
        raise InputError(f"{said}, expected the K edge of Ti to Zn")
    energy = spectrum.energy - K_EDGE[spectrum.absorber]
    if energy[0] > ENERGY_REL[0] or energy[-1] < ENERGY_REL[-1]:
        said = f"covers {energy[0]:.0f} to {energy[-1]:.0f} eV from the edge"
        raise InputError(f"{said}, expected {ENERGY_REL[0]:g} to {ENERGY_REL[-1]:g}")
    mu: Array = np.interp(ENERGY_REL, energy, spectrum.mu)
    return mu


def _field(spectrum: Spectrum, wanted: str) -> str:
    """Return a field of the file's header, in whatever case it was written."""
    found = (v for key, v in spectrum.meta.items() if key.lower() == wanted)
    return " ".join(str(next(found, "")).split())


def _formula(spectrum: Spectrum) -> str:
    """Return the formula of the sample, or its name where there is none."""
    return _field(spectrum, "sample.formula") or _field(spectrum, "sample.name")
