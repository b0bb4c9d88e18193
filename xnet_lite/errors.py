"""What a bad file or a bad value raises, on every storey above; what is only said."""

import functools
import inspect
import operator
import os
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from math import isfinite, isnan
from numbers import Integral, Real
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")

# how NumPy writes a number inside a list: np.float64(1.5)
_OF_NUMPY = re.compile(r"\bnp\.\w+\(([^()]*)\)")
# what no sentence needs whole: a word of so many characters
_LONG = re.compile(r"(\S{120})\S{200,}(\S{40})")
# memory that a container grants, where it grants less than the machine has
_GRANTED = Path("/sys/fs/cgroup/memory.max")
#: share of the memory that a piece of work may ask for
SHARE = 0.8
#: s of a processor that a piece of work may ask for
LONGEST = 1800.0
# of an interval's brackets: what they say of its ends
_SIDES = {
    "(": (">", operator.gt),
    "[": (">=", operator.ge),
    ")": ("<", operator.lt),
    "]": ("<=", operator.le),
}


class InputError(ValueError):
    """A file or a value that its user can mend.

    The message is one sentence that names the value (file, line, argument) and
    the remedy. The command line prints it alone and exits with code 2.

    Example
    -------
    >>> import numpy as np
    >>> print(InputError(f"energies are {[np.float64(1.5)]}: give two"))
    energies are [1.5]: give two
    """

    def __init__(self, message: object) -> None:
        told = _OF_NUMPY.sub(r"\1", str(message))
        super().__init__(_LONG.sub(r"\1…\2", told))


def within(
    interval: str, *, whole: bool = False, optional: bool = False, **numbers: Any
) -> None:
    """Refuse numbers outside an interval, which is written as in mathematics.

    Parameters
    ----------
    interval : str
        "[0, 1)" has 0 and not 1; "(0, inf)" has every finite number above 0.
    whole : bool
        Whether they must be whole; True and False are no numbers.
    optional : bool
        Whether None may stand for no number.
    **numbers
        By the names that the message gives them.

    Raises
    ------
    InputError
        For the first that lies outside, or is no number.

    Example
    -------
    >>> within("(0, 1]", power=0.5, floor=1)
    >>> within("[1, inf)", whole=True, n_sites=0)
    Traceback (most recent call last):
    xnet_lite.errors.InputError: n_sites is 0: give a whole number >= 1
    """
    low, high = interval[1:-1].split(",")
    sides = (*_SIDES[interval[0]], float(low)), (*_SIDES[interval[-1]], float(high))
    kind, word = (Integral, "whole number") if whole else (Real, "number")
    rules = " and ".join(f"{sign} {end:g}" for sign, _, end in sides if isfinite(end))
    for name, value in numbers.items():
        fits = isinstance(value, kind) and not isinstance(value, bool)
        inside = fits and all(holds(value, end) for _, holds, end in sides)
        if not inside and not (optional and value is None):
            remedy = f"give a {word} {rules}".rstrip() + ", or None" * optional
            raise InputError(f"{name} is {value!r}: {remedy}")


def one_of(what: str, value: object, known: Iterable[object]) -> None:
    """Refuse a value that is not among those known, and list these.

    Example
    -------
    >>> one_of("split", "mass", ["random", "compound"])
    Traceback (most recent call last):
    xnet_lite.errors.InputError: split 'mass' is not one of random, compound
    """
    names = list(known)
    if value not in names:
        listed = ", ".join(map(str, names)) or "none"
        raise InputError(f"{what} {value!r} is not one of {listed}")


