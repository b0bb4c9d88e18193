"""What a learner has done: a card on their own machine, and a class of them.

A card is kept only where somebody began one; until then all is forgotten with the
kernel. It holds a name that the learner chose, counts, and nothing that was written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xnet_lite import __version__
from xnet_lite.errors import InputError, one_of
from xnet_lite.faces import Face
from xnet_lite.tables import Table
from xnet_lite.texts import json_of
from xnet_lite.writing import alone, write

#: names the folder of the card; "off" keeps none
VARIABLE, OFF = "XNET_LITE_CARD", "off"
FILE, FORMAT = "card.json", "xnet-lite card 1"
EXPECTED = f'a card: {{"format": "{FORMAT}", …}}'
KINDS = ("guess", "answer", "open")
#: longest name of a learner, characters; most tries or hints that are counted
LONGEST_NAME, MOST = 60, 10_000
#: points that an open question has
POINTS = 3


@dataclass(frozen=True)
class Done:
    """What a learner did with one question.

    Attributes
    ----------
    kind : str
        "guess", "answer" or "open".
    tries, hints : int
    right : bool
        A guess that came true, an answer that is right.
    points : int
        Of an open question: how many of three points the learner's answer had.
    chosen : str
        The guess, so that a look at the figure can be held against it.
    """

    kind: str
    tries: int = 0
    hints: int = 0
    right: bool = False
    points: int = 0
    chosen: str = ""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left: guessed, right, or compared with the points."""
        return self.right if self.kind == "answer" else self.tries > 0

    def joined(self, other: Done) -> Done:
        """Return what both tell together: the better of each."""
        return Done(
            self.kind,
            max(self.tries, other.tries),
            max(self.hints, other.hints),
            self.right or other.right,
            max(self.points, other.points),
            self.chosen or other.chosen,
        )


@dataclass(frozen=True, repr=False)
class Card(Face):
    """How far a learner is.

    Attributes
    ----------
    learner : str
        A name of their choice.
    done : dict of str to Done
        By the name of a question.
    games : dict of str to float
        The best score in each game.
    """

    learner: str
    done: dict[str, Done] = field(default_factory=dict)
    games: dict[str, float] = field(default_factory=dict)

    def _facts(self) -> dict[str, object]:
        met = list(self.done.values())
        return {
            "learner": self.learner,
            "done": sum(one.is_done for one in met),
            "begun": len(met),
            "hints": sum(one.hints for one in met),
            "games": len(self.games),
        }

    def as_dict(self) -> dict[str, Any]:
        """Return what the file holds, as `schemas/card.json` has it."""
        return {
            "format": FORMAT,
            "program": f"xnet_lite {__version__}",
            "learner": self.learner,
            "exercises": {name: vars(one) for name, one in sorted(self.done.items())},
            "games": dict(sorted(self.games.items())),
        }

    def joined(self, other: Card) -> Card:
        """Return one card of two of the same learner: the better of each entry."""
        done = dict(self.done)
        for name, one in other.done.items():
            done[name] = done[name].joined(one) if name in done else one
        games = {
            name: max(card.games[name] for card in (self, other) if name in card.games)
            for name in {*self.games, *other.games}
        }
        return Card(self.learner or other.learner, done, games)

    def progress(self, course: Mapping[str, Mapping[str, object]]) -> Table:
        """Return a row a notebook: how many of its questions are done.

        Parameters
        ----------
        course : mapping
            Notebook -> its questions by name.
        """
        rows = []
        for notebook, questions in course.items():
            met = [self.done[name] for name in questions if name in self.done]
            guesses = [one for one in met if one.kind == "guess" and one.is_done]
            rows.append(
                {
                    "notebook": notebook,
                    "done": f"{sum(one.is_done for one in met)} of {len(questions)}",
                    "guesses that came true": f"{sum(g.right for g in guesses)}"
                    f" of {len(guesses)}",
                    "tries": sum(one.tries for one in met),
                    "hints": sum(one.hints for one in met),
                }
            )
        return Table(rows, self.learner)


#: what this process did; the whole truth where no card is kept
_SESSION = {"card": Card("")}


def place() -> Path | None:
    """Return where the card is or would be, None where none is wanted.

    `~/.xnet_lite/card.json`, or in the folder that XNET_LITE_CARD names.
    """
    named = os.environ.get(VARIABLE, "")
    if named == OFF:
        return None
    folder = Path(named).expanduser() if named else Path.home() / ".xnet_lite"
    return folder / FILE


def read_card(path: Path) -> Card:
    """Read a card, trusting nothing in it.

    Raises
    ------
    InputError
        Names the entry that no card has.
    """
    raw = json_of(path, EXPECTED)
    if raw.get("format") != FORMAT:
        raise InputError(f"{path.name}: expected {EXPECTED}")
    learner = learner_of(raw.get("learner"), f"{path.name}: the learner")
    entries, games = raw.get("exercises"), raw.get("games", {})
    if not isinstance(entries, dict) or not isinstance(games, dict):
        raise InputError(
            f"{path.name}: exercises or games are none, give the whole card"
        )
    done = {name: _entry(one, f"{path.name}: {name}") for name, one in entries.items()}
    for name, score in games.items():
        if isinstance(score, bool) or not isinstance(score, int | float):
            raise InputError(f"{path.name}: the score of {name} is none, give a number")
    return Card(learner, done, {name: float(one) for name, one in games.items()})


def learner_of(name: object, what: str) -> str:
    """Return a name that somebody chose, if it is one short line.

    Raises
    ------
    InputError
        If it is none.
    """
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise InputError(f"{what} is {name!r}: give a name in one line")
    if len(name) > LONGEST_NAME:
        raise InputError(f"{what} has {len(name)} letters: give at most {LONGEST_NAME}")
    return name.strip()


