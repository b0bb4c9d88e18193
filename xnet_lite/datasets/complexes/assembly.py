"""A built complex: atoms with everything that is known of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from ase import Atoms
from ase.data import covalent_radii

from xnet_lite.structures import Site

from .recipe import Recipe

# sums of covalent radii; nearest that any two atoms may come
CLOSEST = 0.7
_CARBON = {"carbonyl": " (CO)"}
# Å per Cartesian component; carbon at room temperature moves about this much against
# its neighbors. The amplitude falls as mass^-1/4 (a quantum oscillator).
_SIGMA = 0.05
_SIGMA_RANGE = (0.03, 0.07)
_MASS = 12.011


@dataclass(frozen=True, eq=False)
class Complex:
    """A built complex with its metal first.

    Parameters
    ----------
    recipe : Recipe
        What it was built from.
    atoms : ase.Atoms
        Metal at index 0 and at the origin; positions [Å].
    donors : tuple of int
        Atoms bound to the metal.
    isomer : int
        Which of the distinct arrangements, the least strained being 0.
    displaced : bool
        Whether thermal displacements were added.
    """

    recipe: Recipe
    atoms: Atoms
    donors: tuple[int, ...]
    isomer: int = 0
    displaced: bool = False

    def site(self) -> Site:
        """The complex as a site whose absorber is the metal."""
        name = f"{self.recipe.key} isomer {self.isomer}"
        return Site(self.atoms, 0, name=name + (" displaced" * self.displaced))

    def labels(self) -> dict[str, str | int | bool]:
        """What a dataset stores with the site."""
        recipe = self.recipe
        return {
            "compound": recipe.key,
            "metal": recipe.metal,
            "oxidation_state": recipe.oxidation_state,
            "charge": recipe.charge,
            "geometry": recipe.geometry,
            "coordination_number": recipe.coordination_number,
            "ligands": " ".join(sorted(recipe.ligands)),
            "family": recipe.family,
            "isomer": self.isomer,
            "displaced": self.displaced,
            "first_shell": first_shell(self),
        }


def shell_distances(built: Complex) -> list[tuple[str, float]]:
    """Kind of bond and distance [Å] of every bound atom.

    Kinds are element symbols, with carbon told apart as ``"C (CO)"``, ``"C (η)"`` and
    ``"C (σ)"``.

    Parameters
    ----------
    built : Complex
        As built, displaced or relaxed.

    Returns
    -------
    list of (str, float)
        One entry a donor.

    Example
    -------
    >>> recipe = Recipe("Ni", 0, "tetrahedral", ("co",) * 4)
    >>> shell_distances(build(recipe))[0]   # doctest: +SKIP
    ('C (CO)', 1.71)
    """
    owners = [one for one in built.recipe.ordered for _ in one.distances]
    lengths = built.atoms.get_distances(0, list(built.donors))
    kinds = []
    for one, symbol in zip(
        owners, built.atoms.symbols[list(built.donors)], strict=True
    ):
        if symbol == "C":
            symbol += " (η)" if one.pattern == "eta" else _CARBON.get(one.kind, " (σ)")
        kinds.append(symbol)
    return [(kind, float(d)) for kind, d in zip(kinds, lengths, strict=True)]


def first_shell(built: Complex) -> str:
    """Composition of the bound atoms, e.g. ``"Cl2N4"``."""
    symbols = built.atoms[list(built.donors)].get_chemical_symbols()
    return "".join(f"{s}{symbols.count(s)}" for s in sorted(set(symbols)))


def nearest_allowed(numbers: np.ndarray) -> np.ndarray:
    """Smallest distance allowed between any two atoms, 0.7 × Σ covalent radii.

    Parameters
    ----------
    numbers : ndarray of int, shape (n_atoms,)
        Atomic numbers.

    Returns
    -------
    ndarray, shape (n_atoms, n_atoms)
        Å, zero on the diagonal.

    Example
    -------
    >>> nearest_allowed(np.array([1, 1])).round(3).tolist()
    [[0.0, 0.434], [0.434, 0.0]]
    """
    radii = covalent_radii[numbers]
    return CLOSEST * (radii[:, None] + radii) * (1 - np.eye(len(radii)))


def displace(built: Complex, seed: int, *, sigma: float = _SIGMA) -> Complex:
    """Add a thermal displacement to every atom.

    Each Cartesian component is normal with σ = sigma·(12.011/m)^¼, kept within
    0.03–0.07 Å: a snapshot of independent quantum oscillators at room temperature.

    Parameters
    ----------
    built : Complex
        As built.
    seed : int
        Of the displacement.
    sigma : float
        σ of carbon [Å].

    Returns
    -------
    Complex
        Marked ``displaced``; drawn again while two atoms are nearer than
        0.7 × the sum of their covalent radii.

    Example
    -------
    >>> displace(built, seed=1).displaced   # doctest: +SKIP
    True
    """
    rng = np.random.default_rng(seed)
    width = sigma * (_MASS / built.atoms.get_masses()) ** 0.25
    width = np.clip(width, *_SIGMA_RANGE)[:, None]
    limit = nearest_allowed(built.atoms.numbers)
    while True:
        moved = built.atoms.copy()
        moved.positions += rng.normal(size=moved.positions.shape) * width
        moved.positions = (moved.positions - moved.positions[0]).round(4)
        if (moved.get_all_distances() >= limit).all():
            return replace(built, atoms=moved, displaced=True)
