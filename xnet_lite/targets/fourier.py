"""The spectrum as its lowest frequencies: the Fourier transform."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.targets.base import Components

#: how far a point may lie from an even grid, in steps: energies in files are rounded
UNEVEN = 0.05


class Fourier(Components):
    """Rise of a spectrum, then real and imaginary parts of its lowest frequencies.

    targets = [rise, Re c_0, Re c_1, Im c_1, Re c_2, …],
    c_k = √(w_k / m) Σ_j p_j exp(−2π i j k / m),  w_k = 2 (1 at both ends of k)

    A Fourier transform takes what it is given as one period, and an absorption edge
    ends higher than it begins: the jump from the last point to the first would need
    all frequencies. So the straight line between both ends is subtracted first,
    p = μ − (μ_last − μ_first) x with x from −½ to ½; its size, times the norm of x, is
    the first target, and m = n_energies − 1 is the period. Without `detrend` there is
    no rise, p = μ and m = n_energies. No window is laid on the spectrum: that would
    lose both ends. The other remedy, to append the mirrored spectrum, gives cosines
    only: c_k of [μ, reversed μ] is, up to its known phase exp(π i k / 2n), the cosine
    coefficient that `TDCT` has.

    Parameters
    ----------
    n_components : int
        How many numbers; at most as many as energies. Whole frequencies are kept by an
        even number (an odd one without `detrend`).
    detrend : bool
        Take the rise out.

    Raises
    ------
    InputError
        For an uneven grid, or a number that is not between 1 and n_energies.

    Source: J. W. Cooley and J. W. Tukey, Math. Comput. 19 (1965) 297.
    Differs: real and scaled so that an error of 0.1 in any frequency costs 0.1 in the
    norm over one period.

    Example
    -------
    >>> target = Fourier(n_components=2, detrend=False)
    >>> wave = 1 + np.cos(2 * np.pi * np.arange(4) / 4)
    >>> target.fit_transform([wave], energy=np.arange(4.0)).round(3).tolist()
    [[2.0, 1.414]]
    """

    waves_: Array

    def __init__(self, n_components: int = 50, detrend: bool = True) -> None:
        self.n_components, self.detrend = n_components, detrend

    def learn(self, spectra: Array) -> None:
        """Work out the line and the waves, (n_targets, n_energies)."""
        n = len(self.energy_)
        self.check_components(n if n > 1 else 0, "the number of energies (2 or more)")
        steps = (self.energy_ - self.energy_[0]) / np.ptp(self.energy_) * (n - 1)
        if np.abs(steps - np.arange(n)).max() > UNEVEN:
            raise InputError(
                "the energies are not evenly spaced and a Fourier transform needs "
                "that: resample the spectra (xnet_lite.spectra.resample), or use TDCT"
            )
        period = n - self.detrend
        waves = _waves(period)[:, np.arange(n) % period]
        line = np.linspace(-0.5, 0.5, n)[None]
        if self.detrend:
            waves = np.concatenate([line / np.linalg.norm(line), waves])
        self.waves_ = np.ascontiguousarray(waves[: self.n_components])

    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_targets)."""
        rows = self.checked(spectra)
        if not self.detrend:
            return rows @ self.waves_.T
        line, waves = self.waves_[0], self.waves_[1:]
        size = (rows[..., -1:] - rows[..., :1]) / (line[-1] - line[0])
        level = rows - size * line
        return np.concatenate([size, level[..., :-1] @ waves[:, :-1].T], axis=-1)

    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_targets)."""
        return np.asarray(targets, dtype=float) @ self.waves_


def _waves(period: int) -> Array:
    """Orthonormal real and imaginary waves of one period, lowest first."""
    k, j = np.arange(period // 2 + 1)[:, None], np.arange(period)
    # once only: frequency 0, and half the period where that is whole
    scale = np.where((k == 0) | (2 * k == period), 1.0, np.sqrt(2)) / np.sqrt(period)
    angle = 2 * np.pi * (k * j % period) / period
    both = np.stack([scale * np.cos(angle), -scale * np.sin(angle)], axis=1)
    # frequency 0 has no imaginary part, nor has the highest of an even period: cut
    return np.delete(both.reshape(-1, period), 1, axis=0)[:period]
