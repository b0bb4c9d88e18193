"""Friendly answers to what a learner found."""

import math
from collections.abc import Sequence

from xnet_lite.errors import InputError

#: larger numbers are no counts
MOST_COUNTED = 1e9


def check_number(
    answer: float | None,
    right: float,
    *,
    tolerance: float,
    unit: str = "",
    hint: str = "",
) -> str:
    """Say whether a number is near enough to the right one, without giving it away.

    |answer − right| ≤ tolerance

    Parameters
    ----------
    answer : float or None
        What the learner found; None as long as nothing was tried.
    right : float
        The right number, in the same unit.
    tolerance : float
        How far off still counts as right, in the same unit.
    unit : str
        Written behind the number.
    hint : str
        A sentence for those who are not there yet.

    Returns
    -------
    str
        One or two sentences to print.

    Raises
    ------
    InputError
        For a tolerance below zero: that is the author's mistake, not the learner's.

    Example
    -------
    >>> check_number(2.1, 2.0, tolerance=0.05, unit="Å", hint="Look at the peak.")
    'Not yet: 2.1 Å is too large. Look at the peak.'
    """
    if not tolerance >= 0:
        raise InputError(f"tolerance is {tolerance}, give a number of zero or more")
    if answer is None:
        what = f"a number in {unit}" if unit else "a number"
        return f"No answer yet: replace None by {what}."
    number = _number(answer)
    if number is None:
        return f"Not yet: {answer!r} is not a finite number."
    shown = f"{_written(number)} {unit}".strip()
    if abs(number - right) <= tolerance:
        return f"Right: {shown}, and {_written(right)} {unit}".strip() + " is exact."
    side = "large" if number > right else "small"
    return f"Not yet: {shown} is too {side}. {hint}".strip()


def check_choice(
    answer: str | None,
    right: str,
    choices: Sequence[str],
    *,
    reason: str = "",
    hint: str = "",
) -> str:
    """Say whether a word is the right one of several.

    Parameters
    ----------
    answer : str or None
        What the learner chose; None as long as nothing was tried.
    right : str
        The right choice.
    choices : sequence of str
        What there is to choose from.
    reason : str
        A sentence that explains the right choice; shown once it is found.
    hint : str
        A sentence for those who are not there yet.

    Returns
    -------
    str
        One or two sentences to print.

    Raises
    ------
    InputError
        If the right choice is not among the choices.

    Example
    -------
    >>> check_choice("closer", "farther", ["closer", "farther"])
    'Not yet: it is not closer.'
    """
    if right not in choices:
        raise InputError(f"the right choice {right!r} is not one of {list(choices)}")
    if answer is None:
        return f"No answer yet: replace None by one of {', '.join(choices)}."
    if answer not in choices:
        return f"Not yet: {answer!r} is not one of {', '.join(choices)}."
    if answer == right:
        return f"Right: {answer}. {reason}".strip()
    return f"Not yet: it is not {answer}. {hint}".strip()


def is_right(said: str) -> bool:
    """Whether a sentence of these two says that an answer is right."""
    return said.startswith("Right: ")


def _written(number: float) -> str:
    """Four digits, or all of a count."""
    is_count = float(number).is_integer() and abs(number) < MOST_COUNTED
    return f"{number:.0f}" if is_count else f"{number:.4g}"


def _number(answer: object) -> float | None:
    """The answer as a finite number, or None where it is none."""
    try:
        number = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None
