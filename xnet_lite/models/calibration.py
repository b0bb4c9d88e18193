"""From how much models disagree to how wrong they are: learnt from unseen sites."""

from __future__ import annotations

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.models.band import Band, K
from xnet_lite.saving import Kept

#: share of a Gaussian within ± K standard deviations
WITHIN = 0.9545
#: sites that must be unseen for something to be learnt from them
FEWEST = 20
#: added to a hint, as a share of the median one: twins are not infinitely alike
NEAR = 0.1
#: least spread that counts, as a share of the median one
LEAST = 1e-3
#: energies that the weights are fitted at: neighbors say the same
N_ENERGIES = 57


class Calibration(Kept):
    """A wider band with the right width, from one whose width is only a hint.

    σ(i, E)² = s_i² ((1 - a) q(i, E)² + a t(E)²)

    s_i = exp(w_0 + w_1 ln σ_i + Σ_k w_k ln(h_ik + h_k)) is the size of site i's error,
    from its root-mean-square spread σ_i and hints h_ik: its distance to the nearest
    known site, say, and errors at known sites nearby; q is the site's own spread by
    energy and t the typical error by energy, both with a mean square of 1. Weights and
    share a have the greatest likelihood of the errors, taken as Gaussian; then all is
    scaled so that ±2σ hold 95.45 % of the points.

    Source: scaling by likelihood, V. Kuleshov, N. Fenner, S. Ermon, Proc. Mach. Learn.
    Res. 80 (2018) 2796, has the idea; the scaling by a quantile is a split conformal
    one, V. Vovk et al., Algorithmic Learning in a Random World (2005).
    Differs: the form is ours; it keeps the order of sites with the same hints.

    Example
    -------
    >>> rng = np.random.default_rng(0)
    >>> spread = np.exp(rng.normal(size=(400, 1))) * np.ones(5)
    >>> band, truth = Band(0 * spread, spread), 3 * spread * rng.normal(size=(400, 5))
    >>> wider = Calibration().fit(band, truth).transform(band)
    >>> float((wider.std / band.std).mean().round(1))
    3.0
    """

    weights_: Array
    share_: float
    shape_: Array
    least_: float
    near_: Array
    n_sites_: float

    def fit(
        self,
        band: Band,
        truth: ArrayLike,
        hints: ArrayLike | None = None,
        shrink: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> Calibration:
        """Learn from what a model says of sites that it did not learn from.

        Parameters
        ----------
        band : Band
            Of (n_sites, n_energies).
        truth : array (n_sites, n_energies)
        hints : array (n_sites,) or (n_sites, n_hints), optional
            Positive numbers that are larger where errors are, in any unit.
        shrink : array (n_sites,), optional
            What errors are multiplied by first: fewer models than will vote were
            asked, and their mean errs more.
        weight : array (n_sites,), optional
            How much each site counts.

        Raises
        ------
        InputError
            If shapes disagree, a value is not finite, or sites are fewer than 20.
        """
        errors = np.asarray(truth, dtype=float) - band.mean
        if errors.ndim != 2 or len(errors) < FEWEST:
            raise InputError(
                f"{len(errors)} unseen sites are too few to calibrate a band: give "
                f"{FEWEST} or more, (n_sites, n_energies)"
            )
        if not (np.isfinite(errors).all() and np.isfinite(band.std).all()):
            raise InputError("band or truth hold what is not finite: leave it out")
        if shrink is not None:
            errors = errors * np.asarray(shrink, dtype=float)[:, None]
        self.n_sites_ = float(len(errors))
        self.least_ = float(LEAST * np.median(band.std)) or 1e-12
        told = self._columns(hints, len(errors))
        self.near_ = NEAR * np.median(told, axis=0) + 1e-12
        weights = np.ones(len(errors)) if weight is None else np.asarray(weight, float)
        self._learn(errors, band.std, self._logs(band.std, told), weights)
        return self

    @property
    def n_hints(self) -> int:
        """How many hints it learnt with."""
        return int((np.atleast_1d(self.near_) > 0).sum())  # a file may say 0 for none

    def transform(self, band: Band, hints: ArrayLike | None = None) -> Band:
        """Return the band with the width that unseen sites had.

        Raises
        ------
        InputError
            If it learnt with other hints, or other energies.
        """
        if band.std.shape[-1] != len(self.shape_):
            raise InputError(
                f"the band has {band.std.shape[-1]} energies, the calibration learnt "
                f"from {len(self.shape_)}: give those"
            )
        std = np.atleast_2d(band.std)
        told = self._columns(hints, len(std))
        if told.shape[1] != self.n_hints:
            raise InputError(
                f"{told.shape[1]} hints of each site, and the calibration learnt with "
                f"{self.n_hints}: give those, as `Predictor.hints` tells them"
            )
        wide = np.sqrt(self._variance(std, self._logs(std, told), self._given()))
        how = f"{band.how}, calibrated on {self.n_sites_:.0f} unseen sites"
        return Band(band.mean, wide.reshape(band.std.shape), how)

    @staticmethod
    def _columns(hints: ArrayLike | None, n_sites: int = 0) -> Array:
        """Hints as (n_sites, n_hints)."""
        if hints is None:
            return np.zeros((n_sites, 0))
        told = np.asarray(hints, dtype=float)
        return told if told.ndim == 2 else told.reshape(-1, 1)

    def _logs(self, std: Array, hints: Array) -> Array:
        """1, log spread and log hints of every site, (n_sites, 2 + n_hints)."""
        spread = np.log(self._spread(std))
        near = np.atleast_1d(self.near_)[: hints.shape[1]]
        return np.hstack([np.ones_like(spread), spread, np.log(hints + near)])

    def _spread(self, std: Array) -> Array:
        """Root-mean-square spread of every site, (n_sites, 1)."""
        return np.sqrt((std**2).mean(1, keepdims=True) + self.least_**2)

    def _given(self) -> Array:
        """Share and weights as one."""
        return np.append(self.share_, self.weights_)

    def _variance(self, std: Array, logs: Array, given: Array) -> Array:
        """The formula of the class, (n_sites, n_energies)."""
        own = (std**2 + self.least_**2) / self._spread(std) ** 2
        size = np.exp(2 * logs @ given[1 : 1 + logs.shape[1]])[:, None]
        return size * ((1 - given[0]) * own + given[0] * self.shape_**2)

    def _learn(self, errors: Array, std: Array, logs: Array, weight: Array) -> None:
        """Typical error by energy, the likeliest weights, then the factor."""
        size = np.sqrt((errors**2).mean(1) + self.least_**2)
        first = np.linalg.lstsq(logs, np.log(size), rcond=None)[0]
        scaled = (errors / size[:, None]) ** 2
        shape = np.sqrt(np.average(scaled, axis=0, weights=weight) + LEAST**2)
        self.shape_ = whole = shape / np.sqrt((shape**2).mean())
        step = max(1, errors.shape[1] // N_ENERGIES)
        squared, some = errors[:, ::step] ** 2, std[:, ::step]
        own = (some**2 + self.least_**2) / self._spread(std) ** 2
        typical = whole[::step] ** 2

        def unlikely(given: Array) -> float:
            share = 1 / (1 + np.exp(-given[0]))
            wide = 2 * (logs @ given[1:])[:, None]
            wide = wide + np.log((1 - share) * own + share * typical)
            each = (wide + squared * np.exp(-wide)).mean(1)
            return float(np.average(each, weights=weight))

        found = scipy.optimize.minimize(
            unlikely, np.append(0.0, first), method="L-BFGS-B"
        ).x
        self.share_ = float(1 / (1 + np.exp(-found[0])))
        self.weights_ = found[1:]
        sigma = np.sqrt(self._variance(std, logs, self._given()))
        scores = (np.abs(errors) / sigma).ravel()
        mass = np.repeat(weight, errors.shape[1])
        order = np.argsort(scores)
        reached = np.cumsum(mass[order]) >= WITHIN * mass.sum()
        factor = scores[order][reached.argmax()] / K
        self.weights_[0] += np.log(max(factor, LEAST))
