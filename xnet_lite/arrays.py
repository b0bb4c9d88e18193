"""What type hints call the arrays of this library, and how one is made of values."""

from numbers import Real
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from xnet_lite.errors import InputError

#: numbers of science, float64
Array: TypeAlias = NDArray[np.float64]
#: waves and what they carry
ComplexArray: TypeAlias = NDArray[np.complexfloating[Any, Any]]
#: counts, rows and indices
Ints: TypeAlias = NDArray[np.integer[Any]]
#: what is kept, or holds
Mask: TypeAlias = NDArray[np.bool_]
#: one value a site: words, numbers, or yes and no
Labels: TypeAlias = NDArray[Any]
#: arrays by name, of any kind
Arrays: TypeAlias = dict[str, NDArray[Any]]


def floats(what: str, values: ArrayLike) -> Array:
    """Return numbers as float64, whatever they are held in.

    Parameters
    ----------
    what : str
        How the message calls them: "energy".
    values : array
        Of any shape.

    Raises
    ------
    InputError
        If they are no real numbers, nothing, or rows of unlike lengths.

    Example
    -------
    >>> floats("energy", [1, 2])
    array([1., 2.])
    """
    try:
        found = np.asarray(values)
    except (TypeError, ValueError):
        raise InputError(f"{what}: rows of unlike lengths, give a table") from None
    of_numbers = found.dtype.kind in "biuf"
    if found.dtype.kind == "O":
        of_numbers = all(isinstance(one, Real) for one in found.flat)
    if not of_numbers:
        kind = "nothing" if values is None else f"values such as {_first(found)}"
        raise InputError(f"{what}: {kind} where real numbers are, give these")
    return found.astype(np.float64, copy=False)


def _first(found: NDArray[Any]) -> str:
    """How the first value of an array is written."""
    return repr(found.flat[0].item() if found.dtype.kind != "O" else found.flat[0])[:30]
