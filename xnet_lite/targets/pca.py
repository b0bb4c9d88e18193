"""The spectrum as a few principal components."""

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.targets.base import Components


class PCATargets(Components):
    """Coordinates of a spectrum along the directions in which spectra differ most.

    targets = (μ − mean) components^T / scale

    One scale for all, the root mean variance of the coordinates: an error of 0.1 in
    any target then costs the same in the spectrum, and their mean square is 1.

    Parameters
    ----------
    n_components : int
        How many; at most the number of training spectra and of energies.

    Raises
    ------
    InputError
        For fewer than one, or more than the data have.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, section 3.2.
    Differs: the coordinates are scaled, and a component's largest entry is positive.

    Example
    -------
    >>> spectra = np.outer([1.0, 2.0, 3.0], [0.0, 1.0, 1.0])
    >>> pca = PCATargets(n_components=1).fit(spectra, energy=[0.0, 1.0, 2.0])
    >>> pca.transform(spectra).round(3).ravel().tolist()
    [-1.225, 0.0, 1.225]
    """

    mean_: Array
    components_: Array
    scale_: Array
    explained_: Array

    def __init__(self, n_components: int = 30) -> None:
        self.n_components = n_components

    def learn(self, spectra: Array) -> None:
        """Learn mean, components (n_targets, n_energies), scale, explained shares."""
        n_sites, n_energies = spectra.shape
        self.check_components(
            min(spectra.shape),
            f"the smaller of {n_sites} spectra and {n_energies} energies",
        )
        self.mean_ = spectra.mean(axis=0)
        _, singular, rows = np.linalg.svd(spectra - self.mean_, full_matrices=False)
        components = rows[: self.n_components]
        # the sign of a component is arbitrary: fix it, so that runs can be compared
        largest = np.abs(components).argmax(axis=1)
        signs = np.sign(components[np.arange(self.n_components), largest])
        self.components_ = components * signs[:, None]
        variances = singular**2 / len(spectra)
        mean_variance = variances[: self.n_components].mean()
        self.scale_ = np.array([np.sqrt(mean_variance) or 1.0])
        total = variances.sum() or 1.0
        self.explained_ = variances[: self.n_components] / total

    def transform(self, spectra: ArrayLike) -> Array:
        """Return targets (..., n_targets)."""
        centred = self.checked(spectra) - self.mean_
        return centred @ self.components_.T / self.scale_

    def inverse_transform(self, targets: ArrayLike) -> Array:
        """Return spectra (..., n_energies) of targets (..., n_targets)."""
        scaled = np.asarray(targets, dtype=float) * self.scale_
        return scaled @ self.components_ + self.mean_
