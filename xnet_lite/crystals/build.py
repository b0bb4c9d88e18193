"""A compound as a crystal: its cell at the size that bonds ask for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from ase import Atoms
from ase.data import covalent_radii
from ase.neighborlist import neighbor_list

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.structures import Site

from .compounds import Compound
from .lattice import Lattice
from .lengths import METALS, bond_length, touching_length
from .prototypes import PROTOTYPES

#: Å: how far neighbors are looked for
REACH = 5.0
#: share by which the mean bond of an atom may be off what its charge asks for
TOLERANCE = 0.12
#: sums of covalent radii; nearest that two atoms may come, as among complexes
CLOSEST = 0.6
#: standard deviations: strain, and displacements, Å
STRAIN, SIGMA = 0.015, 0.05
_TRIES = 100


@dataclass(frozen=True, eq=False, repr=False)
class Crystal(Face):
    """A cell with everything that is known of it.

    Attributes
    ----------
    compound : Compound
    atoms : ase.Atoms
        Periodic, Å; ``spacegroup_kinds`` is the row of the prototype of each atom.
    misfit : mapping of int to float
        By rows: mean bond, over what its charge or radius asks for.
    """

    compound: Compound
    atoms: Atoms
    misfit: dict[int, float]

    @property
    def lattice(self) -> Lattice:
        """The prototype's."""
        return PROTOTYPES[self.compound.prototype].lattice

    def sites(self, metal: str | None = None) -> list[Site]:
        """Return one site for each set of equivalent metal atoms.

        Parameters
        ----------
        metal : str, optional
            Only this one; any of the nine by default.

        Returns
        -------
        list of Site
            The absorber first in its cell, at the origin.
        """
        found = []
        for row in self.rows(metal):
            first = int(np.flatnonzero(self.atoms.arrays["spacegroup_kinds"] == row)[0])
            order = [first, *(i for i in range(len(self.atoms)) if i != first)]
            plain = Atoms(
                self.atoms.numbers[order],
                self.atoms.positions[order] - self.atoms.positions[first],
                cell=self.atoms.cell,
                pbc=True,
            )
            found.append(Site(plain, 0, name=f"{self.compound.name} {row}"))
        return found

    def rows(self, metal: str | None = None) -> list[int]:
        """Return the rows of the prototype where a metal sits."""
        elements = dict(self.compound.elements)
        wanted = METALS if metal is None else (metal,)
        roles = enumerate(self.lattice.roles)
        return [row for row, role in roles if elements[role] in wanted]

    def _facts(self) -> dict[str, object]:
        misfit = max((abs(m - 1) for m in self.misfit.values()), default=0.0)
        return {
            "compound": self.compound.name,
            "atoms": f"{len(self.atoms)} a cell",
            "cell": ", ".join(f"{x:.3g}" for x in self.atoms.cell.cellpar()),
            "largest misfit of bonds": f"{misfit:.0%}",
        }


def build(compound: Compound) -> Crystal:
    """Return a crystal whose bonds are as long as charges, or radii of metals, ask for.

    The cell of the prototype is scaled so that the mean over its kinds of atoms of
    (length asked for / length) is 1; its shape and the places within stay.

    Parameters
    ----------
    compound : Compound

    Returns
    -------
    Crystal

    Raises
    ------
    InputError
        Where a bond is off by more than 12 % of what is asked for, as in a perovskite
        whose large atom is too small, or two atoms would touch.

    Example
    -------
    >>> from xnet_lite.crystals import compounds
    >>> (feo,) = [c for c in compounds("Fe") if c.name == "FeO rocksalt"]
    >>> round(float(build(feo).atoms.cell.lengths()[0]), 2)
    4.3
    """
    prototype = PROTOTYPES[compound.prototype]
    atoms = prototype.lattice.atoms(dict(compound.elements))
    lengths = _lengths(compound, atoms)
    asked = {row: float(np.mean(a / b)) for row, (a, b) in lengths.items()}
    scale = float(np.mean(list(asked.values())))
    atoms.set_cell(atoms.cell * scale, scale_atoms=True)
    misfit = {row: scale / one for row, one in asked.items()}
    made = Crystal(compound, atoms, misfit)
    worst = max(misfit.values(), key=lambda one: abs(one - 1))
    if abs(worst - 1) > TOLERANCE:
        raise InputError(
            f"{compound.name}: bonds fit to {worst - 1:+.0%} only; choose elements "
            "whose sizes go together"
        )
    if not _apart(atoms):
        raise InputError(f"{compound.name}: atoms would touch; choose smaller ones")
    return made


