"""Malformed values: what leads from a spectrum back to a structure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from ase import Atoms

from benchmarks.abuse.trial import Case
from benchmarks.abuse.values import COUNT, INF, NAN
from xnet_lite import inverse
from xnet_lite.spectra import Spectrum
from xnet_lite.structures import Site

_REL = np.linspace(-15.0, 60.0, 151)
_PAIRS = (None, 3, (1,), (1, 1), (2, 1), (NAN, 1), (0, INF), ("a", "b"), (0, 1, 2))


def _site() -> Site:
    """A carbonyl of iron."""
    return Site(Atoms("FeCO", [[0, 0, 0], [0, 0, 1.8], [0, 0, 2.95]]), 0)


def _computed(sites: Sequence[Site]) -> tuple[Any, Any]:
    """A wave of the bond."""
    r = np.array([one.atoms.get_distance(0, 1) for one in sites])
    return _REL, 1 + np.arctan(_REL) + 0.1 * np.sin(_REL * r[:, None] / 5)


def _refine(way: Any = inverse.refine, **words: Any) -> object:
    """A short refinement of what is in order but for some words."""
    target = Spectrum(_REL + 7112, _computed([_site()])[1][0], 7112.0, "Fe")
    given: dict[str, Any] = {
        "target": target,
        "geometry": inverse.Geometry(_site(), [inverse.stretch(_site())]),
        "forward": _computed,
    }
    return way(**given | words)


_MOVES: dict[str, Sequence[Any]] = {
    "low": (NAN, INF, "a", None, 2.0),
    "high": (NAN, "a", None, -2.0),
    "directions": ("up", [[0, 0, NAN]] * 3, [1, 2, 3], 7),
}
_WAYS: dict[Any, dict[str, Sequence[Any]]] = {
    inverse.stretch: {
        "donors": ("N", "", [2], [99], ["C"], 1.5),
        "reach": (0, -1, NAN, INF, "far", 2.0, None),
    },
    inverse.bend: {"donor": (2, 99, -1, "C", None, 1.5), "reach": (0, NAN, 400, "a")},
    inverse.twist: {"donor": (2, 99, -1, "C", None), "reach": (0, NAN, 400, "a")},
}
_REFINED: dict[str, Sequence[Any]] = {
    "shift": _PAIRS,
    "fwhm": (*_PAIRS, (-1, 1)),
    "n_design": COUNT,
    "background": (-1, 9, 1.5, "a", None),
    "level": (0, 1, NAN, "a", None),
    "seed": (-1, 1.5, "a", None),
    "target": (
        None,
        "a.csv",
        Spectrum(_REL, 1 + _REL**2),
        Spectrum(_REL + 9000, 1 + _REL**2, 7112.0),
    ),
    "geometry": (None, _site()),
}


def cases() -> Iterator[Case]:
    """All of them."""
    up = {"name": "up", "low": -1, "high": 1, "directions": np.zeros((3, 3))}
    for name, values in _MOVES.items():
        for value in values:
            words = up | {name: value}
            yield Case(
                "inverse",
                f"Move {name}={value!r}",
                lambda _, w=words: inverse.Geometry(_site(), [inverse.Move(**w)]),
            )
    for way, many in _WAYS.items():
        for name, values in many.items():
            for value in values:
                words = {"donor": 1} if way is not inverse.stretch else {}
                yield Case(
                    "inverse",
                    f"{way.__name__} {name}={value!r}",
                    partial(_moved, way, words | {name: value}),
                )
    for name, values in _REFINED.items():
        for value in values:
            yield Case(
                "inverse",
                f"refine {name}={value!r}"[:60],
                lambda _, w={name: value}: _refine(**w),
            )
    for words in ({"name": "nix"}, {"name": None}, {"n": 2}, {"n": "a"}, {"n": 10**9}):
        given = {"name": "Fe-C", **words}
        yield Case(
            "inverse",
            f"scan {words}",
            lambda _, w=given: _refine(inverse.scan, **w),
        )


def _moved(way: Any, words: dict[str, Any], _: object) -> object:
    """A move of the carbonyl."""
    return way(_site(), **words)
