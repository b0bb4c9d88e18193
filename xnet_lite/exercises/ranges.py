"""What a parameter of a notebook may be, read from the comment behind it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from xnet_lite.errors import InputError

_NUMBER = r"-?\d[\d_]*(?:\.\d+)?(?:e-?\d+)?"
_INTERVAL = re.compile(rf"({_NUMBER}) to ({_NUMBER})(?: in steps of (\d+))?")


@dataclass(frozen=True)
class Range:
    """What is allowed: an interval of numbers, some words, or "any text".

    Whole numbers alone are allowed where both ends are written without a point. A list
    may hold one or more of what is allowed.

    Attributes
    ----------
    words : tuple of str
        As they are written in the comment; empty for an interval.
    low, high : float
    whole : bool
    step : int
        Distance between whole numbers that are allowed.
    """

    words: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    whole: bool = False
    step: int = 1

    @classmethod
    def of(cls, text: str) -> "Range":
        """Read "60 to 1650", "16 to 128 in steps of 8", "any of a, b", "any text".

        Raises
        ------
        InputError
            For another text.

        Example
        -------
        >>> Range.of("1.7 to 2.6").allows([1.9, 2.0])
        True
        """
        if text == "any text":
            return cls(("any text",))
        if text.startswith("any of "):
            return cls(tuple(re.split(r", ?", text.removeprefix("any of "))))
        found = _INTERVAL.fullmatch(text)
        if found is None:
            raise InputError(f"{text!r} is no range: write LOW to HIGH, or any of A, B")
        low, high, step = found.groups()
        whole = "." not in low + high
        return cls((), float(low), float(high), whole, int(step or 1))

    def allows(self, value: Any) -> bool:
        """Whether a value, or all of a list, are within it."""
        if isinstance(value, list | tuple):
            return len(value) > 0 and all(self.allows(one) for one in value)
        if self.words == ("any text",):
            return isinstance(value, str)
        if self.words:
            return str(value) in self.words
        if isinstance(value, bool | str) or not isinstance(value, int | float):
            return False
        fits = not self.whole or (value - self.low) % self.step == 0
        return self.low <= value <= self.high and fits


def check_parameters(values: Mapping[str, Any], ranges: Mapping[str, str]) -> None:
    """Refuse parameters that are not within their range.

    Parameters
    ----------
    values : mapping
        Parameters by name; others are passed over.
    ranges : mapping of str to str
        As `Range.of` reads them.

    Raises
    ------
    InputError
        Names the first one, its value, and what it may be.

    Example
    -------
    >>> check_parameters({"EPOCHS": 3}, {"EPOCHS": "1 to 300"})
    """
    for name, text in ranges.items():
        if not Range.of(text).allows(values[name]):
            raise InputError(f"{name} is {values[name]!r}: give {text}")
