"""Pull a complex apart on purpose: all its bonds at once, or one ligand alone."""

from collections.abc import Iterable

import numpy as np
from ase import Atoms
from scipy.optimize import brentq

from xnet_lite.arrays import Array
from xnet_lite.complexes import Complex
from xnet_lite.errors import InputError, one_of


def elongated(made: Complex, stretch: float) -> Atoms:
    """Move every ligand rigidly outwards until its bonds are longer.

    Ligand L moves by s·u along u, the direction from the metal to the center of its
    donors, with s such that mean |r_d + s·u| = mean |r_d| + stretch over its donors d:
    of a one-armed ligand s = stretch, of a chelate its mean bond grows by as much.

    Parameters
    ----------
    made : Complex
        A complex with its metal at the origin.
    stretch : float
        Å.

    Returns
    -------
    ase.Atoms
        Positions rounded to 1e-4 Å.

    Raises
    ------
    InputError
        If the ligands would meet in the metal, or a ligand has its metal in the
        middle; the message says which.

    Example
    -------
    >>> from xnet_lite.complexes import Recipe, build
    >>> made = build(Recipe("Fe", 0, "trigonal-bipyramidal", ("co",) * 5))
    >>> longer = elongated(made, 0.1)
    >>> f"{longer.get_distance(0, 1) - made.atoms.get_distance(0, 1):.4f} Å"
    '0.1000 Å'
    """
    return _moved(made, range(len(made.recipe.ordered)), stretch)


def with_ligand_leaving(made: Complex, ligand: str, distance: float) -> Atoms:
    """Pull one ligand rigidly away along its bond.

    Parameters
    ----------
    made : Complex
        As in `elongated`, and so is what is returned.
    ligand : str
        Which, by its name in the library; the last one of that name.
    distance : float
        Å.

    Raises
    ------
    InputError
        If the complex has no such ligand; the message lists those it has.

    Example
    -------
    >>> from xnet_lite.complexes import Recipe, build
    >>> made = build(Recipe("Fe", 0, "trigonal-bipyramidal", ("co",) * 5))
    >>> apart = with_ligand_leaving(made, "co", 1.0)
    >>> f"{apart.get_distance(0, 9) - made.atoms.get_distance(0, 9):.4f} Å"
    '1.0000 Å'
    """
    names = [one.name for one in made.recipe.ordered]
    one_of(f"{made.recipe.key}'s ligand", ligand, sorted(set(names)))
    last = max(i for i, name in enumerate(names) if name == ligand)
    return _moved(made, [last], distance)


def donor_distance(made: Complex, atoms: Atoms) -> float:
    """Return the mean distance of the metal from the donors it has in `made` [Å].

    Parameters
    ----------
    made : Complex
        Says which atoms are donors.
    atoms : ase.Atoms
        The same atoms, perhaps elsewhere.
    """
    return float(atoms.get_distances(0, list(made.bonded)).mean())


def _members(made: Complex, position: int) -> slice:
    """Atoms of a ligand: the metal is first, then ligand after ligand."""
    sizes = [one.n_atoms for one in made.recipe.ordered]
    start = 1 + sum(sizes[:position])
    return slice(start, start + sizes[position])


def _shift(made: Complex, position: int, stretch: float) -> Array:
    """By how much a ligand moves so that its mean bond grows by the stretch."""
    whole = _members(made, position)
    own = [atom for atom in made.bonded if whole.start <= atom < whole.stop]
    bonds = made.atoms.positions[own] - made.atoms.positions[0]
    center = bonds.mean(axis=0)
    length, goal = _mean_length(bonds), _mean_length(bonds) + stretch
    if np.linalg.norm(center) < 0.1 * length or goal <= 0:
        raise InputError(
            f"{made.recipe.ordered[position].name} of {made.recipe.key} cannot move "
            f"by {stretch} Å; take a ligand on one side of the metal and a stretch "
            "that leaves its bonds longer than nothing."
        )
    along: Array = center / np.linalg.norm(center)

    def miss(way: float) -> float:
        """How far the mean bond still is from its goal."""
        return _mean_length(bonds + way * along) - goal

    # a mean bond never grows faster than its ligand moves
    reach = abs(stretch) * 2 * length / np.linalg.norm(center) + 1e-9
    way: float = brentq(miss, -reach, reach, xtol=1e-10)
    return way * along


def _mean_length(bonds: Array) -> float:
    """Mean length of vectors."""
    return float(np.linalg.norm(bonds, axis=1).mean())


def _moved(made: Complex, ligands: Iterable[int], way: float) -> Atoms:
    """A complex with some ligands moved, its metal at the origin, as written."""
    atoms = made.atoms.copy()
    for position in ligands:
        atoms.positions[_members(made, position)] += _shift(made, position, way)
    atoms.positions = (atoms.positions - atoms.positions[0]).round(4)
    return atoms
