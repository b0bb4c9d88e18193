"""Searching the settings of a training job: many short trials, the best one kept."""

import hashlib
import json
import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import optuna
from optuna.trial import TrialState
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from xnet_lite import __version__
from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.jobs import BASELINES, TrainingJob
from xnet_lite.parallel import one_thread, progress_bar
from xnet_lite.provenance import provenance
from xnet_lite.studies.search import space as spaces
from xnet_lite.studies.search.trial import CHECKS, Arena
from xnet_lite.tables import Table
from xnet_lite.writing import alone

HEADS = ("model", "validation error / %", "seconds", "parameters")
#: trials that are never pruned, for want of others; steps before which none is
UNPRUNED, WARM_UP = 4, CHECKS // 2
#: fewest trials that tell what mattered; first failures that no trial would mend
ENOUGH, HOPELESS = 5, 5
#: of the sampler: trials drawn by chance before it learns
SAMPLER: dict[str, Any] = {"n_startup_trials": 8, "constant_liar": False}
DONE, PRUNED, FAILED = "done", "pruned", "failed"


class SearchTrial(NamedTuple):
    """One trial: "done", "pruned" with the last error known, or "failed" by a problem.

    The error is that of all folds in percent, NaN where none is known.
    """

    number: int
    state: str
    error: float
    parameters: Mapping[str, Any]
    seconds: float
    problem: str = ""


