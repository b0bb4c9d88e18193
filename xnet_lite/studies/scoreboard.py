"""Tables of models against baselines: what every figure must be read beside."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from xnet_lite import metrics
from xnet_lite.datasets import XASDataset
from xnet_lite.jobs import TrainingJob, prepare, teach
from xnet_lite.tables import mean_std, number


@dataclass(frozen=True)
class Score:
    """One line of a table: a model's relative spectral errors, seed by seed.

    Attributes
    ----------
    model : str
        Its name in the catalogue.
    medians, spreads : tuple of float
        Median and interquartile range over test spectra, percent, one a seed.
    seconds : float
        Wall clock of one training, the mean over seeds.
    """

    model: str
    medians: tuple[float, ...]
    spreads: tuple[float, ...]
    seconds: float

    def row(self) -> dict[str, str]:
        """Return it as a table shows it."""
        return {
            "model": self.model,
            "median error / %": mean_std(self.medians, 2),
            "IQR / %": number(float(np.mean(self.spreads)), 2),
            "seconds": f"{self.seconds:.1f}",
        }


def compare(
    dataset: XASDataset,
    models: Sequence[str],
    seeds: Sequence[int],
    *,
    say: Callable[[str], None] = lambda _: None,
) -> list[Score]:
    """Train every model on every split by compound and score it on what was held out.

    Parameters
    ----------
    dataset : XASDataset
        A fifth of it is held out, as a `TrainingJob` does.
    models : sequence of str
        Names of the catalogue; networks train alone, without a vote.
    seeds : sequence of int
        Of split and training.
    say : callable
        Told of every split before its models train.

    Returns
    -------
    list of Score
        In the order of `models`.
    """
    found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in models}
    for i, seed in enumerate(seeds, start=1):
        say(f"split {i} of {len(seeds)}: training {len(models)} models")
        for name in models:
            job = TrainingJob(dataset.name, name, members=1, seed=seed)
            ready = prepare(job, dataset)
            start = time.perf_counter()
            predictor = teach(job, ready)
            seconds = time.perf_counter() - start
            sites = ready.dataset[ready.test]
            pred = predictor.predict(sites)
            errors = metrics.relative_spectral_error(pred, sites.spectra)
            low, middle, high = np.percentile(errors, [25, 50, 75])
            found[name].append((middle, high - low, seconds))
    return [
        Score(name, medians, spreads, float(np.mean(seconds)))
        for name, rows in found.items()
        for medians, spreads, seconds in [zip(*rows, strict=True)]
    ]
