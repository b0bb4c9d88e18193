"""Angularly resolved multiple-scattering representation: paths by length and bend."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.descriptors import base
from xnet_lite.descriptors.path_sums import PathSums
from xnet_lite.descriptors.sums.elements import Weight
from xnet_lite.descriptors.sums.paths import Paths
from xnet_lite.descriptors.sums.sums import Workspace, gaussians, runs
from xnet_lite.errors import one_of, within

#: values held at a time: their arrays fit a processor's cache
NUMBERS_AT_ONCE = 200_000


@dataclass(frozen=True)
class ARMSR(PathSums):
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
    r_min, weight, cutoff_beyond, paths
        As `MSR` has them.
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
    file's, and does not end f_c: `ARMSR.xanesnet`, as `MSR.xanesnet`.

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

    THEIRS = {**PathSums.THEIRS, "angles": "xanesnet"}

    def __post_init__(self) -> None:
        """Check the arguments."""
        super().__post_init__()
        one_of("angles", self.angles, ("cosine", "xanesnet"))
        within("[2, inf)", whole=True, n_angles=self.n_angles)
        n_bent = self.n_s3 * float(self.n_angles) + self.n_s4 * self.n_angles**2.0
        base.check_length(n_bent, "give a smaller n_angles, n_s3 or n_s4")

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
        first, *others = (_on_grid(c, self._angle_grid, work) for c in paths.cosines)
        for other in others:
            first = (first[:, None] * other).reshape(-1, first.shape[1])
        return first

    @property
    def _counts(self) -> tuple[int, ...]:
        """Lengths of each order, from two atoms on."""
        return self.n_s2, self.n_s3, self.n_s4

    @cached_property
    def _bends(self) -> list[str]:
        """What names say of each function of an angle."""
        return [f" cos θ={angle:.3g}" for angle in self._angle_grid[1]]

    @cached_property
    def _angle_grid(self) -> tuple[Array, Array]:
        """σ and φ."""
        ends = (-1.0, 1.0) if self.angles == "cosine" else (0.0, np.pi)
        points = np.linspace(*ends, self.n_angles, dtype=np.float64)
        return np.full(self.n_angles, 0.5 / (points[1] - points[0]) ** 2), points


def _on_grid(values: Array, grid: tuple[Array, Array], work: Workspace) -> Array:
    """Gaussians of each value, (n, n_values)."""
    basis = np.stack([values * values, values, np.ones_like(values)])
    return gaussians(basis, *grid, work)
