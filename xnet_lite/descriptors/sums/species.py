"""Which atoms count as alike: elements put into groups, so that vectors stay short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from ase.data import atomic_numbers, chemical_symbols
from numpy.typing import NDArray

from xnet_lite.errors import InputError

Ints = NDArray[np.int64]
#: elements, or groups of elements that are not told apart; None means CLASSES
Species = Sequence[str | Sequence[str]] | None

_NOBLE = ("He", "Ne", "Ar", "Kr", "Xe", "Rn")
_NONMETALS = (
    ("H",),
    ("B", "C", "Si", "Ge"),
    ("N",),
    ("O",),
    ("P", "As", "Sb"),
    ("S", "Se", "Te"),
    ("F", "Cl", "Br", "I"),
)
_OTHERS = {*_NOBLE, "At", *(symbol for group in _NONMETALS for symbol in group)}
METALS = tuple(s for s in chemical_symbols[1:104] if s not in _OTHERS)
#: like chemistry, like group: eight groups cover H to Lr but noble gases and astatine
CLASSES: tuple[tuple[str, ...], ...] = (*_NONMETALS, METALS)


def species_groups(species: Species) -> tuple[tuple[str, ...], ...]:
    """Return the groups that a `species` argument means.

    Raises
    ------
    InputError
        For none at all, for what is no element, or for one listed twice.

    Example
    -------
    >>> species_groups(("H", ("N", "O")))
    (('H',), ('N', 'O'))
    """
    if species is None:
        return CLASSES
    if isinstance(species, str) or not len(species):
        raise InputError(
            f"species={species!r}: give a tuple of elements or of groups of elements, "
            "('H', ('N', 'O')), or None for groups of like chemistry"
        )
    groups = tuple((g,) if isinstance(g, str) else tuple(g) for g in species)
    times = Counter(symbol for group in groups for symbol in group)
    for symbol, n in times.items():
        if atomic_numbers.get(symbol, 0) < 1:
            raise InputError(f"species: there is no element {symbol!r}")
        if n > 1:
            raise InputError(f"species: {symbol} is listed {n} times, list it once")
    return groups


def species_labels(groups: Sequence[Sequence[str]]) -> list[str]:
    """Return a short name for each group.

    Example
    -------
    >>> species_labels(CLASSES)[-2:]
    ['F/Cl/Br/I', 'metal']
    """
    return ["metal" if g == METALS else "/".join(g) for g in groups]


def group_table(groups: Sequence[Sequence[str]]) -> Ints:
    """Return the group of each element by atomic number, −1 for none, (119,)."""
    table = np.full(len(chemical_symbols), -1, dtype=np.int64)
    for index, group in enumerate(groups):
        table[[atomic_numbers[symbol] for symbol in group]] = index
    return table


def groups_of(numbers: Ints, table: Ints) -> Ints:
    """Return the group of each atom.

    Parameters
    ----------
    numbers : ndarray (n,)
        Atomic numbers.
    table : ndarray (119,)
        As `group_table` returns it.

    Returns
    -------
    ndarray (n,)

    Raises
    ------
    InputError
        If an element is in no group.

    Example
    -------
    >>> groups_of(np.array([8, 7]), group_table((("O",), ("N",)))).tolist()
    [0, 1]
    """
    found: Ints = table[numbers]
    if (found < 0).any():
        symbol = chemical_symbols[numbers[np.argmax(found < 0)]]
        raise InputError(
            f"species has no group with {symbol}, list it by itself or beside the "
            f"elements that it is like, as in species=(…, '{symbol}')"
        )
    return found
