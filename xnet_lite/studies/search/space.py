"""What a search may change in a training job, and how values become a job."""

import json
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeAlias

from optuna.distributions import CategoricalDistribution as Choice
from optuna.distributions import FloatDistribution, IntDistribution
from optuna.trial import Trial, create_trial

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.recipes import FORMER

#: from what optuna draws, by name; choices are JSON there, for they may be lists
Bounds: TypeAlias = Mapping[str, Any]
#: parts of a job whose entries a search may change
PARTS = ("descriptor", "hyperparameters", "training")
#: two names that decide which others there are
MODEL, KIND = "model", "descriptor.class"


def checked(job: TrainingJob, space: Mapping[str, Any], dataset: XASDataset) -> Bounds:
    """Return from what values are drawn, those first that decide which others count.

    A space that changes nothing, or draws what is no job, is an `InputError`.
    """
    if not isinstance(space, Mapping) or not space:
        said = f"there is nothing to search in {job.model!r} with the space {space!r}"
        raise InputError(f'{said}: give names and bounds, {{"training.epochs": …}}')
    names = [name for name in dict.fromkeys((MODEL, KIND, *space)) if name in space]
    bounds = {name: _distribution(name, space[name]) for name in names}
    kinds = [job]
    for name in [name for name in names if name in (MODEL, KIND)]:
        kinds = [
            applied(one, {name: value} if name in changeable(one) else {})
            for one in kinds
            for value in _ends(bounds[name])
        ]
    for name in names:
        takers = [one for one in kinds if name in changeable(one)]
        for value in _ends(bounds[name]):
            try:
                changed = applied((takers or kinds)[0], {name: value})
                changed.predictor(of_sites=dataset.sites is not None)
            except InputError as error:
                raise InputError(f"{name} cannot be {value!r}: {error}") from None
            if job.split == "cluster" and changed.descriptor != job.descriptor:
                said = f"{name} {value!r} would change which sites are held out"
                raise InputError(f"{said} by clusters: give split compound or random")
        if not takers or (name.startswith("descriptor.") and dataset.sites is None):
            said = f"{name} changes nothing in {job.model!r} on {job.data!r}"
            raise InputError(f"{said}: leave it out")
    return bounds


def changeable(job: TrainingJob) -> dict[str, Any]:
    """Return what makes a difference to a job: by name, the values that it has now."""
    parts: dict[str, dict[str, Any]] = {
        "descriptor": describer(job.descriptor).config() | dict(job.descriptor),
        "hyperparameters": job.recipe.arguments() | dict(job.hyperparameters),
        "training": vars(job.config()) if job.recipe.is_network else {},
    }
    if job.recipe.reads_structures:
        del parts["descriptor"]["class"]  # it reads one alone
    own = {f"{part}.{key}": one for part in PARTS for key, one in parts[part].items()}
    return json.loads(json.dumps({MODEL: job.model} | own))


def applied(job: TrainingJob, values: Mapping[str, Any]) -> TrainingJob:
    """Return a job with some values changed.

    Of another model or descriptor than before it keeps the arguments that these take; a
    value that no job has is an `InputError`.

    Example
    -------
    >>> job = TrainingJob("tm-complexes-k-fe", hyperparameters={"hidden": [8]})
    >>> applied(job, {"model": "ARD", "hyperparameters.steps": 20}).hyperparameters
    {'steps': 20}
    """
    job = job.with_model(values.get(MODEL, job.model))
    parts: dict[str, Any] = {part: dict(getattr(job, part)) for part in PARTS}
    if KIND in values:
        known = describer({"class": values[KIND]}).config()
        parts["descriptor"] = {k: v for k, v in job.descriptor.items() if k in known}
    for name in [name for name in values if name != MODEL]:
        part, _, key = name.partition(".")
        parts[part][key] = values[name]
    return replace(job, **parts)


def drawn(trial: Trial, job: TrainingJob, bounds: Bounds) -> TrainingJob:
    """Return the job with values that optuna draws, of names that its model takes."""
    kind, values = job, {}
    draw: dict[Any, Any] = {
        Choice: trial.suggest_categorical,
        FloatDistribution: trial.suggest_float,
        IntDistribution: trial.suggest_int,
    }
    for name, one in bounds.items():
        if name in changeable(kind):
            values[name] = decoded(draw[type(one)](name, **vars(one)))
            if name in (MODEL, KIND):
                kind = applied(kind, {name: values[name]})
    return applied(job, values)


def decoded(value: Any) -> Any:
    """Return what optuna keeps as what a job takes."""
    return json.loads(value) if isinstance(value, str) else value


def own_values(job: TrainingJob, bounds: Bounds) -> dict[str, Any]:
    """Return what a job has by itself, as optuna keeps it, where that can be drawn."""
    own, found = changeable(job), {}
    for name in [name for name in bounds if name in own]:
        one, value = bounds[name], own[name]
        kept = json.dumps(value) if isinstance(one, Choice) else value
        with suppress(ValueError):  # in which way optuna refuses what is outside
            create_trial(value=0.0, params={name: kept}, distributions={name: one})
            found[name] = kept
    return found


def _ends(one: Any) -> list[Any]:
    """All choices, or both ends of a range."""
    return [decoded(value) for value in vars(one).get("choices") or (one.low, one.high)]


def _distribution(name: str, entry: Any) -> Any:
    """From what optuna draws a name; whole numbers if ends and step are whole."""
    part, _, key = name.partition(".")
    if name != MODEL and not (part in PARTS and key):
        said = f"{name!r} cannot be searched: give model, or a name that begins with "
        raise InputError(f"{said}{'., '.join(PARTS)}.")
    with suppress(TypeError, ValueError, AttributeError), warnings.catch_warnings():
        json.dumps(entry, allow_nan=False)
        if set(entry) == {"choices"}:
            models, choices = name == MODEL, entry["choices"]
            texts = [json.dumps(FORMER.get(x, x) if models else x) for x in choices]
            if len(set(texts)) == len(texts):
                return Choice(texts)
        else:
            warnings.simplefilter("ignore")  # of a high that no step reaches
            ends = [entry.get(key, 1) for key in ("low", "high", "step")]
            whole = {type(end) for end in ends} == {int}
            made = (IntDistribution if whole else FloatDistribution)(**entry)
            if not made.single() and made.high == ends[1] and type(made.log) is bool:
                return made
    raise InputError(
        f'{name!r} is {entry!r}: give {{"choices": […]}}, each once, or a "low" below '
        'a "high", perhaps with "log": true where low is above 0, or with a "step" '
        "that parts the range evenly"
    )