@dataclass(frozen=True, repr=False)
class SearchResult(Face):
    """What a search found.

    The best job, ready to be trained, its error in percent flattered, as that of the
    best of many is. Errors of baselines on the same folds; each parameter's share in
    what made trials good, where optuna can tell; the study, and what it all hangs on.
    """

    job: TrainingJob
    error: float
    trials: tuple[SearchTrial, ...]
    baselines: Mapping[str, float]
    importance: Mapping[str, float]
    name: str
    settings: Mapping[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return the job as `TrainingJob.read` takes it, with where it comes from."""
        record = provenance(settings=self.settings, units={"error": "percent"})
        return self.job.as_dict() | {"provenance": record}

    def rows(self, n: int = 8) -> list[dict[str, Any]]:
        """Return the best n trials and the baselines as `tables.Table` takes them."""
        done = [trial for trial in self.trials if trial.state == DONE]
        # the sampler may come back to what it knows
        unlike = {json.dumps(dict(t.parameters)): t for t in reversed(done)}.values()
        rows = [
            (f"trial {one.number}", one.error, one.seconds, _said(one.parameters))
            for one in sorted(unlike, key=lambda trial: trial.error)[:n]
        ] + [(name, error, None, "") for name, error in self.baselines.items()]
        return [dict(zip(HEADS, row, strict=True)) for row in rows]

    def _facts(self) -> dict[str, object]:
        return {
            "best": f"{self.job.model}, {self.error:.2f} %",
            "trials": len(self.trials),
            **{name: f"{error:.2f} %" for name, error in self.baselines.items()},
        }

    def _repr_html_(self) -> str:
        title = f"{self.job.data}: {len(self.trials)} trials"
        return Table(self.rows(), title)._repr_html_()


def search(
    job: TrainingJob,
    space: Mapping[str, Any] | None = None,
    *,
    minutes: float | None = None,
    n_trials: int | None = None,
    storage: str | Path = "out/search.db",
    name: str | None = None,
    n_folds: int = 3,
    dataset: XASDataset | None = None,
    progress: bool | Callable[[SearchTrial], object] = False,
) -> SearchResult:
    """Try settings of a job and return the job with the best of them.

    Trials are scored on folds of the training part, by the mean over folds of the
    median metric A: what the job holds out is never seen. The first is the job as it
    stands, then some are drawn by chance, others by optuna's TPE sampler. One that does
    worse than the median of those before is given up, between folds or within one. Each
    network is taught alone, whatever `job.members` says, on one thread. Every trial is
    kept at once: an interrupted search goes on, and finds the same as another one.

    Parameters
    ----------
    job : TrainingJob
        What stays as it is, but for the names in the space.
    space : mapping of str to mapping, optional
        By name: "model", or "training.", "hyperparameters." or "descriptor." and an
        argument. {"choices": [[256], [512, 512]]}; or {"low": 4.0, "high": 6.0} with
        "log": True or a "step", whole numbers if both ends are. A name that only some
        of the models take is drawn for these. Without it, that of the catalogue.
    minutes, n_trials : float and int, optional
        After so long in this call no trial is begun; trials with those of earlier
        calls. Give one of them, or both.
    storage, name : Path and str, optional
        SQLite file, and the study in it: one of this job, space and dataset alone.
    n_folds : int
        1 holds out one share of the training part instead of taking turns.
    dataset : XASDataset, optional
        The one that the job names, where it is at hand.
    progress : bool or callable
        True draws a bar; a function is called with every `SearchTrial`.

    Raises
    ------
    InputError
        For a space from which no job can be drawn, no budget, or only failed trials.

    Differs: the paper of 2020 (doi:10.1021/acs.jpca.0c03723) found its network by 500
    cycles of Bayesian optimisation with a Gaussian process; TPE has densities of good
    and of bad settings in its place, and takes choices and numbers alike.
    """
    start = time.monotonic()
    longest, most = (math.inf if one is None else one for one in (minutes, n_trials))
    if not 0 < min(longest, most) < math.inf:
        said = f"minutes is {minutes}, n_trials {n_trials}"
        raise InputError(f"{said}: give one or both, above 0")
    data = load(job.data) if dataset is None else dataset
    chosen = job.recipe.space if space is None else space
    bounds = spaces.checked(job, chosen, data)
    # all that errors depend on: no error is that of a vote
    facts: dict[str, Any] = {"start": job.as_dict() | {"members": None}}
    facts |= {"space": chosen, "fingerprint": data.fingerprint(), "folds": n_folds}
    settings = json.dumps([*facts.values(), __version__], sort_keys=True)
    digest = hashlib.sha256(settings.encode()).hexdigest()[:12]
    name = name or f"{job.data}-{job.model}-{digest}"
    with one_thread(), _opened(Path(storage), name, settings) as study:
        arena = Arena(job, data, n_folds, bounds)
        bare = replace(job, hyperparameters={}, training={})
        baselines = {one: arena.error(bare.with_model(one)) for one in BASELINES}
        trials = _trials(study)
        with progress_bar("searching", n_trials, len(trials), progress is True) as tell:
            while _tried(study, arena, Path(storage), most, start + 60 * longest):
                trials, before = _trials(study), len(trials)
                if callable(progress):
                    progress(trials[-1])
                errors = [trial.error for trial in trials if trial.state == DONE]
                said = f"best {min(errors):.2f} %" if errors else ""
                tell(len(trials) - before, said)
        trials = _trials(study)
        importance = _importance(study, job.seed)
    done = [trial for trial in trials if trial.state == DONE]
    if not done:
        said = f"none of {len(trials)} trials gave a result ({trials[-1].problem})"
        raise InputError(f"{said}: mend the job or give another space")
    best = min(done, key=lambda trial: trial.error)
    facts |= {"study": name, "trials": len(trials), "error": best.error}
    found = spaces.applied(job, best.parameters)
    return SearchResult(found, best.error, trials, baselines, importance, name, facts)


@contextmanager
def _opened(storage: Path, name: str, settings: str) -> Iterator[optuna.Study]:
    """Open a study in a file, or begin one, and close it afterwards."""
    try:
        storage.parent.mkdir(parents=True, exist_ok=True)
        # no address: it would give ?, # and braces in the name a meaning
        engine = {"creator": partial(sqlite3.connect, storage), "poolclass": NullPool}
        with alone(storage):
            database = optuna.storages.RDBStorage("sqlite://", engine)
    except (OSError, SQLAlchemyError, RuntimeError) as error:
        why = str(error).partition("\n")[0]
        said = f"{storage} cannot keep a search ({why}): give another file"
        raise InputError(said) from None
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    try:
        pruner = optuna.pruners.MedianPruner(UNPRUNED, WARM_UP)
        study = optuna.create_study(
            storage=database, study_name=name, pruner=pruner, load_if_exists=True
        )
        if study.user_attrs.get("settings", settings) != settings:
            said = f"the study {name!r} in {storage} has another job, space or dataset"
            raise InputError(f"{said}: give another name, or none")
        study.set_user_attr("settings", settings)
        yield study
    finally:
        optuna.logging.set_verbosity(level)
        database.remove_session()
        database.engine.dispose()


def _tried(
    study: optuna.Study, arena: Arena, storage: Path, most: float, late: float
) -> bool:
    """Add a trial if one is wanted; two searches of one file take turns.

    Without any result one is, however late. It draws by what is finished alone.
    """
    with alone(storage):
        states = [trial.state for trial in _trials(study)]
        hopeless = set(states) == {FAILED} and len(states) >= HOPELESS
        enough = DONE in states and time.monotonic() >= late
        if len(states) >= most or hopeless or enough:
            return False
        key = np.random.SeedSequence([arena.job.seed, len(states)])
        seed = int(key.generate_state(1)[0])
        study.sampler = optuna.samplers.TPESampler(seed=seed, **SAMPLER)
        if not states and not study.get_trials(states=(TrialState.WAITING,)):
            study.enqueue_trial(spaces.own_values(arena.job, arena.bounds))
        study.optimize(arena, n_trials=1)
        return True


def _trials(study: optuna.Study) -> tuple[SearchTrial, ...]:
    """Trials that came to an end, pruned ones among them, in their order."""
    states = {TrialState.COMPLETE: DONE, TrialState.PRUNED: PRUNED}
    return tuple(
        SearchTrial(
            one.number,
            FAILED if one.user_attrs else states[one.state],
            math.nan if one.value is None else one.value,
            {name: spaces.decoded(value) for name, value in one.params.items()},
            one.duration.total_seconds() if one.duration else 0.0,
            one.user_attrs.get("problem", ""),
        )
        for one in study.get_trials(states=tuple(states))
    )


def _importance(study: optuna.Study, seed: int) -> dict[str, float]:
    """Share of each parameter by a random forest; none of too few trials, or alike."""
    judge = optuna.importance.FanovaImportanceEvaluator(seed=seed)
    with suppress(ValueError, RuntimeError):
        if len(study.get_trials(states=(TrialState.COMPLETE,))) >= ENOUGH:
            return optuna.importance.get_param_importances(study, evaluator=judge)
    return {}


def _said(parameters: Mapping[str, Any]) -> str:
    """Parameters in a line."""
    pairs = ((name.rpartition(".")[2], value) for name, value in parameters.items())
    return ", ".join(
        f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in pairs
    )
