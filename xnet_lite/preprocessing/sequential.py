"""Features added or taken away one by one, each time the one that serves best."""

from abc import abstractmethod
from collections.abc import Iterable

import numpy as np
from rich.console import Console
from rich.progress import track

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import within
from xnet_lite.models.baselines import RIDGE_ALPHAS
from xnet_lite.preprocessing.filters import RankedSelection, scaled_problem

#: sites that suffice to judge by
ROWS = 4000


class SequentialSelection(RankedSelection):
    """What adding and taking away have in common: the judge, and when to stop.

    The judge is a ridge from scaled features to principal components of the spectra, by
    its leave-one-out error: with residuals r and leverages h, the error of site i left
    out is r_i / (1 − h_i). To add or drop a feature changes r and h by one rank, so all
    candidates of a step are judged at once, in closed form, and nothing is fitted
    again. Twins among the sites flatter the error; they do so for every candidate.

    Parameters
    ----------
    share : float, optional
        Of the features to keep. Without it, the fewest whose error is within
        `tolerance` of the least on the whole path.
    tolerance : float
        Share of the least error.
    rows, seed : int
        Sites to judge by, drawn if there are more; seed of the draw.

    Raises
    ------
    InputError
        If the share is out of range, or the tolerance negative.
    """

    errors_: Array

    def __init__(
        self,
        share: float | None = None,
        tolerance: float = 0.01,
        rows: int = ROWS,
        seed: int = 0,
    ) -> None:
        self.share, self.tolerance = share, tolerance
        self.rows, self.seed = rows, seed

    @abstractmethod
    def path(self, x: Array, y: Array, strength: float) -> tuple[Ints, Array]:
        """Return features, the most useful first, and the error with 1, 2, … of them.

        Data are centred.
        """

    def rank(self, features: Array, spectra: Array) -> Ints:
        """Order as the path goes."""
        within("[0, inf)", tolerance=self.tolerance)
        x, y = scaled_problem(features, spectra)
        if len(x) > self.rows:
            some = np.random.default_rng(self.seed).permutation(len(x))[: self.rows]
            x, y = x[some], y[some]
        x, y = x - x.mean(axis=0), y - y.mean(axis=0)
        from sklearn.linear_model import RidgeCV  # takes long to load

        strength = float(RidgeCV(RIDGE_ALPHAS).fit(x, y).alpha_)
        order, self.errors_ = self.path(x, y, strength)
        return order

    def _count(self, n_features: int) -> int:
        """The share asked for, or the fewest that are good enough."""
        if self.share is not None:
            return super()._count(n_features)
        enough = self.errors_ <= (1 + self.tolerance) * self.errors_.min()
        return int(enough.argmax()) + 1

    def _steps(self, n: int) -> Iterable[int]:
        """Count the steps, with a bar where that is wanted."""
        return track(
            range(n),
            type(self).__name__,
            console=Console(stderr=True),
            disable=not self._progress,
        )


class ForwardSelection(SequentialSelection):
    """Starts with no feature and adds, again and again, the one that helps most.

    See `SequentialSelection` for the parameters and the judge. A set that has been
    added to is never questioned again; two features that help only together are found
    late, or by `BackwardSelection`.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, section III C ("forward" sequential feature selection).
    Differs: the judge is a ridge and not the network.

    Example
    -------
    >>> x = np.random.default_rng(0).random((40, 5))
    >>> forward = ForwardSelection(share=0.4).fit(x, x[:, [1, 4]])
    >>> forward.kept_names()
    ['feature 1', 'feature 4']
    """

    def path(self, x: Array, y: Array, strength: float) -> tuple[Ints, Array]:
        """Add features until all are there."""
        n_sites, n_features = x.shape
        residuals, leverages = y.copy(), np.full(n_sites, 1 / n_sites)
        new = x.copy()  # of every feature, what the ones already there do not say
        left, order, errors = list(range(n_features)), [], []
        for _ in self._steps(n_features):
            pivots = strength + np.sum(x[:, left] * new[:, left], axis=0)
            weights = x[:, left].T @ residuals / pivots[:, None]
            grown = leverages[:, None] + new[:, left] ** 2 / pivots
            scores = _left_out(residuals, new[:, left], -weights, grown)
            best = int(scores.argmin())
            j, pivot = left.pop(best), pivots[best]
            residuals = residuals - np.outer(new[:, j], weights[best])
            leverages = grown[:, best]
            new = new - np.outer(new[:, j], new[:, j] @ x / pivot)
            order.append(j)
            errors.append(scores[best])
        return np.array(order), np.sqrt(errors)


class BackwardSelection(SequentialSelection):
    """Starts with all features and takes away, again and again, the one least missed.

    See `SequentialSelection` for the parameters and the judge.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, section III C ("backward" sequential feature selection).
    Differs: the judge is a ridge and not the network.

    Example
    -------
    >>> x = np.random.default_rng(0).random((40, 5))
    >>> backward = BackwardSelection(share=0.4).fit(x, x[:, [1, 4]])
    >>> backward.kept_names()
    ['feature 1', 'feature 4']
    """

    def path(self, x: Array, y: Array, strength: float) -> tuple[Ints, Array]:
        """Take features away until one is left."""
        n_sites, n_features = x.shape
        inverse = np.linalg.inv(x.T @ x + strength * np.eye(n_features))
        left: Ints = np.arange(n_features)
        gone: list[int] = []
        errors: list[float] = []
        for _ in self._steps(n_features):
            known = x[:, left]
            reach = known @ inverse
            weights = reach.T @ y
            residuals = y - known @ weights
            leverages = np.sum(reach * known, axis=1) + 1 / n_sites
            errors.append(np.mean((residuals / (1 - leverages)[:, None]) ** 2))
            pivots = np.diagonal(inverse)
            shrunk = leverages[:, None] - reach**2 / pivots
            scores = _left_out(residuals, reach, weights / pivots[:, None], shrunk)
            out = int(scores.argmin())
            rest = np.delete(np.arange(len(left)), out)
            taken = np.outer(inverse[rest, out], inverse[out, rest]) / pivots[out]
            inverse = inverse[np.ix_(rest, rest)] - taken
            gone.append(int(left[out]))
            left = left[rest]
        return np.array(gone[::-1]), np.sqrt(errors[::-1])


def _left_out(residuals: Array, shapes: Array, sizes: Array, leverages: Array) -> Array:
    """Mean square leave-one-out error of each candidate, (n_candidates,).

    Candidate j has residuals + shapes[:, j] sizes[j] (an outer product, which is never
    written out) and its own column of leverages.
    """
    squares = np.sum(residuals**2, axis=1)[:, None] + shapes * (
        2 * residuals @ sizes.T + shapes * np.sum(sizes**2, axis=1)
    )
    # the clip keeps a rounding error of a perfect fit from being negative
    summed = np.clip(squares, 0.0, None) / (1 - leverages) ** 2
    return summed.mean(axis=0) / residuals.shape[1]
