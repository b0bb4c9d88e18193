"""What the four games share: a season, a baseline, a score, a place on the board."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, load, split
from xnet_lite.errors import InputError, within
from xnet_lite.exercises.cards import learner_of
from xnet_lite.exercises.questions import Secret, drawn
from xnet_lite.faces import Face
from xnet_lite.jobs import recipe
from xnet_lite.jobs.features import described
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.predictor import Predictor
from xnet_lite.structures import Site
from xnet_lite.studies.games.board import Board, Entry, note

#: all games are played on these
DATA = "tm-complexes-k-fe"
#: how many of them; another number is another task
N_SITES = 600
#: the team that a baseline plays as
BASELINE = "the baseline"


class Game(Face, ABC):
    """A task that a season makes, and a rule that scores answers.

    Parameters
    ----------
    season : int
        Teams with the same one have the same task.
    n_sites : int
        Sites of the embedded set that the task is made of.
    """

    #: on the board, and what to do, in a sentence or two
    name: ClassVar[str]
    rules: ClassVar[str]

    def __init__(self, season: int, n_sites: int) -> None:
        within("[0, inf)", season=season, whole=True)
        within("[150, 1650]", n_sites=n_sites, whole=True)
        self.season, self.n_sites = season, n_sites
        # a task of another size is another task, and has a board of its own
        size = "" if n_sites == N_SITES else f" ({n_sites} sites)"
        self.title = f"{self.name}{size}"
        # what the season hides hangs on it, and is not its number
        hidden = Secret(0.0, 2.0**31, seed=season)
        self._rng = np.random.default_rng([int(drawn(hidden)), len(self.name)])

    def _facts(self) -> dict[str, object]:
        return {"game": self.name, "season": self.season, "rules": self.rules}

    def _data(self) -> XASDataset:
        """The sites of this season, with the features of kernels."""
        whole = load(DATA)
        rows = self._rng.permutation(len(whole))[: self.n_sites]
        return described(whole[np.sort(rows)], DESCRIPTOR)[0]

    def _parts(self, data: XASDataset, share: float) -> tuple[Ints, Ints]:
        """Rows to learn from and rows of other compounds."""
        seed = int(self._rng.integers(2**31))
        return split(data, fraction=share, by="compound", seed=seed)

    @abstractmethod
    def baseline(self) -> list[Any]:
        """Return an answer that is to be beaten."""

    @abstractmethod
    def score(self, answer: Sequence[Any]) -> float:
        """Return what an answer is worth; higher is better. For the referee.

        Raises
        ------
        InputError
            For an answer that breaks the rules.
        """

    def play(self, team: str, answer: Sequence[Any]) -> Board:
        """Score an answer and put it on the board beside the baseline.

        The board is kept where a card is (`exercises.begin`), else for now alone.

        Raises
        ------
        InputError
            For a team without a name, or an answer that breaks the rules.
        """
        name = learner_of(team, "the team")
        if name == BASELINE:
            raise InputError(f"{BASELINE!r} plays for itself, choose another name")
        played = []
        for one, given in ((BASELINE, self.baseline()), (name, answer)):
            plain = np.asarray(given).tolist()
            score = round(float(self.score(given)), 3)
            played.append(Entry(self.title, self.season, one, score, plain))
        board = note(played)
        return board


def features_of(data: XASDataset) -> Array:
    """Return the features of a set that has them."""
    assert data.features is not None
    return data.features


def sites_of(data: XASDataset, rows: Ints) -> list[Site]:
    """Return some sites of a set that has them."""
    assert data.sites is not None
    return [data.sites[row] for row in rows]


def kernel() -> Predictor:
    """Return the kernel that games are about, yet to learn."""
    return recipe("kernel ridge").predictor()


def rows_of(answer: Sequence[Any], n: int, most: int) -> Ints:
    """Return an answer as numbers of rows.

    Raises
    ------
    InputError
        If it is none.
    """
    rows = np.asarray(answer)
    if rows.ndim != 1 or rows.dtype.kind not in "iu":
        raise InputError(f"rows are {answer!r}: give whole numbers, a list of them")
    if len(rows) != n or rows.min() < 0 or rows.max() >= most:
        raise InputError(f"{len(rows)} rows: give {n} numbers of 0 to {most - 1}")
    return rows


def median_error(spectra_pred: Array, spectra: Array) -> float:
    """Return the median of metric A, percent."""
    return float(np.median(relative_spectral_error(spectra_pred, spectra)))
