"""Design the training set: what would you have computed, for so many credits?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np

from xnet_lite.arrays import Ints
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.strategies.costs import n_near
from xnet_lite.studies.games.game import (
    N_SITES,
    Game,
    features_of,
    kernel,
    median_error,
    rows_of,
    sites_of,
)

#: how many sites of usual price the budget pays
N_PAID = 80
#: random sets that the score is held against
N_DRAWN = 5


class TrainingSet(Game):
    """Buy sites of a pool; a kernel learns from them and is tested on other compounds.

    A site costs as many credits as it has atoms within 6 Å: large ones take the engine
    longer. Structures and features are there to be looked at, spectra come when paid.

    Example
    -------
    >>> game = TrainingSet(season=1, n_sites=150)
    >>> bool(game.price[game.baseline()].sum() <= game.budget)
    True
    """

    name: ClassVar[str] = "design the training set"
    rules: ClassVar[str] = (
        "Hand in rows of the pool whose prices add up to no more than the budget. The "
        "score is by how many per cent the kernel's median error is below that of "
        "random sets of the same price."
    )

    def __init__(self, season: int, n_sites: int = N_SITES) -> None:
        super().__init__(season, n_sites)
        data = self._data()
        pool, test = self._parts(data, 0.3)
        self._pool, self._test = data[pool], data[test]
        self.sites = sites_of(data, pool)
        self.features = features_of(self._pool)
        self.price = np.array([n_near(site) for site in self.sites])
        self.budget = int(min(N_PAID, len(pool) // 2) * np.median(self.price))
        self._draws = [self._random() for _ in range(N_DRAWN)]

    def _random(self) -> Ints:
        """Rows by chance, until the credits are spent."""
        rows = self._rng.permutation(len(self.price))
        return rows[np.cumsum(self.price[rows]) <= self.budget]

    def _error(self, rows: Ints) -> float:
        """Median error of a kernel that learnt from these rows, percent."""
        taught: XASDataset = self._pool[np.unique(rows)]
        guess = kernel().fit(taught).predict(self._test)
        return median_error(guess, self._test.spectra)

    @cached_property
    def _by_chance(self) -> float:
        """The error of random sets, their mean."""
        return float(np.mean([self._error(rows) for rows in self._draws]))

    def baseline(self) -> list[int]:
        """The first of the random sets."""
        rows: list[int] = self._draws[0].tolist()
        return rows

    def score(self, answer: Sequence[int]) -> float:
        """Say by how much a set beats random ones, percent of their error."""
        rows = np.unique(rows_of(answer, len(answer), len(self.price)))
        spent = int(self.price[rows].sum())
        if spent > self.budget:
            raise InputError(f"{spent} credits are over {self.budget}: leave some out")
        if len(rows) < 2:
            raise InputError(f"{len(rows)} rows teach nothing: give two or more")
        return 100 * (1 - self._error(rows) / self._by_chance)
