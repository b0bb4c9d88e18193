"""The parts of a predictor as settings and arrays, and back."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite import descriptors, models, preprocessing, targets
from xnet_lite.arrays import Arrays
from xnet_lite.descriptors import descriptor_of
from xnet_lite.errors import InputError
from xnet_lite.models.calibration import Calibration
from xnet_lite.predictor import storage
from xnet_lite.predictor.network import Network, class_of
from xnet_lite.predictor.places import Places

#: what every predictor has, and what it may have
NEEDED = ("scaler", "targets", "model")
OPTIONAL = ("descriptor", "selection", "calibration", "places")
#: rooms of the library in whose `__all__` a class may be found
ROOMS = (descriptors, targets, preprocessing, models)


def describe(parts: Mapping[str, Any]) -> tuple[dict[str, Any], Arrays]:
    """Return the parts' classes and settings for JSON, and their arrays."""
    settings: dict[str, Any] = {}
    arrays: Arrays = {}
    for name, thing in parts.items():
        if thing is None:
            continue
        facts, numbers = (thing.config(), {}) if name == "descriptor" else thing.state()
        settings[name] = {"class": type(thing).__name__, "settings": facts}
        arrays |= storage.above(numbers, name)
    return settings, arrays


def rebuild(
    settings: Mapping[str, Any], arrays: Arrays, classes: Iterable[Any], where: Path
) -> dict[str, Any]:
    """Return the parts that `describe` described.

    Raises
    ------
    InputError
        If a part is missing, or of a class that is neither the library's nor among
        `classes`.
    """
    known = _by_name(classes)
    parts: dict[str, Any] = dict.fromkeys(OPTIONAL)
    for name in (*OPTIONAL, *NEEDED):
        if name not in settings and name not in NEEDED:
            continue
        entry = storage.section(settings, name, where)
        kind: Any = class_of(known, entry["class"], name)
        state = entry["settings"], storage.under(arrays, name)
        if name == "descriptor":
            parts[name] = descriptor_of({"class": entry["class"], **state[0]}, known)
        elif kind is Network:
            parts[name] = kind.from_state(*state, known)
        else:
            parts[name] = kind.from_state(*state)
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


def check_restored(predictor: Any, where: Path) -> None:
    """One known site must give one spectrum on the grid, in finite numbers."""
    mu = predictor.predict(predictor.features_[:1])[0]
    if not mu.shape == predictor.mean_spectrum_.shape == predictor.energy_.shape:
        raise InputError(
            f"{where} predicts {mu.shape[-1]} energies on a grid of "
            f"{len(predictor.energy_)}: save it again"
        )
    if not np.isfinite(mu).all() or not (np.diff(predictor.energy_) > 0).all():
        raise InputError(f"{where} predicts no finite spectra: save it again")


def _by_name(classes: Iterable[Any]) -> dict[str, Any]:
    """Classes by name: those of the rooms, and the caller's before them."""
    own = (Network, Calibration, Places)
    known: dict[str, Any] = {one.__name__: one for one in own}
    for room in ROOMS:
        known |= {name: getattr(room, name) for name in room.__all__}
    return known | {getattr(c, "__name__", type(c).__name__): c for c in classes}
