"""Readers of the public sets of molecules: tmqm-k-*, csd-fe-k, orca-s-k, fe-terpy."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.datasets.dataset import XASDataset
from xnet_lite.datasets.packed import read_arrays
from xnet_lite.datasets.public.catalogue import PublicSet, ending
from xnet_lite.errors import InputError
from xnet_lite.spectra import Spectrum, read_spectrum
from xnet_lite.structures import Site, read_site

# The FDMNES spectra: -15 to 60 eV from the edge in steps of 1/3 eV.
FDMNES_ENERGY = np.linspace(-15.0, 60.0, 226, dtype=float)
# The ORCA spectra: absolute and uncorrected, as TDDFT gives them.
ORCA_ENERGY = np.linspace(2395.0, 2445.0, 400, dtype=float)
# Energies in the files are printed with two decimals.
PRINTED_EV = 0.011
FE_TERPY_STATES = ("ground", "excited")


def read_tmqm(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read one of the nine tmQM sets: 97 wACSF features and FDMNES spectra.

    Returns
    -------
    XASDataset
        Features (n_sites, 97), spectra on 226 energies relative to the edge; no
        sites: the repository has none.
    """
    (path,) = paths.values()
    arrays = read_arrays(path)
    if set(arrays) != {"x", "y"}:
        raise InputError(f"{path} holds {sorted(arrays)}, not x and y; fetch it again.")
    facts = {
        "units": "FDMNES, arbitrary",
        "features": "wACSF as the parent code makes them: WACSF.xanesnet()",
    }
    return entry.dataset(FDMNES_ENERGY, arrays["y"], facts, features=arrays["x"])


def read_csd_fe(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read the Fe complexes of the CSD with their FDMNES spectra.

    Returns
    -------
    XASDataset
        Energies relative to 7112 eV; labels compound (refcode and formula) and
        split ("train" or "test", as published); `meta["skipped"]` names what has
        no partner.
    """
    absolute = FDMNES_ENERGY + (entry.e0 or 0.0)
    sites, spectra, split, skipped = _pairs(paths, entry.edge, absolute)
    labels = {"compound": [site.name for site in sites], "split": split}
    facts = {"units": "FDMNES, arbitrary", "skipped": skipped}
    return entry.dataset(FDMNES_ENERGY, spectra, facts, sites=sites, labels=labels)


def read_orca_s(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read the small sulphur molecules with their TDDFT spectra.

    The absorber is the first atom of each file. A second S, which 13 molecules
    have, absorbs too; the files do not tell its share.

    Returns
    -------
    XASDataset
        Absolute, uncorrected energies; labels compound (SMILES), name and split;
        `meta["skipped"]` names what has no partner.
    """
    sites, spectra, split, skipped = _pairs(paths, entry.edge, ORCA_ENERGY)
    labels = {
        "compound": [site.atoms.info["comment"] for site in sites],
        "name": [site.name for site in sites],
        "split": split,
    }
    facts = {"units": "ORCA, arbitrary", "skipped": skipped}
    return entry.dataset(ORCA_ENERGY, spectra, facts, sites=sites, labels=labels)


def _pairs(
    paths: Mapping[str, Path], edge: str, energy: Array
) -> tuple[list[Site], list[Array], list[str], list[str]]:
    """Sites (first atom absorbs), spectra, their parts; the unmatched by name.

    They belong together by folder part and stem; all spectra must have the energies.
    """
    found: dict[tuple[str, str], dict[str, Path]] = {}
    for name, path in paths.items():
        pure = PurePosixPath(name)
        kind, _, part = pure.parent.name.partition("_")
        found.setdefault((part, pure.stem), {})[kind] = path
    sites, rows, parts, skipped = [], [], [], []
    for (part, stem), both in sorted(found.items()):
        if len(both) == 2:
            sites.append(read_site(both["xyz"], absorber=0, edge=edge))
            rows.append(_on_grid(both["xanes"], energy))
            parts.append(part)
        else:
            lacking = "structure" if "xanes" in both else "spectrum"
            skipped.append(f"{stem}: no {lacking}")
    return sites, rows, parts, skipped


def _on_grid(path: Path, energy: Array) -> Array:
    """Return the absorption of a spectrum that already has these energies."""
    spectrum = read_spectrum(path)
    same = len(spectrum) == len(energy)
    if not same or np.abs(spectrum.energy - energy).max() > PRINTED_EV:
        raise InputError(
            f"{path} has {len(spectrum)} energies from {spectrum.energy[0]} to "
            f"{spectrum.energy[-1]} eV, expected {len(energy)} from {energy[0]:g} to "
            f"{energy[-1]:g}; fetch it again."
        )
    return spectrum.mu


def read_fe_terpy(entry: PublicSet, paths: Mapping[str, Path]) -> XASDataset:
    """Read the measured spectra of Fe(terpy)₂ in its ground and excited state.

    Returns
    -------
    XASDataset
        Two rows on the absolute energies of the ground state, labels state and
        compound. There is one structure, a model of the ground state, and both
        rows carry it: that of the excited state is what a refinement looks for.
    """
    ground, excited = spectra_fe_terpy(entry, paths)
    structure = ending(paths, ".xyz")
    site = read_site(structure, absorber=entry.element, edge=entry.edge)
    rows = [ground.mu, np.interp(ground.energy, excited.energy, excited.mu)]
    labels = {"state": FE_TERPY_STATES, "compound": [site.name, site.name]}
    facts = {
        "units": "measured, arbitrary",
        "structure": "one model of the ground state, given for both rows",
    }
    return entry.dataset(ground.energy, rows, facts, sites=[site, site], labels=labels)


def spectra_fe_terpy(entry: PublicSet, paths: Mapping[str, Path]) -> list[Spectrum]:
    """Read the two measured spectra on their own energies.

    Returns
    -------
    list of Spectrum
        Ground, then excited; `meta["state"]` says which.
    """
    spectra = []
    for state in FE_TERPY_STATES:
        raw = read_spectrum(ending(paths, f"_{state}.txt"))
        meta = {**raw.meta, "state": state}
        spectra.append(Spectrum(raw.energy, raw.mu, None, entry.element, "K", meta))
    return spectra
