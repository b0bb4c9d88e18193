"""Weighted atom-centered symmetry functions: shells and angles around the absorber."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from ase.data import atomic_numbers

from xnet_lite.descriptors.base import (
    Array,
    Ints,
    NeighborSums,
    PairTerms,
    Weight,
    channel_labels,
    cosine_cutoff,
    element_weights,
    gaussian_grid,
    pair_sums,
    radial_sums,
    symmetry_sums,
    weights_of,
)
from xnet_lite.errors import InputError
from xnet_lite.structures import NeighborBatch, Site, neighbors

#: one G2 and G4 channel each; they tell atoms apart that one weight alone confuses
CHEMISTRY = ("one", "Z", "electronegativity", "covalent_radius")
#: features differentiated at a time
OUTPUTS_AT_ONCE = 32


@dataclass(frozen=True)
class WACSF(NeighborSums):
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
    `cutoff_beyond` and `g4_grid` must be "xanesnet" for its values (`WACSF.xanesnet`).

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

    @classmethod
    def xanesnet(cls, **changes: Any) -> WACSF:
        """Return the descriptor of the reference code, any argument changed.

        The public `tmqm-k-*` features are made so. Its centred G4 points are 1.0 to
        1.5 Å, and the third side of a triple is not cut off. Recent versions of that
        code weigh by 0.1 Z: `WACSF.xanesnet(weight=0.1)`.

        Source: github.com/conorrankine/xanesnet c3a69ca and, for the weights,
        github.com/NewcastleRSE/XANESNET 121f79fd.
        Differs: nothing, to rounding.
        """
        return cls(**{"cutoff_beyond": "xanesnet", "g4_grid": "xanesnet"} | changes)

    def __post_init__(self) -> None:
        """Check the arguments."""
        for name, value, known in (
            ("cutoff_beyond", self.cutoff_beyond, ("zero", "xanesnet")),
            ("g4_grid", self.g4_grid, ("whole", "xanesnet")),
        ):
            if value not in known:
                raise InputError(f"{name}={value!r} is not known, give one of {known}")
        signs, powers = set(self.lambda_), set(self.zeta)
        n_angles = len(self.lambda_) * len(self.zeta)
        once = len(signs) * len(powers) == n_angles > 0
        if not (once and signs <= {1, -1} and all(zeta > 0 for zeta in powers)):
            raise InputError(
                f"lambda_={self.lambda_}, zeta={self.zeta}: give λ of +1 and -1 and "
                "positive ζ, each of them once"
            )
        if self.n_g2 < 0 or self.n_g4 < 0 or self.n_g4 % n_angles:
            raise InputError(
                f"n_g2={self.n_g2}, n_g4={self.n_g4}: give counts, n_g4 a multiple of "
                f"the {n_angles} pairs of λ and ζ"
            )
        if not (self.g1 or self.n_g2 or self.n_g4):
            raise InputError("g1=False with n_g2=0 and n_g4=0: ask for one function")
        _ = self._g2_grid, self._g4_grid, self._tables  # refuse what they cannot be

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """What each number is: function, parameters, weight where it is not Z."""
        labels = channel_labels(self.weight)
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
            n_channels = len(self._weights)
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
        counted = [
            weights_of(numbers, table, weight)
            for table, weight in zip(self._tables, self._weights, strict=True)
        ]
        counted += [self._member(group)[numbers] for group in self._groups]
        return np.stack([np.ones(len(numbers)), *counted])

    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""
        fade = cosine_cutoff(batch.distances, self.cutoff)
        n_channels = len(self._weights)
        strength = self._counted(batch.numbers) * fade
        g1 = np.bincount(batch.site_index, weights=strength[0], minlength=len(batch))
        g2 = radial_sums(batch.offsets, batch.distances, strength[1:], *self._g2_grid)
        g4 = pair_sums(batch, strength[1 : 1 + n_channels], self._pair_terms)
        g4 *= 2.0 ** (1.0 - np.asarray(self.zeta, dtype=float))
        parts = (g1, g2, g4) if self.g1 else (g2, g4)
        return np.concatenate([part.reshape(len(batch), -1) for part in parts], axis=1)

    @property
    def _weights(self) -> tuple[Weight, ...]:
        """One entry a channel."""
        if isinstance(self.weight, tuple | list):
            return tuple(self.weight)
        return (self.weight,)

    @property
    def _groups(self) -> list[tuple[str, ...]]:
        """Elements of each element-resolved G2."""
        return [(g,) if isinstance(g, str) else tuple(g) for g in self.elements]

    @cached_property
    def _tables(self) -> list[Array]:
        """What each element counts, one table a channel."""
        for symbol in (symbol for group in self._groups for symbol in group):
            if symbol not in atomic_numbers:
                raise InputError(f"elements: there is no element {symbol!r}")
        return [element_weights(weight) for weight in self._weights]

    def _member(self, group: tuple[str, ...]) -> Array:
        """1 for the elements of the group and 0 for others, (119,)."""
        numbers = [atomic_numbers[symbol] for symbol in group]
        return np.isin(np.arange(len(self._tables[0])), numbers).astype(float)

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
        return gaussian_grid(kind, first, self.cutoff - 0.5, n)

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
