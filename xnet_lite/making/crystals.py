"""Make the set of crystals that the library ships: cells from bonds, their spectra."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite import crystals
from xnet_lite.crystals import METALS, PROTOTYPES, Crystal
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.making.cards import crystal_facts
from xnet_lite.making.workshop import Workshop, cpu_seconds, labels_of, plain
from xnet_lite.scattering import DEAR, Level

NAME = "tm-crystals-k"
N_SITES, N_WHOLE, SEED = 167, 60, 20261128
_TITLE = "K-edge XANES of crystals built from prototypes, Ti to Zn"
#: what the engine's potentials are; a set at another level has another name
THEORY = "overlapped potential"
_N_TIMED = 10


def make_crystals(
    folder: str | Path | None = None,
    *,
    metals: Sequence[str] = METALS,
    n_sites: int = N_SITES,
    seed: int = SEED,
    level: Level = DEAR,
    **place: Any,
) -> XASDataset:
    """Make a set of crystals: structures, spectra, card.

    Parameters
    ----------
    folder, **place
        As :func:`xnet_lite.making.corpus.make` has them.
    metals : sequence of str
        Absorbers.
    n_sites : int
        Sites a metal, each of another compound or another place in it: the first 60 as
        they are built, all others strained and displaced; beyond what compounds there
        are, in other ways.
    seed : int
        Of the order of compounds and of what is drawn.
    level : Level
        Of the spectra.

    Returns
    -------
    XASDataset
        As written to the folder with ``CARD.md``.

    Raises
    ------
    InputError
        For an unknown metal, or one named twice, or less than one site.

    Example
    -------
    >>> make_crystals("out/few", metals=["Fe"], n_sites=4)   # doctest: +SKIP
    """
    for metal in metals:
        one_of("metal", metal, METALS)
    if len(set(metals)) < len(metals) or not metals:
        raise InputError(f"metals {', '.join(metals)}: name each of them once")
    within("[1, inf)", whole=True, n_sites=n_sites)
    shop = Workshop(NAME, folder, **place)
    sites: list[dict[str, Any]] = []
    left_out: list[str] = []
    spectra: list[dict[str, Any]] = []
    for metal in metals:
        built, without = populate(metal, n_sites, seed)
        sites, left_out = sites + built, left_out + without
        spectra += shop.spectra(level, built, f"{metal}-spectra")
    edges = sorted({one["e0"] for one in spectra})
    facts = {
        "title": _TITLE,
        "theory": THEORY,
        "absorber": metals[0] if len(metals) == 1 else "",
        "e0": edges[0] if len(edges) == 1 else None,
        "plan": {"metals": list(metals), "n_sites": n_sites, "seed": seed},
    }
    dataset = shop.dataset(level, sites, spectra, labels_of(sites), **facts)
    rng = np.random.default_rng(seed)
    timed = rng.choice(len(sites), size=min(_N_TIMED, len(sites)), replace=False)
    seconds = cpu_seconds(level, [sites[i] for i in timed])
    said = crystal_facts(dataset, seconds, len(timed), left_out)
    return shop.finish(dataset, "crystals.md", **said)


def populate(
    metal: str, n_sites: int, seed: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """Build the sites of one metal.

    Parameters
    ----------
    metal : str
    n_sites, seed : int
        As in :func:`make_crystals`.

    Returns
    -------
    sites : list of dict
        Plain values: numbers, positions [Å], cell, name, labels.
    left_out : list of str
        Why some compounds are not there.

    Example
    -------
    >>> sites, _ = populate("Zn", 3, seed=1)
    >>> len(sites), sites[0]["labels"]["metal"]
    (3, 'Zn')
    """
    found: list[dict[str, Any]] = []
    left_out: list[str] = []
    listed = crystals.compounds(metal)
    order = np.random.default_rng([seed, METALS.index(metal)]).permutation(len(listed))
    there: list[Crystal] = []
    for compound in (listed[i] for i in order):
        if len(found) >= n_sites:
            break
        try:
            there.append(crystals.build(compound))
        except InputError as error:
            left_out.append(str(error))
            continue
        copy = None if len(found) < N_WHOLE else 0
        found += _plain(there[-1], metal, seed, copy)
    for copy in count(1):
        if len(found) >= n_sites or not there:
            break
        for crystal in there:
            found += _plain(crystal, metal, seed, copy)
    return found[:n_sites], left_out


def _plain(
    crystal: Crystal, metal: str, seed: int, copy: int | None
) -> list[dict[str, Any]]:
    """Sites of a metal as plain values with their labels; numbered copies deformed."""
    compound, lattice = crystal.compound, crystal.lattice
    elements, charges = dict(compound.elements), dict(compound.charges)
    called = ""
    if copy is not None:
        draw = zlib.crc32(f"{seed} {compound.name} {copy}".encode())
        crystal, called = crystals.deformed(crystal, seed=draw), f" deformed {copy}"
    made = []
    for row, site in zip(crystal.rows(metal), crystal.sites(metal), strict=True):
        charge = charges.get(lattice.roles[row], 0.0)
        labels = {
            "metal": metal,
            "compound": compound.name,
            "prototype": compound.prototype,
            "composition": compound.formula,
            "anion": "" if PROTOTYPES[compound.prototype].metallic else elements["X"],
            "oxidation_state": round(charge),
            "charge": round(charge, 4),
            "coordination_number": lattice.numbers[row],
            "deformed": copy is not None,
        }
        atoms = site.atoms
        atoms.positions = atoms.positions.round(6)
        atoms.cell = atoms.cell[:].round(8)
        made.append(plain(atoms, site.name + called, labels=labels))
    return made
