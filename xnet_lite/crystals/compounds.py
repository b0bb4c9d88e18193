"""Which elements sit in which prototype, and what charges they then have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import gcd

import numpy as np

from xnet_lite.errors import one_of

from .lengths import ELEMENTS, METALS
from .prototypes import PROTOTYPES, Prototype

#: letters of prototypes in the order of a formula
_WRITTEN = "ABMTXH"
_WORD = re.compile(r"([A-Z][a-z]?)(\d*)")


@dataclass(frozen=True)
class Compound:
    """Elements in the places of a prototype.

    Parameters
    ----------
    prototype : str
        One of :data:`~xnet_lite.crystals.prototypes.PROTOTYPES`.
    elements : tuple of (str, str)
        Letters of the prototype and what sits there.
    charges : tuple of (str, float)
        Letters and charges; empty for metals.

    Example
    -------
    >>> [c.name for c in compounds("Fe") if c.prototype == "olivine"]
    ['Fe2SiO4 olivine', 'Fe2GeO4 olivine']
    """

    prototype: str
    elements: tuple[tuple[str, str], ...]
    charges: tuple[tuple[str, float], ...] = ()

    @property
    def formula(self) -> str:
        """Elements with their numbers, without common factors."""
        return _formula(self.prototype, dict(self.elements))

    @property
    def name(self) -> str:
        """Formula and prototype: tells it from every other."""
        return f"{self.formula} {self.prototype}"

    @property
    def metals(self) -> tuple[str, ...]:
        """Those of the nine metals that are there."""
        return tuple(sorted({e for _, e in self.elements if e in METALS}))


def _formula(prototype: str, elements: Mapping[str, str]) -> str:
    """The formula of a cell with these elements, cations first."""
    counts: Counter[str] = Counter()
    for role in sorted(elements, key=_WRITTEN.index):
        counts[elements[role]] += _counts(prototype)[role]
    common = gcd(*counts.values())
    pieces = ((e, n // common) for e, n in counts.items())
    return "".join(e + (str(n) if n > 1 else "") for e, n in pieces)


def compounds(metal: str) -> list[Compound]:
    """Return all compounds of a metal that charges allow, prototype by prototype.

    The metals named by "*" share what charge is left by all others evenly, 8/3 each in
    Fe3O4; a compound is there if that lies within the charges that its element takes.

    Parameters
    ----------
    metal : str
        One of the nine from Ti to Zn.

    Returns
    -------
    list of Compound

    Raises
    ------
    InputError
        For another element.

    Example
    -------
    >>> len(compounds("Zn")) < len(compounds("Fe"))
    True
    """
    one_of("metal", metal, METALS)
    found = (c for one in PROTOTYPES.values() for c in _filled(one))
    return list(dict.fromkeys(c for c in found if metal in c.metals))


def _filled(prototype: Prototype) -> Iterator[Compound]:
    """Every compound of a prototype."""
    for fill in prototype.fill:
        words = [" ".join(METALS) if w == "*" else w for w in fill.values()]
        for chosen in product(*(w.split() for w in words)):
            given = dict(zip(fill, chosen, strict=True))
            given = {k: given[w[1:]] if w[0] == "=" else w for k, w in given.items()}
            made = _charged(prototype, given)
            if made is not None and made.metals:
                yield made


def _charged(prototype: Prototype, given: Mapping[str, str]) -> Compound | None:
    """The compound with its charges; None where they do not add up to zero."""
    parts = {k: _WORD.fullmatch(word) for k, word in given.items()}
    split = {k: found.groups() for k, found in parts.items() if found}
    elements = {k: element for k, (element, _) in split.items()}
    if prototype.metallic:
        return Compound(prototype.name, tuple(elements.items()))
    counts = _counts(prototype.name)
    fixed, free = {}, []
    for role, (element, charge) in split.items():
        one = ELEMENTS[element]
        if role == "X":
            fixed[role] = float(one.anion)
        elif charge or one.lowest == one.highest:
            fixed[role] = float(charge or one.highest)
        else:
            free.append(role)
    left = -sum(counts[role] * charge for role, charge in fixed.items())
    share = left / sum(counts[role] for role in free) if free else 0.0
    sane = all(
        ELEMENTS[elements[role]].lowest <= share <= ELEMENTS[elements[role]].highest
        for role in free
    )
    if not sane or not (free or np.isclose(left, 0)):
        return None
    charges = fixed | dict.fromkeys(free, share)
    return Compound(prototype.name, tuple(elements.items()), tuple(charges.items()))


@lru_cache
def _counts(prototype: str) -> dict[str, int]:
    """Atoms of each letter in the cell."""
    lattice = PROTOTYPES[prototype].lattice
    kinds = lattice.atoms(dict.fromkeys(lattice.roles, "H")).arrays["spacegroup_kinds"]
    counts: dict[str, int] = {}
    for kind, role in enumerate(lattice.roles):
        counts[role] = counts.get(role, 0) + int((kinds == kind).sum())
    return counts
