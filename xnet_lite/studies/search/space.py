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
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.recipes import MODELS, recipe, spelled

if TYPE_CHECKING:
    import optuna

#: parts of a job whose entries a search may change
PARTS = ("descriptor", "hyperparameters", "training")
#: two names that decide which others there are
MODEL, KIND = "model", "descriptor.class"


def default_space(model: str) -> dict[str, Any]:
    """Return a space worth searching for a model.

    Raises
    ------
    InputError
        For a model with nothing to search.

    Example
    -------
    >>> sorted(default_space("ARD"))
    ['hyperparameters.rate', 'hyperparameters.rows', 'hyperparameters.steps']
    """
    job = TrainingJob("", model)
    space = job.recipe.space
    if not space:
        others = ", ".join(name for name, one in MODELS.items() if one.space)
        raise InputError(
            f"model {job.model!r} has nothing to search, it chooses its own numbers or "
            f"needs none: give a space, or one of {others}"
        )
    own = _own_hyperparameters(job)
    return {
        name: _with(entry, own.get(name.rpartition(".")[2]))
        for name, entry in space.items()
        if taken(name, job)
    }


def named(space: Mapping[str, Any]) -> dict[str, Any]:
    """Return a space whose models have the names of the catalogue."""
    entry = space.get(MODEL) if isinstance(space, Mapping) else None
    choices = entry.get("choices") if isinstance(entry, Mapping) else None
    if not isinstance(choices, list | tuple):
        return dict(space)
    now = [spelled(one) if isinstance(one, str) else one for one in choices]
    return {**space, MODEL: {"choices": now}}


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
    >>> other = applied(job, {"model": "ARD", "hyperparameters.steps": 20})
    >>> other.model, other.hyperparameters
    ('ARD', {'steps': 20})
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
        return job.recipe.is_network
    if part == "hyperparameters":
        return key in job.recipe.arguments()
    if name == KIND:
        return not job.recipe.reads_structures  # it reads one alone
    if part == "descriptor":
        return key in _descriptor_arguments(job.descriptor.get("class", "WACSF"))
    return True


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
    config = job.config()
    for part, values in (
        ("descriptor", describer(job.descriptor).config() | dict(job.descriptor)),
        ("hyperparameters", _own_hyperparameters(job)),
        ("training", vars(config) if config else {}),
    ):
        own |= {f"{part}.{key}": value for key, value in values.items()}
    return {
        name: json.dumps(own[name]) if "choices" in entry else own[name]
        for name, entry in space.items()
        if name in own and taken(name, job) and _holds(entry, own[name])
    }


def _with_model(job: TrainingJob, model: str) -> TrainingJob:
    """The job with another model; defaults of the one become those of the other."""
    model = recipe(model).name
    if model == job.model:
        return job
    before, after = (TrainingJob(job.data, name) for name in (job.model, model))
    changed: dict[str, Any] = {
        "model": model,
        "hyperparameters": _those(job.hyperparameters, recipe(model).arguments()),
    }
    if job.members == before.members:
        changed["members"] = after.members
    if before.descriptor != after.descriptor:
        changed["descriptor"] = after.descriptor
    return replace(job, **changed)


def _own_hyperparameters(job: TrainingJob) -> dict[str, Any]:
    """Hyperparameters of a job's model, given or not."""
    return job.recipe.arguments() | dict(job.hyperparameters)


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
