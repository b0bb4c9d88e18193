"""The spectrum as a sum of Gaussians of several widths."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, within
from xnet_lite.targets.base import SpectralTarget


class GaussianBasis(SpectralTarget):
    """Coefficients of Gaussians on the grid, each of area 1, by ridge regression.

    spectrum ≈ targets gaussians,  gaussians_wc(E) ∝ exp(−(E − c)² / (2 w²))
    targets = argmin ‖spectrum − targets gaussians‖² + ridge ‖targets‖²

    Centers are every `stride`-th energy, once for every width: the first width's
    coefficients come first. A Gaussian that reaches beyond the grid has area 1 on it.
    With more Gaussians than energies only the ridge makes the coefficients unique; with
    ridge 0 they are the shortest that fit best, and large where Gaussians overlap.

    Parameters
    ----------
    widths : sequence of float
        Standard deviations w, eV.
    stride : int
        Energies from one center to the next.
    ridge : float
        What a coefficient costs; 0 for plain least squares.

    Raises
    ------
    InputError
        For a width or stride that is not positive, a negative ridge, or one energy.

    Source: Y. Chen et al., arXiv:2310.07049 (2023), as cited in T. J. Penfold et al.,
    Mach. Learn.: Sci. Technol. 5 (2024) 021001, section 3.2.
    Differs: widths, stride, ridge and area are those of the reference code
    (NewcastleRSE/XANESNET 121f79fd), which the papers do not print; uneven grids.

    Example
    -------
    >>> target = GaussianBasis(widths=[1.0], stride=1, ridge=0.0)
    >>> target = target.fit([[0.0, 1.0, 0.0]], energy=[0.0, 1.0, 2.0])
    >>> back = target.inverse_transform([0.0, 1.0, 0.0])
    >>> (back / back.max()).round(3).tolist()
    [0.607, 1.0, 0.607]
    """

    gaussians_: Array
    analysis_: Array

    def __init__(
        self,
        widths: Sequence[float] = (0.5, 1.0, 2.0, 4.0),
        stride: int = 2,
        ridge: float = 1e-2,
    ) -> None:
        self.widths = [float(width) for width in widths]
        self.stride, self.ridge = stride, ridge

    @property
    def n_targets(self) -> int:
        """Number of Gaussians."""
        return len(self.gaussians_)

    def learn(self, spectra: Array) -> None:
        """Work out the Gaussians (n_targets, n_energies) and what finds their share."""
        if not self.widths or not all(0 < width < np.inf for width in self.widths):
            raise InputError(f"widths={self.widths} must all be above 0: give others")
        within("[0, inf)", ridge=self.ridge)
        if len(self.energy_) < 2:
            raise InputError("one energy holds no Gaussian: give 2 or more")
        within(f"[1, {len(self.energy_)}]", whole=True, stride=self.stride)
        centers = self.energy_[:: self.stride]
        w = np.repeat(self.widths, len(centers))[:, None]
        c = np.tile(centers, len(self.widths))[:, None]
        bells = np.exp(-((self.energy_ - c) ** 2) / (2 * w**2))
        areas = bells @ np.gradient(self.energy_)
        self.gaussians_ = bells / areas[:, None]
        left, s, right = np.linalg.svd(self.gaussians_, full_matrices=False)
        known = s > 1e-12 * s[0]
        gain = np.zeros_like(s)
        gain[known] = s[known] / (s[known] ** 2 + self.ridge)
        self.analysis_ = (left * gain) @ right

    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_targets)."""
        return self.checked(spectra) @ self.analysis_.T

    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_targets)."""
        return np.asarray(targets, dtype=float) @ self.gaussians_