def deformed(
    crystal: Crystal, seed: int, *, strain: float = STRAIN, sigma: float = SIGMA
) -> Crystal:
    """Return a crystal strained at random, its atoms moved at random.

    Strain is a symmetric tensor of normal numbers, half of it dilation; each
    coordinate of each atom of the cell then moves by a normal number.

    Parameters
    ----------
    crystal : Crystal
    seed : int
        Of what is drawn.
    strain : float
        Standard deviation of each part of the strain.
    sigma : float
        Standard deviation of a coordinate, Å.

    Raises
    ------
    InputError
        For a negative number, or where atoms touch in every draw.

    Example
    -------
    >>> from xnet_lite.crystals import compounds
    >>> copper = build([c for c in compounds("Cu") if c.name == "Cu fcc"][0])
    >>> moved = deformed(copper, seed=1, sigma=0.0)
    >>> bool(abs(moved.atoms.get_volume() / copper.atoms.get_volume() - 1) > 0.001)
    True
    """
    within("[0, inf)", strain=strain, sigma=sigma)
    rng = np.random.default_rng(seed)
    for _ in range(_TRIES):
        atoms = crystal.atoms.copy()
        drawn = rng.normal(scale=strain, size=(3, 3))
        tensor = (drawn + drawn.T) / 2 + np.eye(3) * rng.normal(scale=strain)
        atoms.set_cell(atoms.cell[:] @ (np.eye(3) + tensor), scale_atoms=True)
        atoms.positions += rng.normal(scale=sigma, size=atoms.positions.shape)
        if _apart(atoms):
            return replace(crystal, atoms=atoms)
    raise InputError(f"{crystal.compound.name}: atoms touch; give a smaller sigma")


def _lengths(compound: Compound, atoms: Atoms) -> dict[int, tuple[Array, Array]]:
    """By rows: how long bonds should be, and how long they are before scaling, Å."""
    prototype = PROTOTYPES[compound.prototype]
    elements, charges = dict(compound.elements), dict(compound.charges)
    kinds = atoms.arrays["spacegroup_kinds"]
    first, second, distances = neighbor_list("ijd", atoms, REACH)
    found = {}
    for row, (role, number) in enumerate(
        zip(prototype.lattice.roles, prototype.lattice.numbers, strict=True)
    ):
        if not number:
            continue
        mine = first == np.flatnonzero(kinds == row)[0]
        if not prototype.metallic:
            mine &= atoms.numbers[second] == _anion(atoms, elements)
        order = np.argsort(distances[mine], kind="stable")[:number]
        others = np.array(atoms.get_chemical_symbols())[second[mine][order]]
        asked = [
            touching_length(elements[role], other, number)
            if prototype.metallic
            else bond_length(elements[role], other, charges[role] / number)
            for other in others
        ]
        found[row] = np.array(asked), distances[mine][order]
    return found


def _anion(atoms: Atoms, elements: dict[str, str]) -> int:
    """Nuclear charge of the anion."""
    return int(atoms.numbers[atoms.symbols == elements["X"]][0])


def _apart(atoms: Atoms) -> bool:
    """Whether no two atoms, nor images of one, touch."""
    i, j, distances = neighbor_list("ijd", atoms, 2.0)
    radii = covalent_radii[atoms.numbers]
    return bool((distances > CLOSEST * (radii[i] + radii[j])).all())
