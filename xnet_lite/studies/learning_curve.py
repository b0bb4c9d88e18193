"""How the error falls as there is more to learn from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xnet_lite import sketch
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, split
from xnet_lite.datasets.splits import group_labels
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.parallel import PROCESSES, Scheduler
from xnet_lite.predictor import Predictor
from xnet_lite.studies.cross_validation import Fold, light, run_folds
from xnet_lite.tables import mean_std


@dataclass(frozen=True, eq=False, repr=False)
class LearningCurve(Face):
    """Errors of a kind of model taught with more and more sites.

    Attributes
    ----------
    sizes : ndarray of int, shape (n_sizes,)
        Training sites.
    errors : ndarray, shape (n_sizes, n_repeats)
        Median metric A of the test sites, percent.
    seconds : ndarray, shape (n_sizes, n_repeats)
        CPU time, learning and predicting.
    n_test : tuple of int
        Test sites of each repeat.
    metric : str
        What `errors` are, as `metrics.summarise` names it.
    """

    sizes: Ints
    errors: Array
    seconds: Array
    n_test: tuple[int, ...]
    metric: str = "a_median"

    def _facts(self) -> dict[str, object]:
        rows = zip(self.sizes.tolist(), self.errors.tolist(), strict=True)
        return {f"{size} sites": f"{mean_std(errors)} %" for size, errors in rows}

    def _sketch(self) -> str:
        curves = {"median error / %": self.errors.mean(1)}
        return sketch.lines(self.sizes, curves, x_label="training sites")


def learning_curve(
    predictor: Predictor,
    dataset: XASDataset,
    sizes: Sequence[int],
    *,
    test: float = 0.2,
    by: str = "compound",
    n_repeats: int = 3,
    seed: int = 0,
    workers: int = 1,
    scheduler: Scheduler = PROCESSES,
    progress: bool = False,
) -> LearningCurve:
    """Teach a predictor with growing parts of a dataset and weigh each on one test.

    A repeat holds out its own test sites and puts the others in a random order, whole
    compounds (or clusters) one after another; n training sites are the first n of it,
    so that a smaller training set is part of every larger one. The last compound may be
    cut. Whatever learns, learns anew from these sites alone.

    Parameters
    ----------
    predictor : Predictor
        As in `cross_validate`.
    dataset : XASDataset
        With sites if the predictor has a descriptor, with features if not.
    sizes : sequence of int
        Training sites, in any order.
    test : float
        Share of the sites held out, or their number where it is 1 or more.
    by : {"random", "compound", "cluster"}
        What stays together, as in `datasets.split`.
    n_repeats, seed : int
        How many test parts are drawn; the first with this seed, the next with the next.
    workers, scheduler, progress
        As in `cross_validate`.

    Returns
    -------
    LearningCurve
        With `sizes` increasing.

    Raises
    ------
    InputError
        If a size is no positive whole number or larger than the training part, or
        nothing can be held out.

    Example
    -------
    >>> from xnet_lite.models import MeanSpectrum
    >>> mu = np.random.default_rng(0).random((10, 3))
    >>> ten = XASDataset("ten", np.arange(3.0), mu, features=np.eye(10))
    >>> mean = Predictor(model=MeanSpectrum())
    >>> learning_curve(mean, ten, [2, 4, 8], n_repeats=1).errors.shape
    (3, 1)
    """
    data = light(predictor, dataset)
    within("[1, inf)", whole=True, n_repeats=n_repeats)
    repeats = [_ordered(data, test, by, seed + i, i) for i in range(n_repeats)]
    counts = _checked(sizes, min(len(repeat.train) for repeat in repeats))
    work = [
        Fold(repeat.train[:count], repeat.test, (*repeat.key, count))
        for count in counts
        for repeat in repeats
    ]
    how = {"workers": workers, "scheduler": scheduler, "progress": progress}
    found = run_folds(predictor, data, work, label="learning curve", **how)
    told = [(one.metrics[LearningCurve.metric], one.seconds) for one in found]
    errors, seconds = np.array(told).T.reshape(2, len(counts), n_repeats)
    n_test = tuple(len(repeat.test) for repeat in repeats)
    return LearningCurve(np.array(counts), errors, seconds, n_test)


def _ordered(data: XASDataset, test: float, by: str, seed: int, key: int) -> Fold:
    """One repeat: its test rows, and its training rows in the order they are added."""
    share, count = (None, int(test)) if test >= 1 else (test, None)
    rows, held = split(data, count, fraction=share, by=by, seed=seed)
    _, group = np.unique(group_labels(data, by)[rows], return_inverse=True)
    place = np.random.default_rng(seed).permutation(group.max() + 1)
    return Fold(rows[np.argsort(place[group], kind="stable")], held, (key,))


def _checked(sizes: Sequence[int], n_train: int) -> list[int]:
    """Sizes in increasing order, each once."""
    for size in sizes:
        if not isinstance(size, int | np.integer) or not 0 < size <= n_train:
            said = f"a training set of {size!r} sites cannot be had"
            raise InputError(f"{said}: give whole numbers from 1 to {n_train}")
    if not len(sizes):
        raise InputError("sizes is empty: give numbers of training sites")
    return sorted({int(size) for size in sizes})
