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
#: added to a distance, as a share of the median one: twins are not infinitely alike
NEAR = 0.1
#: least spread that counts, as a share of the median one
LEAST = 1e-3
#: energies that the weights are fitted at: neighbors say the same
N_ENERGIES = 57


class Calibration(Kept):
    """A wider band with the right width, from one whose width is only a hint.

    σ(i, E)² = s_i² ((1 - a) q(i, E)² + a t(E)²)

    s_i = exp(w_0 + w_1 ln σ_i + w_2 ln(d_i + d_0)) is the size of site i's error,
    from its root-mean-square spread σ_i and its distance d_i to the nearest known site;
    q is the site's own spread by energy and t the typical error by energy, both with a
    mean square of 1. Weights and share a have the greatest likelihood of the errors,
    taken as Gaussian; then all is scaled so that ±2σ hold 95.45 % of the points.

    Source: scaling by likelihood, V. Kuleshov, N. Fenner, S. Ermon, Proc. Mach. Learn.
    Res. 80 (2018) 2796, has the idea; the scaling by a quantile is a split conformal
    one, V. Vovk et al., Algorithmic Learning in a Random World (2005).
    Differs: the form is ours; it keeps the order of sites of one distance.

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
    near_: float
    n_sites_: float

    def fit(
        self,
        band: Band,
        truth: ArrayLike,
        distance: ArrayLike | None = None,
        shrink: ArrayLike | None = None,
        weight: ArrayLike | None = None,
    ) -> Calibration:
        """Learn from what a model says of sites that it did not learn from.

        Parameters
        ----------
        band : Band
            Of (n_sites, n_energies).
        truth : array (n_sites, n_energies)
        distance : array (n_sites,), optional
            Of each site to the nearest known one.
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
        far = None if distance is None else np.asarray(distance, dtype=float)
        self.near_ = 0.0 if far is None else float(NEAR * np.median(far)) or 1e-12
        weights = np.ones(len(errors)) if weight is None else np.asarray(weight, float)
        self._learn(errors, band.std, self._hints(band.std, far), weights)
        return self

    def transform(self, band: Band, distance: ArrayLike | None = None) -> Band:
        """Return the band with the width that unseen sites had.

        Raises
        ------
        InputError
            If it learnt with distances and there are none, or other energies.
        """
        if band.std.shape[-1] != len(self.shape_):
            raise InputError(
                f"the band has {band.std.shape[-1]} energies, the calibration learnt "
                f"from {len(self.shape_)}: give those"
            )
        if distance is None and self.near_:
            raise InputError("this calibration needs distances to the known sites")
        std = np.atleast_2d(band.std)
        far = None if distance is None else np.atleast_1d(np.asarray(distance, float))
        wide = np.sqrt(self._variance(std, self._hints(std, far), self._given()))
        how = f"{band.how}, calibrated on {self.n_sites_:.0f} unseen sites"
        return Band(band.mean, wide.reshape(band.std.shape), how)

    def _hints(self, std: Array, distance: Array | None) -> Array:
        """1, log spread and log distance of every site, (n_sites, 3)."""
        spread = np.log(self._spread(std))[:, 0]
        far = 0 * spread
        if distance is not None and self.near_:
            far = np.log(distance + self.near_)
        return np.stack([np.ones_like(spread), spread, far], axis=1)

    def _spread(self, std: Array) -> Array:
        """Root-mean-square spread of every site, (n_sites, 1)."""
        return np.sqrt((std**2).mean(1, keepdims=True) + self.least_**2)

    def _given(self) -> Array:
        """Share and weights as one."""
        return np.append(self.share_, self.weights_)

    def _variance(self, std: Array, hints: Array, given: Array) -> Array:
        """The formula of the class, (n_sites, n_energies)."""
        own = (std**2 + self.least_**2) / self._spread(std) ** 2
        size = np.exp(2 * hints @ given[1:])[:, None]
        return size * ((1 - given[0]) * own + given[0] * self.shape_**2)

    def _learn(self, errors: Array, std: Array, hints: Array, weight: Array) -> None:
        """Typical error by energy, the likeliest weights, then the factor."""
        size = np.sqrt((errors**2).mean(1) + self.least_**2)
        first = np.linalg.lstsq(hints, np.log(size), rcond=None)[0]
        scaled = (errors / size[:, None]) ** 2
        shape = np.sqrt(np.average(scaled, axis=0, weights=weight) + LEAST**2)
        self.shape_ = whole = shape / np.sqrt((shape**2).mean())
        step = max(1, errors.shape[1] // N_ENERGIES)
        squared, some = errors[:, ::step] ** 2, std[:, ::step]
        own = (some**2 + self.least_**2) / self._spread(std) ** 2
        typical = whole[::step] ** 2

        def unlikely(given: Array) -> float:
            share = 1 / (1 + np.exp(-given[0]))
            logs = 2 * (hints @ given[1:])[:, None]
            logs = logs + np.log((1 - share) * own + share * typical)
            each = (logs + squared * np.exp(-logs)).mean(1)
            return float(np.average(each, weights=weight))

        found = scipy.optimize.minimize(
            unlikely, np.append(0.0, first), method="L-BFGS-B"
        ).x
        self.share_ = float(1 / (1 + np.exp(-found[0])))
        self.weights_ = found[1:]
        sigma = np.sqrt(self._variance(std, hints, self._given()))
        scores = (np.abs(errors) / sigma).ravel()
        mass = np.repeat(weight, errors.shape[1])
        order = np.argsort(scores)
        reached = np.cumsum(mass[order]) >= WITHIN * mass.sum()
        factor = scores[order][reached.argmax()] / K
        self.weights_[0] += np.log(max(factor, LEAST))
