"""Searching the settings of a training job: many short trials, the best one kept."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from xnet_lite import __version__
from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.recipes import BASELINES, MODELS
from xnet_lite.parallel import one_thread
from xnet_lite.studies.search.checks import check_space
from xnet_lite.studies.search.space import applied, default_space, named
from xnet_lite.studies.search.study import DONE, FAILED, SearchTrial, opened
from xnet_lite.studies.search.trial import Arena

STORAGE = "out/search.db"
#: failures, from the first trial on, that no further trial would mend
HOPELESS = 5


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    job : TrainingJob
        The best one, ready to be trained.
    error : float
        Its validation error: mean over folds of the median metric A, percent. The best
        of many is flattered; the sites that the job holds out are still unseen.
    trials : tuple of SearchTrial
        All of the study, in their order.
    baselines : mapping of str to float
        The same error of models with nothing to search, by what a person reads.
    importance : mapping of str to float
        Share of each parameter in what made trials good, as far as optuna can tell.
    name : str
        Of the study in the storage.
    """

    job: TrainingJob
    error: float
    trials: tuple[SearchTrial, ...]
    baselines: Mapping[str, float]
    importance: Mapping[str, float]
    name: str

    def rows(self, n: int = 8) -> list[dict[str, str]]:
        """Return the best n trials and the baselines as a table shows them."""
        done = [trial for trial in self.trials if trial.state == DONE]
        # the sampler may come back to what it knows
        unlike = {json.dumps(dict(t.parameters)): t for t in reversed(done)}.values()
        best = sorted(unlike, key=lambda trial: trial.error)[:n]
        rows = [
            (f"trial {t.number}", t.error, f"{t.seconds:.1f}", _said(t.parameters))
            for t in best
        ]
        rows += [(title, error, "–", "") for title, error in self.baselines.items()]
        heads = ("model", "validation error / %", "seconds", "parameters")
        return [
            dict(zip(heads, (name, f"{error:.2f}", *rest), strict=True))
            for name, error, *rest in rows
        ]


def search(
    job: TrainingJob,
    space: Mapping[str, Any] | None = None,
    *,
    minutes: float | None = None,
    n_trials: int | None = None,
    storage: str | Path = STORAGE,
    name: str | None = None,
    n_folds: int = 3,
    dataset: XASDataset | None = None,
    progress: bool | Callable[[SearchTrial], None] = False,
) -> SearchResult:
    """Try settings of a job and return the job with the best of them.

    What the job holds out is never seen: trials are scored on folds of the training
    part, made by the job's split, by the mean over folds of the median metric A. The
    first trial is the job as it stands, some are drawn by chance, the others by
    optuna's TPE sampler from what went before. A trial that does worse than the median
    of the finished ones is given up, between folds or within one. Each network is
    taught alone, whatever `job.members` says, on one thread.

    Every trial is kept at once: a search that was interrupted goes on where it was, and
    finds the same as one that was not.

    Parameters
    ----------
    job : TrainingJob
        What stays as it is, but for the names in the space.
    space : mapping of str to mapping, optional
        By name: "model", or "training.", "hyperparameters." or "descriptor." and an
        argument. {"choices": [[256], [512, 512]]}; or {"low": 4.0, "high": 6.0} with
        "log": True or a "step", whole numbers if both ends are. A name that only some
        of the models take is drawn for these. Without it, `default_space(job.model)`.
    minutes : float, optional
        After so long no trial is begun; earlier calls do not count.
    n_trials : int, optional
        Trials in all, with those of earlier calls. Give this, or minutes, or both.
    storage : str or Path
        SQLite file of the trials.
    name : str, optional
        Of the study in it; made of the job, the space and the dataset where none is
        given, so that another search never goes on with these trials.
    n_folds : int
        1 holds out one share of the training part instead of taking turns.
    dataset : XASDataset, optional
        The one that the job names, where it is at hand.
    progress : bool or callable
        True draws a bar; a function is called with every `SearchTrial`.

    Returns
    -------
    SearchResult

    Raises
    ------
    InputError
        If optuna is missing, the space has an unknown name or bounds that enclose
        nothing, no budget is given, or no trial gives a result.
    """
    clock = time.monotonic()
    _check_budget(minutes, n_trials)
    data = load(job.data) if dataset is None else dataset
    chosen = default_space(job.model) if space is None else named(space)
    check_space(job, chosen, data.sites is not None)
    settings = _settings(job, chosen, data, n_folds)
    name = name or _name(job, settings)
    with one_thread(), opened(Path(storage), name, settings, job, chosen) as study:
        arena = Arena(job, data, n_folds)
        baselines = {
            MODELS[one].title: arena.error(_alone(job, one)) for one in BASELINES
        }
        trials = study.trials()
        with _reporter(progress, minutes, n_trials) as report:
            while _goes_on(trials, time.monotonic() - clock, minutes, n_trials):
                trial = study.try_one(arena)
                trials = study.trials()
                report(trial, trials, time.monotonic() - clock)
        best = _best(trials)
        found = applied(job, best.parameters)
        return SearchResult(
            found, best.error, trials, baselines, study.importance(), name
        )


