"""Coordination polyhedra: where donors sit, and the symmetry of their places."""

from dataclasses import dataclass
from functools import cache
from itertools import permutations

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, one_of

_ROOT3 = np.sqrt(3.0)
_RING = {
    n: [(np.cos(2 * np.pi * i / n), np.sin(2 * np.pi * i / n), 0.0) for i in range(n)]
    for n in (1, 2, 3, 4)
}
# rad; apex–metal–base angle of five-coordinate complexes, 100° in most crystals
_APEX_TO_BASE = np.radians(100.0)
# rad; ring centroid–metal–leg angle of piano stools by number of legs (three legs at
# right angles make 125.3°)
_STOOL = {1: np.pi, 2: np.radians(130.0), 3: np.arccos(-1 / _ROOT3), 4: np.radians(113)}


@dataclass(frozen=True, eq=False)
class Polyhedron:
    """Unit vectors from the metal to its coordination sites.

    Parameters
    ----------
    name : str
        One of :data:`GEOMETRIES`.
    vertices : ndarray, shape (n_vertices, 3)
        Unit vectors.
    hapto : tuple of int
        Vertices that only a ring or chain bound through its face may take.
    """

    name: str
    vertices: Array
    hapto: tuple[int, ...] = ()


def _cone(polar: float, n: int) -> Array:
    """n unit vectors around z at one polar angle."""
    ring: Array = np.array(_RING[n]) * np.sin(polar)
    ring[:, 2] = np.cos(polar)
    return ring


_APEX = np.array([[0.0, 0.0, 1.0]])
#: unit vectors to the sites of each geometry; the apex or the ring's site comes first
VERTICES = {
    "linear": np.vstack([_APEX, -_APEX]),
    "trigonal-planar": np.array(_RING[3]),
    "tetrahedral": np.vstack([_APEX, _cone(np.arccos(-1 / 3), 3)]),
    "square-planar": np.array(_RING[4]),
    "square-pyramidal": np.vstack([_APEX, _cone(_APEX_TO_BASE, 4)]),
    "trigonal-bipyramidal": np.vstack([_APEX, -_APEX, _RING[3]]),
    "octahedral": np.vstack([np.eye(3), -np.eye(3)]),
    "sandwich": np.vstack([_APEX, -_APEX]),
}
GEOMETRIES = (*VERTICES, "half-sandwich")


def _vertices(name: str, n_sites: int) -> Array:
    """Vertices of a geometry."""
    one_of("geometry", name, GEOMETRIES)
    if name in VERTICES:
        return VERTICES[name]
    legs = n_sites - 1
    if legs not in _STOOL:
        raise InputError(f"a half-sandwich has 1 to 4 legs, not {legs}.")
    return np.vstack([_APEX, _cone(_STOOL[legs], legs)])


@cache
def polyhedron(name: str, n_sites: int) -> Polyhedron:
    """Return the polyhedron of a geometry.

    Parameters
    ----------
    name : str
        One of :data:`GEOMETRIES`.
    n_sites : int
        Number of sites the ligands fill (a ring counts as one).

    Raises
    ------
    InputError
        If the geometry is unknown or has another number of sites.

    Example
    -------
    >>> polyhedron("octahedral", 6).vertices.shape
    (6, 3)
    """
    vertices = _vertices(name, n_sites)
    if len(vertices) != n_sites:
        said = f"{name} has {len(vertices)} sites and the ligands fill {n_sites}"
        raise InputError(f"{said}; add or remove ligands.")
    hapto = {"half-sandwich": (0,), "sandwich": (0, 1)}.get(name, ())
    return Polyhedron(name, vertices, hapto)


def align(vectors: Array, onto: Array) -> tuple[Array, float]:
    """Rotation that best carries directions onto directions (Kabsch).

    Parameters
    ----------
    vectors, onto : ndarray, shape (n, 3)
        Vectors from the metal; only their directions count.

    Returns
    -------
    rotation : ndarray, shape (3, 3)
        Apply as ``vectors @ rotation.T``.
    misfit : float
        Root mean square distance of the unit vectors after the rotation.

    Source
    ------
    W. Kabsch, Acta Cryst. A32, 922 (1976), doi:10.1107/S0567739476001873.

    Differs
    -------
    The metal is the fixed point: there is no translation.

    Example
    -------
    >>> rotation, misfit = align(np.eye(3)[:2], np.eye(3)[1:])
    >>> round(misfit, 12)
    0.0
    """
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    goal = onto / np.linalg.norm(onto, axis=1, keepdims=True)
    left, _, right = np.linalg.svd(unit.T @ goal)
    turn = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    rotation = (left @ turn @ right).T
    residual = unit @ rotation.T - goal
    return rotation, float(np.sqrt((residual**2).sum(axis=1).mean()))


@cache
def symmetries(name: str, n_sites: int) -> tuple[tuple[int, ...], ...]:
    """Permutations of the vertices that keep every angle (mirror images too).

    Example
    -------
    >>> len(symmetries("octahedral", 6)), len(symmetries("tetrahedral", 4))
    (48, 24)
    """
    shape = polyhedron(name, n_sites)
    cosines = shape.vertices @ shape.vertices.T
    flags = np.isin(np.arange(n_sites), shape.hapto)

    def kept(order: tuple[int, ...]) -> bool:
        index = np.array(order)
        same = np.allclose(cosines[np.ix_(index, index)], cosines)
        return same and bool((flags[index] == flags).all())

    return tuple(filter(kept, permutations(range(n_sites))))
