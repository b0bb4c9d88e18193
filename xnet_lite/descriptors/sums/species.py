"""Which atoms count as alike: elements put into groups, so that vectors stay short."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from ase.data import atomic_numbers, chemical_symbols

from xnet_lite.arrays import Ints
from xnet_lite.errors import InputError

#: elements, or groups of elements that are not told apart; None means CLASSES
Species = Sequence[str | Sequence[str]] | None

_NOBLE = ("He", "Ne", "Ar", "Kr", "Xe", "Rn")
_NONMETALS = tuple(
    tuple(group.split())
    for group in ["H", " B C Si Ge", " N", " O", " P As Sb", " S Se Te", " F Cl Br I"]
)
_OTHERS = {*_NOBLE, "At", *(symbol for group in _NONMETALS for symbol in group)}
METALS = tuple(s for s in chemical_symbols[1:104] if s not in _OTHERS)
#: like chemistry, like group: eight groups cover H to Lr but noble gases and astatine
CLASSES: tuple[tuple[str, ...], ...] = (*_NONMETALS, METALS)


class Groups:
    """Elements put into groups, which are told apart, numbered from 0.

    Parameters
    ----------
    species : tuple of str or of tuple of str, optional
        Elements, or groups of elements taken as one; None for `CLASSES`.

    Attributes
    ----------
    labels : list of str
        A short name for each group.

    Raises
    ------
    InputError
        For none at all, for what is no element, or for one listed twice.

    Example
    -------
    >>> groups = Groups(("H", ("N", "O")))
    >>> groups.labels, groups.of(np.array([8, 1, 7])).tolist()
    (['H', 'N/O'], [1, 0, 1])
    """

    def __init__(self, species: Species = None) -> None:
        if isinstance(species, str) or (species is not None and not len(species)):
            raise InputError(
                f"species={species!r}: give a tuple of elements or of groups of "
                "elements, ('H', ('N', 'O')), or None for groups of like chemistry"
            )
        groups = as_groups(CLASSES if species is None else species, "species")
        times = Counter(symbol for group in groups for symbol in group)
        for symbol, n in times.items():
            if n > 1:
                raise InputError(f"species: {symbol} is listed {n} times, list it once")
        self._table = np.full(len(chemical_symbols), -1)
        for index, group in enumerate(groups):
            self._table[[atomic_numbers[symbol] for symbol in group]] = index
        self.labels = ["metal" if g == METALS else "/".join(g) for g in groups]

    def __len__(self) -> int:
        """Return the number of groups."""
        return len(self.labels)

    def of(self, numbers: Ints) -> Ints:
        """Return the group of each atom of these atomic numbers, (n,).

        Raises
        ------
        InputError
            For an element that is in no group.
        """
        found: Ints = self._table[numbers]
        if (found < 0).any():
            symbol = chemical_symbols[numbers[np.argmax(found < 0)]]
            raise InputError(
                f"species has no group with {symbol}, list it by itself or beside the "
                f"elements that it is like, as in species=(…, '{symbol}')"
            )
        return found


def as_groups(
    listed: Sequence[str | Sequence[str]], name: str
) -> tuple[tuple[str, ...], ...]:
    """Return groups of elements, one of an element that stands alone.

    Raises
    ------
    InputError
        For what is no element; `name` is the argument that listed it.

    Example
    -------
    >>> as_groups(("H", ("N", "O")), "species")
    (('H',), ('N', 'O'))
    """
    groups = tuple((g,) if isinstance(g, str) else tuple(g) for g in listed)
    for symbol in (symbol for group in groups for symbol in group):
        if atomic_numbers.get(symbol, 0) < 1:
            raise InputError(f"{name}: there is no element {symbol!r}")
    return groups
