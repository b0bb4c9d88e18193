"""A structure with the atom that absorbs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers, covalent_radii
from ase.data.colors import jmol_colors

from xnet_lite import sketch
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.structures.bonds import bonded_pairs

EDGES = ("K", "L1", "L2", "L3", "M1", "M2", "M3", "M4", "M5")
FIRST_ROW_METALS = range(atomic_numbers["Ti"], atomic_numbers["Zn"] + 1)
D_METALS = (*range(21, 31), *range(39, 49), *range(72, 81))
#: atoms in the small picture of a site, those nearest to the absorber
MOST_DRAWN = 150


@dataclass(frozen=True, repr=False)
class Site(Face):
    """A structure and the one atom in it that absorbs.

    Parameters
    ----------
    atoms : ase.Atoms
        Positions in Å; periodic where `atoms.pbc` says so.
    absorber_index : int
        Which atom absorbs, counted from 0.
    edge : str
        Absorption edge, "K" or "L1" … "M5".
    name : str
        What to call the site in tables and figures.

    Raises
    ------
    InputError
        For an index that no atom has, an edge that does not exist, a coordinate
        that is not a finite number, or a periodic axis without a cell.

    Example
    -------
    >>> from ase import Atoms
    >>> Site(Atoms("FeO", [[0, 0, 0], [1.7, 0, 0]]), 0).absorber
    'Fe'
    """

    atoms: Atoms
    absorber_index: int
    edge: str = "K"
    name: str = ""

    def __post_init__(self) -> None:
        n_atoms = len(self.atoms)
        if not 0 <= self.absorber_index < n_atoms:
            raise InputError(
                f"{_called(self.name)}absorber {self.absorber_index} is out of range: "
                f"the {n_atoms} atoms are numbered 0 to {n_atoms - 1}, "
                "give one of these or an element"
            )
        if self.edge not in EDGES:
            raise InputError(
                f"{_called(self.name)}edge {self.edge!r} does not exist, "
                f"give one of {', '.join(EDGES)}"
            )
        check_atoms(self.atoms, self.name)
        object.__setattr__(self, "absorber_index", int(self.absorber_index))

    @property
    def absorber(self) -> str:
        """Symbol of the absorbing element."""
        return str(self.atoms.symbols[self.absorber_index])

    @property
    def label(self) -> str:
        """Name, absorber, its index, and edge, for a table or a figure."""
        name = self.name or self.atoms.get_chemical_formula()
        return f"{name} {self.absorber}[{self.absorber_index}] {self.edge}"

    def _facts(self) -> dict[str, object]:
        atoms, center = self.atoms, self.absorber_index
        away = atoms.get_distances(center, range(len(atoms)), mic=True)
        away[center] = np.inf
        first = {one: away[atoms.symbols == one].min() for one in set(atoms.symbols)}
        nearest = sorted((r, one) for one, r in first.items() if np.isfinite(r))[:3]
        return {
            "name": self.name,
            "absorber": f"{self.absorber}, atom {center}, {self.edge} edge",
            "atoms": f"{len(atoms)}, {atoms.get_chemical_formula()}",
            "nearest": ", ".join(f"{one} {r:.2f} Å" for r, one in nearest),
            "periodic": "yes" if atoms.pbc.any() else None,
        }

    def _line(self) -> str:
        return f"{self.label}, {len(self.atoms)} atoms"

    def _sketch(self) -> str:
        away = self.atoms.positions - self.atoms.positions[self.absorber_index]
        nearest = np.argsort(np.linalg.norm(away, axis=1), kind="stable")[:MOST_DRAWN]
        numbers, positions = self.atoms.numbers[nearest], away[nearest]
        return sketch.molecule(
            positions,
            covalent_radii[numbers],
            jmol_colors[numbers],
            bonded_pairs(positions, numbers),
            marked=0,
        )


def find_absorbers(atoms: Atoms, absorber: int | str | None = None) -> list[int]:
    """Return the indices of all atoms that `absorber` can mean.

    An index means this atom; an element means all its atoms; None means the only
    metal there is: of the elements Ti to Zn first, of all d metals otherwise.

    Parameters
    ----------
    atoms : ase.Atoms
        The structure.
    absorber : int, str or None
        Index from 0, element, or a number written as text ("3").

    Returns
    -------
    list of int
        Indices in the order of the file, at least one.

    Raises
    ------
    InputError
        For an index out of range, an element that is not there, no metal, or
        several metals; the message names them and the remedy `--absorber`.

    Example
    -------
    >>> from ase import Atoms
    >>> find_absorbers(Atoms("OFeO", [[-2, 0, 0], [0, 0, 0], [2, 0, 0]]))
    [1]
    """
    if absorber is None:
        return _only_metal(atoms)
    text = str(absorber).strip()
    if text.lstrip("+-").isdigit():
        if not 0 <= int(text) < len(atoms):
            raise InputError(
                f"absorber {text} is out of range: the {len(atoms)} atoms are numbered "
                f"0 to {len(atoms) - 1}, give one of these or an element"
            )
        return [int(text)]
    found = [i for i, symbol in enumerate(atoms.symbols) if symbol == text.capitalize()]
    if not found:
        present = ", ".join(sorted(set(atoms.symbols)))
        raise InputError(
            f"no atom of element {text!r} to absorb: give --absorber as one of "
            f"{present}, or as an index from 0 to {len(atoms) - 1}"
        )
    return found


def check_atoms(atoms: Atoms, name: str = "") -> None:
    """Refuse what no calculation can use.

    Parameters
    ----------
    atoms : ase.Atoms
        The structure.
    name : str
        How the message calls it.

    Raises
    ------
    InputError
        For an atom that is no element, a coordinate that is not a finite number, or
        a periodic axis without a cell vector.
    """
    finite = np.isfinite(atoms.positions).all(axis=1)
    if not finite.all():
        raise InputError(
            f"{_called(name)}atom {int(np.argmin(finite))} has a coordinate that is "
            "not a finite number, correct it"
        )
    if not atoms.numbers.all():
        raise InputError(
            f"{_called(name)}atom {int(np.argmin(atoms.numbers))} is no element (X), "
            "name or remove it"
        )
    if atoms.pbc.any():
        flat = atoms.pbc & ~(atoms.cell.lengths() > 0)
        if flat.any() or not abs(np.linalg.det(atoms.cell.complete().array)) > 1e-6:
            raise InputError(
                f"{_called(name)}it is periodic but its cell "
                f"{np.round(atoms.cell.array, 3).tolist()} has no volume, correct it"
            )


def _only_metal(atoms: Atoms) -> list[int]:
    """Indices of the one metal that absorbs when nobody says which."""
    for family in (FIRST_ROW_METALS, D_METALS):
        metals = sorted(set(atoms.numbers.tolist()) & set(family))
        if len(metals) == 1:
            return [int(i) for i in np.flatnonzero(atoms.numbers == metals[0])]
        if metals:
            names = ", ".join(Atoms(numbers=metals).get_chemical_symbols())
            raise InputError(
                f"several metals could absorb ({names}): give --absorber with an "
                "element or an index"
            )
    raise InputError(
        f"no transition metal in {atoms.get_chemical_formula()} that could absorb: "
        f"give --absorber with an element or an index from 0 to {len(atoms) - 1}"
    )


def _called(name: str) -> str:
    """Prefix of a message: the name, when there is one."""
    return f"{name}: " if name else ""
