"""Which complexes are worth building: families of real coordination chemistry."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from xnet_lite.errors import InputError

from .ligands import LIGANDS, METALS, metal_facts, read_rows
from .polyhedra import GEOMETRIES
from .recipe import Recipe

# d10 copper holds four donors; more let go on relaxation
_MOST_SITES = {("Cu", 1): 4}
_ANY = tuple(sorted(range(-2, 7), key=abs))
_RULES = ("usual", "high", "d0", "18", "16")


@dataclass(frozen=True)
class Family:
    """One line of the table: a geometry and what may fill each of its slots.

    Parameters
    ----------
    name : str
        Chemical family.
    weight : float
        How often it comes up against the others.
    geometry : str
        Its geometry.
    rule : str
        How the oxidation state is chosen: ``usual``, ``high`` (that of oxo complexes)
        and ``d0`` are states of the metal; ``18`` and ``16`` take any state that leaves
        that many valence electrons.
    slots : tuple of (int, tuple of str)
        Number of like ligands and the choices for them.
    """

    name: str
    weight: float
    geometry: str
    rule: str
    slots: tuple[tuple[int, tuple[str, ...]], ...]

    def ligand_lists(self) -> Iterator[tuple[str, ...]]:
        """Every way to fill the slots."""
        for chosen in product(*(choices for _, choices in self.slots)):
            filled = zip(self.slots, chosen, strict=True)
            yield tuple(name for (n, _), name in filled for _ in range(n))


@cache
def families() -> tuple[Family, ...]:
    """The table of families, checked.

    Its order and weights are those of the real complexes a network must predict.

    Raises
    ------
    InputError
        If a row names a ligand, geometry or rule that does not exist.

    Example
    -------
    >>> families()[0].name
    'azine'
    """
    return tuple(map(_family, read_rows("families.csv")))


def _family(row: Mapping[str, str]) -> Family:
    """One family from one row of the table; slots read ``4 py/im | 2 ncs/cl``."""
    slots = tuple(
        (int(count), tuple(choices.split("/")))
        for count, choices in (slot.split() for slot in row["slots"].split("|"))
    )
    named = {name for _, choices in slots for name in choices}
    if (
        not named <= LIGANDS.keys()
        or row["geometry"] not in GEOMETRIES
        or row["rule"] not in _RULES
    ):
        raise InputError(f"family {dict(row)} has an unknown word; correct its row.")
    weight = float(row["weight"])
    return Family(row["name"], weight, row["geometry"], row["rule"], slots)


def _recipe(
    metal: str, family: Family, ligands: tuple[str, ...], max_charge: int
) -> Recipe | None:
    """The recipe with the least charge that its family's rule allows, if any."""
    rule = family.rule
    found = []
    for state in _ANY if rule.isdigit() else metal_facts(metal)[rule]:
        recipe = Recipe(metal, state, family.geometry, ligands, family.name)
        if (
            recipe.is_even
            and 0 <= recipe.d_electrons <= 10
            and recipe.n_sites <= _MOST_SITES.get((metal, state), 6)
            and abs(recipe.charge) <= max_charge
            and (not rule.isdigit() or recipe.valence_electrons == int(rule))
        ):
            found.append(recipe)
    return min(found, key=lambda recipe: abs(recipe.charge), default=None)


def recipes(
    metal: str, *, seed: int = 0, max_atoms: int = 66, max_charge: int = 1
) -> list[Recipe]:
    """Distinct complexes of a metal, in an order whose every prefix is a fair mixture.

    The k-th complex of a family of weight w comes at time (k + u)/w, with u drawn once
    a family; complexes are listed by time. Electron counts are even and charges small,
    so that each can be a closed shell.

    Parameters
    ----------
    metal : str
        One of Ti … Zn.
    seed : int
        Of the order.
    max_atoms : int
        Largest complex.
    max_charge : int
        Largest absolute charge.

    Returns
    -------
    list of Recipe
        No two with the same key.

    Raises
    ------
    InputError
        If the metal is not one of Ti … Zn.

    Example
    -------
    >>> len(recipes("Fe")) > 800
    True
    """
    metal_facts(metal)
    rng = np.random.default_rng([seed, METALS.index(metal)])
    timed: dict[str, tuple[float, Recipe]] = {}
    for family in families():
        listed = family.ligand_lists()
        made = (_recipe(metal, family, ligands, max_charge) for ligands in listed)
        found = [one for one in made if one and one.n_atoms <= max_atoms]
        order = rng.permutation(len(found))
        late = rng.uniform()
        for k, index in enumerate(order):
            entry = ((k + late) / family.weight, found[index])
            timed.setdefault(entry[1].key, entry)
    return [recipe for _, recipe in sorted(timed.values(), key=lambda pair: pair[0])]