def _entry(raw: object, what: str) -> Done:
    """One entry of a card."""
    if not isinstance(raw, dict) or not raw.keys() <= set(Done.__annotations__):
        raise InputError(f"{what} is no entry of a card: export the card anew")
    one_of(f"{what}: kind", raw.get("kind"), KINDS)
    for name, most in (("tries", MOST), ("hints", MOST), ("points", POINTS)):
        value = raw.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int):
            raise InputError(f"{what}: {name} is {value!r}, give a count")
        if not 0 <= value <= most:
            raise InputError(f"{what}: {name} is {value}, give 0 to {most}")
    if not isinstance(raw.get("right", False), bool):
        raise InputError(f"{what}: right is {raw['right']!r}, give true or false")
    if not isinstance(raw.get("chosen", ""), str):
        raise InputError(f"{what}: chosen is {raw['chosen']!r}, give a text")
    return Done(**raw)


def write_card(card: Card, path: Path) -> Path:
    """Write a card whole."""
    text = json.dumps(card.as_dict(), indent=1, ensure_ascii=False)
    return write(path, text + "\n")


def begin(learner: str) -> Card:
    """Begin a card under a name, or change the name on the one that is there.

    Raises
    ------
    InputError
        For a name that is none, or where no card is wanted.

    Example
    -------
    >>> begin("Kim")
    Card(learner Kim, done 0, begun 0, hints 0, games 0)
    """
    name = learner_of(learner, "the learner")
    path = place()
    if path is None:
        raise InputError(f"{VARIABLE} is {OFF!r}: unset it, and a card can be kept")
    path.parent.mkdir(parents=True, exist_ok=True)
    with alone(path):
        there = read_card(path) if path.exists() else _SESSION["card"]
        return _kept(Card(name, there.done, there.games), path)


def card() -> Card:
    """Return the learner's card, or what this session did where none is kept."""
    path = place()
    return read_card(path) if path is not None and path.exists() else _SESSION["card"]


def note(name: str, kind: str, change: Callable[[Done], Done]) -> Done:
    """Change an entry of the card, and of the session.

    Parameters
    ----------
    name : str
        Of a question.
    kind : str
        Where it is new.
    change : callable
        From the entry as it is to the one that it becomes.
    """

    def changed(card: Card) -> Card:
        one = change(card.done.get(name, Done(kind)))
        return Card(card.learner, {**card.done, name: one}, card.games)

    return _changed(changed).done[name]


def note_score(game: str, score: float) -> None:
    """Keep the best score in a game."""
    _changed(lambda card: card.joined(Card("", games={game: score})))


def take_in(other: Card) -> Card:
    """Join a card from elsewhere with the one that is kept here, and keep it."""
    if not card().learner:
        begin(other.learner)
    return _changed(lambda mine: mine.joined(other))


def _changed(change: Callable[[Card], Card]) -> Card:
    """Change the card that is kept, or else what is known of the session."""
    path = place()
    if path is None or not path.exists():
        _SESSION["card"] = change(_SESSION["card"])
        return _SESSION["card"]
    with alone(path):
        return _kept(change(read_card(path)), path)


def _kept(card: Card, path: Path) -> Card:
    write_card(card, path)
    return card


def read_class(folder: Path) -> list[Card]:
    """Read every card in a folder, one a learner; other files are passed over.

    Raises
    ------
    InputError
        For a folder without cards.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: is no folder, give one with exported cards")
    cards: dict[str, Card] = {}
    for path in sorted(folder.rglob("*.json")):
        try:
            one = read_card(path)
        except InputError as error:
            if "expected a card" in str(error):
                continue  # a leaderboard, or anything else
            raise
        known = cards.get(one.learner)
        cards[one.learner] = known.joined(one) if known else one
    if not cards:
        raise InputError(f"{folder}: holds no card, give one with exported cards")
    return list(cards.values())


def class_table(
    cards: Iterable[Card], course: Mapping[str, Mapping[str, object]]
) -> Table:
    """Return a row a learner: what is done of each part of the course."""
    parts: dict[str, list[str]] = {}
    for notebook, questions in course.items():
        parts.setdefault(f"{notebook[0]}x", []).extend(questions)
    rows = []
    for card in cards:
        row: dict[str, object] = {"learner": card.learner}
        for part, names in parts.items():
            done = sum(card.done[name].is_done for name in names if name in card.done)
            row[part] = f"{done} of {len(names)}"
        row["hints"] = sum(one.hints for one in card.done.values())
        rows.append(row | {f"game: {k}": v for k, v in card.games.items()})
    return Table(rows, "learners")


def question_table(
    cards: Iterable[Card], course: Mapping[str, Mapping[str, object]]
) -> Table:
    """Return a row a question that somebody met, those with least success first.

    Of a guess success is that it came true, of an open question the share of points.
    """
    cards = list(cards)
    rows: list[tuple[float, dict[str, object]]] = []
    for notebook, questions in course.items():
        for name in questions:
            met = [card.done[name] for card in cards if name in card.done]
            if not met:
                continue
            good = [
                one.points / POINTS if one.kind == "open" else one.right for one in met
            ]
            success = 100 * sum(good) / len(met)
            row = {
                "notebook": notebook,
                "question": name,
                "kind": met[0].kind,
                "met by": len(met),
                "success / %": success,
                "tries each": sum(one.tries for one in met) / len(met),
                "hints each": sum(one.hints for one in met) / len(met),
            }
            rows.append((success, row))
    rows.sort(key=lambda pair: pair[0])
    return Table([row for _, row in rows], "questions, hardest first")
