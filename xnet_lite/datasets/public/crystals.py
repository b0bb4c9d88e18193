"""Readers of the public sets of crystals: omnixas-cu-k, omnixas-*-feff and -vasp."""

import io
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import scipy
from ase import Atoms

from xnet_lite.arrays import Array
from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.packed import reading
from xnet_lite.datasets.public.catalogue import PublicSet, ending
from xnet_lite.datasets.public.tarfiles import read_members
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site

# First energies (eV) and step of the published spectra: arXiv:2409.19552, Table S1.
FIRST_ENERGY = {"Ti": 4964.504, "Cu": 8983.173}
STEP_EV, N_PUBLISHED = 0.25, 141
# The crystals' own FEFF spectra reach further; twice the window is kept, whose
# first half is the published grid.
N_WIDE = 281
# M3GNet features have a norm of about 3500; of the same site they agree to the
# rounding of single precision (1e-3), of different sites they do not to 1.
SAME_SITE = 0.1
_LEVELS = re.compile(r"Mu=\s*(\S+?)eV.*?Vint=\s*(\S+?)eV\s*Rs_int=\s*(\S+)")
_SPHERE = re.compile(r"Z=\s*(\d+)\s+Rmt=\s*(\S+)\s+Rnm=\s*(\S+)")
_SITE_FOLDER = re.compile(r".*/([^/]+)/FEFF-XANES/(\d+)_\w+/")


