"""The spectrum as its first cosines: the truncated discrete cosine transform."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.targets.base import Components

#: condition number beyond which cosines on an uneven grid count as alike
MAX_CONDITION = 1e8


class TDCT(Components):
    """The lowest cosines of a spectrum; all higher ones are taken as 0.

    waves_k(E) = √(c_k / n) cos(π k x),  c_0 = 1, c_k = 2,  x = (E − a) / (b − a)
    spectrum ≈ targets waves

    a and b lie half a step beyond the ends of the grid. On an even grid this is the
    orthonormal DCT-II: an error of 0.1 in any target costs 0.1 in the norm of the
    spectrum. On an uneven one the cosines of the energy are fitted by least squares,
    every point weighing what its step covers.

    Parameters
    ----------
    n_components : int
        How many cosines; at most as many as energies.

    Raises
    ------
    InputError
        For fewer than one, more than there are energies, or more than an uneven grid
        can tell apart.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, section 3.2.
    Differs: uneven grids; the paper does not print its normalisation.

    Example
    -------
    >>> spectra = [[1.0, 2.0, 4.0, 3.0]]
    >>> target = TDCT(n_components=2)
    >>> target.fit_transform(spectra, energy=[0.0, 1.0, 2.0, 3.0]).round(3).tolist()
    [[5.0, -1.848]]
    """

    waves_: Array
    analysis_: Array

    def __init__(self, n_components: int = 50) -> None:
        self.n_components = n_components

    def learn(self, spectra: Array) -> None:
        """Work out the cosines and what finds their coefficients."""
        n = len(self.energy_)
        self.check_components(n if n > 1 else 0, "the number of energies (2 or more)")
        steps = np.gradient(self.energy_)
        first = self.energy_[0] - steps[0] / 2
        x = (self.energy_ - first) / (self.energy_[-1] + steps[-1] / 2 - first)
        k = np.arange(self.n_components)[:, None]
        self.waves_ = np.sqrt(np.where(k > 0, 2 / n, 1 / n)) * np.cos(np.pi * k * x)
        weighted = self.waves_ * (steps / steps.mean())
        overlap = weighted @ self.waves_.T  # the unit matrix on an even grid
        if np.linalg.cond(overlap) > MAX_CONDITION:
            raise InputError(
                f"n_components={self.n_components} cosines are alike on this uneven "
                "grid: ask for fewer, or resample the spectra to an even one"
            )
        self.analysis_ = np.linalg.solve(overlap, weighted)

    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_targets)."""
        return self.checked(spectra) @ self.analysis_.T

    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_targets)."""
        return np.asarray(targets, dtype=float) @ self.waves_
