"""How a trial of a search is scored: on folds of the training part, and early."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np
import torch

from xnet_lite import metrics
from xnet_lite.datasets import XASDataset, folds, split
from xnet_lite.descriptors import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.jobs.features import features_of
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.teaching import prepare
from xnet_lite.models import Regressor, SpectrumModel
from xnet_lite.predictor import Predictor
from xnet_lite.studies.cross_validation import fresh
from xnet_lite.training import EpochReport

Array = np.ndarray
#: told of the part of all folds that is done, in steps, and of the error so far
Told = Callable[[int, float], None]

#: how often an unfinished trial tells how it fares, in each fold
CHECKS = 10
#: share of the training part that a single fold holds out, if the job holds out none
HOLD_OUT = 0.2
#: sets of features that are kept for later trials
KEPT = 8


class Arena:
    """The training part of a job, and the folds on which all trials are scored.

    What the job holds out is cut off here: no trial learns from it or is scored by it.

    Parameters
    ----------
    job : TrainingJob
    dataset : XASDataset
    n_folds : int
        1 holds out one share instead.

    Raises
    ------
    InputError
        If there are fewer groups of sites than folds.
    """

    def __init__(self, job: TrainingJob, dataset: XASDataset, n_folds: int) -> None:
        if n_folds < 1:
            raise InputError(f"n_folds is {n_folds}: give 1 or more")
        ready = prepare(job, dataset)
        self.part = dataset[ready.train]
        whole = replace(self.part, features=ready.features[ready.train])
        if n_folds == 1:
            share = job.hold_out or HOLD_OUT
            self.folds = [split(whole, fraction=share, by=job.split, seed=job.seed)]
        else:
            self.folds = folds(whole, n_folds, by=job.split, seed=job.seed)
        own = ready.features[ready.train], ready.descriptor
        self._own = {_settings(job): own}
        self._features = lru_cache(maxsize=KEPT)(self._described)

    def error(self, job: TrainingJob, told: Told = lambda step, error: None) -> float:
        """Return the mean over folds of the median metric A, percent.

        Networks are taught one by one, without a vote.

        Parameters
        ----------
        job : TrainingJob
            With the split of the arena's own job.
        told : callable
            Called with a step, of CHECKS in each fold, and the error so far; may raise.

        Raises
        ------
        InputError
            If the job cannot be taught, or its errors are not finite.
        """
        features, descriptor = self._features(_settings(job))
        predictor = job.predictor(descriptor, of_sites=self.part.sites is not None)
        errors: list[float] = []
        for i in range(len(self.folds)):
            errors.append(self._fold_error(predictor, features, i, errors, told))
            if not np.isfinite(errors[-1]):
                raise InputError("the error is not finite: choose other bounds")
            if i + 1 < len(self.folds):
                told((i + 1) * CHECKS, float(np.mean(errors)))
        return float(np.mean(errors))

    def _described(self, settings: str) -> tuple[Array, Descriptor | None]:
        """Features of the training part by a descriptor's settings, JSON."""
        if settings in self._own:
            return self._own[settings]
        return features_of(self.part, json.loads(settings))

    def _fold_error(
        self,
        predictor: Predictor,
        features: Array,
        i: int,
        before: list[float],
        told: Told,
    ) -> float:
        """Median metric A of one fold's test rows."""
        train, test = self.folds[i]
        one, part = fresh(predictor, (i,)), self.part

        def _tell(check: int, error: float) -> None:
            told(i * CHECKS + check, float(np.mean([*before, error])))

        watch = Watch(one, features[test], part.spectra[test], _tell)
        one.fit(
            features[train],
            part.spectra[train],
            part.energy,
            groups=part.groups[train],
            progress=watch,
        )
        return _median_error(one.predict(features[test]), part.spectra[test])


class Watch:
    """Tells how wrong a network is while it learns, on rows that it does not learn.

    It reads the network and changes nothing: the weights are the same without it.

    Parameters
    ----------
    predictor : Predictor
        About to be fitted with this watch as its `progress`; a baseline is not watched.
    features : ndarray, shape (n_sites, n_features)
    spectra : ndarray, shape (n_sites, n_energies)
    told : callable
        Called with 1 … CHECKS - 1 and the median metric A, percent; may raise.
    """

    def __init__(
        self, predictor: Predictor, features: Array, spectra: Array, told: Told
    ) -> None:
        self.predictor, self.features, self.spectra = predictor, features, spectra
        self.told, self.check = told, 0
        model = predictor.model
        if not isinstance(model, Regressor):
            self.builder = model
            predictor.model = self._build

    def __call__(self, report: EpochReport) -> None:
        """Look at the network after an epoch, where a check is due."""
        check = CHECKS * (report.epoch + 1) // report.epochs
        # at the end of a fold its error is told by whoever scores it
        if not self.check < check < CHECKS:
            return
        self.check, error = check, self._error()
        if np.isfinite(error):
            self.told(check, error)

    def _build(self, n_features: int, n_targets: int) -> SpectrumModel:
        """Build the network and remember it."""
        self.network = self.builder(n_features, n_targets)
        return self.network

    def _error(self) -> float:
        """Median metric A now; NaN where targets stand for no spectra."""
        to_spectra = self.network.spectra_map
        if to_spectra is None:
            return np.nan
        x = self.predictor.scaler_.transform(self.features)
        inputs = torch.as_tensor(x, dtype=torch.float32).to(to_spectra.matrix.device)
        self.network.eval()  # the loop itself turns training on before each epoch
        with torch.no_grad():
            spectra = to_spectra(self.network(inputs))
        return _median_error(spectra.cpu().numpy(), self.spectra)


def _settings(job: TrainingJob) -> str:
    """A descriptor's settings as a key."""
    return json.dumps(dict(job.descriptor), sort_keys=True)


def _median_error(spectra_pred: Array, spectra: Array) -> float:
    """Median metric A, percent."""
    return float(np.median(metrics.relative_spectral_error(spectra_pred, spectra)))
