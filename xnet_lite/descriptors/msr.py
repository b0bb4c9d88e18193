"""Multiple-scattering representation: how many paths of which length there are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from xnet_lite.descriptors.base import (
    Array,
    NeighborSums,
    PathRules,
    Weight,
    channel_labels,
    channel_weights,
    gaussian_grid,
    radial_sums,
    walk,
)
from xnet_lite.errors import InputError
from xnet_lite.structures import NeighborBatch


@dataclass(frozen=True)
class MSR(NeighborSums):
    """Sums over scattering paths from the absorber i, by length: [S2 … S3 … S4 … S5 …].

    | S2 = Σ_j w_j f_c(r) exp(−η (r − r_shift)²), r = r_ij
    | S3 = Σ_jk w_j w_k |cos θ_ijk| f_c(r) exp(−η (r − r_shift)²), r = r_ij + r_jk
    | S4 = Σ_jkl w_j w_k w_l |cos θ_ijk| |cos θ_jkl| …, r = r_ij + r_jk + r_kl
    | S5 = Σ_jklm w_j w_k w_l w_m |cos θ_ijk| |cos θ_jkl| |cos θ_klm| …, one leg more

    over all paths i → j → k → … on which no atom comes twice; θ_jkl is the angle at k,
    and r is what the electron has gone at the last atom, the way back not included.
    |cos θ| favours paths that go straight on or straight back; it has a kink at a
    right angle. No path is longer than the cutoff, so that S5 is mostly zeros at 6 Å.

    Parameters
    ----------
    cutoff : float
        Of the length of a path, Å.
    n_s2, n_s3, n_s4, n_s5 : int
        Gaussians over two, three, four, five atoms, the absorber counted; any may be 0.
        Their points run from r_min + 0.5 Å to cutoff − 0.5 Å.
    r_min : float
        Å.
    weight : float, str, mapping, or a tuple of these
        What an atom counts, see `element_weights`; each entry of a tuple makes its own
        sums (a channel).
    cutoff_beyond : {"zero", "xanesnet"}
        f_c of a path longer than the cutoff: zero, or the cosine that rises again.
    paths : {"all", "xanesnet"}
        All paths, or only those whose atoms come in the order of the file.

    Raises
    ------
    InputError
        For an argument out of range, or an element that `weight` has no value for.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, eqs 8 and 9; S2 is eq. 6.
    Differs: eq. 8 prints θ_jkl where there is no l: the angle of the path i → j → k is
    the one at j, θ_ijk, as in eq. 9. The paper gives no S5. The reference code takes
    one order of the atoms of a path, the file's, so that its numbers change with the
    file, and does not end f_c: `MSR.xanesnet`.

    Example
    -------
    >>> MSR().n_features, MSR().feature_names[38]
    (114, 'S3 r=0.5 Å η=27.38 Å⁻²')
    """

    cutoff: float = 6.0
    n_s2: int = 38
    n_s3: int = 38
    n_s4: int = 38
    n_s5: int = 0
    r_min: float = 0.0
    weight: Weight | tuple[Weight, ...] = 1.0
    cutoff_beyond: str = "zero"
    paths: str = "all"

    @classmethod
    def xanesnet(cls, **changes: Any) -> MSR:
        """Return the descriptor of the reference code, any argument changed.

        Its numbers depend on the order of the atoms in the file.

        Source: github.com/NewcastleRSE/xray-spectroscopy-ml 69dd0418.
        Differs: paths are left out whose Gaussian is below 4e-44 at every point.
        """
        old: dict[str, Any] = {
            "weight": 0.1,
            "cutoff_beyond": "xanesnet",
            "paths": "xanesnet",
        }
        return cls(**old | changes)

    def __post_init__(self) -> None:
        """Check the arguments."""
        if min(self._counts) < 0:
            raise InputError(f"n_s2 to n_s5 are {self._counts}: give counts")
        channel_weights(np.zeros(0, dtype=np.int64), self.weight)
        _ = self._grids, self._rules  # refuse what they cannot be

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """What each number is: order, center, width, weight where it is not Z."""
        return [
            f"S{order} r={r:.4g} Å η={eta:.4g} Å⁻²{label}"
            for order, grid in enumerate(self._grids, start=2)
            for label in channel_labels(self.weight)
            for eta, r in zip(*grid, strict=True)
        ]

    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""
        weights = channel_weights(batch.numbers, self.weight)
        shape = len(batch), len(weights)
        sums = [np.zeros((*shape, n)) for n in self._counts]
        strength = weights * self._rules.fade(batch.distances)
        sums[0] += radial_sums(
            batch.offsets, batch.distances, strength, *self._grids[0]
        )
        n_atoms = 1 + max((i for i, n in enumerate(self._counts) if n), default=0)
        for found in walk(batch, weights, n_atoms, self._rules):
            order = len(found.atoms) - 1
            strength = found.strength * self._rules.fade(found.lengths)
            for cosine in found.cosines:
                strength *= np.abs(cosine)
            sums[order][found.sites] += radial_sums(
                found.edges, found.lengths, strength, *self._grids[order]
            )
        return np.concatenate([part.reshape(len(batch), -1) for part in sums], axis=1)

    @property
    def _counts(self) -> tuple[int, int, int, int]:
        """Gaussians of each order."""
        return self.n_s2, self.n_s3, self.n_s4, self.n_s5

    @cached_property
    def _grids(self) -> list[tuple[Array, Array]]:
        """η and r_shift of each order."""
        first, last = self.r_min + 0.5, self.cutoff - 0.5
        return [gaussian_grid("shifted", first, last, n) for n in self._counts]

    @cached_property
    def _rules(self) -> PathRules:
        """Which paths count."""
        names = self.cutoff_beyond, self.paths
        return PathRules.of(self.cutoff, *names, self._grids[1:])
