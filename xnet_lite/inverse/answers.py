"""What the nearest known structures say, and how right they were of each other.

Beside them stands a second opinion, by models that all of the known spectra taught.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.inverse.heads import CLASSIFIERS, Head
from xnet_lite.inverse.known import MEASURES, KnownSpectra, Matched
from xnet_lite.inverse.reverse import WITH_ELEMENTS, Reverse
from xnet_lite.models import KernelRidge

#: known spectra that answer together
N_NEAREST = 8
#: sites, and compounds, that can teach a second opinion
N_TEACHING, N_COMPOUNDS = 30, 10
#: labels that are told if the known set has them
LABELS = ("geometry", "oxidation_state")
#: known spectra that are left out in turn, at most
N_JUDGED = 400
#: shares of these within which each sign of a "known" scan is, and of one not "far"
KNOWN, NEAR = 0.75, 0.99
#: what a band promises, and what is added to a spread so that none is zero, Å
LEVEL, SOFT = 0.9, 0.01
#: share of the farthest of eight below which two are as near as one another
TINY = 1e-3


@dataclass(frozen=True)
class Answer:
    """What the nearest known structures agree on.

    Attributes
    ----------
    distance, spread : float
        Mean first-shell distance, and how far the nearest differ in it, Å.
    others : mapping of str to float
        The distance by the nearest of each measure, Å.
    number : float
        Mean number of atoms in the first shell.
    shares : mapping of str to mapping
        Of "elements" (in the first shell), "number", and of labels of the set, what
        share of the nearest has it; shares of elements add up to more than one.
    """

    distance: float
    spread: float
    number: float
    others: Mapping[str, float] = field(default_factory=dict)
    shares: Mapping[str, Mapping[str, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class LeftOut:
    """How known compounds fared, each judged by others, as blurred as the scan.

    Attributes
    ----------
    signs : ndarray, shape (n_judged, 3)
        Relative error to the nearest, percent; spread of the distances of the nearest,
        Å; and how far the measures are apart in what distance they tell, Å.
    error : ndarray, shape (n_judged,)
        How far the distance was off, Å.
    """

    signs: Array
    error: Array

    @property
    def limits(self) -> dict[str, Array]:
        """Signs up to which a scan is "known", and "near", (3,)."""
        levels = {"known": KNOWN, "near": NEAR}
        return {k: np.quantile(self.signs, v, axis=0) for k, v in levels.items()}

    def words(self, signs: Array) -> list[str]:
        """Return "known", "near" or "far" for signs (n, 3): the worst one decides."""
        inside = {k: (signs <= v).all(axis=1) for k, v in self.limits.items()}
        near = np.where(inside["near"], "near", "far")
        return [str(one) for one in np.where(inside["known"], "known", near)]

    def called(self, word: str) -> Array:
        """Return which of the left-out ones are called so, (n_judged,)."""
        return np.array(self.words(self.signs)) == word

    def band(self, signs: Array, word: str) -> float | None:
        """Return how far off the distance may be, Å, at 90 %; None unless known."""
        alike = self.called(word)
        if word != "known" or alike.sum() < N_NEAREST:
            return None
        score = np.sort(self.error[alike] / _unsure(self.signs[alike]))
        rank = min(int(np.ceil(LEVEL * (len(score) + 1))), len(score)) - 1
        return float(score[rank] * _unsure(signs[None])[0])

    def right_to(self, word: str) -> float:
        """Return to what nine of ten distances were right of those called so, Å."""
        alike = self.called(word)
        return float(np.quantile(self.error[alike], LEVEL)) if alike.any() else np.nan


def answered(known: KnownSpectra, matched: Matched, rows: Ints) -> Answer:
    """Return what the structures of some rows say together, the nearer the louder.

    Each has the inverse square of its relative error as weight.
    """
    told = {name: _told(known, v[None]) for name, v in matched.measures.items()}
    mean, spread, weights = told[MEASURES[0]]
    others = {name: float(one[0][0]) for name, one in told.items()}
    shells = [known.shells[row] for row in rows]
    number = float(weights[0] @ [shell.number for shell in shells])
    having: dict[str, list[Sequence[Any]]] = {
        "elements": [shell.elements for shell in shells],
        "number": [(shell.number,) for shell in shells],
    }
    for label in LABELS:
        if label in known.data.labels:
            of_these = known.data.labels[label][rows]
            having[label.replace("_", " ")] = [(value,) for value in of_these]
    shares: dict[str, dict[str, float]] = {}
    for name, owned in having.items():
        found: dict[str, float] = {}
        for weight, values in zip(weights[0].tolist(), owned, strict=True):
            for value in values:
                found[str(value)] = found.get(str(value), 0.0) + weight
        shares[name] = dict(sorted(found.items(), key=lambda one: -one[1]))
    return Answer(float(mean[0]), float(spread[0]), number, others, shares)


@dataclass(frozen=True)
class Second:
    """What models say that the known spectra taught, as blurred as the scan.

    Attributes
    ----------
    distance, spread : float
        Of the first shell, Å, off curves that kernel ridge reads; NaN of an empty one.
    number : float
    chances : mapping of str to mapping
        Of "number", and of labels of the set, how likely each is: a support vector
        machine whose chances come true of compounds left out.
    """

    distance: float
    spread: float
    number: float
    chances: Mapping[str, Mapping[str, float]]


def second_opinion(known: KnownSpectra, matched: Matched) -> Second | None:
    """Return what models make of the scan; None where too few spectra teach them."""
    groups, energy = known.groups, matched.energy
    if len(groups) < N_TEACHING or len(np.unique(groups)) < N_COMPOUNDS:
        return None
    scan = matched.scan[matched.order[:1]]
    lesson = replace(known.data, energy=energy, spectra=matched.known)
    model = Reverse(WITH_ELEMENTS, model=KernelRidge()).fit(lesson)
    distance, number, spread = model.shells(scan).mean[0]
    asked = {"number": np.array([shell.number for shell in known.shells])}
    labels = known.data.labels
    # as words: a charge of 8/3 is a class, too
    there = [one for one in LABELS if one in labels]
    asked |= {one.replace("_", " "): labels[one].astype(str) for one in there}
    chances: dict[str, Mapping[str, float]] = {}
    for name, answers in asked.items():
        if len(np.unique(answers)) > 1:
            head = Head(CLASSIFIERS["SVC"]).fit(matched.known, energy, answers, groups)
            classes, told = head.chances(scan)
            pairs = zip(map(str, classes), told[0].tolist(), strict=True)
            chances[name] = dict(sorted(pairs, key=lambda one: -one[1]))
    return Second(float(distance), float(spread), float(number), chances)


def left_out(known: KnownSpectra, matched: Matched) -> LeftOut:
    """Return how known compounds fare by what the others say, as blurred as a scan."""
    rng = np.random.default_rng(0)
    rows = rng.permutation(len(known.data))[:N_JUDGED]
    apart = known.left_out(matched, rows)
    told = {name: _told(known, values) for name, values in apart.items()}
    mean, spread, _ = told[MEASURES[0]]
    off = np.std([one[0] for one in told.values()], axis=0)
    true = np.array([known.shells[row].distance for row in rows])
    signs = np.column_stack([apart[MEASURES[0]].min(axis=1), spread, off])
    return LeftOut(signs, np.abs(mean - true))


def _told(known: KnownSpectra, apart: Array) -> tuple[Array, Array, Array]:
    """Distance and spread of the nearest of each scan, (n,), and weights (n, 8)."""
    rows = np.argsort(apart, axis=1, kind="stable")[:, :N_NEAREST]
    away = np.take_along_axis(apart, rows, axis=1)
    weights = 1 / np.maximum(away, TINY * away.max(axis=1, keepdims=True)) ** 2
    weights /= weights.sum(axis=1, keepdims=True)
    distances = np.array([shell.distance for shell in known.shells])[rows]
    mean = (weights * distances).sum(axis=1)
    spread = np.sqrt((weights * (distances - mean[:, None]) ** 2).sum(axis=1))
    return mean, spread, weights


def _unsure(signs: Array) -> Array:
    """What an error is likely as large as, Å."""
    return np.hypot(signs[:, 1], signs[:, 2]) + SOFT
