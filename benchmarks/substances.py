"""Crystals of measured substances, from their lattices, and which scans are of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.spacegroup import crystal

from xnet_lite.inverse import Shell
from xnet_lite.structures import Site


def rock_salt(metal: str, a: float) -> Atoms:
    """A monoxide."""
    return bulk(f"{metal}O", "rocksalt", a=a)


def corundum(metal: str, a: float, c: float, z: float, x: float) -> Atoms:
    """A sesquioxide."""
    basis = [(0, 0, z), (x, 0, 0.25)]
    return crystal([metal, "O"], basis, spacegroup=167, cellpar=[a, a, c, 90, 90, 120])


def rutile(metal: str, a: float, c: float, u: float) -> Atoms:
    """A dioxide."""
    basis = [(0, 0, 0), (u, u, 0)]
    return crystal([metal, "O"], basis, spacegroup=136, cellpar=[a, a, c, 90, 90, 90])


def calcite(metal: str, a: float, c: float, x: float) -> Atoms:
    """A carbonate."""
    basis, cell = [(0, 0, 0), (0, 0, 0.25), (x, 0, 0.25)], [a, a, c, 90, 90, 120]
    return crystal([metal, "C", "O"], basis, spacegroup=167, cellpar=cell)


def pyrite() -> Atoms:
    """FeS2."""
    basis, cell = [(0, 0, 0), (0.3847, 0.3847, 0.3847)], [5.418] * 3 + [90] * 3
    return crystal(["Fe", "S"], basis, spacegroup=205, cellpar=cell)


def magnetite() -> Atoms:
    """Fe3O4, tetrahedra and octahedra."""
    basis, cell = [(1 / 8,) * 3, (1 / 2,) * 3, (0.2549,) * 3], [8.396] * 3 + [90] * 3
    return crystal(["Fe", "Fe", "O"], basis, spacegroup=227, setting=2, cellpar=cell)


def goethite() -> Atoms:
    """FeOOH, without its hydrogen."""
    basis = [(-0.0477, 0.1459, 0.25), (0.288, -0.1989, 0.25), (-0.197, -0.0532, 0.25)]
    cell = [4.608, 9.956, 3.0215, 90, 90, 90]
    # Pbnm: Pnma with its axes turned
    turned = [(y, z, x) for x, y, z in basis]
    lattice = [cell[1], cell[2], cell[0], 90, 90, 90]
    return crystal(["Fe", "O", "O"], turned, spacegroup=62, cellpar=lattice)


def tenorite() -> Atoms:
    """CuO."""
    basis, cell = [(0.25, 0.25, 0), (0, 0.4184, 0.25)], [4.6837, 3.4226, 5.1288]
    return crystal(["Cu", "O"], basis, spacegroup=15, cellpar=[*cell, 90, 99.54, 90])


@dataclass(frozen=True)
class Substance:
    """A crystal, and the scans that are of it, by how their files' names begin."""

    name: str
    files: tuple[str, ...]
    build: Callable[[], Atoms]
    metal: str = field(default="")

    def shell(self) -> tuple[float, float]:
        """Mean distance, Å, and number of first-shell atoms over sites of the metal."""
        atoms = self.build()
        rows = [i for i, s in enumerate(atoms.symbols) if s == self.metal]
        shells = [Shell.of(Site(atoms, row, "K")) for row in rows]
        distances = np.mean([one.distance for one in shells])
        return float(distances), float(np.mean([one.number for one in shells]))


def _metal(name: str, *files: str, **lattice: float | str) -> Substance:
    """A pure metal."""
    return Substance(f"{name} metal", files, lambda: bulk(name, **lattice), name)


SUBSTANCES = (
    _metal("V", "V_foil", crystalstructure="bcc", a=3.024),
    Substance("VO", ("VO.xdi",), lambda: rock_salt("V", 4.07), "V"),
    Substance(
        "V2O3", ("V2O3",), lambda: corundum("V", 4.952, 14.003, 0.3463, 0.3116), "V"
    ),
    Substance(
        "Cr2O3",
        ("cr2o3",),
        lambda: corundum("Cr", 4.958, 13.594, 0.3475, 0.3058),
        "Cr",
    ),
    Substance("CrO2", ("cro2",), lambda: rutile("Cr", 4.421, 2.916, 0.301), "Cr"),
    Substance("MnO", ("MnO_",), lambda: rock_salt("Mn", 4.445), "Mn"),
    Substance("MnO2", ("MnO2",), lambda: rutile("Mn", 4.398, 2.873, 0.305), "Mn"),
    _metal(
        "Fe",
        "Fe_Foil",
        "Fe_metal",
        "Hansel2001_Fe_foil",
        crystalstructure="bcc",
        a=2.8665,
    ),
    Substance("FeO", ("FeO_",), lambda: rock_salt("Fe", 4.31), "Fe"),
    Substance(
        "Fe2O3", ("Fe2O3",), lambda: corundum("Fe", 5.038, 13.772, 0.3553, 0.3059), "Fe"
    ),
    Substance("Fe3O4", ("Fe3O4", "Hansel2001_magnetite"), magnetite, "Fe"),
    Substance("FeOOH", ("Hansel2001_goethite",), goethite, "Fe"),
    Substance(
        "FeCO3",
        ("Hansel2001_siderite",),
        lambda: calcite("Fe", 4.692, 15.38, 0.2743),
        "Fe",
    ),
    Substance("FeS2", ("FeS2",), pyrite, "Fe"),
    _metal("Co", "co_metal", crystalstructure="hcp", a=2.507, c=4.069),
    _metal("Ni", "Ni_metal", crystalstructure="fcc", a=3.524),
    _metal("Cu", "Cu_Foil", "cu_metal", crystalstructure="fcc", a=3.615),
    Substance("CuO", ("CuO_",), tenorite, "Cu"),
    _metal("Zn", "Chorover13BM_Znfoil", crystalstructure="hcp", a=2.665, c=4.947),
    Substance(
        "ZnS",
        ("Chorover13BM_ZnS_", "Chorover13BM_Zn_sphalerite"),
        lambda: bulk("ZnS", "zincblende", a=5.409),
        "Zn",
    ),
    Substance(
        "ZnCO3",
        ("Chorover13BM_Zn_smithsonite",),
        lambda: calcite("Zn", 4.6526, 15.0257, 0.2764),
        "Zn",
    ),
)
