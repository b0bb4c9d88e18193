"""Who is the liar: which of six predictions is out of domain?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.jobs import recipe
from xnet_lite.studies.games.game import (
    N_SITES,
    Game,
    features_of,
    rows_of,
)
from xnet_lite.trust import bootstrap

N_ROUNDS, N_SPEAKERS = 8, 6
N_VOTES, EPOCHS = 5, 12
#: a family that may be hidden has at least this share of the sites, at most the other
RARE, COMMON = 0.03, 0.3


@dataclass(frozen=True)
class Round:
    """Six predictions, side by side.

    Attributes
    ----------
    spectra, std : ndarray, (6, n_energies)
        What the network says, and the spread of its votes.
    features : ndarray, (6, n_features)
        Of the sites that they are of.
    """

    spectra: Array
    std: Array
    features: Array


class WhoIsTheLiar(Game):
    """A network that never saw one family of ligands speaks of six sites a round.

    Five of them are new compounds of families that it knows, one is of the family that
    it does not. Look at predictions, spreads, and `known` features.

    Example
    -------
    >>> WhoIsTheLiar(season=1, n_sites=150).rules[:9]
    'For each '
    """

    name: ClassVar[str] = "who is the liar"
    rules: ClassVar[str] = (
        f"For each of {N_ROUNDS} rounds give the number of the liar, 0 to "
        f"{N_SPEAKERS - 1}. A point each."
    )

    def __init__(self, season: int, n_sites: int = N_SITES) -> None:
        super().__init__(season, n_sites)
        data = self._data()
        family = data.labels["family"]
        names, counts = np.unique(family, return_counts=True)
        share = counts / len(data)
        fit = names[(share >= RARE) & (share <= COMMON)]
        strange = family == self._rng.choice(fit)
        rest = np.flatnonzero(~strange)
        known, new = self._parts(data[rest], 0.25)
        self._taught = data[rest[known]]
        self.known, self.energy = features_of(self._taught), data.energy
        self._liars = self._rng.integers(N_SPEAKERS, size=N_ROUNDS)
        speakers = self._speakers(rest[new], np.flatnonzero(strange))
        self._asked = [features_of(data)[rows] for rows in speakers]

    def _speakers(self, honest: Ints, strange: Ints) -> Ints:
        """Rows of the sites of each round, (n_rounds, n_speakers)."""
        shape = (N_ROUNDS, N_SPEAKERS)
        rows = self._rng.choice(honest, shape, replace=len(honest) < N_ROUNDS * 6)
        rows[np.arange(N_ROUNDS), self._liars] = self._rng.choice(strange, N_ROUNDS)
        return rows

    @cached_property
    def rounds(self) -> list[Round]:
        """The rounds of this season; the first look teaches the networks, seconds."""
        untaught = recipe("quick MLP").predictor(self.season, epochs=EPOCHS)
        vote = bootstrap(untaught, self._taught, n_members=N_VOTES, seed=self.season)
        found = []
        for features in self._asked:
            members = vote.predict_members(features)
            std = members.std(axis=0, ddof=1)
            found.append(Round(members.mean(axis=0), std, features))
        return found

    def baseline(self) -> list[int]:
        """Whoever spreads most."""
        return [int(one.std.mean(axis=1).argmax()) for one in self.rounds]

    def score(self, answer: Sequence[int]) -> float:
        """Count the rounds whose liar is found."""
        return float((rows_of(answer, N_ROUNDS, N_SPEAKERS) == self._liars).sum())
