"""Features on one footing: roots, then mean 0 and standard deviation 1."""

import numpy as np
from numpy.typing import ArrayLike
from typing_extensions import Self

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within
from xnet_lite.models import ARDKernelRidge
from xnet_lite.saving import Kept

#: smallest standard deviation, as a share of the largest: some features are 1e-50
#: throughout, and dividing by their spread would make noise of them
STD_FLOOR = 1e-3


class FeatureScaler(Kept):
    """Takes sign(x) |x|^power, then subtracts the mean and divides by the spread.

    Symmetry functions are sums over neighbors that range over decades; the root
    brings a far shell and a near one to comparable size.

    Parameters
    ----------
    power : float
        1 leaves the features as they are, 0.5 takes the root.
    floor : float
        Smallest standard deviation, as a share of the largest one.
    standardise : bool
        False stops after the power: for a network that reads a structure, whose
        features are atomic numbers and distances.

    Raises
    ------
    InputError
        If either is out of range.

    Example
    -------
    >>> FeatureScaler().fit_transform([[1.0, 0.0], [9.0, 0.0]])
    array([[-1.,  0.],
           [ 1.,  0.]])
    """

    mean_: Array
    std_: Array

    def __init__(
        self, power: float = 0.5, floor: float = STD_FLOOR, standardise: bool = True
    ) -> None:
        within("(0, 1]", power=power, floor=floor)
        self.power, self.floor = float(power), float(floor)
        self.standardise = bool(standardise)

    def fit(self, features: ArrayLike, targets: ArrayLike | None = None) -> Self:
        """Learn mean and spread of training features (n_sites, n_features).

        Targets (n_sites, n_targets) are what `RelevanceScaler` learns from too.
        """
        rooted = self._rooted(features)
        if not self.standardise:
            self.mean_, self.std_ = np.zeros(rooted.shape[1]), np.ones(rooted.shape[1])
            return self
        self.mean_ = rooted.mean(0)
        spread = rooted.std(0)
        # where nothing varies at all, the features are left at 0
        self.std_ = np.maximum(spread, self.floor * spread.max() or 1.0)
        return self

    def transform(self, features: ArrayLike) -> Array:
        """Return scaled features (n_sites, n_features), dimensionless."""
        return (self._rooted(features) - self.mean_) / self.std_

    def inverse_transform(self, scaled: ArrayLike) -> Array:
        """Return the features (n_sites, n_features) that were scaled, in their units.

        What `transform` was given, but for rounding.
        """
        rooted = np.asarray(scaled, dtype=float) * self.std_ + self.mean_
        return np.sign(rooted) * np.abs(rooted) ** (1 / self.power)

    def slope(self, features: ArrayLike) -> Array:
        """Return how fast each scaled feature grows with it, (n_sites, n_features).

        Where a feature is 0 its root has no slope; 0 stands there.
        """
        size = np.abs(floats("features", features))
        steep = np.where(size > 0, size, np.inf) ** (self.power - 1)
        return (
            (steep if self.power < 1 else np.ones_like(size)) * self.power / self.std_
        )

    def fit_transform(
        self, features: ArrayLike, targets: ArrayLike | None = None
    ) -> Array:
        """Learn from features, and targets, and return the features scaled."""
        return self.fit(features, targets).transform(features)

    def _rooted(self, features: ArrayLike) -> Array:
        """sign(x) |x|^power."""
        raw = floats("features", features)
        return np.sign(raw) * np.abs(raw) ** self.power


class RelevanceScaler(FeatureScaler):
    """Scales features as `FeatureScaler` does, then by how much each one matters.

    `ARDKernelRidge` learns the scales, of root mean square 1, from the training sites.
    A network whose inputs are of unlike size gives unlike attention to them from its
    first step, and `Waves` of them are fast where the spectra are.

    Parameters
    ----------
    power, floor
        As `FeatureScaler` has them.
    steps : int
        Steps in which the scales are learnt.
    seed : int
        Of the rows that each step draws.

    Raises
    ------
    InputError
        If a number is out of range, or no targets are given to learn from.

    Differs: no paper of the field does this; `benchmarks.forward` shows what it gives.

    Example
    -------
    >>> rng = np.random.default_rng(0)
    >>> x = rng.random((80, 2))
    >>> scaled = RelevanceScaler().fit_transform(x, x[:, :1])
    >>> bool(scaled[:, 0].std() > 3 * scaled[:, 1].std())  # the second says nothing
    True
    """

    relevance_: Array

    def __init__(
        self,
        power: float = 0.5,
        floor: float = STD_FLOOR,
        steps: int = 40,
        seed: int = 0,
    ) -> None:
        super().__init__(power, floor)
        self.steps, self.seed = int(steps), int(seed)

    def fit(self, features: ArrayLike, targets: ArrayLike | None = None) -> Self:
        """Learn mean, spread and relevance of training features."""
        if targets is None:
            raise InputError("relevance needs targets: give fit(features, targets)")
        super().fit(features)
        kernel = ARDKernelRidge(steps=self.steps, seed=self.seed)
        scales = kernel.fit(super().transform(features), targets).scales_
        self.relevance_ = scales / np.sqrt((scales**2).mean())
        return self

    def transform(self, features: ArrayLike) -> Array:
        """Return scaled features (n_sites, n_features), dimensionless."""
        return super().transform(features) * self.relevance_

    def slope(self, features: ArrayLike) -> Array:
        """Return how fast each scaled feature grows with it, (n_sites, n_features)."""
        return super().slope(features) * self.relevance_

    def inverse_transform(self, scaled: ArrayLike) -> Array:
        """Return what `transform` was given, but for rounding."""
        return super().inverse_transform(np.asarray(scaled) / self.relevance_)
