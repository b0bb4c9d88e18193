"""The spectrum as its cumulative distribution: how much lies below each energy."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.targets.base import SpectralTarget


class CDF(SpectralTarget):
    """Share of a spectrum's area up to each energy.

    F_i = Σ_{j ≤ i} μ_j ΔE_j / A,  A = Σ_j μ_j ΔE_j
    back: μ_i = A (F_i − F_{i−1}) / ΔE_i

    ΔE_i is half the way between both neighbors, the whole step at either end. The last
    F is 1 always and left out; in its place stands A / Σ ΔE, the mean absorption, and
    nothing is lost on the way back.
    Without the area, spectra come back with the mean area of the training spectra: what
    is lost is |1 − mean A / A|.

    A line that moves by δ moves F a little instead of swapping one point for another:
    good to read a spectrum (as *features*). To predict F is another matter, for the way
    back differentiates: an error ε in F_i becomes +A ε / ΔE_i at energy i and
    −A ε / ΔE_{i+1} at the next.

    Parameters
    ----------
    area : bool
        Keep the area as the last target.

    Raises
    ------
    InputError
        From `transform`, for a spectrum that is not 0 and whose area is 0.

    Source: Y. Chen et al., arXiv:2310.07049 (2023), as cited in T. J. Penfold et al.,
    Mach. Learn.: Sci. Technol. 5 (2024) 021001, section 3.2.
    Differs: the area is kept, so that there is a way back; uneven grids.

    Example
    -------
    >>> target = CDF().fit([[1.0, 2.0, 1.0]], energy=[0.0, 1.0, 2.0])
    >>> target.transform([1.0, 2.0, 1.0]).round(3).tolist()
    [0.25, 0.75, 1.333]
    """

    mean_area_: Array

    def __init__(self, area: bool = True) -> None:
        self.area = area

    @property
    def n_targets(self) -> int:
        """Number of energies, or one fewer without the area."""
        return len(self.energy_) - (not self.area)

    def learn(self, spectra: Array) -> None:
        """Learn the mean area per eV."""
        if len(self.energy_) < 2:
            raise InputError("one energy has no distribution: give 2 or more")
        steps = self._steps()
        self.mean_area_ = np.array([(spectra @ steps).mean() / steps.sum()])

    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_targets)."""
        rows, steps = self.checked(spectra), self._steps()
        parts = rows * steps
        area = parts.sum(axis=-1, keepdims=True)
        if ((area == 0) & rows.any(axis=-1, keepdims=True)).any():
            raise InputError("a spectrum of area 0 has no distribution: normalise it")
        shares = np.cumsum(parts, axis=-1)[..., :-1] / np.where(area == 0, 1.0, area)
        if not self.area:
            return shares
        return np.concatenate([shares, area / steps.sum()], axis=-1)

    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_targets)."""
        given, steps = np.asarray(targets, dtype=float), self._steps()
        shares, mean = given, self.mean_area_
        if self.area:
            shares, mean = given[..., :-1], given[..., -1:]
        below = np.diff(shares, prepend=0.0, append=1.0, axis=-1)
        return below * mean * steps.sum() / steps

    def _steps(self) -> Array:
        """ΔE of every energy, eV."""
        return np.gradient(self.energy_)
