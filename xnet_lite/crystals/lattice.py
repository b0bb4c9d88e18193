"""A unit cell and what sits where in it, as tables have it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ase import Atoms
from ase.spacegroup import crystal

from xnet_lite.texts import beside


@dataclass(frozen=True)
class Lattice:
    """A cell, its symmetry, and one atom for each set of equivalent ones.

    Parameters
    ----------
    group : int
        Number of the space group.
    cell : tuple of 6 float
        Lengths, Å, and angles, degrees.
    roles : tuple of str
        What sits at each place: an element, or a letter that stands for one.
    places : tuple of 3 float
        Coordinates in units of the cell, one triple a role.
    numbers : tuple of int
        Neighbors that count for lengths, one a role; 0 for what only follows.
    setting : int
        Of the space group, where it has two.

    Example
    -------
    >>> salt = Lattice(225, (5.64,) * 3 + (90,) * 3, ("M", "X"), ((0,) * 3, (0.5,) * 3))
    >>> salt.atoms({"M": "Na", "X": "Cl"}).symbols.formula.reduce()
    (Formula('NaCl'), 4)
    """

    group: int
    cell: tuple[float, ...]
    roles: tuple[str, ...]
    places: tuple[tuple[float, ...], ...]
    numbers: tuple[int, ...] = ()
    setting: int = 1

    @classmethod
    def of(cls, one: Mapping[str, Any]) -> Lattice:
        """Return the lattice of a row of a table: group, cell, sites, setting."""
        sites: Sequence[Sequence[Any]] = one["sites"]
        return cls(
            group=one["group"],
            cell=tuple(map(float, one["cell"])),
            roles=tuple(row[0] for row in sites),
            places=tuple(tuple(map(_number, row[1:4])) for row in sites),
            numbers=tuple(row[4] if len(row) > 4 else 0 for row in sites),
            setting=one.get("setting", 1),
        )

    def atoms(self, elements: Mapping[str, str] | None = None) -> Atoms:
        """Return the whole cell, elements in place of roles.

        The array ``spacegroup_kinds`` has the row of each atom.
        """
        given = elements or {}
        made: Atoms = crystal(
            [given.get(role, role) for role in self.roles],
            self.places,
            spacegroup=self.group,
            setting=self.setting,
            cellpar=self.cell,
        )
        return made


def table(name: str) -> dict[str, dict[str, Any]]:
    """Return a table beside this file."""
    found: dict[str, dict[str, Any]] = json.loads(beside(__package__, name))
    return found


def _number(value: float | str) -> float:
    """A coordinate, which may be written as a fraction."""
    return float(Fraction(value)) if isinstance(value, str) else float(value)
