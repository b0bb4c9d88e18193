"""What a search may change in a training job, and how values become a job."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from xnet_lite import descriptors
from xnet_lite.errors import InputError
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.learners import (
    BASELINES,
    NETWORKS,
    READS_STRUCTURES,
    describer,
    learner,
)

if TYPE_CHECKING:
    import optuna

#: parts of a job whose entries a search may change
PARTS = ("descriptor", "hyperparameters", "training")
#: two names that decide which others there are
MODEL, KIND = "model", "descriptor.class"
# what is worth trying where nobody says, beside what a model has by itself
NETWORK_SPACE: dict[str, Any] = {
    "training.learning_rate": {"low": 3e-4, "high": 1e-2, "log": True},
    "training.weight_decay": {"low": 1e-4, "high": 0.3, "log": True},
    "training.epochs": {"low": 20, "high": 100, "step": 10},
    "hyperparameters.loss": {"choices": ["rmse", "relative"]},
}
MODEL_SPACES: dict[str, dict[str, Any]] = {
    "mlp": {
        "hyperparameters.hidden": {
            "choices": [[128, 128], [256, 256], [512, 512], [256, 256, 256]]
        },
        "hyperparameters.n_waves": {"choices": [0, 32, 128]},
    },
    "cnn": {
        "hyperparameters.channels": {"choices": [[32, 32], [64, 64], [32, 64, 128]]},
        "hyperparameters.kernel_size": {"low": 3, "high": 9, "step": 2},
        "hyperparameters.hidden": {"choices": [[256], [512]]},
    },
    "lstm": {
        "hyperparameters.n_hidden": {"choices": [50, 100, 200]},
        "hyperparameters.n_layers": {"low": 1, "high": 2},
        "hyperparameters.hidden": {"choices": [[256], [512]]},
    },
    "gnn": {
        "hyperparameters.n_channels": {"choices": [32, 64, 96]},
        "hyperparameters.n_blocks": {"low": 1, "high": 3},
        "hyperparameters.hidden": {"choices": [[128], [256], [512]]},
    },
    "ard": {
        "hyperparameters.steps": {"low": 20, "high": 120, "step": 20},
        "hyperparameters.rows": {"choices": [300, 600, 1000]},
        "hyperparameters.rate": {"low": 0.02, "high": 0.2, "log": True},
    },
}


def default_space(model: str) -> dict[str, Any]:
    """Return a space worth searching for a model.

    Raises
    ------
    InputError
        For a model with nothing to search.

    Example
    -------
    >>> sorted(default_space("ard"))
    ['hyperparameters.rate', 'hyperparameters.rows', 'hyperparameters.steps']
    """
    every = NETWORK_SPACE if model in NETWORKS else {}
    space = every | MODEL_SPACES.get(model, {})
    if not space:
        raise InputError(
            f"model {model!r} has nothing to search, it chooses its own numbers or "
            f"needs none: give a space, or one of {', '.join([*NETWORKS, 'ard'])}"
        )
    job = TrainingJob("", model)
    own = _own_hyperparameters(job)
    return {
        name: _with(entry, own.get(name.rpartition(".")[2]))
        for name, entry in space.items()
        if taken(name, job)
    }


def applied(job: TrainingJob, values: Mapping[str, Any]) -> TrainingJob:
    """Return a job with some values changed.

    Where the model or the descriptor changes, the old one's arguments go that the new
    one does not take, and what was left to the model is left to the new one.

    Raises
    ------
    InputError
        For a name or a value that no job has.

    Example
    -------
    >>> job = TrainingJob("tm-complexes-k-fe", hyperparameters={"hidden": [8]})
    >>> other = applied(job, {"model": "ard", "hyperparameters.steps": 20})
    >>> other.model, other.hyperparameters
    ('ard', {'steps': 20})
    """
    job = _with_model(job, values.get(MODEL, job.model))
    parts = {part: dict(getattr(job, part)) for part in PARTS}
    kind = parts["descriptor"].get("class")
    if values.get(KIND, kind) != kind:
        known = _descriptor_arguments(values[KIND])
        parts["descriptor"] = _those(parts["descriptor"], known)
    for name, value in values.items():
        part, _, key = name.partition(".")
        if key:
            parts[part][key] = value
    changed: dict[str, Any] = parts
    return replace(job, **changed)


def taken(name: str, job: TrainingJob) -> bool:
    """Return whether a value of this name makes a difference to a job."""
    part, _, key = name.partition(".")
    if part == "training":
        return job.model in NETWORKS
    if part == "hyperparameters":
        return key in arguments(job.model)
    if name == KIND:
        return job.model != READS_STRUCTURES  # it reads one alone
    if part == "descriptor":
        return key in _descriptor_arguments(job.descriptor.get("class", "WACSF"))
    return True


def arguments(model: str) -> dict[str, Any]:
    """Return the hyperparameters of a model and what they are by themselves."""
    known = NETWORKS.get(model) or BASELINES.get(model)
    pairs = [] if known is None else list(inspect.signature(known).parameters.items())
    # a network's first two are its widths, which the data decide
    pairs = pairs[2:] if model in NETWORKS else pairs
    return {name: one.default for name, one in pairs}


def is_whole(entry: Mapping[str, Any]) -> bool:
    """Return whether a range holds whole numbers: both ends and the step are some."""
    return all(type(entry.get(name, 1)) is int for name in ("low", "high", "step"))


def suggest(
    trial: optuna.Trial, job: TrainingJob, space: Mapping[str, Any]
) -> dict[str, Any]:
    """Return values that optuna draws, of the names that the drawn model takes."""
    drawn: dict[str, Any] = {}
    first = [name for name in (MODEL, KIND) if name in space]
    for name in [*first, *(name for name in space if name not in first)]:
        kinds = {key: drawn[key] for key in (MODEL, KIND) if key in drawn}
        if taken(name, applied(job, kinds)):
            drawn |= decoded(space, {name: _drawn(trial, name, space[name])})
    return drawn


def decoded(space: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return what optuna keeps of a trial as the values that a job takes."""
    return {
        name: json.loads(value) if "choices" in space[name] else value
        for name, value in parameters.items()
    }


