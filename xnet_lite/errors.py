"""What a bad file or a bad value raises, on every storey above; what is only said."""

import operator
import re
from collections.abc import Iterable
from math import isfinite
from numbers import Integral, Real
from typing import Any

# how NumPy writes a number inside a list: np.float64(1.5)
_OF_NUMPY = re.compile(r"\bnp\.\w+\(([^()]*)\)")
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
        super().__init__(_OF_NUMPY.sub(r"\1", str(message)))


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
            remedy = f"give a {word} {rules}{', or None' if optional else ''}"
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
