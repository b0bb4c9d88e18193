"""Weighted atom-centered symmetry functions: shells and angles around the absorber."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from ase.data import atomic_numbers, chemical_symbols

from xnet_lite.arrays import Array, Ints
from xnet_lite.descriptors import base
from xnet_lite.descriptors.sums.elements import Channels, Weight, as_groups
from xnet_lite.descriptors.sums.pair_sums import PairTerms, pair_sums
from xnet_lite.descriptors.sums.sums import radial_sums
from xnet_lite.descriptors.sums.torch_sums import symmetry_sums
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.structures import NeighborBatch, Site, neighbors

#: one G2 and G4 channel each; they tell atoms apart that one weight alone confuses
CHEMISTRY = ("one", "Z", "electronegativity", "covalent_radius")
#: features differentiated at a time
OUTPUTS_AT_ONCE = 32


@dataclass(frozen=True)
class WACSF(base.InParentCode, base.NeighborSums):
    """Weighted atom-centered symmetry functions of the absorber, [G1, G2 …, G4 …].

    | G1 = Σ_j f_c(r_ij)
    | G2 = Σ_j w_j f_c(r_ij) exp(−η (r_ij − r_shift)²)
    | G4 = 2^(1−ζ) Σ_{j<k} w_j w_k (1 + λ cos θ_jik)^ζ Π_r f_c(r) exp(−η (r − r_shift)²)

    with r over r_ij, r_ik, r_jk. G2 stands on `n_g2` points, G4 on
    `n_g4 / (len(lambda_) len(zeta))` points times every λ times every ζ (fastest).

    Parameters
    ----------
    cutoff : float
        Å.
    n_g2, n_g4 : int
        Functions of each channel; either may be 0.
    g2, g4 : {"shifted", "centred"}
        Grids, see `gaussian_grid`. Shifted ones run from r_min + 0.5 Å, centred ones
        from r_min + 1 Å, to cutoff − 0.5 Å.
    zeta : tuple of float
        Sharpness in angle.
    lambda_ : tuple of float
        +1 is largest for k beside j, −1 for k opposite j.
    r_min : float
        Å.
    weight : float, str, mapping, or a tuple of these
        What a neighbor counts, see `element_weights`; each entry of a tuple makes
        its own G2 and G4 (a channel): `weight=CHEMISTRY`.
    elements : tuple of str or of tuple of str
        Extra G2 that count atoms of these elements only: `("C", ("N", "O"))`.
    cutoff_beyond : {"zero", "xanesnet"}
        f_c(r_jk) where r_jk exceeds the cutoff: zero, or the cosine that rises again.
    g4_grid : {"whole", "xanesnet"}
        G4 points over the whole range, or the first ones of a grid of `n_g4` points.
    g1 : bool
        Begin with G1, which counts neighbors; without it, all numbers are G2 and G4.

    Raises
    ------
    InputError
        For an argument out of range, or an element that `weight` has no value for.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, eqs 1 to 7.
    Differs: a pair j, k is counted once. The reference code counts it once too, but
    does not cut off the third side of a triple, and puts centred G4 points at 1.0 to
    1.5 Å: `WACSF.xanesnet` has its values to rounding, and those of the public
    `tmqm-k-*` features (github.com/conorrankine/xanesnet c3a69ca). Recent versions
    (github.com/NewcastleRSE/XANESNET 121f79fd) are `WACSF.xanesnet(weight=0.1)`.

    Example
    -------
    >>> WACSF().n_features, WACSF().feature_names[40]
    (97, 'G4 λ=-1 ζ=8 η=0.5 Å⁻²')
    """

    cutoff: float = 6.0
    n_g2: int = 32
    n_g4: int = 64
    g2: str = "shifted"
    g4: str = "centred"
    zeta: tuple[float, ...] = (1, 2, 4, 8)
    lambda_: tuple[float, ...] = (1, -1)
    r_min: float = 0.0
    weight: Weight | tuple[Weight, ...] = 1.0
    elements: tuple[str | tuple[str, ...], ...] = ()
    cutoff_beyond: str = "zero"
    g4_grid: str = "whole"
    g1: bool = True

    THEIRS = {"cutoff_beyond": "xanesnet", "g4_grid": "xanesnet"}

    def __post_init__(self) -> None:
        """Check the arguments."""
        one_of("cutoff_beyond", self.cutoff_beyond, ("zero", "xanesnet"))
        one_of("g4_grid", self.g4_grid, ("whole", "xanesnet"))
        signs, powers = set(self.lambda_), set(self.zeta)
        n_angles = len(self.lambda_) * len(self.zeta)
        once = len(signs) * len(powers) == n_angles > 0
        if not (
            once and signs <= {1, -1} and all(0 < zeta < np.inf for zeta in powers)
        ):
            raise InputError(
                f"lambda_={self.lambda_}, zeta={self.zeta}: give λ of +1 and -1 and "
                "positive ζ, each of them once"
            )
        within("(0, inf)", cutoff=self.cutoff)
        within("(-inf, inf)", r_min=self.r_min)
        if self.n_g2 < 0 or self.n_g4 < 0 or self.n_g4 % n_angles:
            raise InputError(
                f"n_g2={self.n_g2}, n_g4={self.n_g4}: give counts, n_g4 a multiple of "
                f"the {n_angles} pairs of λ and ζ"
            )
        if not (self.g1 or self.n_g2 or self.n_g4):
            raise InputError("g1=False with n_g2=0 and n_g4=0: ask for one function")
        # refuse what they cannot be
        base.check_length(self.n_g2 + self.n_g4, "give a smaller n_g2 or n_g4")
        _ = self._g2_grid, self._g4_grid, self._channels, self._members

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """What each number is: function, parameters, weight where it is not Z."""
        labels = self._channels.labels
        groups = [f" of {', '.join(group)}" for group in self._groups]
        radial = _radial_names(self.g2, *self._g2_grid)
        angular = [
            f"G4 λ={lambda_:+g} ζ={zeta:g} {radius}"
            for radius in _radial_names(self.g4, *self._g4_grid)
            for lambda_ in self.lambda_
            for zeta in self.zeta
        ]
        return [
            *(["G1"] if self.g1 else []),
            *(f"G2 {name}{label}" for label in labels + groups for name in radial),
            *(f"{name}{label}" for label in labels for name in angular),
        ]

    @property
    def distances(self) -> Array:
        """Where the shifted G2 of each channel stand, (n_g2,), Å."""
        one_of("g2", self.g2, ("shifted",))
        return self._g2_grid[1]

    def gradient(self, site: Site) -> Array:
        """Return how each feature changes as each atom moves.

        Parameters
        ----------
        site : Site
            A molecule or a crystal; images of an atom move with it.

        Returns
        -------
        ndarray (n_features, n_atoms, 3)
            Å⁻¹; by automatic differentiation of the same sums in PyTorch.

        Raises
        ------
        InputError
            For an element that a weight has no value for.

        Example
        -------
        >>> from ase import Atoms
        >>> site = Site(Atoms("FeO", [[0, 0, 0], [0, 0, 2.0]]), 0)
        >>> WACSF(n_g2=0, n_g4=0).gradient(site)[0, 1].round(4).tolist()
        [0.0, 0.0, -0.2267]
        """
        around = neighbors(site, self.cutoff)
        strength = torch.as_tensor(self._counted(around.numbers))
        radial = torch.as_tensor(self._g2_grid[0]), torch.as_tensor(self._g2_grid[1])

        def features(vectors: torch.Tensor) -> torch.Tensor:
            """All features of neighbors at these places."""
            n_channels = len(self._channels)
            terms = self._pair_terms
            return symmetry_sums(vectors, strength, n_channels, radial, terms, self.g1)

        places = torch.as_tensor(around.vectors)
        slopes = torch.func.jacrev(features, chunk_size=OUTPUTS_AT_ONCE)(places).numpy()
        found = np.zeros((self.n_features, len(site.atoms), 3))
        for row, atom in enumerate(around.indices):
            found[:, atom] += slopes[:, row]
        found[:, site.absorber_index] -= slopes.sum(axis=1)
        return found

    def _counted(self, numbers: Ints) -> Array:
        """What neighbors count: for G1, for each channel, for each group."""
        counted = self._channels.of(numbers), self._members[:, numbers]
        return np.concatenate([np.ones((1, len(numbers))), *counted])

    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""
        fade = base.cosine_cutoff(batch.distances, self.cutoff)
        n_channels = len(self._channels)
        strength = self._counted(batch.numbers) * fade
        g1 = np.bincount(batch.site_index, weights=strength[0], minlength=len(batch))
        g2 = radial_sums(batch.offsets, batch.distances, strength[1:], *self._g2_grid)
        g4 = pair_sums(batch, strength[1 : 1 + n_channels], self._pair_terms)
        g4 *= 2.0 ** (1.0 - np.asarray(self.zeta, dtype=float))
        parts = (g1, g2, g4) if self.g1 else (g2, g4)
        return np.concatenate([part.reshape(len(batch), -1) for part in parts], axis=1)

    @cached_property
    def _channels(self) -> Channels:
        """What atoms count, weight by weight."""
        return Channels(self.weight)

    @cached_property
    def _groups(self) -> tuple[tuple[str, ...], ...]:
        """Elements of each element-resolved G2."""
        return as_groups(self.elements, "elements")

    @cached_property
    def _members(self) -> Array:
        """1 for the elements of each group and 0 for others, (n_groups, 119)."""
        members = np.zeros((len(self._groups), len(chemical_symbols)))
        for row, group in zip(members, self._groups, strict=True):
            row[[atomic_numbers[symbol] for symbol in group]] = 1.0
        return members

    @cached_property
    def _g2_grid(self) -> tuple[Array, Array]:
        """η and r_shift of the G2."""
        return self._grid(self.g2, self.n_g2)

    @cached_property
    def _g4_grid(self) -> tuple[Array, Array]:
        """η and r_shift of the G4, one entry for all λ and ζ."""
        n_points = self.n_g4 // (len(self.zeta) * len(self.lambda_))
        n_grid = n_points if self.g4_grid == "whole" else self.n_g4
        eta, r_shift = self._grid(self.g4, n_grid)
        return eta[:n_points], r_shift[:n_points]

    def _grid(self, kind: str, n: int) -> tuple[Array, Array]:
        """η and r_shift of n points of the paper's range."""
        first = self.r_min + (1.0 if kind == "centred" else 0.5)
        return base.gaussian_grid(kind, first, self.cutoff - 0.5, n)

    @cached_property
    def _pair_terms(self) -> PairTerms:
        """The terms of the G4."""
        reach = 1.0 if self.cutoff_beyond == "zero" else 2.0
        eta, r_shift = self._g4_grid
        return PairTerms(eta, r_shift, self.lambda_, self.zeta, self.cutoff, reach)


def _radial_names(kind: str, eta: Array, r_shift: Array) -> list[str]:
    """What distinguishes the Gaussians of a grid."""
    centers = [f"r={r:.4g} Å " if kind == "shifted" else "" for r in r_shift]
    return [f"{r}η={h:.4g} Å⁻²" for r, h in zip(centers, eta, strict=True)]
