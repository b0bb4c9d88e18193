"""A structure with the atom that absorbs."""

import hashlib
import json
import re
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers, chemical_symbols, covalent_radii
from ase.data.colors import jmol_colors

from xnet_lite import sketch
from xnet_lite.errors import InputError, one_of, shortened, within
from xnet_lite.faces import Face
from xnet_lite.structures.bonds import bonded_pairs

EDGES = ("K", "L1", "L2", "L3", "M1", "M2", "M3", "M4", "M5")
FIRST_ROW_METALS = range(atomic_numbers["Ti"], atomic_numbers["Zn"] + 1)
D_METALS = (*range(21, 31), *range(39, 49), *range(72, 81))
#: Å; farther out a coordinate is a mistake, and its square loses the digits
FARTHEST = 1e8
MIN_DISTANCE = 0.5  # Å; no two nuclei are nearer, H2 has 0.74
_NOTES = "notes of xnet_lite"  # in `info`, where files may have a key "notes" too
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
    notes : tuple of str
        Sentences on what was assumed when it was read.

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
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.atoms, Atoms):
            raise InputError(
                f"{_called(self.name)}{shortened(self.atoms)} are no atoms, give "
                "ase.Atoms, or a file to read_site"
            )
        within("(-inf, inf)", whole=True, absorber_index=self.absorber_index)
        _check_index(self.atoms, self.absorber_index, _called(self.name))
        one_of(f"{_called(self.name)}edge", self.edge, EDGES)
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

    def fingerprint(self) -> str:
        """Return a SHA-256 of atoms (to 1e-6 Å), cell, absorber and edge.

        Example
        -------
        >>> from ase import Atoms
        >>> here, there = Atoms("Fe"), Atoms("Fe", [[0, 0, 1e-9]])
        >>> Site(here, 0).fingerprint() == Site(there, 0, name="b").fingerprint()
        True
        """
        lengths = (self.atoms.positions, self.atoms.cell[:])
        # adding 0 makes one number of 0.0 and -0.0
        positions, cell = ((np.round(one, 6) + 0.0).tolist() for one in lengths)
        numbers, pbc = self.atoms.numbers.tolist(), self.atoms.pbc.tolist()
        facts = numbers, positions, cell, pbc, self.absorber_index, self.edge
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def identity(self) -> dict[str, object]:
        """Return what tells this site from others, ready for JSON."""
        return {
            "name": self.name,
            "formula": self.atoms.get_chemical_formula(),
            "absorber": self.absorber,
            "absorber_index": self.absorber_index,
            "edge": self.edge,
            "sha256": self.fingerprint(),
        }

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

    def _notes(self) -> tuple[str, ...]:
        return self.notes

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
    if is_index(text):
        _check_index(atoms, int(text))
        return [int(text)]
    found = [i for i, symbol in enumerate(atoms.symbols) if symbol == text.capitalize()]
    if not found:
        present = ", ".join(sorted(set(atoms.symbols)))
        raise InputError(
            f"no atom of element {text[:20]!r} to absorb: give --absorber as one of "
            f"{present}, or as an index from 0 to {len(atoms) - 1}"
        )
    return found


def notes_of(atoms: Atoms) -> list[str]:
    """Return the sentences on what a reader assumed of atoms, to read or to add to.

    Example
    -------
    >>> notes_of(atoms := Atoms("Fe")).append("nothing but iron")
    >>> notes_of(atoms)
    ['nothing but iron']
    """
    return atoms.info.setdefault(_NOTES, [])


def is_index(text: str) -> bool:
    """Tell whether a word is the number of an atom, as `find_absorbers` takes it.

    Example
    -------
    >>> is_index("3"), is_index("Fe"), is_index("²")
    (True, False, False)
    """
    return re.fullmatch(r"[+-]?[0-9]{1,9}", text.strip()) is not None


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
        For an atom that is no element, a coordinate that is not a finite number or
        beyond all sense, or a periodic axis without a cell vector, or thinner than
        two nuclei are apart.
    """
    where = _called(name)
    near = (np.abs(atoms.positions) < FARTHEST).all(axis=1)  # false for nan too
    if not near.all():
        row = int(np.argmin(near))
        finite = np.isfinite(atoms.positions[row]).all()
        fault = f"of more than {FARTHEST:.0e} Å" if finite else "that is not finite"
        raise InputError(f"{where}atom {row} has a coordinate {fault}, correct it")
    known = (atoms.numbers > 0) & (atoms.numbers < len(chemical_symbols))
    if not known.all():
        row = int(np.argmin(known))
        what = atoms.numbers[row] or "X"
        raise InputError(f"{where}atom {row} is no element ({what}), name or remove it")
    if atoms.pbc.any() and (fault := _cell_fault(atoms)):
        cell = np.round(atoms.cell.array, 3).tolist()
        raise InputError(f"{where}periodic, but its cell {cell} {fault}, correct it")


def _check_index(atoms: Atoms, index: int, where: str = "") -> None:
    """Refuse the index of an atom that is not there."""
    if not 0 <= index < len(atoms):
        raise InputError(
            f"{where}absorber {index} is out of range: the {len(atoms)} atoms are "
            f"numbered 0 to {len(atoms) - 1}, give one of these or an element"
        )


def _cell_fault(atoms: Atoms) -> str:
    """What is wrong with the cell of a periodic structure, nothing if nothing is."""
    if not (np.abs(atoms.cell.array) < FARTHEST).all():
        return "is not finite"
    flat = atoms.pbc & ~(atoms.cell.lengths() > 0)
    cell = atoms.cell.complete()
    if flat.any() or not abs(np.linalg.det(cell.array)) > 1e-6:
        return "has no volume"
    heights = 1 / np.linalg.norm(cell.reciprocal(), axis=1)
    thin = (heights[atoms.pbc] < MIN_DISTANCE).any()
    return f"is thinner than {MIN_DISTANCE} Å" if thin else ""


def _only_metal(atoms: Atoms) -> list[int]:
    """Indices of the one metal that absorbs when nobody says which."""
    for family in (FIRST_ROW_METALS, D_METALS):
        metals = sorted(set(atoms.numbers.tolist()) & set(family))
        if len(metals) == 1:
            return [int(i) for i in np.flatnonzero(atoms.numbers == metals[0])]
        if metals:
            names = ", ".join(Atoms(numbers=metals).get_chemical_symbols())
            said = f"several metals could absorb ({names})"
            raise InputError(f"{said}: give --absorber with an element or an index")
    raise InputError(
        f"no transition metal in {atoms.get_chemical_formula()} that could absorb: "
        f"give --absorber with an element or an index from 0 to {len(atoms) - 1}"
    )


def _called(name: str) -> str:
    """Prefix of a message: the name, when there is one."""
    return f"{name}: " if name else ""