def hinted(function: Callable[Given, Found]) -> Callable[Given, Found]:
    """Let a function refuse arguments that are not what its hints say.

    Hints of numbers, counts, texts, yes and no, and sequences of numbers are held to,
    with `| None` or without; others are not looked at, nor is what is as by default.

    Example
    -------
    >>> @hinted
    ... def draw(n: int, sharp: bool = True) -> int:
    ...     return n
    >>> draw(3, sharp="no")
    Traceback (most recent call last):
    xnet_lite.errors.InputError: sharp is 'no': give True or False
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def checked(*args: Given.args, **options: Given.kwargs) -> Found:
        with suppress(TypeError):  # the call below says what is wrong
            hold_to_hints(signature, signature.bind(*args, **options).arguments)
        return function(*args, **options)

    return checked


def hold_to_hints(signature: inspect.Signature, values: Mapping[str, Any]) -> None:
    """Refuse the first value that is not what the hint of its argument says.

    Raises
    ------
    InputError
        With the argument, the value and what to give.
    """
    for name, parameter in signature.parameters.items():
        hint, value = parameter.annotation, values.get(name, parameter.default)
        if value is parameter.default:
            continue
        text = hint.__name__ if type(hint) is type else str(hint)
        words = re.sub(r"\b\w+\.(?=\w)", "", text).split(" | ")
        many = _MANY.fullmatch(words[0]) if len(words) == 1 else None
        kind = many[1] if many else next(iter({*words} - {"None"}), "")
        if kind not in _KINDS or len({*words} - {"None"}) != 1:
            continue
        fits, wanted = _KINDS[kind]
        if many:
            listed = isinstance(value, Iterable) and not isinstance(value, str)
            right = listed and all(map(fits, value))
            wanted = f"a list with {wanted} each"
        else:
            right = fits(value) or (value is None and "None" in words)
        if not right:
            raise InputError(f"{name} is {shortened(value)}: give {wanted}")


def shortened(value: object) -> str:
    """Return how a value is written, of a long one both ends."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:40]}…{text[-15:]}"


def affordable(what: str, n_bytes: float, remedy: str) -> None:
    """Refuse work that asks for more memory than there is, before it is begun.

    Parameters
    ----------
    what : str
        The work, in words with its numbers: "a kernel of 60000 sites".
    n_bytes : float
        What it would hold at a time.
    remedy : str
        What to do instead: "give fewer".

    Raises
    ------
    InputError
        If that is more than `SHARE` of the machine's, or the container's.

    Example
    -------
    >>> affordable("a list of 3 numbers", 24, "give fewer")
    """
    has = memory()
    if n_bytes > SHARE * has:
        raise InputError(
            f"{what} would take {_gib(n_bytes)} of memory, and {_gib(has)} are here: "
            f"{remedy}"
        )


def soon(what: str, seconds: float, remedy: str) -> None:
    """Refuse work that would take longer than anybody waits for, before it is begun.

    Parameters
    ----------
    what, remedy : str
        As in `affordable`.
    seconds : float
        That a processor would take.

    Raises
    ------
    InputError
        If that is more than `LONGEST`.

    Example
    -------
    >>> soon("a list of 3 numbers", 1e-9, "give fewer")
    """
    if seconds > LONGEST:
        said = f"{what} would take about {seconds / 3600:.2g} hours"
        raise InputError(f"{said}: {remedy}")


def memory() -> float:
    """Return the bytes of memory that this process may have, infinite if unknown."""
    try:
        has = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, OSError, ValueError):  # not on Windows
        return float("inf")
    with suppress(OSError, ValueError):  # "max" where a container grants all
        has = min(has, float(_GRANTED.read_text()))
    return has


def missing(need: str, extra: str = "chem") -> InputError:
    """Return what says that an optional package is needed, and how to get it.

    Example
    -------
    >>> print(missing("this needs that"))
    this needs that, which is not installed; get it with: pip install "xnet-lite[chem]"
    """
    remedy = f'get it with: pip install "xnet-lite[{extra}]"'
    return InputError(f"{need}, which is not installed; {remedy}")


class FormerName(FutureWarning):
    """A name that still works and has another spelling now."""


class Doubt(UserWarning):
    """What was read may not be what it is taken for; one sentence says why."""


def _gib(n_bytes: float) -> str:
    """Bytes as a reader takes them in."""
    size = n_bytes / 2**30
    return f"{size:.2g} GiB" if size < 1000 else "more than 1000 GiB"


def _number(value: object) -> bool:
    """Whether a value is a real number, True and False left out."""
    return isinstance(value, Real) and not _is_bool(value) and not isnan(value)


def _count(value: object) -> bool:
    """Whether a value is a whole number."""
    return isinstance(value, Integral) and not _is_bool(value)


def _is_bool(value: object) -> bool:
    """Whether a value is yes or no; NumPy has types of its own."""
    return isinstance(value, bool) or type(value).__name__ in ("bool_", "bool")


# what hints call a kind of values -> whether one is such, and what to give
_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "bool": (_is_bool, "True or False"),
    "int": (_count, "a whole number"),
    "float": (_number, "a number"),
    "str": (lambda value: isinstance(value, str), "a text"),
}
_MANY = re.compile(r"(?:Sequence|tuple)\[(int|float|str)(?:, \.\.\.)?\]")
