"""What notebooks call: check an answer, ask for a hint, hold a guess to a figure.

Nothing here gives a right answer away. What is done goes to the card, if one is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from xnet_lite.errors import InputError, one_of
from xnet_lite.exercises.cards import POINTS, card, note
from xnet_lite.exercises.checks import check_choice, check_number, is_right
from xnet_lite.exercises.course import QUESTIONS
from xnet_lite.exercises.questions import Exercise, Guess, Open

Kind = TypeVar("Kind", Exercise, Guess, Open)


def question(name: str, kind: type[Kind]) -> Kind:
    """Return a question of the course.

    Raises
    ------
    InputError
        If there is none of this name and kind.
    """
    known = [key for key, one in QUESTIONS.items() if isinstance(one, kind)]
    one_of("exercise", name, known)
    found = QUESTIONS[name]
    assert isinstance(found, kind)
    return found


def check(name: str, answer: Any, **given: Any) -> str:
    """Say whether the answer to an exercise is right, without giving the right one.

    Parameters
    ----------
    name : str
        Of the exercise.
    answer : float, str or None
        What the learner found; None as long as nothing was tried.
    **given
        What the right answer follows from.

    Returns
    -------
    str
        One or two sentences to print.

    Raises
    ------
    InputError
        For an exercise that does not exist, or one that is given something else.

    Example
    -------
    >>> check("worst site", 0, errors=[1.0, 3.0, 2.0])
    'Not yet: 0 is too small. A hint: hint("worst site").'
    """
    one = question(name, Exercise)
    if answer is None and one.choices:
        return check_choice(None, one.choices[0], one.choices)
    if answer is None:
        return check_number(None, 0.0, tolerance=one.tolerance, unit=one.unit)
    right = _handed(name, one.right, given)
    help_ = f'A hint: hint("{name}").'
    if one.choices:
        said = check_choice(answer, right, one.choices, reason=one.why, hint=help_)
    else:
        said = check_number(
            answer, right, tolerance=one.tolerance, unit=one.unit, hint=help_
        )
    good = is_right(said)
    note(name, one.kind, lambda e: replace(e, tries=e.tries + 1, right=e.right or good))
    return said


def hint(name: str) -> str:
    """Return a hint: the first call says where to look, the third all but the answer.

    Parameters
    ----------
    name : str
        Of an exercise that has a right answer.

    Example
    -------
    >>> hint("worst site")
    'Hint 1 of 3: `errors["network"]` has one number a test molecule.'
    """
    one = question(name, Exercise)
    most = len(one.hints)
    level = note(name, one.kind, lambda e: replace(e, hints=min(e.hints + 1, most)))
    return f"Hint {level.hints} of {most}: {one.hints[level.hints - 1]}"


def commit(name: str, choice: str) -> str:
    """Commit to a guess before its figure; the first one counts.

    Returns
    -------
    str
        A sentence that says what was taken down.

    Raises
    ------
    InputError
        For what is no choice.

    Example
    -------
    >>> commit("13 one or three", "it falls for every metal")
    'Taken down: it falls for every metal. Now look.'
    """
    one = question(name, Guess)
    one_of("guess", choice, one.choices)
    kept = note(
        name, one.kind, lambda e: e if e.tries else replace(e, tries=1, chosen=choice)
    )
    if kept.chosen != choice:
        return f"Your guess stands: {kept.chosen}. Now look."
    return f"Taken down: {choice}. Now look."


def look(name: str, **shown: Any) -> str:
    """Hold the guess to what a figure shows, and say what to put into words.

    Parameters
    ----------
    name : str
        Of the guess.
    **shown
        What the figure is drawn from.

    Returns
    -------
    str
        Whether it came true; without a guess, an invitation alone.

    Example
    -------
    >>> table = [{"new compounds / %": 5, "nearest of another metal / %": 30}]
    >>> look("13 a metal left out", table=[table[0] | {"new metal / %": 20}])[:13]
    'No guess yet:'
    """
    one = question(name, Guess)
    true = _handed(name, one.found, shown)
    if true not in one.choices:
        raise InputError(f"{name!r}: {true!r} is not one of {list(one.choices)}")
    chosen = card().done[name].chosen if name in card().done else ""
    if not chosen:
        return f"No guess yet: the box above waits for one, right or wrong. {one.say}"
    right = chosen == true
    note(name, one.kind, lambda e: replace(e, right=right))
    if right:
        return f"As you guessed: {true}. {one.say}"
    return f"You guessed: {chosen}. It is: {true}. Surprises teach most. {one.say}"


def compare(name: str, points: Sequence[bool]) -> str:
    """Take down which of the three points a learner's own answer had.

    Returns
    -------
    str
        A kind sentence.

    Example
    -------
    >>> compare("13 sceptic", [True, False, True])
    '2 of 3 points: add what is missing in your own words.'
    """
    one = question(name, Open)
    if len(points) != POINTS:
        raise InputError(f"{len(points)} points are ticked or not, give {POINTS}")
    n = sum(map(bool, points))
    note(name, one.kind, lambda e: replace(e, tries=e.tries + 1, points=n))
    if n == POINTS:
        return f"{n} of {POINTS} points: explain it to somebody who has not read this."
    return f"{n} of {POINTS} points: add what is missing in your own words."


def _handed(name: str, of: Any, given: dict[str, Any]) -> Any:
    """What follows from what a notebook hands over."""
    try:
        return of(**given)
    except TypeError as error:
        raise InputError(
            f"exercise {name!r} is given something else: {error}"
        ) from None
