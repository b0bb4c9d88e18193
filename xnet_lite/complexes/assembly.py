"""A built complex: atoms with everything that is known of them."""

from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.data import covalent_radii

from xnet_lite.arrays import Array, Ints
from xnet_lite.faces import Face
from xnet_lite.structures import Site

from .recipe import Recipe
from .shape import coordination_number, owners

# sums of covalent radii; nearest that any two atoms may come
CLOSEST = 0.7
_CARBON = {"carbonyl": " (CO)"}
# Å per Cartesian component; carbon at room temperature moves about this much against
# its neighbors. The amplitude falls as mass^-1/4 (a quantum oscillator).
_SIGMA = 0.05
_SIGMA_RANGE = (0.03, 0.07)
_MASS = 12.011


@dataclass(frozen=True, eq=False, repr=False)
class Complex(Face):
    """A built complex with its metal first.

    Parameters
    ----------
    recipe : Recipe
        What it was built from.
    atoms : ase.Atoms
        Metal at index 0 and at the origin; positions [Å].
    donors : tuple of int
        Atoms that were placed as donors.
    isomer : int
        Which of the distinct arrangements, the least strained being 0.
    relaxed : bool
        Whether the structure is a minimum.
    bound : tuple of int, optional
        Donors still bound after a relaxation; all of them otherwise.
    geometry_found : str
        Geometry after a relaxation; that of the recipe otherwise.
    """

    recipe: Recipe
    atoms: Atoms
    donors: tuple[int, ...]
    isomer: int = 0
    relaxed: bool = False
    bound: tuple[int, ...] | None = None
    geometry_found: str = ""

    @property
    def bonded(self) -> tuple[int, ...]:
        """Donors that bind the metal."""
        return self.donors if self.bound is None else self.bound

    @property
    def owners(self) -> tuple[int, ...]:
        """For each donor, the position of its ligand in the complex."""
        return owners(self.recipe)

    def _facts(self) -> dict[str, object]:
        return {
            "formula": self.recipe.formula,
            "geometry": self.geometry_found or self.recipe.geometry,
            "atoms": len(self.atoms),
            "isomer": self.isomer,
            "relaxed": "yes" if self.relaxed else "no",
        }

    def _sketch(self) -> str:
        return self.site()._sketch()

    def site(self) -> Site:
        """The complex as a site whose absorber is the metal."""
        return Site(self.atoms, 0, name=f"{self.recipe.key} isomer {self.isomer}")

    def labels(self) -> dict[str, str | int | bool]:
        """What a dataset stores with the site."""
        recipe = self.recipe
        bound = coordination_number(recipe, self.donors, self.bonded)
        return {
            "compound": recipe.key,
            "metal": recipe.metal,
            "oxidation_state": recipe.oxidation_state,
            "charge": recipe.charge,
            "geometry": self.geometry_found or recipe.geometry,
            "coordination_number": bound,
            "ligands": " ".join(sorted(recipe.ligands)),
            "family": recipe.family,
            "isomer": self.isomer,
            "displaced": False,
            "relaxed": self.relaxed,
            "first_shell": first_shell(self),
        }


def shell_distances(built: Complex) -> list[tuple[str, float]]:
    """Kind of bond and distance [Å] of every bound atom.

    Kinds are element symbols, with carbon told apart as ``"C (CO)"``, ``"C (η)"`` and
    ``"C (σ)"``.

    Parameters
    ----------
    built : Complex
        As built or relaxed.

    Returns
    -------
    list of (str, float)
        One entry a bound donor.

    Example
    -------
    >>> from xnet_lite.complexes import build
    >>> recipe = Recipe("Ni", 0, "tetrahedral", ("co",) * 4)
    >>> shell_distances(build(recipe))[0]
    ('C (CO)', 1.7)
    """
    parts = built.recipe.ordered
    held = set(built.bonded)
    shell = []
    for donor, owner in zip(built.donors, built.owners, strict=True):
        one, kind = parts[owner], built.atoms[donor].symbol
        if kind == "C":
            kind += " (η)" if one.pattern == "eta" else _CARBON.get(one.kind, " (σ)")
        if donor in held:
            shell.append((kind, float(built.atoms.get_distance(0, donor))))
    return shell


def first_shell(built: Complex) -> str:
    """Composition of the bound atoms, e.g. ``"Cl2N4"``."""
    symbols = built.atoms[list(built.bonded)].get_chemical_symbols()
    return "".join(f"{s}{symbols.count(s)}" for s in sorted(set(symbols)))


def nearest_allowed(numbers: Ints) -> Array:
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
    radii: Array = covalent_radii[numbers]
    return CLOSEST * (radii[:, None] + radii) * (1 - np.eye(len(radii)))


def displace(atoms: Atoms, seed: int, *, sigma: float = _SIGMA) -> Atoms:
    """Add a thermal displacement to every atom.

    Each Cartesian component is normal with σ = sigma·(12.011/m)^¼, kept within
    0.03–0.07 Å: a snapshot of independent quantum oscillators at room temperature.

    Parameters
    ----------
    atoms : ase.Atoms
        The metal at index 0.
    seed : int
        Of the displacement.
    sigma : float
        σ of carbon [Å].

    Returns
    -------
    ase.Atoms
        The metal at the origin, positions rounded to 1e-4 Å; drawn again while two
        atoms are nearer than 0.7 × the sum of their covalent radii.

    Example
    -------
    >>> len(displace(Atoms("CO", [[0, 0, 0], [0, 0, 1.13]]), seed=1))
    2
    """
    rng = np.random.default_rng(seed)
    width = sigma * (_MASS / atoms.get_masses()) ** 0.25
    width = np.clip(width, *_SIGMA_RANGE)[:, None]
    limit = nearest_allowed(atoms.numbers)
    while True:
        moved: Atoms = atoms.copy()
        moved.positions += rng.normal(size=moved.positions.shape) * width
        moved.positions = (moved.positions - moved.positions[0]).round(4)
        if (moved.get_all_distances() >= limit).all():
            return moved