def _check_budget(minutes: float | None, n_trials: int | None) -> None:
    """Refuse no budget, and one that allows nothing."""
    if minutes is None and n_trials is None:
        raise InputError("the search has no end: give minutes, n_trials or both")
    if minutes is not None and not minutes > 0:
        raise InputError(f"minutes is {minutes}: give a number above 0")
    if n_trials is not None and n_trials < 1:
        raise InputError(f"n_trials is {n_trials}: give 1 or more")


def _goes_on(
    trials: Sequence[SearchTrial],
    seconds: float,
    minutes: float | None,
    n_trials: int | None,
) -> bool:
    """Whether another trial is begun; without any result one is, however late."""
    if n_trials is not None and len(trials) >= n_trials:
        return False
    if len(trials) >= HOPELESS and all(trial.state == FAILED for trial in trials):
        return False
    if minutes is None or seconds < 60 * minutes:
        return True
    return all(trial.state != DONE for trial in trials)


def _best(trials: Sequence[SearchTrial]) -> SearchTrial:
    """The trial of the least error."""
    done = [trial for trial in trials if trial.state == DONE]
    if not done:
        raise InputError(
            f"none of {len(trials)} trials gave a result ({trials[-1].problem}): mend "
            "the job or give another space"
        )
    return min(done, key=lambda trial: trial.error)


def _alone(job: TrainingJob, model: str) -> TrainingJob:
    """The same job for a baseline."""
    plain = replace(job, hyperparameters={}, training={})
    return applied(plain, {"model": model})


def _settings(
    job: TrainingJob, space: Mapping[str, Any], dataset: XASDataset, n_folds: int
) -> dict[str, Any]:
    """Everything that the errors of trials depend on."""
    facts = {key: value for key, value in job.as_dict().items() if key != "members"}
    return {
        "job": facts,
        "space": dict(space),
        "dataset": dataset.fingerprint(),
        "n_folds": n_folds,
        "version": __version__,
    }


def _name(job: TrainingJob, settings: Mapping[str, Any]) -> str:
    """A name that other settings do not have."""
    text = json.dumps(settings, sort_keys=True)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return f"{job.data}-{job.model}-{digest}"


def _said(parameters: Mapping[str, Any]) -> str:
    """Parameters in a line."""
    pairs = ((name.rpartition(".")[2], value) for name, value in parameters.items())
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in pairs
    )


@contextmanager
def _reporter(
    progress: bool | Callable[[SearchTrial], None],
    minutes: float | None,
    n_trials: int | None,
) -> Iterator[Callable[[SearchTrial, Sequence[SearchTrial], float], None]]:
    """Give what to call after every trial: nothing, a bar, or the caller's function."""
    if callable(progress):
        yield lambda trial, trials, seconds: progress(trial)
        return
    columns = (
        TextColumn("searching"),
        BarColumn(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    console = Console(stderr=True)  # standard output is for results
    with Progress(*columns, console=console, disable=not progress) as bar:
        task = bar.add_task("searching", total=n_trials or 60 * (minutes or 0), said="")

        def _tick(
            trial: SearchTrial, trials: Sequence[SearchTrial], seconds: float
        ) -> None:
            done = [one.error for one in trials if one.state == DONE]
            best = f", best {min(done):.2f} %" if done else ""
            bar.update(
                task,
                completed=len(trials) if n_trials else seconds,
                said=f"{len(trials)} trials{best}",
            )

        yield _tick
