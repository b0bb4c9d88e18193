"""Find the leak: which of eight reports were made honestly?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError, one_of
from xnet_lite.jobs.features import described
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.studies.games.game import (
    DATA,
    N_SITES,
    Game,
    features_of,
    kernel,
    median_error,
)

#: what may be wrong with a report
KINDS = ("honest", "twins", "target in the features", "test rows in training")
N_REPORTS = 8
#: of noise on a feature that is made of the target, and on rows that are repeated
BLUR, WHISPER = 0.3, 1e-3


@dataclass(frozen=True)
class Report:
    """What somebody hands in: arrays, and an error that they are proud of.

    Attributes
    ----------
    features, asked : ndarray, (n_sites, n_features)
        Of training and of test sites.
    spectra, true : ndarray, (n_sites, n_energies)
        Their spectra.
    error : float
        Median of metric A of kernel ridge on the test sites, percent.
    """

    features: Array
    asked: Array
    spectra: Array
    true: Array
    error: float


class FindTheLeak(Game):
    """Eight reports on kernel ridge; say of each what is wrong with it, if anything.

    "twins": test sites have displaced copies, or other sites, of their own compound in
    training. "target in the features": one feature was sorted by the spectra. "test
    rows in training": test sites, shaken a little, are among the training sites.

    Example
    -------
    >>> game = FindTheLeak(season=1, n_sites=150)
    >>> len(game.reports), 0 <= game.score(game.baseline()) <= 8
    (8, True)
    """

    name: ClassVar[str] = "find the leak"
    rules: ClassVar[str] = (
        f"For each of {N_REPORTS} reports say one of: {', '.join(KINDS)}. A point each."
    )

    def __init__(self, season: int, n_sites: int = N_SITES) -> None:
        super().__init__(season, n_sites)
        self._kinds = [KINDS[i] for i in self._rng.integers(len(KINDS), size=N_REPORTS)]

    @cached_property
    def reports(self) -> list[Report]:
        """The reports of this season."""
        data = self._data()
        return [self._report(data, kind) for kind in self._kinds]

    def _data(self) -> XASDataset:
        """Half of the sites in pairs of one compound, the other half without a twin."""
        whole = load(DATA)
        _, first, of, counts = np.unique(
            whole.groups, return_index=True, return_inverse=True, return_counts=True
        )
        pairs = self._rng.permutation(np.flatnonzero(counts > 1))[: self.n_sites // 4]
        others = self._rng.permutation(np.flatnonzero(counts == 1))
        both = [np.flatnonzero(of == compound)[:2] for compound in pairs]
        alone = first[others[: self.n_sites - 2 * len(pairs)]]
        rows = np.sort(np.concatenate([*both, alone]))
        return described(whole[rows], DESCRIPTOR)[0]

    def baseline(self) -> list[str]:
        """Trust everybody but those with less than half of the usual error."""
        errors = np.array([one.error for one in self.reports])
        usual = np.median(errors)
        return [KINDS[0] if e > usual / 2 else KINDS[3] for e in errors]

    def score(self, answer: Sequence[str]) -> float:
        """Count the reports that are called what they are."""
        if len(answer) != N_REPORTS:
            raise InputError(f"{len(answer)} words: give {N_REPORTS}, one a report")
        for word in answer:
            one_of("word", word, KINDS)
        pairs = zip(answer, self._kinds, strict=True)
        return float(sum(word == kind for word, kind in pairs))

    def _report(self, data: XASDataset, kind: str) -> Report:
        """A report of a kind: arrays, and what kernel ridge makes of them."""
        known, asked = self._rows(data, kind)
        x, y = features_of(data).astype(float), data.spectra
        if kind == KINDS[2]:
            x = self._with_target(x, y)
        x_known, y_known = x[known], y[known]
        if kind == KINDS[3]:
            n = len(asked) // 2
            shaken = x[asked[:n]] * (
                1 + WHISPER * self._rng.normal(size=(n, x.shape[1]))
            )
            x_known[:n], y_known[:n] = shaken, y[asked[:n]]
        model = kernel().fit(x_known, y_known, data.energy)
        error = median_error(model.predict(x[asked]), y[asked])
        return Report(x_known, x[asked], y_known, y[asked], error)

    def _rows(self, data: XASDataset, kind: str) -> tuple[Ints, Ints]:
        """Rows of training and test, twins on both sides or not."""
        if kind != KINDS[1]:
            known, asked = self._parts(data, 0.2)
            return self._rng.permutation(known), self._rng.permutation(asked)
        names, counts = np.unique(data.groups, return_counts=True)
        twin = np.isin(data.groups, names[counts > 1])
        rows = self._rng.permutation(len(data))
        paired = rows[np.argsort(data.groups[rows], kind="stable")]
        paired = paired[twin[paired]][::2]  # one of each pair
        asked = self._rng.permutation(paired)[: len(data) // 5]
        rest = np.setdiff1d(rows, asked)
        return self._rng.permutation(rest), self._rng.permutation(asked)

    def _with_target(self, x: Array, y: Array) -> Array:
        """Features, one of which has its values in the order of the spectra."""
        centred = y - y.mean(axis=0)
        first = centred @ np.linalg.svd(centred, full_matrices=False)[2][0]
        first = first / first.std() + BLUR * self._rng.normal(size=len(y))
        column = int(self._rng.choice(np.flatnonzero(np.ptp(x, axis=0) > 0)))
        mixed = x.copy()
        mixed[np.argsort(first), column] = np.sort(x[:, column])
        return mixed
