"""What every model must beat: the mean, the nearest neighbor, ridges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.models.base import Regressor, check_kernel, checked_pair, checked_rows

#: strengths that a ridge may choose from
RIDGE_ALPHAS = tuple(10.0 ** np.arange(-4, 5))
#: lengths, in units of the median distance, that a kernel ridge may choose from
KERNEL_LENGTHS = (0.25, 0.5, 1.0, 2.0, 4.0)
#: noise levels, in units of the kernel's diagonal, that a kernel ridge may choose from
KERNEL_NOISES = tuple(10.0 ** np.arange(-6, 1))
#: rows that suffice to choose length and noise
CHOICE_ROWS = 1000


class MeanSpectrum(Regressor):
    """Predicts the mean of the training targets, whatever the structure.

    Example
    -------
    >>> MeanSpectrum().fit([[0.0], [1.0]], [[1.0], [3.0]]).predict([[9.0]])
    array([[2.]])
    """

    mean_: Array

    def fit(self, features: ArrayLike, targets: ArrayLike) -> MeanSpectrum:
        """Remember the mean."""
        self.mean_ = checked_pair(features, targets)[1].mean(0)
        return self

    def predict(self, features: ArrayLike) -> Array:
        """Return the mean once per row of features."""
        rows = checked_rows(self, features)
        return np.tile(self.mean_, (len(rows), 1))


class NearestNeighbor(Regressor):
    """Predicts the targets of the training site with the nearest features.

    Example
    -------
    >>> NearestNeighbor().fit([[0.0], [1.0]], [[1.0], [3.0]]).predict([[0.9]])
    array([[3.]])
    """

    features_: Array
    targets_: Array

    def fit(self, features: ArrayLike, targets: ArrayLike) -> NearestNeighbor:
        """Remember everything."""
        self.features_, self.targets_ = checked_pair(features, targets)
        return self

    def predict(self, features: ArrayLike) -> Array:
        """Return the targets of the nearest known row, (n_sites, n_targets)."""
        distances = scipy.spatial.distance.cdist(
            checked_rows(self, features), self.features_
        )
        return self.targets_[distances.argmin(axis=1)]


class Ridge(Regressor):
    """A straight line with small coefficients; its strength by leave-one-out.

    Parameters
    ----------
    alphas : sequence of float
        Strengths to choose from.

    Example
    -------
    >>> line = Ridge().fit([[0.0], [1.0], [2.0]], [[0.0], [1.0], [2.0]])
    >>> float(line.predict([[3.0]])[0, 0].round(2))
    3.0
    """

    coefficients_: Array
    intercept_: Array

    def __init__(self, alphas: Sequence[float] = RIDGE_ALPHAS) -> None:
        self.alphas = _positive("alphas", alphas)

    def fit(self, features: ArrayLike, targets: ArrayLike) -> Ridge:
        """Solve for the coefficients, (n_features, n_targets)."""
        x, y = checked_pair(features, targets)
        from sklearn.linear_model import RidgeCV  # takes long to load

        line = RidgeCV(self.alphas).fit(x, y)
        self.coefficients_ = line.coef_.reshape(y.shape[1], -1).T
        self.intercept_ = np.atleast_1d(line.intercept_)
        return self

    def predict(self, features: ArrayLike) -> Array:
        """Return features @ coefficients + intercept."""
        return checked_rows(self, features) @ self.coefficients_ + self.intercept_


class KernelRidge(Regressor):
    """Kernel ridge regression with the Laplace kernel exp(-|x - x'|_1 / length).

    Length and noise are those of the least closed-form leave-one-out error on a grid:
    with C = (K + noise I)^-1, the error of row i left out is (C y)_i / C_ii.

    Parameters
    ----------
    lengths : sequence of float
        In units of the median distance between training rows.
    noises : sequence of float
        Added to the diagonal of K, which is 1.

    Source: C. E. Rasmussen and C. K. I. Williams, Gaussian Processes for Machine
    Learning (MIT Press, 2006), eq. 5.12.
    Differs: nothing.

    Example
    -------
    >>> known = KernelRidge().fit([[0.0], [1.0], [2.0]], [[0.0], [1.0], [2.0]])
    >>> float(known.predict([[1.0]])[0, 0].round(2))
    1.0
    """

    length_noise_: Array
    features_: Array
    dual_: Array
    mean_: Array

    def __init__(
        self,
        lengths: Sequence[float] = KERNEL_LENGTHS,
        noises: Sequence[float] = KERNEL_NOISES,
    ) -> None:
        self.lengths = _positive("lengths", lengths)
        self.noises = _positive("noises", noises)

    def fit(self, features: ArrayLike, targets: ArrayLike) -> KernelRidge:
        """Choose length and noise on at most CHOICE_ROWS rows, solve on all."""
        self.features_, y = checked_pair(features, targets)
        check_kernel(len(y))
        self.mean_ = y.mean(0)
        some = np.random.default_rng(0).permutation(len(y))[:CHOICE_ROWS]
        distances = scipy.spatial.distance.cdist(
            self.features_[some], self.features_[some], "cityblock"
        )
        unit = float(np.median(distances)) or 1.0
        scores = {
            (length * unit, noise): error
            for length in self.lengths
            for noise, error in self._leave_one_out(
                np.exp(-distances / (length * unit)), y[some] - self.mean_
            )
        }
        self.length_noise_ = np.array(min(scores, key=lambda choice: scores[choice]))
        kernel = self._kernel(self.features_)
        np.fill_diagonal(kernel, 1 + self.noise_)
        self.dual_ = scipy.linalg.solve(kernel, y - self.mean_, assume_a="pos")
        return self

    def predict(self, features: ArrayLike) -> Array:
        """Return K(features, training) @ dual + mean."""
        return self._kernel(checked_rows(self, features)) @ self.dual_ + self.mean_

    @property
    def length_(self) -> float:
        """The length that was chosen, in units of the features."""
        return float(self.length_noise_[0])

    @property
    def noise_(self) -> float:
        """The noise that was chosen."""
        return float(self.length_noise_[1])

    def _kernel(self, features: Array) -> Array:
        """K between these rows and the training rows."""
        return np.exp(
            -scipy.spatial.distance.cdist(features, self.features_, "cityblock")
            / self.length_
        )

    def _leave_one_out(self, kernel: Array, y: Array) -> list[tuple[float, float]]:
        """(noise, mean over rows of the root mean square error) for every noise."""
        values, vectors = scipy.linalg.eigh(kernel)
        turned = vectors.T @ y
        errors = []
        for noise in self.noises:
            inverse = 1 / (np.maximum(values, 0) + noise)
            dual = vectors @ (inverse[:, None] * turned)
            left_out = dual / (vectors**2 @ inverse)[:, None]
            errors.append((noise, float(np.sqrt((left_out**2).mean(1)).mean())))
        return errors


def _positive(name: str, values: Sequence[float]) -> tuple[float, ...]:
    """Numbers to choose from, one or more and all above 0."""
    found = tuple(float(value) for value in values)
    if not found or not all(0 < value < np.inf for value in found):
        raise InputError(f"{name} are {found}: give one or more numbers > 0")
    return found
