"""Every dataset that the library can make, by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, one_of
from xnet_lite.making import corpus, crystals, dynamics, two_levels
from xnet_lite.parallel import opened

MAKERS: dict[str, Callable[..., XASDataset]] = {
    corpus.NAME: corpus.make,
    crystals.NAME: crystals.make_crystals,
    dynamics.NAME: dynamics.make_dynamics,
    two_levels.NAME: two_levels.make_two_levels,
}
"""What makes a dataset, by its name."""


def make_dataset(
    name: str, folder: str | Path | None = None, **options: Any
) -> XASDataset:
    """Make and return a dataset of the library; what is None is as planned.

    Parameters
    ----------
    name : str
        One of :data:`MAKERS`.
    folder, **options
        As :func:`xnet_lite.making.corpus.make` has them: `metals` for a set of several,
        `n_sites` of each, or frames of a trajectory, `seed`, `workers`, `scheduler`
        (as in :func:`xnet_lite.parallel.opened`, once for all parts) …

    Raises
    ------
    InputError
        For an unknown name, or metals of a set of one; the message lists the names.

    Example
    -------
    >>> make_dataset("fe-dynamics", "out/short", n_sites=3)   # doctest: +SKIP
    """
    one_of("dataset to make", name, MAKERS)
    given = {key: value for key, value in options.items() if value is not None}
    if "metals" in given and name not in (corpus.NAME, crystals.NAME):
        raise InputError(f"{name} has one metal, Fe; leave the choice of metals out.")
    if "scheduler" not in given:
        return MAKERS[name](folder, **given)
    with opened(given["scheduler"], given.get("workers", 2)) as scheduler:
        return MAKERS[name](folder, **given | {"scheduler": scheduler})
