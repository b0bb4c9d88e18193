"""The parts of a predictor as settings and arrays, and back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from xnet_lite import descriptors, models, targets
from xnet_lite.descriptors import descriptor_of
from xnet_lite.errors import InputError
from xnet_lite.predictor import storage
from xnet_lite.predictor.network import Network
from xnet_lite.preprocessing.filters import CorrelationFilter, VarianceFilter
from xnet_lite.preprocessing.importance import ImportanceFilter
from xnet_lite.preprocessing.scaler import FeatureScaler, RelevanceScaler
from xnet_lite.preprocessing.sequential import BackwardSelection, ForwardSelection

#: what every predictor has; a descriptor and a selection are optional
NEEDED = ("scaler", "targets", "model")
OPTIONAL = ("descriptor", "selection")
#: parts of this package, found by their class's name
OWN = (
    BackwardSelection,
    CorrelationFilter,
    FeatureScaler,
    ForwardSelection,
    ImportanceFilter,
    Network,
    RelevanceScaler,
    VarianceFilter,
)


def describe(parts: Mapping[str, Any]) -> tuple[dict[str, Any], storage.Arrays]:
    """Return the parts' classes and settings for JSON, and their arrays."""
    settings: dict[str, Any] = {}
    arrays: storage.Arrays = {}
    for name, thing in parts.items():
        if thing is None:
            continue
        facts, numbers = (thing.config(), {}) if name == "descriptor" else thing.state()
        settings[name] = {"class": type(thing).__name__, "settings": facts}
        arrays |= storage.above(numbers, name)
    return settings, arrays


def rebuild(
    settings: Mapping[str, Any],
    arrays: storage.Arrays,
    classes: Iterable[Any],
    where: Path,
) -> dict[str, Any]:
    """Return the parts that `describe` described.

    Raises
    ------
    InputError
        If a part is missing, or of a class that is neither the library's nor among
        `classes`.
    """
    known = _catalogue(classes)
    parts: dict[str, Any] = dict.fromkeys(OPTIONAL)
    for name in (*OPTIONAL, *NEEDED):
        if name not in settings and name not in NEEDED:
            continue
        entry = storage.section(settings, name, where)
        kind: Any = _known(known, entry["class"], name)
        config = entry["settings"]
        if name == "descriptor":
            made: Any = descriptor_of({"class": entry["class"], **config}, known)
        elif kind is Network:
            made = kind.from_state(config, storage.under(arrays, name), known)
        else:
            made = kind.from_state(config, storage.under(arrays, name))
        parts[name] = made
    return parts


@contextmanager
def understood(where: Path) -> Iterator[None]:
    """Turn whatever goes wrong in putting parts together into a sentence."""
    try:
        yield
    except InputError:
        raise
    except (LookupError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        first_line = str(error).partition("\n")[0]
        raise InputError(
            f"{where} does not describe a predictor this library can build "
            f"({type(error).__name__}: {first_line}): save it again"
        ) from error


def _known(known: Mapping[str, Any], kind: object, name: str) -> Any:
    """The class of this name, or a sentence that says how to pass it."""
    if kind not in known:
        raise InputError(
            f"the {name} is a {kind!r}, which this library does not have: pass the "
            f"class, load(…, classes=[{kind}])"
        )
    return known[str(kind)]


def _catalogue(classes: Iterable[Any]) -> dict[str, Any]:
    """Classes by name: the library's, and the caller's before them."""
    known: dict[str, Any] = {kind.__name__: kind for kind in OWN}
    for package in (descriptors, targets, models):
        known |= {name: getattr(package, name) for name in package.__all__}
    for thing in classes:
        name = thing.__name__ if isinstance(thing, type) else type(thing).__name__
        known[name] = thing
    return known
