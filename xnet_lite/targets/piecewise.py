"""The spectrum as polynomials in intervals, at several scales."""

from collections.abc import Sequence

import numpy as np
from numpy.polynomial.legendre import legvander
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, affordable
from xnet_lite.targets.base import SpectralTarget

#: singular values below this share of the largest are those of repeated information
RANK_SHARE = 1e-9


class PiecewisePolynomials(SpectralTarget):
    """Coefficients of least-squares polynomials in equal intervals of the energy.

    spectrum(E) ≈ Σ_k targets_k P_k(x),  x from −1 to 1 across an interval

    Each scale cuts the range into so many intervals: level, slope, curvature and so on
    of each, coarse and fine. Order: scale, interval, degree. The scales say the same
    thing several times over, so the way back is the spectrum whose coefficients at all
    scales are nearest to the targets (least squares; the shortest if several are): with
    one scale the polynomials themselves, and where predicted targets disagree, their
    compromise. Nothing makes neighboring intervals meet.

    Parameters
    ----------
    scales : sequence of int
        Number of intervals at each scale.
    degree : int
        Of the polynomials.

    Raises
    ------
    InputError
        If an interval holds fewer than degree + 1 energies, or no scale is given.

    Source: S. B. Torrisi et al., npj Comput. Mater. 6 (2020) 109.
    Differs: Legendre polynomials P_k in place of powers, so that a coefficient hardly
    depends on those above it; scales are ours; the paper needs no way back.

    Example
    -------
    >>> energy = np.arange(8.0)
    >>> target = PiecewisePolynomials(scales=[1], degree=1).fit([3 * energy], energy)
    >>> target.transform(3 * energy).round(6).tolist()  # level and half the rise
    [10.5, 10.5]
    """

    analysis_: Array
    synthesis_: Array

    def __init__(self, scales: Sequence[int] = (5, 10, 20), degree: int = 3) -> None:
        self.scales, self.degree = list(scales), degree

    @property
    def n_targets(self) -> int:
        """Number of coefficients: all scales, intervals and degrees."""
        return sum(self.scales) * (self.degree + 1)

    def learn(self, spectra: Array) -> None:
        """Work out what fits the polynomials, and its least-squares inverse."""
        if not self.scales or min(self.scales) < 1 or self.degree < 0:
            said = f"scales={self.scales} must be 1 or more each"
            raise InputError(f"{said}, and degree={self.degree} 0 or more: give others")
        n_coefficients = max(self.scales) * (self.degree + 1)
        what = f"scales={self.scales}, degree={self.degree}"
        n_bytes = 8.0 * n_coefficients * len(self.energy_)
        affordable(what, n_bytes, "use fewer intervals in scales, or a lower degree")
        self.analysis_ = np.concatenate([self._scale(scale) for scale in self.scales])
        inverse = np.linalg.pinv(self.analysis_, rcond=RANK_SHARE)
        self.synthesis_ = np.ascontiguousarray(inverse.T)

    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_targets)."""
        return self.checked(spectra) @ self.analysis_.T

    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_targets)."""
        return np.asarray(targets, dtype=float) @ self.synthesis_

    def _scale(self, n_intervals: int) -> Array:
        """Rows that fit every interval of one scale, (n_coefficients, n_energies)."""
        first, last = self.energy_[0], self.energy_[-1]
        place = n_intervals * (self.energy_ - first) / ((last - first) or 1.0)
        # rounded: a point on a boundary belongs to the right, whatever the last digit
        which = np.minimum(np.floor(place.round(9)), n_intervals - 1).astype(int)
        count = self.degree + 1
        rows = np.zeros((n_intervals, count, len(self.energy_)))
        for i in range(n_intervals):
            inside = which == i
            if inside.sum() < count:
                raise InputError(
                    f"interval {i} of {n_intervals} holds {inside.sum()} energies, "
                    f"degree={self.degree} needs {count}: use fewer intervals in scales"
                )
            x = 2 * (place[inside] - i) - 1
            rows[i][:, inside] = np.linalg.pinv(legvander(x, self.degree))
        return rows.reshape(-1, len(self.energy_))
