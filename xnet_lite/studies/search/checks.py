"""A space that is searched, looked at before the first trial."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from xnet_lite.errors import InputError
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.studies.search.space import KIND, MODEL, PARTS, applied, taken


def check_space(job: TrainingJob, space: Mapping[str, Any], structures: bool) -> None:
    """Refuse a space from which no job could be drawn.

    Parameters
    ----------
    job : TrainingJob
        What is changed.
    space : mapping of str to mapping
        As `search` takes it.
    structures : bool
        Whether the dataset has structures for a descriptor.

    Raises
    ------
    InputError
        For a name that a job lacks or that must not change, bounds that enclose
        nothing, or values that a job cannot have.

    Example
    -------
    >>> job = TrainingJob("tm-complexes-k-fe")
    >>> check_space(job, {"training.epochs": {"low": 20, "high": 80}}, True)
    """
    if not isinstance(space, Mapping) or not space:
        raise InputError(
            f'the space is {space!r}: give names and bounds, {{"training.epochs": …}}'
        )
    for name, entry in space.items():
        _check_name(job, name, structures)
        _check_bounds(name, entry)
    kinds = _kinds(job, space)
    for one in kinds:
        _check_kind(job, one, structures)
    for name, entry in space.items():
        takers = [one for one in kinds if taken(name, one)]
        for value in _ends(entry):
            try:
                applied(takers[0] if takers else kinds[0], {name: value})
            except InputError as error:
                raise InputError(f"{name} cannot be {value!r}: {error}") from None
        if not takers:
            raise InputError(f"{name} changes nothing in {job.model!r}: leave it out")


def _ends(entry: Mapping[str, Any]) -> list[Any]:
    """All choices of an entry, or both of its ends."""
    return (
        list(entry["choices"]) if "choices" in entry else [entry["low"], entry["high"]]
    )


def _kinds(job: TrainingJob, space: Mapping[str, Any]) -> list[TrainingJob]:
    """The job with every pair of model and descriptor that could be drawn."""
    kinds = [job]
    for name in (MODEL, KIND):
        kinds = [
            applied(one, {name: choice} if taken(name, one) and name in space else {})
            for one in kinds
            for choice in space.get(name, {"choices": [None]})["choices"]
        ]
    return kinds


def _check_kind(job: TrainingJob, one: TrainingJob, structures: bool) -> None:
    """Refuse a model that needs structures, and one that moves the held-out part."""
    if one.recipe.reads_structures and not structures:
        raise InputError(
            f"model {one.model!r} reads structures and {job.data!r} has none: leave it "
            "out, or choose another dataset"
        )
    if job.split == "cluster" and one.descriptor != job.descriptor:
        raise InputError(
            f"model {one.model!r} reads other features than {job.model!r}, and by "
            "clusters of them sites are held out: give split compound or random"
        )


def _check_name(job: TrainingJob, name: str, structures: bool) -> None:
    """Refuse what no search may change."""
    part, _, key = str(name).partition(".")
    if name != MODEL and not (part in PARTS and key):
        raise InputError(
            f"{name!r} cannot be searched: give model, or a name that begins with "
            f"{'., '.join(PARTS)}."
        )
    if part == "descriptor" and not structures:
        raise InputError(
            f"{name!r} changes nothing: {job.data!r} has ready-made features and no "
            "structures"
        )
    if part == "descriptor" and job.split == "cluster":
        raise InputError(
            f"{name!r} would change which sites are held out, as they are split by "
            "clusters of features: give split compound or random"
        )


def _check_bounds(name: str, entry: Any) -> None:
    """Refuse an entry that is neither choices nor a range."""
    keys = set(entry) if isinstance(entry, Mapping) else set()
    if keys == {"choices"}:
        _check_choices(name, entry["choices"])
    elif name in (MODEL, KIND):
        raise InputError(f'{name!r} is {entry!r}: give {{"choices": […]}}')
    elif {"low", "high"} <= keys <= {"low", "high", "log", "step"}:
        _check_range(name, **entry)
    else:
        raise InputError(
            f'{name!r} is {entry!r}: give {{"choices": […]}}, or {{"low": …, '
            '"high": …} and perhaps "log": true or a "step"'
        )


def _check_choices(name: str, choices: Any) -> None:
    """Refuse no choice, equal ones, and what JSON cannot hold."""
    if not isinstance(choices, list | tuple) or not choices:
        raise InputError(f"{name!r} has the choices {choices!r}: give a list of some")
    try:
        texts = [json.dumps(choice, allow_nan=False) for choice in choices]
    except (TypeError, ValueError):
        raise InputError(
            f"{name!r} has choices that JSON cannot hold, {choices!r}: give numbers, "
            "texts or lists of them"
        ) from None
    if len(set(texts)) < len(texts):
        raise InputError(f"{name!r} has equal choices, {choices!r}: give each once")


def _check_range(
    name: str, low: Any, high: Any, log: Any = False, step: Any = None
) -> None:
    """Refuse a range that holds nothing or that its step does not part evenly."""
    numbers = [low, high] if step is None else [low, high, step]
    if any(type(n) not in (int, float) or not math.isfinite(n) for n in numbers):
        raise InputError(f"{name!r} has bounds {numbers}: give finite numbers")
    if not low < high:
        raise InputError(f"{name!r} goes from {low} to {high}: low must be below high")
    if type(log) is not bool or (log and (low <= 0 or step is not None)):
        raise InputError(
            f"{name!r} goes from {low} to {high} with log {log!r}, step {step!r}: log "
            "is true or false, needs a low above 0 and has no step"
        )
    if step is None:
        return
    exact = [Decimal(str(number)) for number in (low, high, step)]
    if step <= 0 or (exact[1] - exact[0]) % exact[2]:
        raise InputError(
            f"{name!r} cannot go from {low} to {high} by {step}: give a step that "
            "parts the range evenly"
        )
