"""What an element counts in a descriptor's sums, and which count as alike."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib.resources import files
from numbers import Real

import numpy as np
from ase.data import atomic_numbers, chemical_symbols, covalent_radii

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError

#: what an element counts in a sum: a multiple of Z, a property by name, or values
Weight = float | str | Mapping[str, float]

# Pauling's scale, dimensionless: L. Pauling, J. Am. Chem. Soc. 54 (1932) 3570,
# doi:10.1021/ja01348a011, as revised by A. L. Allred, J. Inorg. Nucl. Chem. 17 (1961)
# 215, doi:10.1016/0022-1902(61)80142-5; Kr and Xe of L. C. Allen and J. E. Huheey,
# J. Inorg. Nucl. Chem. 42 (1980) 1523; Fr of L. Pauling, The Nature of the Chemical
# Bond (1960). Where Allred tells oxidation states apart, Tl is Tl(I) and Pb is Pb(IV).
# The CRC Handbook has other numbers for Tc, Lu, W, Pt, Au, Hg, Tl, Pb, Bi, U, Np and Pu
# (W 1.7, Pb 1.8), mostly Pauling's of 1960, none for Kr, and the same for the rest.
# Pm, Eu, Tb and Yb have no value there or here: what stands there is the mean of their
# two neighbors in the series, as for an ion of charge 3. Tables print 1.1 to 1.2.
# He, Ne, Ar and Rn, and all beyond Pu, are left without; another scale would not mix.
_PAULING = "electronegativity.json"

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


def element_weights(weight: Weight) -> Array:
    """Return what each element counts, by atomic number; NaN where it is not known.

    Parameters
    ----------
    weight : float, str or mapping of str to float
        A number is a multiple of Z; "one", "Z", "electronegativity" (Pauling) and
        "covalent_radius" (Å) are properties; a mapping gives a value per element.

    Returns
    -------
    ndarray (119,)

    Raises
    ------
    InputError
        For a property or an element that is not known.

    Source: covalent radii of B. Cordero et al., Dalton Trans. (2008) 2832,
    doi:10.1039/b801115j, as `ase.data` has them; electronegativities as above.

    Example
    -------
    >>> element_weights(0.1)[26].round(12).item(), element_weights({"O": 3.0})[8].item()
    (2.6, 3.0)
    """
    n_elements = len(chemical_symbols)
    if isinstance(weight, Mapping):
        return _by_element(weight)
    if isinstance(weight, str):
        if weight == "electronegativity":
            text = files(__package__).joinpath(_PAULING).read_text(encoding="utf-8")
            return _by_element(json.loads(text))
        if weight == "covalent_radius":
            # ase.data marks an element without a radius by that of X
            missing = covalent_radii == covalent_radii[0]
            radii: Array = np.where(missing, np.nan, covalent_radii)
            return radii
        if weight not in ("one", "Z"):
            said = f"weight {weight!r} is not known, give a number, a mapping, 'one'"
            raise InputError(f"{said}, 'Z', 'electronegativity' or 'covalent_radius'")
    elif not isinstance(weight, Real) or not np.isfinite(weight):
        raise InputError(f"weight is {weight!r}: give a number, a name or a mapping")
    if weight == "one":
        return np.ones(n_elements)
    numbers = np.arange(n_elements, dtype=np.float64)
    return numbers if weight == "Z" else numbers * float(weight)


class Channels:
    """What atoms count in each channel of a descriptor, one a weight.

    Parameters
    ----------
    weight : float, str, mapping, or a tuple of these
        See `element_weights`.

    Attributes
    ----------
    labels : list of str
        End of a feature's name for each channel, empty for Z itself.

    Raises
    ------
    InputError
        For a weight that is not known.

    Example
    -------
    >>> channels = Channels(("one", 0.5))
    >>> channels.labels, channels.of(np.array([8, 26])).tolist()
    ([' by one', ' by 0.5 Z'], [[1.0, 1.0], [4.0, 13.0]])
    """

    def __init__(self, weight: Weight | tuple[Weight, ...]) -> None:
        self._weights = weight if isinstance(weight, tuple | list) else (weight,)
        if not len(self._weights):
            raise InputError("weight is an empty list: give one or more")
        tables = [element_weights(one) for one in self._weights]
        self._tables = np.array(tables).reshape(-1, len(chemical_symbols))
        self.labels = [_label(one) for one in self._weights]

    def __len__(self) -> int:
        """Return the number of channels."""
        return len(self.labels)

    def of(self, numbers: Ints) -> Array:
        """Return what atoms of these atomic numbers (n,) count, (n_channels, n).

        Raises
        ------
        InputError
            For an element that a weight has no value for.
        """
        found = np.take(self._tables, numbers, axis=1)
        if np.isnan(found).any():
            channel, atom = np.argwhere(np.isnan(found))[0]
            raise InputError(
                f"weight {self._weights[channel]!r} has no value for "
                f"{chemical_symbols[numbers[atom]]}, give a mapping that has one"
            )
        return found


def _label(weight: Weight) -> str:
    """Name of a weight, empty for Z itself."""
    if isinstance(weight, str):
        return "" if weight == "Z" else f" by {weight}"
    if isinstance(weight, float | int):
        return "" if weight == 1 else f" by {weight:g} Z"
    return " by " + ", ".join(f"{symbol} {value:g}" for symbol, value in weight.items())


def _by_element(values: Mapping[str, float]) -> Array:
    """Table of the values given, NaN elsewhere, (119,)."""
    table = np.full(len(chemical_symbols), np.nan)
    for symbol, value in values.items():
        if symbol not in atomic_numbers:
            raise InputError(
                f"weight for {symbol!r}: there is no such element, give its symbol"
            )
        if not isinstance(value, Real) or not np.isfinite(value):
            raise InputError(f"weight for {symbol} is {value!r}: give a number")
        table[atomic_numbers[symbol]] = float(value)
    return table


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
        if isinstance(species, str) or species in ((), []):
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
    if not isinstance(listed, list | tuple):
        raise InputError(f"{name} is {listed!r}: give a list of elements, as ('Fe',)")
    odd = [g for g in listed if not isinstance(g, str | list | tuple) or not len(g)]
    if odd:
        raise InputError(f"{name}: {odd[0]!r} is no element, give symbols such as 'Fe'")
    groups = tuple((g,) if isinstance(g, str) else tuple(g) for g in listed)
    for symbol in (symbol for group in groups for symbol in group):
        if atomic_numbers.get(symbol, 0) < 1:
            raise InputError(
                f"{name}: there is no element {symbol!r}, give symbols such as 'Fe'"
            )
    return groups
