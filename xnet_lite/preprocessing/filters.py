"""Which features a model gets to see: what a selection is, and three filters."""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints, Mask, floats
from xnet_lite.errors import InputError, within
from xnet_lite.models import KernelRidge, Regressor
from xnet_lite.models.base import checked_pair
from xnet_lite.preprocessing.scaler import FeatureScaler
from xnet_lite.saving import Configured, settings_of
from xnet_lite.targets import PCATargets

#: principal components of the spectra that a model is judged by
N_COMPONENTS = 30
#: share of the sites on which the importance of a feature is measured
HELD_OUT = 0.25
#: sites below which nothing sensible is held out
FEWEST = 8


class Selection(Configured, ABC):
    """Keeps some features and drops the others; subclass it and give `choose`.

    It sees features as the descriptor made them, before any scaler, and training data
    only. Constructor arguments are stored under their own names and what is learnt in
    attributes whose names end in `_`: then saving needs no line of code.

    Example
    -------
    >>> class First(Selection):
    ...     def choose(self, features, spectra):
    ...         return np.arange(features.shape[1]) < 1
    >>> first = First().fit([[1.0, 2.0]], [[0.0]])
    >>> first.transform([[1.0, 2.0]]).tolist(), first.kept_names(["G1", "G2"])
    ([[1.0]], ['G1'])
    """

    kept_: Mask
    _progress = False

    @abstractmethod
    def choose(self, features: Array, spectra: Array) -> Mask:
        """Return what to keep, (n_features,) bool."""

    def fit(
        self, features: ArrayLike, spectra: ArrayLike, *, progress: bool = False
    ) -> Selection:
        """Choose by training features (n_sites, n_features) and their spectra.

        Raises
        ------
        InputError
            If they do not fit, are not finite, or no feature would be left.
        """
        self._progress = progress
        x, mu = checked_pair(features, spectra)
        self.kept_ = np.asarray(self.choose(x, mu), dtype=bool)
        if not self.kept_.any():
            raise InputError(
                f"{type(self).__name__} keeps none of {x.shape[1]} features: loosen it"
            )
        return self

    def transform(self, features: ArrayLike) -> Array:
        """Return the kept features, (n_sites, n_kept)."""
        rows = floats("features", features)
        if rows.shape[-1:] != self._fitted().shape:
            raise InputError(
                f"features {rows.shape} are not the {len(self.kept_)} that were chosen "
                "from: use the same descriptor"
            )
        return rows[..., self.kept_]

    def kept_names(self, names: Sequence[str] | None = None) -> list[str]:
        """Return the names of the kept features, of the descriptor's `feature_names`.

        Without names they are "feature 0" and so on, numbered before the selection.
        """
        mask = self._fitted()
        known = [f"feature {i}" for i in range(len(mask))] if names is None else names
        if len(known) != len(mask):
            raise InputError(
                f"{len(known)} names for {len(mask)} features: give one for each"
            )
        return [name for name, kept in zip(known, mask, strict=True) if kept]

    def _fitted(self) -> Mask:
        """What is kept, once that is known."""
        if not hasattr(self, "kept_"):
            raise InputError(f"{type(self).__name__} is not fitted yet, call fit first")
        return self.kept_


class RankedSelection(Selection):
    """Ranks the features and keeps the best; give `rank` and store `share`.

    `order_` (n_features,) has the indices of all features, the most useful first.
    """

    order_: Ints
    share: float | None

    @abstractmethod
    def rank(self, features: Array, spectra: Array) -> Ints:
        """Return the indices of the features, the most useful first."""

    def choose(self, features: Array, spectra: Array) -> Mask:
        """Keep the share asked for, rounded, and one feature at least."""
        n_features = features.shape[1]
        within("(0, 1]", optional=True, share=self.share)
        self.order_ = self.rank(features, spectra)
        kept = np.zeros(n_features, dtype=bool)
        kept[self.order_[: self._count(n_features)]] = True
        return kept

    def _count(self, n_features: int) -> int:
        """How many to keep."""
        return max(1, round((self.share or 1.0) * n_features))


class VarianceFilter(RankedSelection):
    """Keeps the features that vary most over the training sites.

    Parameters
    ----------
    share : float
        Of the features to keep.
    power : float
        Variance of sign(x) |x|^power: 1 for the features themselves, 0.5 for what
        `FeatureScaler` makes of them.

    Raises
    ------
    InputError
        If the share is out of range or no feature varies.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, section III B.
    Differs: a share in place of a threshold.

    Example
    -------
    >>> x = [[0.0, 1.0, 0.0], [0.1, 3.0, 5.0]]
    >>> VarianceFilter(share=0.67).fit(x, [[0.0], [1.0]]).kept_.tolist()
    [False, True, True]
    """

    def __init__(self, share: float = 0.75, power: float = 1.0) -> None:
        self.share, self.power = share, power

    def rank(self, features: Array, spectra: Array) -> Ints:
        """Order by falling variance."""
        rooted = np.sign(features) * np.abs(features) ** self.power
        try:
            from sklearn.feature_selection import VarianceThreshold  # loads long

            variances = VarianceThreshold().fit(rooted).variances_
        except ValueError as error:
            raise InputError(f"there is nothing to choose from: {error}") from error
        return np.argsort(-variances, kind="stable")


