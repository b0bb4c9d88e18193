"""Crystals that are several at once: mixed sites, alternatives, atoms half there.

One of them is chosen, the same every time, and what was left out is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import scipy
from ase import Atoms
from ase.cell import Cell
from ase.data import atomic_numbers, covalent_radii

from xnet_lite.arrays import Array
from xnet_lite.structures.site import notes_of
from xnet_lite.structures.symmetry import Operation

# Å: images of one atom nearer than this are one atom, near a special position
SAME = 0.3
# Å: alternatives without a name of their assembly belong together below this
TOGETHER = 1.7
#: below this share of the sum of covalent radii two atoms exclude each other; where a
#: group meets its own images across a symmetry element, a bond is no bond either
OVERLAP, ACROSS = 0.7, 1.25
FULL = 0.995  # an occupancy from here on is a whole atom


@dataclass(frozen=True)
class Listed:
    """One atom as a crystallographer lists it.

    Attributes
    ----------
    label : str
    elements : tuple of str
        What its symbol names, mostly one.
    position : ndarray (3,)
        Fractions of the cell.
    occupancy : float
        Share of cells in which it is there.
    assembly, group : str
        Of its disorder; "" without.
    """

    label: str
    elements: tuple[str, ...]
    position: Array
    occupancy: float = 1.0
    assembly: str = ""
    group: str = ""


@dataclass
class Content:
    """What fills a cell: rows of the list, and where they are; and what does not."""

    cell: Cell
    rows: list[int] = field(default_factory=list)
    positions: list[Array] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: element that was left out -> atoms that stand where it is too
    shared: dict[str, list[int]] = field(default_factory=dict)


def _apart(places: Array, others: Array, cell: Cell) -> Array:
    """Distances across the nearest faces of a cell, Å, (n_places, n_others)."""
    away = places[:, None] - others
    return np.asarray(np.linalg.norm((away - away.round()) @ cell.array, axis=-1))


def fill(
    listed: Sequence[Listed],
    operations: Sequence[Operation],
    cell: Cell,
    same: float = SAME,
) -> Atoms:
    """Return one crystal of those that a list of atoms describes.

    Of the groups of an assembly the one with the largest occupancy is taken, the first
    on a tie; of elements that share a site likewise. An atom that is there in a part
    of the cells only is there in all, unless it excludes one that is there already.

    Parameters
    ----------
    listed : sequence of Listed
    operations : sequence of (array (3, 3), array (3,))
        All of the space group, the identity first.
    cell : ase.cell.Cell
        Å.
    same : float
        Images of an atom nearer than this are one atom, Å.

    Returns
    -------
    ase.Atoms
        Periodic; atoms by their place in the list, then by operation.
        `notes_of` tells what was chosen, `info["shared"]` which elements were left
        out, and which atoms stand in their place.

    Example
    -------
    >>> alloy = [Listed(x, (x,), np.zeros(3), 0.5) for x in ("Fe", "Ni")]
    >>> atoms = fill(alloy, [(np.eye(3), np.zeros(3))], Cell(4 * np.eye(3)))
    >>> atoms.get_chemical_formula(), atoms.info["shared"]
    ('Fe', {'Ni': [0]})
    """
    content = Content(cell)
    units, dropped = _units(listed, cell, content.notes)
    images = [[_images(listed[i], operations) for i in unit] for unit in units]
    crowd: list[int] = []  # atoms that can exclude others
    for unit, places in zip(units, images):
        whole = len(unit) == 1 and not _partial(listed[unit[0]])
        if whole:
            _put_whole(unit[0], places[0], content, same)
        elif not _put_copies(listed, unit, np.stack(places, axis=1), content, crowd):
            dropped += unit
    order = np.argsort(content.rows, kind="stable")
    content.rows = [content.rows[i] for i in order]
    content.positions = [content.positions[i] for i in order]
    _tell(listed, dropped, content)
    symbols = [listed[i].elements[0] for i in content.rows]
    atoms = Atoms(symbols, scaled_positions=content.positions, cell=cell, pbc=True)
    notes_of(atoms).extend(content.notes)
    atoms.info["shared"] = content.shared
    return atoms


def _partial(one: Listed) -> bool:
    """Whether an atom is there in a part of the cells only."""
    return bool(one.group) or one.occupancy < FULL


def _units(
    listed: Sequence[Listed], cell: Cell, notes: list[str]
) -> tuple[list[list[int]], list[int]]:
    """Atoms that come and go together, most frequent first; and those left out."""
    whole = [[i] for i, one in enumerate(listed) if not _partial(one)]
    parts = [[i] for i, one in enumerate(listed) if _partial(one) and not one.group]
    dropped: list[int] = []
    for name, members in _assemblies(listed, cell).items():
        groups: dict[str, list[int]] = {}
        for i in members:
            groups.setdefault(listed[i].group, []).append(i)
        shares = {g: np.mean([listed[i].occupancy for i in groups[g]]) for g in groups}
        kept = max(shares, key=lambda g: shares[g])  # the first on a tie
        parts.append(groups.pop(kept))
        for rows in groups.values():
            dropped += rows
        if groups:
            left = _labels([listed[i] for rows in groups.values() for i in rows])
            notes.append(
                f"disorder{name}: group {kept} ({shares[kept]:.0%}) was taken and "
                + ", ".join(f"{g} ({shares[g]:.0%})" for g in groups)
                + f" left out: {left}"
            )
    parts.sort(key=lambda rows: -np.mean([listed[i].occupancy for i in rows]))
    return whole + parts, dropped


def _assemblies(listed: Sequence[Listed], cell: Cell) -> dict[str, list[int]]:
    """Rows of each assembly; without a name, those near each other are one."""
    found: dict[str, list[int]] = {}
    nameless = []
    for i, one in enumerate(listed):
        if one.group and one.assembly:
            found.setdefault(f" {one.assembly}", []).append(i)
        elif one.group:
            nameless.append(i)
    places = np.array([listed[i].position for i in nameless]).reshape(-1, 3)
    _, piece = scipy.sparse.csgraph.connected_components(
        _apart(places, places, cell) < TOGETHER
    )
    for i, number in zip(nameless, piece):
        found.setdefault(f" {number + 1}" if piece.any() else "", []).append(i)
    return found


def _images(one: Listed, operations: Sequence[Operation]) -> Array:
    """Where the operations put an atom, inside the cell, (n_operations, 3)."""
    places = np.array([turn @ one.position + shift for turn, shift in operations])
    places %= 1.0
    places[places > 1 - 1e-9] = 0.0
    return places


def _put_whole(row: int, places: Array, content: Content, same: float) -> None:
    """Add the different images of an atom that is there in every cell."""
    near = _apart(places, places, content.cell) < same
    kept: list[int] = []
    for i in range(len(places)):
        if not near[i, kept].any():
            kept.append(i)
    content.rows += [row] * len(kept)
    content.positions += list(places[kept])


def _put_copies(
    listed: Sequence[Listed],
    unit: list[int],
    copies: Array,
    content: Content,
    crowd: list[int],
) -> bool:
    """Add those images of a unit that exclude nothing in the crowd; false for none."""
    radii = np.array([covalent_radii[atomic_numbers[x.elements[0]]] for x in listed])
    first, n_left = len(crowd), 0
    slack = np.full(len(listed), OVERLAP)
    if listed[unit[0]].group.startswith("-"):
        slack[unit] = ACROSS  # only images of its own are in the crowd with these rows
    rows = np.array([content.rows[i] for i in crowd], dtype=int)
    there: Array = np.array([content.positions[i] for i in crowd]).reshape(-1, 3)
    for places in copies:
        away = _apart(places, there, content.cell)
        mine = (rows == np.array(unit)[:, None]) & (away < SAME)
        reach = slack[rows] * (radii[unit][:, None] + radii[rows])
        if mine.any(axis=1).all():
            continue
        if ((away < reach) & ~mine.any(axis=0)).any():
            n_left += 1
            continue
        new = ~mine.any(axis=1)
        crowd += range(len(content.rows), len(content.rows) + int(new.sum()))
        content.rows += np.array(unit)[new].tolist()
        content.positions += list(places[new])
        rows = np.concatenate([rows, np.array(unit)[new]])
        there = np.vstack([there, places[new]])
    if n_left and len(crowd) > first:
        content.notes.append(
            f"{_labels([listed[i] for i in unit])} would overlap images of its own or "
            f"of others: {n_left} of {len(copies)} were left out"
        )
    return len(crowd) > first


def _tell(listed: Sequence[Listed], dropped: list[int], content: Content) -> None:
    """Note mixed sites and what is not there everywhere; find who shares a site."""
    sharing: dict[int, list[int]] = {}
    there = np.array(content.positions).reshape(-1, 3)
    for i in dropped:
        element = listed[i].elements[0]
        near = _apart(listed[i].position[None], there, content.cell)[0]
        host = content.rows[int(near.argmin())] if len(near) else i
        atoms = content.shared.setdefault(element, [])
        if len(near) and near.min() < SAME and listed[host].elements[0] != element:
            sharing.setdefault(host, []).append(i)
            atoms += [at for at, row in enumerate(content.rows) if row == host]
        elif not listed[i].group:
            content.notes.append(
                f"{_labels([listed[i]], 1)} excludes atoms that are there more often "
                "and was left out"
            )
    for i in sorted(set(content.rows)):
        for other in listed[i].elements[1:]:
            at = [at for at, row in enumerate(content.rows) if row == i]
            content.shared.setdefault(other, []).extend(at)
            content.notes.append(
                f"{listed[i].label} is {' or '.join(listed[i].elements)}: read as "
                f"{listed[i].elements[0]} throughout"
            )
    for host, others in sharing.items():
        shares = " and ".join(
            f"{listed[i].occupancy:.0%} {listed[i].elements[0]}"
            for i in (host, *others)
        )
        content.notes.append(
            f"mixed site {_labels([listed[i] for i in (host, *others)])} is {shares}: "
            f"read as {listed[host].elements[0]} throughout"
        )
    left = [
        listed[i]
        for i in sorted(set(content.rows) - set(sharing))
        if not listed[i].group and listed[i].occupancy < FULL
    ]
    if left:
        content.notes.append(f"not everywhere there, read as whole: {_labels(left, 1)}")


def _labels(listed: Sequence[Listed], shares: int = 0) -> str:
    """Names of a few atoms, on demand with their occupancies."""
    words = [one.label + f" ({one.occupancy:.0%})" * shares for one in listed]
    return ", ".join(words[:8]) + (f" and {len(words) - 8} more" if words[8:] else "")
