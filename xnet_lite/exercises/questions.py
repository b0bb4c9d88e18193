"""The three kinds of question that a notebook asks, and numbers that it hides."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Made = TypeVar("Made")
#: so that the draw of a seed is not that of a generator with that seed
_SALT = "a number to be found"


@dataclass(frozen=True)
class Exercise:
    """A question with a right answer.

    Attributes
    ----------
    right : callable
        From what the notebook hands over, by name, to the right number or word.
    hints : three of str
        Where to look; how to go about it; all but the answer.
    tolerance : float
        How far off still counts as right.
    unit : str
    choices : sequence of str
        Where the answer is one of several words.
    why : str
        Of a choice: why the right one is right, said once it is found.
    question : str
        What a box asks; an exercise in a cell has its words there.
    """

    right: Callable[..., Any]
    hints: tuple[str, str, str]
    tolerance: float = 0.0
    unit: str = ""
    choices: Sequence[str] = ()
    why: str = ""
    question: str = ""
    kind: str = "answer"


@dataclass(frozen=True)
class Guess:
    """What a learner commits to before a figure: no harm in being wrong.

    Attributes
    ----------
    question : str
    choices : sequence of str
    found : callable
        From what the figure shows, by name, to the choice that came true.
    say : str
        What to put into words now, with a number that the figure has.
    """

    question: str
    choices: Sequence[str]
    found: Callable[..., str]
    say: str
    kind: str = "guess"


@dataclass(frozen=True)
class Open:
    """A question without one right answer: three points that a good one has.

    Attributes
    ----------
    question : str
    points : three of str
        The learner holds their own answer to them.
    """

    question: str
    points: tuple[str, str, str]
    kind: str = "open"


Question = Exercise | Guess | Open


class Secret:
    """A number between two others that depends on a seed and is told to nobody.

    Parameters
    ----------
    low, high : float
        Between which it lies.
    seed : int

    Example
    -------
    >>> secret = Secret(1.9, 2.3, seed=1)
    >>> secret.made(lambda bond: bond > 1.9), Secret(1.9, 2.3, seed=1) == secret
    (True, True)
    >>> secret
    Secret(between 1.9 and 2.3)
    """

    def __init__(self, low: float, high: float, seed: int = 0) -> None:
        self.low, self.high, self.seed = low, high, seed

    def made(self, make: Callable[[float], Made]) -> Made:
        """Return what a function makes of the number."""
        return make(drawn(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Secret(between {self.low} and {self.high})"


def drawn(secret: Secret) -> float:
    """Return the number of a secret: for those who know what is right, alone."""
    digest = hashlib.sha256(f"{_SALT} {secret.seed}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    return secret.low + share * (secret.high - secret.low)
