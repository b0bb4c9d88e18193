"""Make `fe-two-levels`: the same iron sites at a dear and at a cheap level."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError, within
from xnet_lite.making.workshop import Workshop, common_meta, cpu_seconds, plain
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.scattering import CHEAP, DEAR, Level

NAME = "fe-two-levels"
_TITLE = "K-edge XANES of iron complexes at two levels of one engine"
N_SITES, _N_TIMED = 640, 10
_SOURCE = "tm-complexes-k"


def make_two_levels(
    folder: str | Path | None = None,
    *,
    source: XASDataset | None = None,
    n_sites: int = N_SITES,
    seed: int = 20261121,
    cheap: Level = CHEAP,
    dear: Level = DEAR,
    **place: Any,
) -> XASDataset:
    """Make the dataset of sites with spectra at two levels.

    The first relaxed iron sites of a corpus keep their spectra and get others from a
    cheaper engine. A second run gives the same files but for the seconds on the card.

    Parameters
    ----------
    folder, **place
        As :func:`xnet_lite.making.corpus.make` has them.
    source : XASDataset, optional
        With sites, labels `metal` and `displaced`, on the grid of the levels;
        ``load("tm-complexes-k")`` by default.
    n_sites : int
        How many sites.
    seed : int
        Of the sites whose computing time is measured.
    cheap : Level
        Of `spectra_low`.
    dear : Level
        That made the spectra of the source; only its time is measured.

    Returns
    -------
    XASDataset
        With `spectra_low`.

    Raises
    ------
    InputError
        If the source has too few such sites, no structures or another grid; the
        message says which.

    Example
    -------
    >>> make_two_levels(n_sites=640)   # doctest: +SKIP
    """
    source = load(_SOURCE) if source is None else source
    chosen = _chosen(source, n_sites, cheap.energy_rel)
    shop = Workshop(NAME, folder, **place)
    sites = [plain(site.atoms, site.name) for site in chosen.sites or []]
    low = shop.spectra(cheap, sites, "spectra-low")
    spectra_low, meta = np.array([one["mu"] for one in low]), _meta(chosen, cheap, dear)
    parts: dict[str, Any] = {"name": NAME, "features": None, "meta": meta}
    dataset = replace(chosen, spectra_low=spectra_low, **parts)
    rng = np.random.default_rng(seed)
    timed = rng.choice(n_sites, size=min(_N_TIMED, n_sites), replace=False)
    seconds = [cpu_seconds(level, [sites[i] for i in timed]) for level in (dear, cheap)]
    facts = _facts(dataset, *seconds)
    return shop.finish(dataset, "two_levels.md", n_timed=len(timed), seed=seed, **facts)


def _chosen(source: XASDataset, n_sites: int, grid: Array) -> XASDataset:
    """The first relaxed iron sites, checked."""
    within("[1, inf)", whole=True, n_sites=n_sites)
    if source.sites is None:
        raise InputError(f"{source.name!r} has no structures; take a set that has.")
    if not np.array_equal(source.energy, grid):
        raise InputError(
            f"{source.name!r} is not on the grid of the engines, {grid[0]:g} to "
            f"{grid[-1]:g} eV in {len(grid)} steps; take one made here."
        )
    found = source.where(metal="Fe", displaced=False)
    if any(site.absorber_index for site in found.sites or []):
        raise InputError(f"{source.name!r} has absorbers that are not the first atom.")
    if len(found) < n_sites:
        said = f"{source.name!r} has only {len(found)} relaxed Fe sites"
        raise InputError(f"{said}; ask for as many, not {n_sites}.")
    return found[:n_sites]


def _meta(chosen: XASDataset, cheap: Level, dear: Level) -> dict[str, Any]:
    """Facts about the set."""
    kept = {"absorber", "edge", "e0", "energy_reference"}
    kept |= {"licence", "citation", "engine"}
    return {
        **common_meta(dear),
        **{key: chosen.meta[key] for key in kept & chosen.meta.keys()},
        "title": _TITLE,
        "source": chosen.name,
        "engine_low": cheap.name,
    }


def _facts(dataset: XASDataset, dear: float, cheap: float) -> dict[str, Any]:
    """What the card says of errors and of the CPU seconds a site."""
    assert dataset.spectra_low is not None
    errors = relative_spectral_error(dataset.spectra_low, dataset.spectra)
    return {
        "dear": dataset.meta["engine"],
        "cheap": dataset.meta["engine_low"],
        "median": np.median(errors),
        "most": np.quantile(errors, 0.9),
        "largest": errors.max(),
        "dear_seconds": dear,
        "cheap_seconds": cheap,
        "ratio": dear / cheap if cheap else np.nan,
    }
