"""Crystals of substances that are measured, as diffraction found them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase import Atoms

from xnet_lite.structures import Site

from .lattice import Lattice, table


@dataclass(frozen=True)
class Substance:
    """A crystal at room temperature, and what it is called.

    Attributes
    ----------
    name : str
        Formula, or what a chemist writes.
    metal : str
        Whose edge is measured.
    lattice : Lattice
        With elements for roles.
    source : str
        Who measured it.
    notes : str
        What the real thing has and this crystal has not.

    Example
    -------
    >>> SUBSTANCES["CuO"].atoms.symbols.formula.reduce()
    (Formula('CuO'), 4)
    """

    name: str
    metal: str
    lattice: Lattice
    source: str
    notes: str = ""

    @property
    def atoms(self) -> Atoms:
        """The whole cell, periodic, Å."""
        return self.lattice.atoms()

    def sites(self) -> list[tuple[Site, float]]:
        """Return each kind of metal site, and what share of the metal it is."""
        atoms = self.atoms
        kinds = atoms.arrays["spacegroup_kinds"]
        rows = [k for k, one in enumerate(self.lattice.roles) if one == self.metal]
        n_metals = int(np.isin(kinds, rows).sum())
        found = []
        for row in rows:
            there = np.flatnonzero(kinds == row)
            site = Site(atoms.copy(), int(there[0]), name=f"{self.name} {row}")
            found.append((site, len(there) / n_metals))
        return found


def _substance(name: str, row: Mapping[str, Any]) -> Substance:
    """One row of the table."""
    notes = row.get("notes", "")
    return Substance(name, row["metal"], Lattice.of(row), row["source"], notes)


#: measured crystals by name, from `substances.json` beside this file
SUBSTANCES = {k: _substance(k, v) for k, v in table("substances.json").items()}
