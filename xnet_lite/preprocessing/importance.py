"""Features that a fitted model misses when they are scrambled."""

import copy
from typing import Any

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError
from xnet_lite.models import KernelRidge, Regressor
from xnet_lite.preprocessing.filters import RankedSelection, scaled_problem
from xnet_lite.saving import settings_of

#: share of the sites on which the importance of a feature is measured
HELD_OUT = 0.25
#: sites below which nothing sensible is held out
FEWEST = 8


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
        self.share, self.model, self.repeats, self.seed = share, model, repeats, seed

    def rank(self, features: Array, spectra: Array) -> Ints:
        """Order by falling importance."""
        n_sites = len(features)
        if n_sites < FEWEST:
            raise InputError(
                f"{n_sites} sites are too few to hold some out: give {FEWEST} or more"
            )
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
