"""The ligand library: what binds, through which atoms, how far from Fe(II).

Every ligand is a SMILES whose donor atoms carry atom-map numbers 1, 2, … in the
order in which they sit around the metal. Distances are for low-spin six-coordinate
Fe(II); :func:`bond_lengths` carries them to other metals and geometries.
"""

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from xnet_lite.errors import InputError, one_of

from .drawn import drawn_row, is_drawn


def read_rows(name: str) -> Iterator[dict[str, str]]:
    """Yield the rows of a table that lies beside this file, by column."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def _read_facts(name: str) -> dict[str, dict[str, Any]]:
    """Numbers that lie beside this file."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    facts: dict[str, dict[str, Any]] = json.loads(text)
    return facts


#: by metal: single-bond covalent radius [Å], P. Pyykkö and M. Atsumi, Chem. Eur. J. 15,
#: 186 (2009), doi:10.1002/chem.200800987; and closed-shell-capable oxidation states
#: (even dⁿ), the commonest first: usual ones, those of oxo complexes, d⁰
METAL_FACTS = _read_facts("metals.json")
METALS = tuple(METAL_FACTS)
# Å, how much shorter an anionic donor binds where fewer donors compete with it (Cl:
# 2.19 at six, 2.11 at five, 2.01 at four in the 109 public Fe complexes), and which
# share of that a ligand takes: linear pseudohalides keep their distance
_CONTRACTION = _read_facts("contraction.json")
# Å; rings and chains lie further out where the other side holds good acceptors
_STOOL_STRETCH = 0.05


@dataclass(frozen=True)
class Ligand:
    """One ligand of the library.

    Parameters
    ----------
    name : str
        Short name used in recipes and labels, e.g. ``"bpy"``.
    formula : str
        How a chemist writes it, e.g. ``"NCS"`` or ``"bpy"``.
    kind : str
        Chemical family, e.g. ``"bipyridine"``: what the cards count.
    smiles : str
        SMILES of the free ligand; ``:1``, ``:2``, … mark the donor atoms.
    distances : tuple of float
        Metal–donor distance of each donor [Å], for low-spin octahedral Fe(II).
    charge : int
        Formal charge of the free, closed-shell ligand.
    n_atoms : int
        Number of atoms, hydrogens included.
    pattern : str
        How the donors sit: ``mono``, ``cis`` (two, side by side), ``mer`` and
        ``fac`` (three), ``planar`` (four around the equator), ``tripod`` (three and
        an apex), ``open`` (four, folded), ``eta`` (all on one side, one site).
    electrons : int
        Electrons given to the metal (two a donor unless stated; Cp⁻ gives six).

    Example
    -------
    >>> LIGANDS["bpy"].denticity, LIGANDS["cp"].denticity, LIGANDS["cp"].hapticity
    (2, 1, 5)
    """

    name: str
    formula: str
    kind: str
    smiles: str
    distances: tuple[float, ...]
    charge: int
    n_atoms: int
    pattern: str
    electrons: int

    @property
    def denticity(self) -> int:
        """Vertices of the polyhedron it takes: an η-ligand takes one."""
        return 1 if self.pattern == "eta" else len(self.distances)

    @property
    def hapticity(self) -> int:
        """Atoms bound to the metal."""
        return len(self.distances)


def _ligand(row: Mapping[str, str]) -> Ligand:
    """One ligand from one row of the table."""
    n_donors = len(set(re.findall(r":(\d+)\]", row["smiles"])))
    distances = tuple(float(value) for value in row["distances"].split())
    if row["pattern"] not in _CONTRACTION["share_of_pattern"] or (
        len(distances) not in (1, n_donors)
    ):
        raise InputError(
            f"ligand {row['name']!r} of the library has {len(distances)} distances for "
            f"{n_donors} donors that sit {row['pattern']!r}; correct its row."
        )
    return Ligand(
        name=row["name"],
        formula=row["formula"],
        kind=row["kind"],
        smiles=row["smiles"],
        distances=distances if len(distances) > 1 else distances * n_donors,
        charge=int(row["charge"]),
        n_atoms=int(row["n_atoms"]),
        pattern=row["pattern"],
        electrons=int(row["electrons"] or 2 * n_donors),
    )


#: The library by name. Distances [Å] are one for all donors or each: medians by donor
#: type of the 109 public Fe complexes where they have it, else of closed-shell GFN2-xTB
#: minima of 159 complexes from this builder (the public geometries are of that level
#: too). Electrons given stand where they are not two a donor.
LIGANDS = {one.name: one for one in map(_ligand, read_rows("ligands.csv"))}


def ligand(name: str) -> Ligand:
    """Return the ligand of that name, or of a SMILES whose donors are numbered.

    Raises
    ------
    InputError
        If the library has no such ligand; the message lists the names. Of a SMILES as
        `drawn.drawn_row`.

    Example
    -------
    >>> ligand("co").distances
    (1.76,)
    >>> ligand("Cc1cc[n:1]cc1").formula
    'C6H7N'
    """
    if is_drawn(name):
        return _drawn(name)
    one_of("ligand", name, LIGANDS)
    return LIGANDS[name]


@cache
def _drawn(smiles: str) -> Ligand:
    """A ligand that is not in the library."""
    donors = [one for one in LIGANDS.values() if one.pattern != "eta"]
    return _ligand(drawn_row(smiles, [(one.smiles, one.distances) for one in donors]))


def metal_facts(metal: str) -> dict[str, Any]:
    """Return what is known of a metal, see :data:`METAL_FACTS`.

    Raises
    ------
    InputError
        If it is not one of Ti … Zn; the message lists them.
    """
    one_of("metal", metal, METAL_FACTS)
    return METAL_FACTS[metal]


def bond_lengths(name: str, metal: str, geometry: str) -> tuple[float, ...]:
    """Metal–donor distances of a ligand on a metal in a geometry.

    d(M–X) = d(Fe–X) + r_M − r_Fe − c, with the single-bond covalent radii r and c the
    contraction of anionic donors at low coordination numbers (in full for one-site
    ligands, by half for two- and three-site chelates, none for neutral ligands and
    macrocycles); rings and chains of half-sandwiches lie 0.05 Å further out.

    Parameters
    ----------
    name : str
        Ligand of the library.
    metal : str
        One of Ti … Zn.
    geometry : str
        Name of a geometry, see :mod:`xnet_lite.complexes.polyhedra`.

    Returns
    -------
    tuple of float
        One distance a donor [Å], in the order of the atom-map numbers.

    Raises
    ------
    InputError
        If the metal or the ligand is unknown; the message lists the choices.

    Source
    ------
    P. Pyykkö and M. Atsumi, Chem. Eur. J. 15, 186 (2009),
    doi:10.1002/chem.200800987, for the radii.

    Differs
    -------
    Spin, trans influence and oxidation state are left out: a relaxation puts them in.

    Example
    -------
    >>> bond_lengths("cl", "Fe", "tetrahedral")
    (2.0,)
    """
    one = ligand(name)
    shift = metal_facts(metal)["radius"] - METAL_FACTS["Fe"]["radius"]
    if one.pattern == "eta" and geometry == "half-sandwich":
        shift += _STOOL_STRETCH
    elif one.charge < 0:
        share = _CONTRACTION["share_of_pattern"][one.pattern]
        share *= _CONTRACTION["share_of_kind"].get(one.kind, 1.0)
        shift -= share * _CONTRACTION["by_geometry"].get(geometry, 0.0)
    return tuple(round(distance + shift, 4) for distance in one.distances)
