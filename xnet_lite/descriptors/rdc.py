"""Radial distribution curve: how much charge sits at which distance."""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.descriptors.base import InParentCode, NeighborSums, cosine_cutoff
from xnet_lite.descriptors.sums.sums import radial_sums
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.structures import NeighborBatch


@dataclass(frozen=True)
class RDC(InParentCode, NeighborSums):
    """Radial distribution curve, a sum of Gaussians weighted by both nuclear charges.

    Σ Z_i Z_j f_c exp(−α (r_ij − r)²) on the points r_min, r_min + dr, … r_max.

    Parameters
    ----------
    cutoff : float
        Radius of the cluster around the absorber, Å.
    r_min : float
        First point, Å.
    r_max : float, optional
        Last point, Å; by default the largest distance there can be: the cutoff, or
        twice the cutoff for all pairs.
    dr : float
        Spacing of the points, Å.
    alpha : float
        Sharpness, Å⁻².
    pairs : {"absorber", "all"}
        The absorber with each neighbor, or every two atoms of the cluster.
    smooth : bool
        Let an atom fade by f_c(r) of its distance from the absorber, so that the curve
        does not jump when one crosses the cutoff. f_c is 1 throughout otherwise.

    Raises
    ------
    InputError
        For a length or a spacing that is not positive, or another name of pairs.

    Source: C. D. Rankine, M. M. M. Madkhali and T. J. Penfold, J. Phys. Chem. A 124
    (2020) 4263, doi:10.1021/acs.jpca.0c03723, eq. 1.
    Differs: the paper has no f_c (`smooth=False`) and sums over all pairs
    (`pairs="all"`); the reference code (github.com/NewcastleRSE/XANESNET 121f79fd, the
    same as `RDC.xanesnet` to rounding) and the 2024 review take the absorber's pairs.

    Example
    -------
    >>> RDC().n_features, RDC().feature_names[40]
    (121, 'RDC r=2 Å')
    """

    cutoff: float = 6.0
    r_min: float = 0.0
    r_max: float | None = None
    dr: float = 0.05
    alpha: float = 10.0
    pairs: str = "absorber"
    smooth: bool = True

    THEIRS = {"smooth": False}

    def __post_init__(self) -> None:
        """Check the arguments."""
        one_of("pairs", self.pairs, ("absorber", "all"))
        within("(0, inf)", dr=self.dr, alpha=self.alpha, cutoff=self.cutoff)
        if not 0 <= self.r_min < self._last:
            raise InputError(
                f"the points from r_min {self.r_min} to {self._last} Å do not grow, "
                "give another r_min or r_max"
            )

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """Distance of each point."""
        return [f"RDC r={r:.6g} Å" for r in self._points]

    def _batch(self, batch: NeighborBatch) -> Array:
        """Curves of the sites of one batch, (n_sites, n_features)."""
        offsets, distances, charges = self._pairs(batch)
        eta = np.full(len(self._points), self.alpha)
        return radial_sums(offsets, distances, charges[None], eta, self._points)[:, 0]

    @property
    def _last(self) -> float:
        """Last point, Å."""
        if self.r_max is not None:
            return self.r_max
        return self.cutoff * (2 if self.pairs == "all" else 1)

    @cached_property
    def _points(self) -> Array:
        """All points, Å, (n_features,)."""
        n_points = round((self._last - self.r_min) / self.dr) + 1
        return np.linspace(self.r_min, self._last, n_points, dtype=np.float64)

    def _pairs(self, batch: NeighborBatch) -> tuple[Ints, Array, Array]:
        """Where each site's pairs begin, their distances, their products of charges."""
        fade = cosine_cutoff(batch.distances, self.cutoff) if self.smooth else 1.0
        charges = batch.numbers * fade
        if self.pairs == "absorber":
            own = batch.absorber_numbers[batch.site_index]
            return batch.offsets, batch.distances, own * charges
        parts = []
        for i, (a, b) in enumerate(pairwise(batch.offsets.tolist())):
            atoms = np.vstack([np.zeros(3), batch.vectors[a:b]])
            of_site = np.append(batch.absorber_numbers[i], charges[a:b])
            first, second = np.triu_indices(len(atoms), 1)
            lengths = np.linalg.norm(atoms[first] - atoms[second], axis=1)
            parts.append((lengths, of_site[first] * of_site[second]))
        offsets = np.cumsum([0, *(len(lengths) for lengths, _ in parts)])
        lengths, products = (np.concatenate(part) for part in zip(*parts, strict=True))
        return offsets, lengths, products
