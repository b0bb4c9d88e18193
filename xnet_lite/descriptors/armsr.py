"""Angularly resolved multiple-scattering representation: paths by length and bend."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from xnet_lite.descriptors.base import (
    Array,
    NeighborSums,
    PathRules,
    Paths,
    Weight,
    Workspace,
    channel_labels,
    channel_weights,
    gaussian_grid,
    gaussians,
    radial_sums,
    runs,
    walk,
)
from xnet_lite.errors import InputError
from xnet_lite.structures import NeighborBatch

#: values held at a time: their arrays fit a processor's cache
NUMBERS_AT_ONCE = 200_000


@dataclass(frozen=True)
class ARMSR(NeighborSums):
    """Sums over scattering paths from the absorber i, by length and angle: [S2 S3 S4].

    | S2 = Σ_j w_j f_c(r) exp(−η (r − r_shift)²), r = r_ij
    | S3 = Σ_jk w_j w_k f_c(r) exp(−η (r − r_shift)²) A(θ_ijk), r = r_ij + r_jk
    | S4 = Σ_jkl w_j w_k w_l … A(θ_ijk) A'(θ_jkl), r = r_ij + r_jk + r_kl
    | A(θ) = exp(−σ (cos θ − φ)²)

    over all paths i → j → k (→ l) on which no atom comes twice; θ_ijk is the angle at
    j, cos θ = −1 where the path goes straight on. S3 stands on all pairs of a length
    and a φ (fastest), S4 on all triples of a length and two φ.

    Parameters
    ----------
    cutoff : float
        Of the length of a path, Å.
    n_s2, n_s3, n_s4 : int
        Lengths of each order, from r_min + 0.5 Å to cutoff − 0.5 Å; any may be 0.
    n_angles : int
        Points φ, with σ = 1/(2 Δφ²).
    r_min : float
        Å.
    weight : float, str, mapping, or a tuple of these
        What an atom counts, see `element_weights`; each entry of a tuple makes its own
        sums (a channel).
    cutoff_beyond : {"zero", "xanesnet"}
        f_c of a path longer than the cutoff: zero, or the cosine that rises again.
    paths : {"all", "xanesnet"}
        All paths, or only those whose atoms come in the order of the file.
    angles : {"cosine", "xanesnet"}
        φ from −1 to 1, as cos θ goes; or from 0 to π.

    Raises
    ------
    InputError
        For an argument out of range, or an element that `weight` has no value for.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, eqs 10 and 11; S2 is eq. 6.
    Differs: eq. 10 prints f_c(r_ijkl) for a path without an l, here f_c(r_ijk); eq. 11
    prints the angle θ_ijk twice, here the second is θ_jkl with a φ of its own; w Z is
    one weight here. The paper does not say what φ runs over; the reference code
    compares cos θ with angles from 0 to π, takes one order of the atoms of a path, the
    file's, and does not end f_c: `ARMSR.xanesnet`.

    Example
    -------
    >>> ARMSR().n_features, ARMSR().feature_names[38]
    (722, 'S3 r=0.5 Å η=27.38 Å⁻² cos θ=-1')
    """

    cutoff: float = 6.0
    n_s2: int = 38
    n_s3: int = 38
    n_s4: int = 0
    n_angles: int = 18
    r_min: float = 0.0
    weight: Weight | tuple[Weight, ...] = 1.0
    cutoff_beyond: str = "zero"
    paths: str = "all"
    angles: str = "cosine"

    @classmethod
    def xanesnet(cls, **changes: Any) -> ARMSR:
        """Return the descriptor of the reference code, any argument changed.

        Its numbers depend on the order of the atoms in the file.

        Source: github.com/NewcastleRSE/xray-spectroscopy-ml 69dd0418.
        Differs: paths are left out whose Gaussian is below 4e-44 at every length.
        """
        old: dict[str, Any] = {"weight": 0.1, "cutoff_beyond": "xanesnet"}
        return cls(**old | {"paths": "xanesnet", "angles": "xanesnet"} | changes)

    def __post_init__(self) -> None:
        """Check the arguments."""
        if min(self._counts) < 0:
            raise InputError(f"n_s2 to n_s4 are {self._counts}: give counts")
        if self.n_angles < 2:
            raise InputError(
                f"n_angles={self.n_angles} have no spacing, give 2 or more"
            )
        if self.angles not in ("cosine", "xanesnet"):
            raise InputError(
                f"angles={self.angles!r} is not known, give 'cosine' or 'xanesnet'"
            )
        channel_weights(np.zeros(0, dtype=np.int64), self.weight)
        _ = self._grids, self._rules  # refuse what they cannot be

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """What each number is: order, length, angles, weight where it is not Z."""
        bends = [f" cos θ={angle:.3g}" for angle in self._angle_grid[1]]
        return [
            f"S{order} r={r:.4g} Å η={eta:.4g} Å⁻²{''.join(angles)}{label}"
            for order, grid in enumerate(self._grids, start=2)
            for label in channel_labels(self.weight)
            for eta, r in zip(*grid, strict=True)
            for angles in product(bends, repeat=order - 2)
        ]

    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""
        weights = channel_weights(batch.numbers, self.weight)
        shape = len(batch), len(weights)
        sums = [
            np.zeros((*shape, n, self.n_angles**i)) for i, n in enumerate(self._counts)
        ]
        strength = weights * self._rules.fade(batch.distances)
        sums[0][..., 0] += radial_sums(
            batch.offsets, batch.distances, strength, *self._grids[0]
        )
        n_atoms = 1 + max((i for i, n in enumerate(self._counts) if n), default=0)
        for found in walk(batch, weights, n_atoms, self._rules):
            self._add(found, sums[len(found.atoms) - 1][found.sites])
        return np.concatenate([part.reshape(len(batch), -1) for part in sums], axis=1)

    def _add(self, paths: Paths, sums: Array) -> None:
        """Add paths to the sums of their sites, (n_sites, n_channels, n, n_angular)."""
        _, _, n_radial, n_angular = sums.shape
        if not n_radial:
            return
        step = max(1, NUMBERS_AT_ONCE // (n_radial + 2 * n_angular))
        work = Workspace(step * (n_radial + 2 * n_angular))
        for start in range(0, len(paths.lengths), step):
            work.clear()
            part = paths.part(slice(start, min(start + step, len(paths.lengths))))
            radial = _on_grid(part.lengths, self._grids[len(part.atoms) - 1], work)
            angular = self._angular(part, work)
            strength = part.strength * self._rules.fade(part.lengths)
            for channel, weight in enumerate(strength):
                weighted = radial * weight
                for site, (a, b) in enumerate(runs(part.edges)):
                    if a < b:
                        sums[site, channel] += weighted[:, a:b] @ angular[:, a:b].T

    def _angular(self, paths: Paths, work: Workspace) -> Array:
        """Products of one angular function at each bend, (n_angular, n_paths)."""
        first, *others = (
            _on_grid(cosine, self._angle_grid, work) for cosine in paths.cosines
        )
        for other in others:
            first = (first[:, None] * other).reshape(-1, first.shape[1])
        return first

    @property
    def _counts(self) -> tuple[int, int, int]:
        """Lengths of each order."""
        return self.n_s2, self.n_s3, self.n_s4

    @cached_property
    def _grids(self) -> list[tuple[Array, Array]]:
        """η and r_shift of each order."""
        first, last = self.r_min + 0.5, self.cutoff - 0.5
        return [gaussian_grid("shifted", first, last, n) for n in self._counts]

    @cached_property
    def _angle_grid(self) -> tuple[Array, Array]:
        """σ and φ."""
        ends = (-1.0, 1.0) if self.angles == "cosine" else (0.0, np.pi)
        points = np.linspace(*ends, self.n_angles, dtype=np.float64)
        return np.full(self.n_angles, 0.5 / (points[1] - points[0]) ** 2), points

    @cached_property
    def _rules(self) -> PathRules:
        """Which paths count."""
        names = self.cutoff_beyond, self.paths
        return PathRules.of(self.cutoff, *names, self._grids[1:])


def _on_grid(values: Array, grid: tuple[Array, Array], work: Workspace) -> Array:
    """Gaussians of each value, (n, n_values)."""
    basis = np.stack([values * values, values, np.ones_like(values)])
    return gaussians(basis, *grid, work)
