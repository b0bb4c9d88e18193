"""Read donors and geometry off a structure, whatever it was built as."""

from collections.abc import Iterator
from itertools import permutations

import numpy as np
from ase import Atoms
from ase.data import covalent_radii

from xnet_lite.arrays import Array

from .ligands import Ligand
from .polyhedra import VERTICES, align, polyhedron
from .recipe import Recipe

# sums of covalent radii; a donor further than this has let go
BOUND = 1.3
_STOOLS = ("half-sandwich", "sandwich")


def owners(recipe: Recipe) -> tuple[int, ...]:
    """For each planned donor, the position of its ligand in the complex."""
    parts = enumerate(recipe.ordered)
    return tuple(i for i, one in parts for _ in one.distances)


def _by_ligand(
    recipe: Recipe, planned: tuple[int, ...]
) -> Iterator[tuple[Ligand, list[int]]]:
    """Each ligand of a complex with its planned donors."""
    for i, one in enumerate(recipe.ordered):
        yield one, [d for d, owner in zip(planned, owners(recipe)) if owner == i]


def bound_donors(
    recipe: Recipe, atoms: Atoms, planned: tuple[int, ...]
) -> tuple[int, ...]:
    """Return those of the planned donors that are still bound to the metal.

    Bound is what lies within 1.3 × the sum of covalent radii of the metal.

    Parameters
    ----------
    recipe : Recipe
        What was built.
    atoms : ase.Atoms
        The metal at index 0.
    planned : tuple of int
        Atoms that should bind it.

    Example
    -------
    >>> recipe = Recipe("Zn", 2, "linear", ("cl",) * 2)
    >>> far = Atoms("ZnCl2", [[0, 0, 0], [2.1, 0, 0], [-3.5, 0, 0]])
    >>> bound_donors(recipe, far, (1, 2))
    (1,)
    """
    index = list(planned)
    radii = covalent_radii[atoms.numbers]
    near = atoms.get_distances(0, index) < BOUND * (radii[0] + radii[index])
    return tuple(atom for atom, there in zip(planned, near, strict=True) if there)


def coordination_number(
    recipe: Recipe, planned: tuple[int, ...], bound: tuple[int, ...]
) -> int:
    """Count bound donors; a Cp⁻ or an arene counts three, a diene two.

    Example
    -------
    >>> coordination_number(Recipe("Zn", 2, "linear", ("cl",) * 2), (1, 2), (1, 2))
    2
    """
    count = 0
    held = set(bound)
    for one, own in _by_ligand(recipe, planned):
        there = sum(donor in held for donor in own)
        count += min(there, one.electrons // 2) if one.pattern == "eta" else there
    return count


def directions(recipe: Recipe, atoms: Atoms, planned: tuple[int, ...]) -> Array:
    """Vectors from the metal to what binds it; of an η-ligand, to its bound centroid.

    Called as :func:`bound_donors`.

    Returns
    -------
    ndarray, shape (n_directions, 3)
        Å.

    Example
    -------
    >>> recipe = Recipe("Zn", 2, "linear", ("cl",) * 2)
    >>> atoms = Atoms("ZnCl2", [[0, 0, 0], [2.0, 0, 0], [-2.0, 0, 0]])
    >>> directions(recipe, atoms, (1, 2))[:, 0].tolist()
    [2.0, -2.0]
    """
    held = set(bound_donors(recipe, atoms, planned))
    found = []
    for one, own in _by_ligand(recipe, planned):
        there = atoms.positions[[d for d in own if d in held]] - atoms.positions[0]
        if len(there):
            found += [there.mean(axis=0)] if one.pattern == "eta" else list(there)
    return np.array(found).reshape(-1, 3)


def named_geometry(recipe: Recipe, atoms: Atoms, planned: tuple[int, ...]) -> str:
    """Name the geometry of a structure.

    Sandwiches keep their name; all others get that of the polyhedron of as many
    vertices with the least root-mean-square misfit of directions. Called as
    :func:`bound_donors`.

    Returns
    -------
    str
        A geometry's name, ``"terminal"`` of one site, ``"irregular"`` beyond six.

    Example
    -------
    >>> recipe = Recipe("Zn", 2, "linear", ("cl",) * 2)
    >>> atoms = Atoms("ZnCl2", [[0, 0, 0], [2.0, 0, 0], [-2.0, 0.4, 0]])
    >>> named_geometry(recipe, atoms, (1, 2))
    'linear'
    """
    if recipe.geometry in _STOOLS:
        return recipe.geometry
    vectors = directions(recipe, atoms, planned)
    names = [
        name
        for name, places in VERTICES.items()
        if len(places) == len(vectors) and name not in _STOOLS
    ]
    if len(names) > 1:
        return min(names, key=lambda name: _misfit(vectors, name))
    return names[0] if names else {1: "terminal"}.get(len(vectors), "irregular")


def _misfit(vectors: Array, name: str) -> float:
    """Least misfit of directions with a polyhedron, over all ways to match them."""
    goals = polyhedron(name, len(vectors)).vertices
    ways = permutations(range(len(vectors)))
    return min(align(vectors[list(way)], goals)[1] for way in ways)
