"""Every site predicted by a model that never saw it: K folds, and repeats of them."""

import time
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing.reduction import ForkingPickler
from typing import Any, NamedTuple

import numpy as np

from xnet_lite import metrics
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, folds
from xnet_lite.errors import InputError, one_of
from xnet_lite.faces import Face
from xnet_lite.parallel import PROCESSES, Scheduler, resumable_map
from xnet_lite.predictor import Predictor
from xnet_lite.predictor.inputs import to_features
from xnet_lite.tables import mean_std


@dataclass(frozen=True, eq=False, repr=False)
class CrossValidation(Face):
    """What a kind of model does with sites it never saw.

    Attributes
    ----------
    metrics : tuple of mapping of str to float
        What `metrics.summarise` gives, one a fold, repeat by repeat.
    predictions : ndarray, shape (n_repeats, n_sites, n_energies)
        Each site's spectrum by the model that did not learn from it.
    errors : ndarray, shape (n_repeats, n_sites)
        Metric A of these, percent.
    seconds : ndarray, shape (n_repeats, n_folds)
        CPU time of each fold, learning and predicting.
    """

    metrics: tuple[dict[str, float], ...]
    predictions: Array
    errors: Array
    seconds: Array

    def values(self, name: str = "a_median") -> Array:
        """Return one metric of every fold, (n_repeats, n_folds).

        Raises
        ------
        InputError
            For a metric that is not there.
        """
        one_of("metric", name, self.metrics[0])
        row = [fold[name] for fold in self.metrics]
        return np.array(row).reshape(self.seconds.shape)

    def mean(self, name: str = "a_median") -> float:
        """Return the mean of a metric over all folds."""
        return float(self.values(name).mean())

    def std(self, name: str = "a_median") -> float:
        """Return the standard deviation of a metric over all folds.

        Folds share most of their training sites: it tells how much the test sites
        matter, and is no error of the mean.
        """
        return float(self.values(name).std(ddof=1))

    def _facts(self) -> dict[str, object]:
        n_repeats, n_folds = self.seconds.shape
        return {
            "error": f"{mean_std(self.values().ravel().tolist())} %, median over folds",
            "folds": f"{n_folds}" + (f", {n_repeats} times" if n_repeats > 1 else ""),
            "sites": self.errors.shape[1],
            "CPU seconds": float(self.seconds.sum()),
        }


class Fold(NamedTuple):
    """Which rows learn and which test, and what the seed is derived from."""

    train: Ints
    test: Ints
    key: tuple[int, ...]


class Outcome(NamedTuple):
    """Metrics and spectra (n_test, n_energies) of a fold, and its CPU seconds."""

    metrics: dict[str, float]
    spectra: Array
    seconds: float


def cross_validate(
    predictor: Predictor,
    dataset: XASDataset,
    n_folds: int = 5,
    *,
    n_repeats: int = 1,
    by: str = "compound",
    seed: int = 0,
    workers: int = 1,
    scheduler: Scheduler = PROCESSES,
    progress: bool = False,
) -> CrossValidation:
    """Predict every site by a model that learnt from the other folds.

    Whatever learns (selection, scaler, target transform, model) learns anew in each
    fold from its training sites alone. A descriptor learns nothing and describes the
    sites once. Every fold works on one thread: results do not depend on `workers`.

    Parameters
    ----------
    predictor : Predictor
        Not fitted, and left so: each fold fits a copy, whose network has new weights.
        The seed of a fold is derived from that of the predictor's configuration.
    dataset : XASDataset
        With sites if the predictor has a descriptor, with features if not.
    n_folds, n_repeats, by, seed
        As in `datasets.folds`.
    workers : int
        Processes; with several, the network's builder is a function of a module, or a
        `functools.partial` of one.
    scheduler : str, or a client or cluster of Dask
        Whose processes, as in `parallel.opened`.
    progress : bool
        Show a bar.

    Returns
    -------
    CrossValidation

    Raises
    ------
    InputError
        If the predictor has nothing to learn from, the folds cannot be made, or the
        predictor cannot be sent to other processes.

    Example
    -------
    >>> from xnet_lite.models import MeanSpectrum
    >>> mu = [[1.0, 2.0], [1.0, 3.0], [2.0, 3.0], [2.0, 5.0]]
    >>> four = XASDataset("four", [0.0, 1.0], mu, features=np.eye(4))
    >>> cross_validate(Predictor(model=MeanSpectrum()), four, 2).errors.shape
    (1, 4)
    """
    data = light(predictor, dataset)
    parts = folds(data, n_folds, n_repeats=n_repeats, by=by, seed=seed)
    keys = [divmod(i, n_folds) for i in range(len(parts))]
    work = [Fold(*part, key) for part, key in zip(parts, keys, strict=True)]
    how = {"workers": workers, "scheduler": scheduler, "progress": progress}
    found = run_folds(predictor, data, work, label="cross-validation", **how)
    predictions = np.empty((n_repeats, *data.spectra.shape))
    for fold, outcome in zip(work, found, strict=True):
        predictions[fold.key[0], fold.test] = outcome.spectra
    true = np.broadcast_to(data.spectra, predictions.shape)
    return CrossValidation(
        tuple(outcome.metrics for outcome in found),
        predictions,
        metrics.relative_spectral_error(predictions, true),
        np.array([outcome.seconds for outcome in found]).reshape(n_repeats, n_folds),
    )


def light(predictor: Predictor, dataset: XASDataset) -> XASDataset:
    """Return what folds need and is cheap to send: features, and no structures.

    Raises
    ------
    InputError
        If it has neither the sites that a descriptor needs nor features of its own.
    """
    return replace(
        dataset,
        features=to_features(dataset, predictor.descriptor),
        sites=None,
        spectra_low=None,
        labels={"compound": dataset.groups},
    )


def run_folds(
    predictor: Predictor, data: XASDataset, work: list[Fold], **how: Any
) -> list[Outcome]:
    """Fit and score a copy of a predictor for every fold, as `resumable_map` does it.

    Raises
    ------
    InputError
        If the predictor cannot be sent to other processes.
    """
    try:
        if how["workers"] > 1 and how["scheduler"] == PROCESSES:
            ForkingPickler.dumps(predictor)
    except Exception as error:  # AttributeError, TypeError, PicklingError ...
        raise InputError(
            f"the predictor cannot be sent to other processes ({error}): make its "
            "network by a class or functools.partial, or use workers=1"
        ) from None
    return resumable_map(partial(_outcome, predictor, data), work, **how)


def _outcome(predictor: Predictor, data: XASDataset, fold: Fold) -> Outcome:
    """Learn from a fold's training rows and score its test rows."""
    start = time.process_time()
    one, test = predictor.fresh(fold.key).fit(data[fold.train]), data[fold.test]
    spectra = one.predict(test)
    seconds = time.process_time() - start
    known = {"energy": data.energy, "mean_spectrum": one.mean_spectrum_}
    scores = metrics.summarise(spectra, test.spectra, **known)
    return Outcome(scores, spectra, seconds)
