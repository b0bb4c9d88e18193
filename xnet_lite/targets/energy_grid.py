"""The spectrum itself as the target, point by point."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.targets.base import SpectralTarget

#: smallest standard deviation, as a share of the largest: below the edge, spectra that
#: hardly differ would otherwise weigh as much as the white line
STD_FLOOR = 1e-3


class EnergyGrid(SpectralTarget):
    """The spectrum at every energy, (μ − mean) / std if standardised.

    Parameters
    ----------
    standardise : bool
        Give every energy mean 0 and standard deviation 1 over the training spectra.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, section II.
    Differs: the paper does not standardise, which is the default.

    Example
    -------
    >>> EnergyGrid().fit_transform([[0.0, 1.0]], energy=[0.0, 1.0]).tolist()
    [[0.0, 1.0]]
    """

    mean_: Array
    std_: Array

    def __init__(self, standardise: bool = False) -> None:
        self.standardise = standardise

    @property
    def n_targets(self) -> int:
        """Number of energies."""
        return len(self.energy_)

    def learn(self, spectra: Array) -> None:
        """Learn mean and standard deviation of every energy."""
        self.mean_, self.std_ = np.zeros(len(self.energy_)), np.ones(len(self.energy_))
        if self.standardise:
            spread = spectra.std(axis=0)
            self.mean_ = spectra.mean(axis=0)
            # where no spectrum differs the target is 0
            self.std_ = np.maximum(spread, STD_FLOOR * spread.max() or 1.0)

    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_energies)."""
        return (self.checked(spectra) - self.mean_) / self.std_

    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_energies)."""
        return np.asarray(targets, dtype=float) * self.std_ + self.mean_
