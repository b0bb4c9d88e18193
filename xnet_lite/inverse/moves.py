"""How a structure may change: a few numbers that a refinement looks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.transform import Rotation

from xnet_lite.arrays import Array, Ints, floats
from xnet_lite.errors import InputError, hinted, within
from xnet_lite.faces import Face
from xnet_lite.structures import Site, bonded_pairs

#: a ligand whose donors pull in directions that nearly cancel surrounds the absorber
SURROUNDS = 0.5
#: Å: nearer than this to the absorber, two atoms of a move are on top of each other
NEAREST = 0.5
#: of a number: over which the change of positions is taken
NUDGE = 1e-4


@dataclass(frozen=True, eq=False, repr=False)
class Move(Face):
    """One way in which a structure changes, and how far it may go.

    Either every atom goes along a direction of its own, or some atoms turn about an
    axis. Both leave the inside of what moves as it is where the atoms of a ligand are
    given one direction.

    Parameters
    ----------
    name : str
        What the number is called: "Fe-N".
    low, high : float
        Ends of the change, in Å for directions (of length one a unit), in degrees for
        a turn; 0 is the structure as it is.
    directions : array (n_atoms, 3), optional
        How far each atom goes when the number grows by one: a normal mode, say.
    atoms : array of int, optional
        Which atoms turn.
    axis, origin : array (3,), optional
        About which line they turn; Å.

    Raises
    ------
    InputError
        If it is neither, or the ends are in the wrong order.

    Example
    -------
    >>> up = Move("up", -1, 1, directions=[[0, 0, 0], [0, 0, 1]])
    >>> up(np.zeros((2, 3)), 0.5)[1].tolist(), up.unit
    ([0.0, 0.0, 0.5], 'Å')
    """

    name: str
    low: float
    high: float
    directions: Array | None = None
    atoms: Ints | None = None
    axis: Array | None = None
    origin: Array | None = None

    def __post_init__(self) -> None:
        for name in ("directions", "axis", "origin"):
            if (value := getattr(self, name)) is not None:
                object.__setattr__(self, name, floats(name, value))
                if not np.isfinite(getattr(self, name)).all():
                    raise InputError(f"{self.name}: {name} is not finite, correct it")
        if self.atoms is not None:
            object.__setattr__(self, "atoms", np.asarray(self.atoms, dtype=int))
        within("(-inf, inf)", low=self.low)
        within(f"({self.low}, inf)", high=self.high)
        turns = [one is not None for one in (self.atoms, self.axis, self.origin)]
        if all(turns) == (self.directions is not None) or any(turns) != all(turns):
            raise InputError(
                f"{self.name}: give directions, or atoms with an axis and an origin"
            )

    @property
    def unit(self) -> str:
        """Of the number."""
        return "°" if self.directions is None else "Å"

    def __call__(self, positions: Array, value: float) -> Array:
        """Return the positions (n_atoms, 3) after the move."""
        if self.directions is not None:
            return np.asarray(positions + value * self.directions)
        assert self.axis is not None
        assert self.origin is not None
        turn = Rotation.from_rotvec(np.radians(value) * self.axis)
        moved = positions.copy()
        moved[self.atoms] = turn.apply(moved[self.atoms] - self.origin) + self.origin
        return moved

    def _facts(self) -> dict[str, object]:
        ends = f"{self.low:g} to {self.high:g} {self.unit}"
        return {"of": self.name, "from": ends}


@dataclass(frozen=True, eq=False, repr=False)
class Geometry(Face):
    """A structure and how it may change.

    Parameters
    ----------
    site : Site
        Where all numbers are 0. No crystal: take `structures.cluster` of it.
    moves : sequence of Move
        Done one after the other.

    Raises
    ------
    InputError
        For a crystal, no moves, two of one name, or one for another number of atoms.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeCO", [[0, 0, 0], [0, 0, 1.8], [0, 0, 2.95]]), 0)
    >>> geometry = Geometry(site, [stretch(site)])
    >>> geometry.at([0.1]).atoms.positions[:, 2].round(2).tolist()
    [0.0, 1.9, 3.05]
    """

    site: Site
    moves: Sequence[Move]

    def __post_init__(self) -> None:
        if self.site.atoms.pbc.any():
            raise InputError(
                f"{self.site.label} is a crystal: take structures.cluster of it first"
            )
        n, names = len(self.site.atoms), [one.name for one in self.moves]
        if not names or len(set(names)) < len(names):
            raise InputError(f"moves are {names}: give at least one, each its own name")
        for one in self.moves:
            if one.directions is not None and one.directions.shape != (n, 3):
                shape = one.directions.shape
                raise InputError(f"{one.name}: directions {shape}, give ({n}, 3)")

    @cached_property
    def names(self) -> list[str]:
        """What the numbers are called."""
        return [one.name for one in self.moves]

    @cached_property
    def bounds(self) -> Array:
        """Ends of each number, (n_moves, 2)."""
        return np.array([[one.low, one.high] for one in self.moves], dtype=float)

    def at(self, values: Sequence[float] | Array) -> Site:
        """Return the structure that some numbers make.

        Raises
        ------
        InputError
            For another number of numbers, or where atoms meet.
        """
        if len(values) != len(self.moves):
            raise InputError(f"{len(values)} values: give one for each of {self.names}")
        atoms = self.site.atoms.copy()
        for move, value in zip(self.moves, values, strict=True):
            atoms.positions = move(atoms.positions, float(value))
        away = atoms.positions - atoms.positions[self.site.absorber_index]
        r = np.delete(np.linalg.norm(away, axis=1), self.site.absorber_index)
        if len(r) and r.min() < NEAREST:
            told = dict(zip(self.names, map(float, values), strict=True))
            raise InputError(f"{told}: an atom meets the absorber, narrow the moves")
        return replace(self.site, atoms=atoms)

    def slopes(self, values: Sequence[float] | Array) -> Array:
        """Return how positions change with each number, (n_moves, n_atoms, 3)."""
        found = []
        for row in NUDGE * np.eye(len(self.moves)):
            ends = (self.at(values + side * row) for side in (1, -1))
            up, down = (one.atoms.positions for one in ends)
            found.append((up - down) / (2 * NUDGE))
        return np.array(found)

    def distances(
        self, values: Sequence[float] | Array, atoms: Sequence[int] | Ints
    ) -> Array:
        """Return how far some atoms are from the absorber then, Å."""
        site = self.at(values)
        found = site.atoms.get_distances(site.absorber_index, list(atoms))
        return np.asarray(found)

    def _facts(self) -> dict[str, object]:
        moves = {
            one.name: f"{one.low:g} to {one.high:g} {one.unit}" for one in self.moves
        }
        return {"of": self.site.label, **moves}


def ligands(site: Site) -> list[tuple[Ints, Ints]]:
    """Return what is bound to the absorber: atoms of each ligand, and its donors.

    Bonds are those that are drawn (`structures.bonded_pairs`).

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeCO", [[0, 0, 0], [0, 0, 1.8], [0, 0, 2.95]]), 0)
    >>> [(atoms.tolist(), donors.tolist()) for atoms, donors in ligands(site)]
    [([1, 2], [1])]
    """
    pairs = bonded_pairs(site.atoms.positions, site.atoms.numbers)
    own = (pairs == site.absorber_index).any(axis=1)
    donors = pairs[own].sum(axis=1) - site.absorber_index
    i, j = pairs[~own].T
    n = len(site.atoms)
    graph = coo_array((np.ones(len(i)), (i, j)), shape=(n, n))
    label = connected_components(graph, directed=False)[1]
    return [
        (np.flatnonzero(label == one), donors[label[donors] == one])
        for one in dict.fromkeys(label[donors].tolist())
    ]


@hinted
def stretch(
    site: Site,
    donors: str | Sequence[int] | None = None,
    *,
    reach: float = 0.2,
    name: str = "",
) -> Move:
    """Return the move that takes ligands away from the absorber, each as it is.

    A ligand goes along the mean direction of its donors, so that the mean distance of
    these grows by the number (near 0). One that surrounds the absorber, a porphyrin,
    cannot: its atoms go outwards, each along its own direction.

    Parameters
    ----------
    site : Site
    donors : str or sequence of int, optional
        Element of the donors, or their indices; all by default. A ligand with one of
        them goes along.
    reach : float
        Å to either side.
    name : str
        "Fe-N" and the like by default.

    Raises
    ------
    InputError
        If nothing of the kind is bound to the absorber.
    """
    within("(0, 1]", reach=reach)
    symbols = np.array(site.atoms.get_chemical_symbols())
    chosen = _chosen(site, donors)
    away = site.atoms.positions - site.atoms.positions[site.absorber_index]
    unit = away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    directions = np.zeros_like(away)
    for atoms, own in ligands(site):
        mine = np.intersect1d(own, chosen)
        if not len(mine):
            continue
        mean = unit[mine].mean(axis=0)
        size = float(np.linalg.norm(mean))
        # along `mean`, distances grow by |mean| on average for every Å
        directions[atoms] = mean / size**2 if size > SURROUNDS else unit[atoms]
    kinds = "/".join(dict.fromkeys(symbols[chosen].tolist()))
    return Move(name or f"{site.absorber}-{kinds}", -reach, reach, directions)


@hinted
def bend(site: Site, donor: int, *, reach: float = 30.0, name: str = "") -> Move:
    """Return the move that bends a ligand about its donor, in degrees.

    The axis stands on the bond and on the direction to the rest of the ligand.

    Raises
    ------
    InputError
        If this is no donor, or the whole of a ligand.
    """
    atoms, bond, here = _about(site, donor)
    rest = site.atoms.positions[atoms].mean(axis=0) - here
    axis = np.cross(bond, rest)
    if np.linalg.norm(axis) < 1e-2 * np.linalg.norm(rest):  # a straight ligand
        axis = np.cross(bond, np.eye(3)[np.abs(bond).argmin()])
    axis = axis / np.linalg.norm(axis)
    within("(0, 180]", reach=reach)
    return Move(name or f"bend {donor}", -reach, reach, None, atoms, axis, here)


@hinted
def twist(site: Site, donor: int, *, reach: float = 90.0, name: str = "") -> Move:
    """Return the move that turns a ligand about its bond to the absorber, in degrees.

    Raises
    ------
    InputError
        If this is no donor, or the whole of a ligand.
    """
    atoms, bond, here = _about(site, donor)
    within("(0, 180]", reach=reach)
    return Move(name or f"twist {donor}", -reach, reach, None, atoms, bond, here)


@hinted
def wander(site: Site, atoms: Sequence[int], *, reach: float = 0.1) -> list[Move]:
    """Return the moves of single atoms: three for each, along x, y and z.

    So many numbers are for `descend`; a spectrum tells few of them.

    Parameters
    ----------
    site : Site
    atoms : sequence of int
    reach : float
        Å to either side.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeO", [[0, 0, 0], [0, 0, 2.0]]), 0)
    >>> [move.name for move in wander(site, [1])]
    ['O1 x', 'O1 y', 'O1 z']
    """
    within("(0, 1]", reach=reach)
    symbols, moves = site.atoms.get_chemical_symbols(), []
    for atom in atoms:
        within(f"[0, {len(symbols) - 1}]", whole=True, atoms=atom)
        for i, axis in enumerate("xyz"):
            directions = np.zeros((len(symbols), 3))
            directions[atom, i] = 1.0
            name = f"{symbols[atom]}{atom} {axis}"
            moves.append(Move(name, -reach, reach, directions))
    return moves


def _chosen(site: Site, donors: str | Sequence[int] | None) -> Ints:
    """Indices of donors."""
    known = np.concatenate([[], *(own for _, own in ligands(site))]).astype(int)
    symbols = np.array(site.atoms.get_chemical_symbols())
    if donors is None:
        chosen = known
    elif isinstance(donors, str):
        chosen = known[symbols[known] == donors]
    else:
        wanted = np.unique(floats("donors", donors))
        chosen = np.intersect1d(known, wanted).astype(int)
        chosen = chosen if len(chosen) == wanted.size else chosen[:0]
    if not len(chosen):
        bound = ", ".join(f"{symbols[k]}{k}" for k in known) or "nothing"
        raise InputError(
            f"donors={donors!r}: bound to {site.absorber} are {bound}, give of these"
        )
    return np.asarray(chosen)


def _about(site: Site, donor: int) -> tuple[Ints, Array, Array]:
    """Atoms of a ligand but the donor, direction of its bond, its place."""
    (chosen,) = _chosen(site, [donor])
    atoms = next(atoms for atoms, own in ligands(site) if chosen in own)
    rest = atoms[atoms != chosen]
    if not len(rest):
        raise InputError(f"donor {donor} is a ligand of one atom: give another one")
    here = site.atoms.positions[chosen]
    bond = here - site.atoms.positions[site.absorber_index]
    return rest, bond / np.linalg.norm(bond), here
