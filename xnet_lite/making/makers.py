"""Every dataset that the library can make, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError
from xnet_lite.making import corpus, dynamics, two_levels

_SOURCE = "tm-complexes-k"


def make_dataset(
    name: str,
    folder: str | Path | None = None,
    *,
    metals: Sequence[str] | None = None,
    n_sites: int | None = None,
    seed: int | None = None,
    workers: int = 2,
    progress: bool = True,
) -> XASDataset:
    """Make a dataset of the library; what is not given is as planned.

    Parameters
    ----------
    name : str
        One of :data:`MAKERS`.
    folder : str or Path, optional
        Where it goes; ``data/<name>`` by default.
    metals : sequence of str, optional
        Only these; for a set of several.
    n_sites : int, optional
        Sites a metal, or frames of a trajectory.
    seed : int, optional
        Of what is drawn.
    workers : int
        Processes.
    progress : bool
        Show bars with the time left.

    Returns
    -------
    XASDataset
        As written to the folder with ``CARD.md``.

    Raises
    ------
    InputError
        For an unknown name, or metals of a set of one; the message lists the names.

    Example
    -------
    >>> make_dataset("fe-dynamics", "out/short", n_sites=3)   # doctest: +SKIP
    """
    if name not in MAKERS:
        raise InputError(
            f"nobody knows how to make {name!r}; choose one of {', '.join(MAKERS)}."
        )
    options: dict[str, Any] = {"metals": metals, "n_sites": n_sites, "seed": seed}
    given = {key: value for key, value in options.items() if value is not None}
    if "metals" in given and name not in corpus.PLANS:
        raise InputError(f"{name} has one metal, Fe; leave the choice of metals out.")
    return MAKERS[name](folder, workers=workers, progress=progress, **given)


def _dynamics(folder: str | Path | None, **options: Any) -> XASDataset:
    """A trajectory counts frames."""
    if "n_sites" in options:
        options["n_frames"] = options.pop("n_sites")
    return dynamics.make_dynamics(folder, **options)


def _two_levels(folder: str | Path | None, **options: Any) -> XASDataset:
    """Two levels start from the sites of the corpus."""
    return two_levels.make_two_levels(load(_SOURCE), folder, **options)


MAKERS: dict[str, Callable[..., XASDataset]] = {
    **{name: partial(corpus.make, name) for name in corpus.PLANS},
    dynamics.NAME: _dynamics,
    two_levels.NAME: _two_levels,
}
"""What makes a dataset, by its name."""
