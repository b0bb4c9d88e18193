"""A study of optuna's: what it draws, what it keeps, what it says in the end."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from xnet_lite.errors import InputError
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.studies.search.space import applied, decoded, own_values, suggest
from xnet_lite.studies.search.trial import CHECKS, Arena

if TYPE_CHECKING:
    import optuna

#: trials that are never pruned, for want of others to compare them with
UNPRUNED = 4
#: steps of the first fold before which nothing is pruned
WARM_UP = CHECKS // 2
#: trials drawn by chance before the sampler learns from them
BY_CHANCE = 8
#: fewest finished trials of which it is asked what mattered
ENOUGH = 5
DONE, PRUNED, FAILED = "done", "pruned", "failed"


@dataclass(frozen=True)
class SearchTrial:
    """One trial of a search.

    Attributes
    ----------
    number : int
        As the study counts; interrupted trials are missing.
    state : {"done", "pruned", "failed"}
    error : float
        Mean over folds of the median metric A, percent; of a pruned trial the last that
        was known; NaN if none was.
    parameters : mapping of str to value
        What was drawn.
    seconds : float
        Wall clock.
    problem : str
        Why it failed.
    """

    number: int
    state: str
    error: float
    parameters: Mapping[str, Any]
    seconds: float
    problem: str = ""


@contextmanager
def opened(
    storage: Path,
    name: str,
    settings: Mapping[str, Any],
    job: TrainingJob,
    space: Mapping[str, Any],
) -> Iterator[Study]:
    """Open a study in a file, or begin one, and close it afterwards.

    Parameters
    ----------
    storage : Path
        SQLite file.
    name : str
        Of the study.
    settings : mapping
        Everything that its errors depend on, JSON-able.
    job : TrainingJob
        What is changed.
    space : mapping
        Checked.

    Raises
    ------
    InputError
        If optuna is missing, the file is of another kind, or the study of other
        settings.
    """
    optuna = _optuna()
    level = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    try:
        database = _database(storage)
        try:
            pruner = optuna.pruners.MedianPruner(UNPRUNED, WARM_UP)
            study = optuna.create_study(
                storage=database, study_name=name, pruner=pruner, load_if_exists=True
            )
            _check_same(study, storage, settings)
            yield Study(study, job, space)
        finally:
            database.remove_session()
            database.engine.dispose()
    finally:
        optuna.logging.set_verbosity(level)


class Study:
    """Trials of a job with values from a space, one after another.

    What a trial draws depends on the job's seed and on the finished trials before it,
    not on whether they were finished in one call.
    """

    def __init__(
        self, study: optuna.Study, job: TrainingJob, space: Mapping[str, Any]
    ) -> None:
        self.study, self.job, self.space = study, job, space

    def try_one(self, arena: Arena) -> SearchTrial:
        """Draw values, score the job with them and keep what was found."""
        optuna = _optuna()
        trial = self._asked()

        def _told(step: int, error: float) -> None:
            trial.report(error, step)
            if trial.should_prune():
                raise optuna.TrialPruned

        state = optuna.trial.TrialState
        try:
            values = suggest(trial, self.job, self.space)
            error = arena.error(applied(self.job, values), _told)
        except optuna.TrialPruned:
            self.study.tell(trial, state=state.PRUNED)
        except InputError as problem:
            # pruned, so that the sampler learns to keep away from such values
            trial.set_user_attr("problem", str(problem))
            self.study.tell(trial, state=state.PRUNED)
        except BaseException:
            self.study.tell(trial, state=state.FAIL)
            raise
        else:
            self.study.tell(trial, error)
        return self.trials()[-1]

    def trials(self) -> tuple[SearchTrial, ...]:
        """Return all finished trials, in their order."""
        return tuple(self._row(trial) for trial in self._finished())

    def importance(self) -> dict[str, float]:
        """Return the share of each parameter in what made trials good, if it is known.

        By functional analysis of variance over a forest of random trees, of the
        parameters that all finished trials have; nothing where these are too few or all
        alike.
        """
        optuna = _optuna()
        done = [trial for trial in self.trials() if trial.state == DONE]
        if len(done) < ENOUGH:
            return {}
        judge = optuna.importance.FanovaImportanceEvaluator(seed=self.job.seed)
        try:
            shares = optuna.importance.get_param_importances(
                self.study, evaluator=judge
            )
        except (ValueError, RuntimeError):
            return {}
        return {name: float(share) for name, share in shares.items()}

    def _asked(self) -> optuna.Trial:
        """A new trial; the first one has the job's own values."""
        optuna = _optuna()
        n_finished = len(self._finished())
        key = np.random.SeedSequence([self.job.seed, n_finished])
        self.study.sampler = optuna.samplers.TPESampler(
            n_startup_trials=BY_CHANCE,
            constant_liar=False,
            seed=int(key.generate_state(1)[0]),
        )
        waiting = self.study.get_trials(states=(optuna.trial.TrialState.WAITING,))
        if not n_finished and not waiting:
            self.study.enqueue_trial(own_values(self.job, self.space))
        return self.study.ask()

    def _finished(self) -> list[optuna.trial.FrozenTrial]:
        """Trials that came to an end, pruned ones among them."""
        state = _optuna().trial.TrialState
        return self.study.get_trials(states=(state.COMPLETE, state.PRUNED))

    def _row(self, trial: optuna.trial.FrozenTrial) -> SearchTrial:
        """A trial as we tell of it."""
        problem = trial.user_attrs.get("problem", "")
        complete = trial.state.name == "COMPLETE"
        return SearchTrial(
            trial.number,
            DONE if complete else FAILED if problem else PRUNED,
            np.nan if trial.value is None else trial.value,
            decoded(self.space, trial.params),
            trial.duration.total_seconds() if trial.duration else 0.0,
            problem,
        )


def _optuna() -> Any:
    """The package, or a sentence on how to get it."""
    try:
        import optuna
    except ImportError:
        raise InputError(
            "a search needs optuna, which is not installed: pip install "
            "'xnet-lite[search]'"
        ) from None
    return optuna


def _database(storage: Path) -> Any:
    """The file as optuna's storage, made if it is not there."""
    optuna = _optuna()
    from sqlalchemy.exc import SQLAlchemyError

    try:
        storage.parent.mkdir(parents=True, exist_ok=True)
        return optuna.storages.RDBStorage(f"sqlite:///{storage}")
    except (OSError, SQLAlchemyError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise InputError(
            f"{storage} cannot keep a search ({reason}): give another file"
        ) from None


def _check_same(
    study: optuna.Study, storage: Path, settings: Mapping[str, Any]
) -> None:
    """Write down what a new study is about; refuse one that is about something else."""
    known, text = study.user_attrs.get("settings"), json.dumps(settings, sort_keys=True)
    if known is None:
        study.set_user_attr("settings", text)
    elif known != text:
        raise InputError(
            f"the study {study.study_name!r} in {storage} has another job, space or "
            "dataset: give another name, or none"
        )