class CorrelationFilter(Selection):
    """Drops features that repeat an earlier one, and those that never vary.

    In the order of the descriptor, a feature is kept if its correlation with each of
    those kept before is at most `threshold` in absolute value.

    Parameters
    ----------
    threshold : float
        Largest absolute correlation, 0 to 1.

    Raises
    ------
    InputError
        If the threshold is out of range or no feature varies.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, section III B.
    Differs: the paper does not print which of two features goes; here, the later.

    Example
    -------
    >>> x = [[0.0, 1.0, 0.0], [1.0, 3.0, 5.0], [2.0, 5.0, 1.0]]
    >>> CorrelationFilter().fit(x, np.zeros((3, 1))).kept_.tolist()
    [True, False, True]
    """

    def __init__(self, threshold: float = 0.95) -> None:
        self.threshold = threshold

    def choose(self, features: Array, spectra: Array) -> Mask:
        """Go through the features and keep what is new."""
        within("[0, 1]", threshold=self.threshold)
        centred = features - features.mean(axis=0)
        norms = np.linalg.norm(centred, axis=0)
        varies = np.ptp(features, axis=0) > 0
        scaled = centred / np.where(varies, norms, 1.0)
        correlation = np.abs(scaled.T @ scaled)
        kept = np.zeros(len(norms), dtype=bool)
        # a rounding error beyond 1 must not make a duplicate look new, nor the reverse
        most = self.threshold + 1e-12
        for i in np.flatnonzero(varies):
            kept[i] = not (correlation[i, kept] > most).any()
        return kept


class ImportanceFilter(RankedSelection):
    """Keeps the features that a fitted model misses most when they are scrambled.

    importance_i = mean square error of held-out principal components with feature i
    shuffled between sites, less that without (mean over `repeats` shuffles)

    Parameters
    ----------
    share : float
        Of the features to keep.
    model : Regressor, optional
        Who judges: any model that learns in one call; kernel ridge if none is given.
        It is not saved with the selection, which no longer needs it.
    repeats, seed : int
        Shuffles of each feature; seed of these and of the held-out quarter.

    Raises
    ------
    InputError
        If the share is out of range or there are fewer than 8 sites.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, section III C ("select-from-model").
    Differs: the judge is a kernel ridge by default, and one part is held out in place
    of repeated cross-validation.

    Example
    -------
    >>> x = np.random.default_rng(0).random((40, 3))
    >>> ImportanceFilter(share=0.3).fit(x, 2 * x[:, 1:2]).kept_.tolist()
    [False, True, False]
    """

    importances_: Array

    def __init__(
        self,
        share: float = 0.6,
        model: Regressor | None = None,
        repeats: int = 5,
        seed: int = 0,
    ) -> None:
        within("[1, inf)", whole=True, repeats=repeats)
        self.share, self.model, self.repeats, self.seed = share, model, repeats, seed

    def rank(self, features: Array, spectra: Array) -> Ints:
        """Order by falling importance."""
        n_sites = len(features)
        within(f"[{FEWEST}, inf)", n_sites=n_sites)
        rng = np.random.default_rng(self.seed)
        order = rng.permutation(n_sites)
        n_held = round(HELD_OUT * n_sites)
        held, taught = order[:n_held], order[n_held:]
        x, y = scaled_problem(features, spectra)
        model = copy.deepcopy(self.model or KernelRidge()).fit(x[taught], y[taught])
        self.importances_ = _importances(model, x[held], y[held], self.repeats, rng)
        return np.argsort(-self.importances_, kind="stable")

    def config(self) -> dict[str, Any]:
        """Return the settings that JSON can hold: all but the model."""
        return settings_of(self, leave_out=["model"])


def scaled_problem(features: Array, spectra: Array) -> tuple[Array, Array]:
    """Return features scaled, and principal components of the spectra."""
    few = min(N_COMPONENTS, *spectra.shape)
    targets = PCATargets(n_components=few)
    components = targets.fit_transform(spectra, np.arange(spectra.shape[1]))
    return FeatureScaler().fit_transform(features), components


def _importances(
    model: Regressor, x: Array, y: Array, repeats: int, rng: np.random.Generator
) -> Array:
    """Rise of the mean square error when each feature is shuffled, (n_features,)."""
    whole = np.mean((model.predict(x) - y) ** 2)
    rises = np.zeros(x.shape[1])
    for i in range(x.shape[1]):
        for _ in range(repeats):
            shuffled = x.copy()
            shuffled[:, i] = rng.permutation(x[:, i])
            rises[i] += np.mean((model.predict(shuffled) - y) ** 2) - whole
    return rises / repeats
