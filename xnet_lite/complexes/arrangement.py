"""Isomers: the distinct ways to put ligands on a polyhedron."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Any, TypeAlias

from xnet_lite.arrays import Array

from .polyhedra import Polyhedron, align, polyhedron, symmetries

#: the vertices of each ligand, ligand by ligand
Places: TypeAlias = tuple[tuple[int, ...], ...]

# A ligand whose donors lie further than this (root mean square over unit vectors) from
# the vertices it would take does not fit there; a 66° bite on 109° vertices is 0.37.
MISFIT = 0.45


@dataclass(frozen=True, eq=False)
class Grip:
    """What the arrangement of a ligand depends on.

    Parameters
    ----------
    name : str
        Name of the ligand: equal names are interchangeable.
    anchors : ndarray, shape (n_sites, 3)
        Directions from the metal to its donors (to the centroid of an η-ligand).
    labels : tuple of str
        One a donor; donors of equal label are interchangeable.
    hapto : bool
        Whether it binds through a face of three or more atoms.
    """

    name: str
    anchors: Array
    labels: tuple[str, ...]
    hapto: bool = False


def _places(shape: Polyhedron, grip: Grip) -> list[tuple[tuple[int, ...], float]]:
    """Vertex tuples on which the ligand fits, with the misfit."""
    fits = []
    for places in permutations(range(len(shape.vertices)), len(grip.anchors)):
        if shape.hapto and any((v in shape.hapto) != grip.hapto for v in places):
            continue
        misfit = align(grip.anchors, shape.vertices[list(places)])[1]
        if misfit < MISFIT:
            fits.append((places, misfit))
    return fits


def arrangements(name: str, grips: Sequence[Grip]) -> list[tuple[tuple[int, ...], ...]]:
    """All distinct ways to put ligands on a polyhedron: its isomers.

    Two arrangements that a rotation or a reflection of the polyhedron carries into
    each other count once (a spectrum cannot tell mirror images apart).

    Parameters
    ----------
    name : str
        Geometry.
    grips : sequence of Grip
        One a ligand.

    Returns
    -------
    list of tuple
        For each isomer one tuple of vertices a ligand; the least strained first.

    Example
    -------
    >>> one = Grip("a", np.array([[0.0, 0, 1]]), ("N",))
    >>> two = Grip("b", np.array([[0.0, 0, 1]]), ("Cl",))
    >>> len(arrangements("octahedral", [one] * 4 + [two] * 2))   # cis and trans
    2
    """
    n_sites = sum(len(grip.anchors) for grip in grips)
    shape = polyhedron(name, n_sites)
    group = symmetries(name, n_sites)
    choices = {grip.name: _places(shape, grip) for grip in grips}
    found: dict[object, tuple[float, Places]] = {}

    def grow(done: Places, strain: float) -> None:
        if len(done) == len(grips):
            key = _canonical(done, grips, group)
            rank = (round(strain, 6), done)
            found[key] = min(found.get(key, rank), rank)
            return
        grip = grips[len(done)]
        used = {v for places in done for v in places}
        for places, misfit in choices[grip.name]:
            if used.isdisjoint(places) and _in_order(done, places, grips):
                grow((*done, places), strain + misfit**2)

    grow((), 0.0)
    return [done for _, done in sorted(found.values())]


def _in_order(done: Places, places: tuple[int, ...], grips: Sequence[Grip]) -> bool:
    """Whether like ligands that follow each other take rising vertices."""
    at = len(done)
    if at == 0 or grips[at].name != grips[at - 1].name:
        return True
    return min(done[-1]) < min(places)


def _canonical(done: Places, grips: Sequence[Grip], group: Places) -> tuple[Any, ...]:
    """A key that every symmetry of the polyhedron leaves unchanged."""

    def turned(order: tuple[int, ...]) -> tuple[Any, ...]:
        return tuple(
            sorted(
                (grip.name, tuple(sorted(zip(grip.labels, (order[v] for v in places)))))
                for grip, places in zip(grips, done)
            )
        )

    return min(map(turned, group))
