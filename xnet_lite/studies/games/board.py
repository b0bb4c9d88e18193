"""A leaderboard: a file of entries that joins with those of other teams."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xnet_lite.errors import InputError
from xnet_lite.exercises import cards
from xnet_lite.faces import Face
from xnet_lite.tables import Table
from xnet_lite.texts import json_of
from xnet_lite.writing import alone, write

FILE, FORMAT = "board.json", "xnet-lite board 1"
EXPECTED = f'a board: {{"format": "{FORMAT}", …}}'


@dataclass(frozen=True)
class Entry:
    """What a team answered in a season of a game, and its score.

    Attributes
    ----------
    game, team : str
    season : int
    score : float
        Higher is better.
    answer : list
        As the game takes it, so that it can be scored anew.
    plays : int
        How often the team has played in this season: who tries often enough wins by
        luck.
    """

    game: str
    season: int
    team: str
    score: float
    answer: list[Any]
    plays: int = 1

    @classmethod
    def read(cls, raw: object, where: str) -> Entry:
        """Read an entry, trusting nothing in it.

        Raises
        ------
        InputError
            Names what no entry has.
        """
        if not isinstance(raw, dict) or raw.keys() != set(cls.__annotations__):
            raise InputError(f"{where}: an entry is none, copy the board anew")
        kinds: dict[str, type] = {"game": str, "team": str, "answer": list}
        kinds.update(season=int, plays=int)
        for name, kind in kinds.items():
            if not isinstance(raw[name], kind):
                raise InputError(f"{where}: {name} is {raw[name]!r}, copy it anew")
        score = raw["score"]
        if isinstance(score, bool) or not isinstance(score, int | float):
            raise InputError(f"{where}: score is {score!r}, give a number")
        if not math.isfinite(score):
            raise InputError(f"{where}: score is {score}, give a number")
        return cls(**raw)


@dataclass(frozen=True, repr=False)
class Board(Face):
    """The best entry of each team in each season of each game.

    Parameters
    ----------
    entries : sequence of Entry

    Example
    -------
    >>> board = Board([Entry("leak", 1, "red", 5, []), Entry("leak", 1, "sea", 7, [])])
    >>> print(board.table("leak", 1).markdown())
    | rank | team | score | plays |
    |---:|---|---:|---:|
    | 1 | sea | 7 | 1 |
    | 2 | red | 5 | 1 |
    """

    entries: Iterable[Entry] = ()

    def __post_init__(self) -> None:
        best: dict[tuple[str, int, str], Entry] = {}
        for one in self.entries:
            key = one.game, one.season, one.team
            known = best.get(key, one)
            better = one if one.score > known.score else known
            best[key] = replace(better, plays=max(known.plays, one.plays))
        object.__setattr__(self, "entries", tuple(best.values()))

    def _facts(self) -> dict[str, object]:
        found = tuple(self.entries)
        return {"entries": len(found), "games": len({one.game for one in found})}

    def table(self, game: str, season: int) -> Table:
        """Return the teams in a season of a game, best first."""
        mine = [e for e in self.entries if (e.game, e.season) == (game, season)]
        mine.sort(key=lambda one: -one.score)
        rows = [
            {"rank": rank, "team": one.team, "score": one.score, "plays": one.plays}
            for rank, one in enumerate(mine, start=1)
        ]
        return Table(rows, f"{game}, season {season}")

    def tables(self) -> list[Table]:
        """Return the table of every season of every game."""
        played = sorted({(one.game, one.season) for one in self.entries})
        return [self.table(*one) for one in played]

    def joined(self, other: Board) -> Board:
        """Return one board of two."""
        return Board([*self.entries, *other.entries])

    def write(self, path: Path) -> Path:
        """Write it whole, as `schemas/board.json` has it."""
        entries = [vars(one) for one in self.entries]
        text = json.dumps({"format": FORMAT, "entries": entries}, ensure_ascii=False)
        return write(path, text + "\n")


def read_board(path: Path) -> Board:
    """Read a board.

    Raises
    ------
    InputError
        For a file that is none.
    """
    raw = json_of(path, EXPECTED)
    if raw.get("format") != FORMAT or not isinstance(raw.get("entries"), list):
        raise InputError(f"{path.name}: expected {EXPECTED}")
    return Board([Entry.read(one, path.name) for one in raw["entries"]])


def read_boards(folder: Path) -> Board:
    """Join every board in a folder; other files are passed over."""
    joined = Board()
    for path in sorted(folder.rglob("*.json")):
        try:
            joined = joined.joined(read_board(path))
        except InputError as error:
            if "expected a board" not in str(error):
                raise
    return joined


def note(entries: Sequence[Entry]) -> Board:
    """Put entries on the board beside the learner's card, where one is kept.

    The card gets the score of the last one: the learner's.

    Returns
    -------
    Board
        With what was there already.
    """
    cards.note_score(entries[-1].game, entries[-1].score)
    place = cards.place()
    if place is None or not place.exists():
        _SESSION["board"] = _played(_SESSION["board"], entries)
        return _SESSION["board"]
    path = place.with_name(FILE)
    with alone(path):
        board = _played(read_board(path) if path.exists() else Board(), entries)
        board.write(path)
    return board


def _played(board: Board, entries: Sequence[Entry]) -> Board:
    """A board with entries of now, their plays counted on."""
    before = {(e.game, e.season, e.team): e.plays for e in board.entries}
    counted = [
        replace(e, plays=before.get((e.game, e.season, e.team), 0) + 1) for e in entries
    ]
    return board.joined(Board(counted))


#: what this process played; the whole truth where no card is kept
_SESSION = {"board": Board()}
