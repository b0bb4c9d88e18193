"""Tables of models against baselines: what every figure must be read beside."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from xnet_lite import metrics
from xnet_lite.datasets import split
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.recipes import MODELS
from xnet_lite.jobs.teaching import Prepared, teach

#: share of the sites that every split holds out
HOLD_OUT = 0.2


@dataclass(frozen=True)
class Score:
    """One line of a table: a model's relative spectral errors, seed by seed.

    Attributes
    ----------
    model : str
        What a person reads.
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
        over = f" ± {np.std(self.medians):.2f}" if len(self.medians) > 1 else ""
        return {
            "model": self.model,
            "median error / %": f"{np.mean(self.medians):.2f}{over}",
            "IQR / %": f"{np.mean(self.spreads):.2f}",
            "seconds": f"{self.seconds:.1f}",
        }


def compare(
    ready: Prepared,
    models: Sequence[str],
    seeds: Sequence[int],
    *,
    say: Callable[[str], None] = lambda _: None,
) -> list[Score]:
    """Train every model on every split by compound and score it on what was held out.

    Parameters
    ----------
    ready : Prepared
        A dataset and its features; its own split is not used.
    models : sequence of str
        Names as in `TrainingJob`; networks train alone, without a vote.
    seeds : sequence of int
        Of split and training.
    say : callable
        Told of every split before its models train.

    Returns
    -------
    list of Score
        In the order of `models`.
    """
    dataset = ready.dataset
    results: dict[str, list[tuple[float, float, float]]] = {name: [] for name in models}
    for i, seed in enumerate(seeds, start=1):
        say(f"split {i} of {len(seeds)}: training {len(models)} models")
        for name in models:
            job = TrainingJob(dataset.name, name, members=1, seed=seed)
            train, test = split(dataset, fraction=HOLD_OUT, by="compound", seed=seed)
            start = time.perf_counter()
            predictor = teach(job, replace(ready, train=train, test=test))
            seconds = time.perf_counter() - start
            errors = metrics.relative_spectral_error(
                predictor.predict(dataset[test]), dataset.spectra[test]
            )
            low, middle, high = np.percentile(errors, [25, 50, 75])
            results[name].append((middle, high - low, seconds))
    return [_score(MODELS[name].title, found) for name, found in results.items()]


def _score(title: str, found: Sequence[tuple[float, float, float]]) -> Score:
    """One line of what was found, seed by seed."""
    medians, spreads, seconds = zip(*found, strict=True)
    return Score(title, medians, spreads, float(np.mean(seconds)))
