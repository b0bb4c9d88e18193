"""What a calculation costs, and what others will cost by that."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.structures import Site, cluster

#: Å, within which atoms count
REACH = 6.0
#: of a stored spectrum
DECIMALS = 6


def n_near(site: Site) -> int:
    """Return how many atoms lie within 6 Å, the absorber too.

    Example
    -------
    >>> from ase import Atoms
    >>> n_near(Site(Atoms("FeO2", [[0, 0, 0], [2, 0, 0], [9, 0, 0]]), 0))
    2
    """
    return len(cluster(site, REACH).atoms)


def foretold(sizes: ArrayLike, seconds: Mapping[int, float]) -> Array:
    """Return the seconds that each of some calculations will take, (n_sites,).

    Seconds are a power of the size: a line through logarithms of those that are known.
    Of fewer than three unlike sizes there is no line, and all cost the same.

    Parameters
    ----------
    sizes : array (n_sites,)
        Such as atoms nearby.
    seconds : mapping of int to float
        By row, of calculations that are done.

    Example
    -------
    >>> foretold([1, 2, 4, 8], {0: 1.0, 1: 4.0, 2: 16.0}).round(6).tolist()
    [1.0, 4.0, 16.0, 64.0]
    """
    x = np.log(np.asarray(sizes, dtype=float))
    rows = list(seconds)
    if len(np.unique(x[rows])) < 3:
        return np.ones(len(x))
    y = np.log(np.maximum(list(seconds.values()), 1e-6))
    return np.exp(np.polyval(np.polyfit(x[rows], y, 1), x))


def answered(oracle: Callable[[Site], Array], site: Site) -> dict[str, Any]:
    """Return a spectrum, or why there is none, and the CPU seconds that took.

    Returns
    -------
    dict
        "mu", to six decimals, or "refused", words; and "seconds".

    Example
    -------
    >>> from ase import Atoms
    >>> answered(lambda site: np.ones(2), Site(Atoms("Fe"), 0))["mu"]
    [1.0, 1.0]
    """
    start = time.process_time()
    try:
        said: dict[str, Any] = {"mu": np.round(oracle(site), DECIMALS).tolist()}
    except InputError as error:
        said = {"refused": str(error)}
    return said | {"seconds": time.process_time() - start}
