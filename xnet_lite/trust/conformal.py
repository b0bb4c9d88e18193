"""Intervals with a guarantee: as wide as errors of sites not seen were, by rank alone.

MAPIE (1.6) and crepes (0.9) were looked at. Both take one number a sample for what is
predicted (MAPIE's scores of several outputs are its experimental ones, in PyTorch).
MAPIE's groups only part folds and crepes' are categories with quantiles of their own:
neither counts a compound with nine sites as one witness. A spectrum has 226 outputs and
compounds have siblings, so the quantile, twenty lines, is ours.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Labels, Mask
from xnet_lite.datasets import XASDataset, folds
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.faces import Face
from xnet_lite.models.band import Band
from xnet_lite.predictor import Inputs, Predictor
from xnet_lite.trust.calibrating import N_FOLDS, Unseen
from xnet_lite.trust.uncertainty import out_of_bag

#: what an interval is right for: every energy by itself, or a spectrum as a whole
PER = ("energy", "spectrum")
#: what errors are measured in, so that intervals are wide where it is difficult
SCALES = ("none", "std", "distance", "typical")
#: added to a distance, as a share of the median one
NEAR = 0.1
_TINY = 1e-12


@dataclass(frozen=True, eq=False, repr=False)
class Interval(Face):
    """Where the truth lies with a probability that was asked for.

    Attributes
    ----------
    low, high : array (n_sites, n_energies)
        Infinite where too few witnesses were there to promise it.
    level : float
    how : str
    """

    low: Array
    high: Array
    level: float
    how: str

    def holds(self, truth: ArrayLike) -> Mask:
        """Return which points lie inside, (n_sites, n_energies)."""
        values = np.asarray(truth, dtype=float)
        return (self.low <= values) & (values <= self.high)

    @property
    def width(self) -> Array:
        """From end to end, (n_sites, n_energies)."""
        return self.high - self.low


class Conformal:
    """Intervals from the ranks of errors of sites that were not learnt from.

    An interval reaches q scale(i, E) to both sides of the prediction, with q the
    quantile of |error| / scale over unseen sites, one for each energy or one for the
    largest score of each spectrum. A group weighs 1, shared by its sites, and the new
    site's own group counts as one that was infinitely wrong: if groups are exchangeable
    and predictions were made without them, the probability is at least the level,
    whatever the distribution and however wrong the scale.

    That is split conformal for `held_out` sites. For `left_out` (cross-conformal) and
    `unseen_of_bag` (leave-one-out) sites were predicted by other models than the new
    one, and the promise holds as far as these are alike; `jackknife_plus` and
    `cross_conformal` do not need that.

    Parameters
    ----------
    per : {"energy", "spectrum"}
        Each energy by itself, or all energies of a spectrum at once.
    scale : {"std", "none", "distance", "typical"}
        σ of the band; one for all; distance to the known; typical error by energy,
        which is learnt from the same sites, so that the promise is approximate.

    Raises
    ------
    InputError
        For a word that is not known.

    Source: V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World
    (Springer, 2005); groups: Y. Lee, R. F. Barber, R. Willett, arXiv:2306.06342,
    eq. 7; whole curves: J. Diquigiovanni, M. Fontana, S. Vantini, J. Multivar. Anal.
    189 (2022) 104879.
    Differs: nothing but the choice of scales.

    Example
    -------
    >>> truth = np.arange(1.0, 10.0)[:, None]  # nine sites of one energy
    >>> nine = Unseen(Band(0 * truth, 1 + 0 * truth), truth, *[np.arange(9.0)] * 4)
    >>> new = Band([[5.0]], [[1.0]])
    >>> Conformal().fit(nine).interval(new, level=0.9).high
    array([[14.]])
    """

    def __init__(self, per: str = "energy", scale: str = "std") -> None:
        one_of("per", per, PER)
        one_of("scale", scale, SCALES)
        self.per, self.scale = per, scale

    def fit(self, unseen: Unseen) -> Conformal:
        """Keep the scores of unseen sites."""
        errors = np.abs(unseen.truth - unseen.band.mean)
        self.near_ = NEAR * float(np.median(unseen.distance)) + _TINY
        self.typical_ = np.sqrt((errors**2).mean(0)) + _TINY
        scores = errors / self._scale(unseen.band, unseen.distance)
        self.scores_ = scores if self.per == "energy" else scores.max(1, keepdims=True)
        self.weights_ = group_weights(unseen.groups)
        return self

    def interval(
        self, band: Band, distance: ArrayLike | None = None, level: float = 0.9
    ) -> Interval:
        """Return intervals around the means of a band.

        Parameters
        ----------
        band : Band
            Of the model, not calibrated, (n_sites, n_energies).
        distance : array (n_sites,), optional
            Needed where they are the scale.
        level : float

        Raises
        ------
        InputError
            For a level that is no probability, or distances that are missing.
        """
        within("(0, 1)", level=level)
        if distance is None and self.scale == "distance":
            raise InputError("these intervals are scaled by distances: give them")
        factor = weighted_quantile(self.scores_, self.weights_, level)
        half = factor * self._scale(band, distance)
        how = f"conformal, per {self.per}, scale {self.scale}"
        return Interval(band.mean - half, band.mean + half, level, how)

    def _scale(self, band: Band, distance: ArrayLike | None) -> Array:
        """What errors are measured in, (n_sites, n_energies)."""
        if self.scale == "std":
            return band.std + _TINY
        if self.scale == "distance":
            far = np.asarray(distance, dtype=float) + self.near_
            return np.broadcast_to(far[:, None], band.mean.shape)
        one = self.typical_ if self.scale == "typical" else np.ones(1)
        return np.broadcast_to(one, band.mean.shape)


def jackknife_plus(
    predictor: Predictor,
    spectra: ArrayLike,
    inputs: Inputs,
    level: float = 0.9,
    groups: ArrayLike | None = None,
) -> Interval:
    """Return intervals of each energy by what members say that missed each site.

    From the quantiles of m_i(x) - r_i and m_i(x) + r_i, where m_i is the mean of the
    members that did not learn from training site i, and r_i its error there: at least
    2 level - 1 of the truths lie inside whatever the distribution is, about the level
    in practice.

    Parameters
    ----------
    predictor : Predictor
        From `bootstrap`, in this session.
    spectra : array (n_known, n_energies)
        Those it was taught.
    inputs : as in `Predictor.predict`
        The new sites.
    level : float
    groups : array (n_known,), optional
        What was drawn as a whole.

    Source: R. F. Barber et al., Ann. Statist. 49 (2021) 486; after a bootstrap: B. Kim,
    C. Xu, R. F. Barber, Adv. Neural Inf. Process. Syst. 33 (2020) 4138.
    Differs: groups weigh 1 each; the number of members is not drawn.
    """
    within("(0, 1)", level=level)
    mean, _ = out_of_bag(predictor, predictor.features_)
    kept = np.flatnonzero(np.isfinite(mean).all(1))
    residuals = np.abs(np.asarray(spectra, dtype=float)[kept] - mean[kept])
    members = np.asarray(predictor.members_)
    missed = np.stack([~np.isin(kept, row) for row in members], axis=1)
    labels = np.arange(len(mean)) if groups is None else np.asarray(groups)
    share = missed / missed.sum(1, keepdims=True)  # (n_kept, n_members)
    said = predictor.predict_members(inputs)
    how = "jackknife+ after a bootstrap"
    return _plus(said, share, residuals, labels[kept], level, how)


def cross_conformal(
    predictor: Predictor,
    data: XASDataset,
    inputs: Inputs,
    level: float = 0.9,
    *,
    n_folds: int = N_FOLDS,
    by: str = "compound",
    seed: int = 0,
) -> Interval:
    """Return intervals of each energy by models of folds (CV+), baselines too.

    As `jackknife_plus`, with m_i the model that learnt from the folds without site i.

    Parameters
    ----------
    predictor : Predictor
        Stays as it is; a copy learns from every fold's complement.
    data : XASDataset
    inputs : as in `Predictor.predict`
        The new sites.
    level : float
    n_folds, by, seed
        As in `datasets.folds`.

    Source: R. F. Barber et al., Ann. Statist. 49 (2021) 486, section 3.
    Differs: groups weigh 1 each.
    """
    within("(0, 1)", level=level)
    parts = folds(data, n_folds, by=by, seed=seed)
    said, share = [], np.zeros((len(data), n_folds))
    residuals = np.empty_like(data.spectra)
    for i, (train, test) in enumerate(parts):
        one = predictor.fresh([i]).fit(data[train])
        residuals[test] = np.abs(data.spectra[test] - one.predict(data[test]))
        share[test, i] = 1.0
        said.append(one.predict(inputs))
    how = f"CV+ with {n_folds} folds"
    return _plus(np.stack(said), share, residuals, data.groups, level, how)


def _plus(
    said: Array, share: Array, residuals: Array, groups: Labels, level: float, how: str
) -> Interval:
    """Quantiles of m_i(x) ∓ r_i; `said` is (n_models, n_new, n_energies)."""
    weights = group_weights(groups)
    ends = [np.empty(said.shape[1:]) for _ in range(2)]
    for new in range(said.shape[1]):
        centre = share @ said[:, new]  # (n_known, n_energies)
        ends[1][new] = weighted_quantile(centre + residuals, weights, level)
        ends[0][new] = -weighted_quantile(residuals - centre, weights, level)
    return Interval(ends[0], ends[1], level, how)


def group_weights(groups: ArrayLike) -> Array:
    """Return the weight of every site: 1 a group, over the groups and the new one.

    Example
    -------
    >>> group_weights(["a", "a", "b"]).tolist()
    [0.16666666666666666, 0.16666666666666666, 0.3333333333333333]
    """
    _, group, sizes = np.unique(
        np.asarray(groups), return_inverse=True, return_counts=True
    )
    return np.asarray(1 / (len(sizes) + 1) / sizes[group])


def weighted_quantile(scores: Array, weights: Array, level: float) -> Array:
    """Return the least score with this much weight at or below it, over axis 0.

    Infinite where all of them together have less.

    Example
    -------
    >>> scores = np.array([[1.0], [2.0], [3.0]])
    >>> weighted_quantile(scores, group_weights([0, 1, 2]), 0.75).tolist()
    [3.0]
    >>> weighted_quantile(scores, group_weights([0, 1, 2]), 0.8).tolist()
    [inf]
    """
    order = np.argsort(scores, axis=0)
    # a sum of weights may be off by its rounding
    reached = np.cumsum(weights[order], axis=0) >= level * (1 - 1e-12)
    ranked = np.take_along_axis(scores, order, axis=0)
    first = np.take_along_axis(ranked, reached.argmax(0)[None], axis=0)[0]
    return np.where(reached.any(0), first, np.inf)