def own_values(job: TrainingJob, space: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a job has by itself, as optuna keeps it, if it is in the space."""
    own: dict[str, Any] = {MODEL: job.model}
    for part, values in (
        ("descriptor", describer(job.descriptor).config() | dict(job.descriptor)),
        ("hyperparameters", _own_hyperparameters(job)),
        ("training", vars(job.config())),
    ):
        own |= {f"{part}.{key}": value for key, value in values.items()}
    return {
        name: json.dumps(own[name]) if "choices" in entry else own[name]
        for name, entry in space.items()
        if name in own and taken(name, job) and _holds(entry, own[name])
    }


def _with_model(job: TrainingJob, model: str) -> TrainingJob:
    """The job with another model; defaults of the one become those of the other."""
    if model == job.model:
        return job
    before, after = (TrainingJob(job.data, name) for name in (job.model, model))
    changed: dict[str, Any] = {
        "model": model,
        "hyperparameters": _those(job.hyperparameters, arguments(model)),
    }
    if job.members == before.members:
        changed["members"] = after.members
    if before.descriptor != after.descriptor:
        changed["descriptor"] = after.descriptor
    return replace(job, **changed)


def _own_hyperparameters(job: TrainingJob) -> dict[str, Any]:
    """Hyperparameters of a job's model, given or not."""
    made = learner(job.model, job.hyperparameters)
    given = getattr(made, "keywords", {}) | dict(job.hyperparameters)
    return arguments(job.model) | given


def _with(entry: Mapping[str, Any], own: Any) -> Mapping[str, Any]:
    """An entry whose choices hold a model's own value too, if it has one."""
    if "choices" not in entry or own is None or _holds(entry, own):
        return entry
    return {"choices": [own, *entry["choices"]]}


def _descriptor_arguments(kind: str) -> list[str]:
    """Arguments of a descriptor; of an unknown one none, the job refuses it."""
    if kind not in descriptors.__all__:
        return []
    return list(inspect.signature(getattr(descriptors, kind)).parameters)


def _those(settings: Mapping[str, Any], known: Iterable[str]) -> dict[str, Any]:
    """The settings that are known."""
    names = list(known)
    return {name: value for name, value in settings.items() if name in names}


def _drawn(trial: optuna.Trial, name: str, entry: Mapping[str, Any]) -> Any:
    """One value as optuna keeps it: choices as JSON, for they may be lists."""
    if "choices" in entry:
        texts = [json.dumps(choice) for choice in entry["choices"]]
        return trial.suggest_categorical(name, texts)
    low, high, log = entry["low"], entry["high"], entry.get("log", False)
    if is_whole(entry):
        return trial.suggest_int(name, low, high, step=entry.get("step", 1), log=log)
    return trial.suggest_float(name, low, high, step=entry.get("step"), log=log)


def _holds(entry: Mapping[str, Any], value: Any) -> bool:
    """Whether a value is one that could be drawn."""
    if "choices" in entry:
        return json.dumps(value) in [json.dumps(choice) for choice in entry["choices"]]
    if type(value) not in ((int,) if is_whole(entry) else (int, float)):
        return False
    inside, step = entry["low"] <= value <= entry["high"], entry.get("step")
    if not inside or step is None:
        return inside
    return not (Decimal(str(value)) - Decimal(str(entry["low"]))) % Decimal(str(step))
