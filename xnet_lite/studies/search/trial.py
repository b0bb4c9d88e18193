"""How a trial of a search is scored: on folds of the training part, and early."""

from collections.abc import Callable
from functools import partial

import numpy as np
import optuna
import torch
from optuna.trial import BaseTrial, FixedTrial

from xnet_lite import metrics
from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, folds, split
from xnet_lite.errors import InputError
from xnet_lite.jobs import TrainingJob, prepare
from xnet_lite.jobs.features import described
from xnet_lite.models import SpectrumModel
from xnet_lite.predictor import Predictor
from xnet_lite.studies.search.space import Bounds, drawn
from xnet_lite.training import EpochReport

#: how often an unfinished trial tells how it fares, in each fold
CHECKS = 10
#: share of the training part that a single fold holds out, if the job holds out none
HOLD_OUT = 0.2
#: a trial that is told in vain
NOBODY = FixedTrial({})


class Arena:
    """The training part of a job, and the folds on which all trials are scored.

    What the job holds out is cut off here: no trial learns from it or is scored by it.
    Parameters are those of `search`, and the bounds that `space.checked` gives.
    """

    def __init__(
        self, job: TrainingJob, dataset: XASDataset, n_folds: int, bounds: Bounds
    ) -> None:
        self.job, self.bounds = job, bounds
        ready = prepare(job, dataset)
        self.part = ready.dataset[ready.train]
        if n_folds == 1:
            share = job.hold_out or HOLD_OUT
            self.folds = [split(self.part, fraction=share, by=job.split, seed=job.seed)]
        else:
            self.folds = folds(self.part, n_folds, by=job.split, seed=job.seed)

    def __call__(self, trial: optuna.Trial) -> float:
        """Return the error of the job with values that a trial draws."""
        try:
            return self.error(drawn(trial, self.job, self.bounds), trial)
        except InputError as problem:
            # pruned, so that the sampler learns to keep away from such values
            trial.set_user_attr("problem", str(problem))
            raise optuna.TrialPruned from None

    def error(self, job: TrainingJob, trial: BaseTrial = NOBODY) -> float:
        """Return the mean over folds of the median metric A, percent.

        Networks are taught one by one, without a vote. A trial is told CHECKS times a
        fold how the job fares, and may be pruned by that.
        """
        data, descriptor = described(self.part, job.descriptor)
        predictor = job.predictor(descriptor, of_sites=data.sites is not None)
        features = np.asarray(data.features)
        errors: list[float] = []

        def _tell(check: int, *now: float) -> None:
            step = len(errors) * CHECKS + check
            trial.report(float(np.mean([*errors, *now])), step)
            if trial.should_prune():
                raise optuna.TrialPruned

        for i, (train, test) in enumerate(self.folds):
            one, unseen = predictor.fresh((i,)), (features[test], data.spectra[test])
            one.fit(data[train], watch=partial(_look, one, unseen, _tell))
            errors.append(_median_error(one.predict(unseen[0]), unseen[1]))
            if not np.isfinite(errors[-1]):
                raise InputError("the error is not finite: choose other bounds")
            if i + 1 < len(self.folds):
                _tell(0)
        return float(np.mean(errors))


def _look(
    one: Predictor,
    unseen: tuple[Array, Array],
    tell: Callable[..., None],
    report: EpochReport,
    model: SpectrumModel,
) -> None:
    """Tell how wrong a network is that still learns, of sites that it does not see."""
    before, now = (CHECKS * (report.epoch + i) // report.epochs for i in (0, 1))
    # at the end of a fold its error is told by whoever scores it
    if model.spectra_map is None or not before < now < CHECKS:
        return
    x = torch.as_tensor(one.scaler_.transform(unseen[0])).float()
    with torch.no_grad():
        mu = model.spectra_map(model(x.to(model.spectra_map.matrix.device)))
    error = _median_error(mu.cpu().numpy(), unseen[1])
    if np.isfinite(error):
        tell(now, error)


def _median_error(spectra_pred: Array, spectra: Array) -> float:
    """Median metric A, percent; NaN where a network went astray."""
    if not np.isfinite(spectra_pred).all():
        return float("nan")
    return float(np.median(metrics.relative_spectral_error(spectra_pred, spectra)))