def read_omnixas_cu(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read the Cu sites of crystals with their FEFF spectra, in the order of the paths.

    Every spectrum is interpolated onto 8983.173 + 0.25 k eV, k = 0 … 280, FEFF's own
    absolute energies, constant below its first point; the first 141 points are the
    published grid. Edges differ between materials and are not aligned.

    Returns
    -------
    XASDataset
        Labels compound (the material's id), site (atom index), e_fermi (eV, k = 0).
    """
    (path,) = paths.values()
    rows, skipped = [], []
    for site, spectrum in _sites_with_spectra(path, entry.files[0].members):
        if site.absorber == entry.element:
            rows.append((site, spectrum))
        else:
            skipped.append(f"{site.name}: atom {site.absorber_index} is no Cu")
    energy = FIRST_ENERGY["Cu"] + STEP_EV * np.arange(N_WIDE)
    sites = [site for site, _ in rows]
    labels = {
        "compound": [site.name for site in sites],
        "site": [site.absorber_index for site in sites],
        "e_fermi": [spectrum.meta["e_fermi"] for _, spectrum in rows],
    }
    spectra = [np.interp(energy, spectrum.energy, spectrum.mu) for _, spectrum in rows]
    units = "FEFF9, edge step 1 at 50 eV above the edge"
    facts = {"units": units, "skipped": skipped}
    return entry.dataset(energy, spectra, facts, sites=sites, labels=labels)


def spectra_omnixas_cu(entry: PublicSet, paths: Mapping[str, Path]) -> list[Spectrum]:
    """Read the FEFF spectra of the Cu sites on their own energies.

    Returns
    -------
    list of Spectrum
        In the order of the dataset; 173 uneven energies each, up to 137 eV above
        `meta["e_fermi"]`. What FEFF says of the potential is in `meta` too: `mu`,
        the Fermi level, and `vint`, that between the spheres, eV from the vacuum;
        `rs_int`, the electron radius there, bohr; `spheres`, the radius of the muffin
        tin and Norman's by nuclear charge, Å.
    """
    (path,) = paths.values()
    texts = _texts(path, entry.files[0].members)
    return [_read_xmu(f"{path}: {name}", texts[name]) for name in _spectra_in(texts)]


def _texts(path: Path, members: tuple[str, ...]) -> dict[str, str]:
    """Return the texts of the archive by path."""
    return {name: raw.decode() for name, raw in read_members(path, members).items()}


def _spectra_in(texts: Mapping[str, str]) -> list[str]:
    """Return the paths of the spectra, in order."""
    return sorted(name for name in texts if _SITE_FOLDER.match(name))


def _sites_with_spectra(
    path: Path, members: tuple[str, ...]
) -> Iterator[tuple[Site, Spectrum]]:
    """Yield the sites of the archive, in the order of their paths."""
    texts = _texts(path, members)
    structures: dict[str, Atoms] = {}
    for name in _spectra_in(texts):
        poscar = name.split("/FEFF-XANES/")[0] + "/POSCAR"
        material, index = _SITE_FOLDER.findall(name)[0]
        if material not in structures:
            structures[material] = _read_poscar(f"{path}: {poscar}", texts[poscar])
        site = Site(structures[material].copy(), int(index), name=material)
        yield site, _read_xmu(f"{path}: {name}", texts[name])


def _read_poscar(name: str, text: str) -> Atoms:
    """Return the crystal of a POSCAR text."""
    with reading(name, "is no POSCAR"):
        return next(ase.io.iread(io.StringIO(text), format="vasp"))


def _read_xmu(name: str, text: str) -> Spectrum:
    """Return the spectrum of a FEFF xmu.dat text: columns omega, e, k, mu, …"""
    table = text[text.find("omega") :].splitlines()[1:]
    with reading(name, "is no FEFF spectrum"):
        columns = np.array([line.split() for line in table], dtype=float).T
        energy, k, mu = columns[0], columns[2], columns[3]
    e_fermi = float(energy[np.argmin(np.abs(k))])
    meta = {"e_fermi": e_fermi, "file": name} | _potential(text)
    return Spectrum(energy, mu, absorber="Cu", meta=meta)


def _potential(text: str) -> dict[str, Any]:
    """What the head of a FEFF xmu.dat text says of the potential."""
    levels = _LEVELS.search(text)
    if levels is None:
        return {}
    spheres = {int(z): (float(a), float(b)) for z, a, b in _SPHERE.findall(text)}
    return dict(zip(("mu", "vint", "rs_int"), map(float, levels.groups()))) | {
        "spheres": spheres
    }


def read_omnixas_feff(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read M3GNet features and FEFF spectra of Cu or Ti sites.

    Returns
    -------
    XASDataset
        Features (n_sites, 64), 141 energies; label split ("val" or "test"; the
        repository has no train part as text).
    """
    return _published(entry, *_level(entry.element, "FEFF", paths))


def read_omnixas_vasp(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read M3GNet features and VASP spectra, with the FEFF spectrum where known.

    A site that both codes computed is found by its features: nearer than 0.1 in
    a space where different sites are further than 1 apart.

    Returns
    -------
    XASDataset
        As `read_omnixas_feff`; labels paired (bool) and spectra_feff
        (n_sites, 141), which is NaN where a site is not paired.
    """
    features, spectra, labels = _level(entry.element, "VASP", paths)
    low_features, low_spectra, _ = _level(entry.element, "FEFF", paths)
    distance = scipy.spatial.distance.cdist(features, low_features)
    paired = distance.min(axis=1) < SAME_SITE
    low = np.where(paired[:, None], low_spectra[distance.argmin(axis=1)], np.nan)
    labels |= {"paired": paired, "spectra_feff": low}
    return _published(entry, features, spectra, labels)


def _published(
    entry: PublicSet, features: Array, spectra: Array, labels: dict[str, Any]
) -> XASDataset:
    """Return a set of features and spectra on the published energies."""
    energy = FIRST_ENERGY[entry.element] + STEP_EV * np.arange(N_PUBLISHED)
    facts = {"units": "arbitrary, as published", "features": "M3GNet, 64 per site"}
    return entry.dataset(energy, spectra, facts, features=features, labels=labels)


def _level(
    element: str, code: str, paths: Mapping[str, Path]
) -> tuple[Array, Array, dict[str, Any]]:
    """Return features, spectra and labels of one code, val before test."""
    start, parts = f"/{element}_{code}", ("val", "test")
    features, spectra = (
        [_table(ending(paths, f"{start}_{part}_{kind}.txt")) for part in parts]
        for kind in "Xy"
    )
    split = np.repeat(parts, [len(table) for table in spectra])
    return np.concatenate(features), np.concatenate(spectra), {"split": split}


def _table(path: Path) -> Array:
    """Return a text file of numbers."""
    with reading(path, "is no table of numbers"):
        return np.loadtxt(path, ndmin=2)
