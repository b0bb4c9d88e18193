"""Make `fe-two-levels`: the same iron sites at a dear and at a cheap level."""

from __future__ import annotations

import shutil
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.datasets import XASDataset, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.making.corpus import (
    CHEAP,
    DEAR,
    ENERGY_REL,
    NORMALISED_ABOVE,
    Level,
    compute_spectra,
)
from xnet_lite.making.hashes import CARD, file_hashes
from xnet_lite.making.population import code_versions, site_of
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.parallel import checkpointed_map, one_thread
from xnet_lite.structures import Site

NAME = "fe-two-levels"
_TITLE = "K-edge XANES of iron complexes at two levels of one engine"
N_SITES, _N_TIMED = 640, 10

_TEXT = """# {name}

{title}: {n_sites} sites of {n_compounds} distinct complexes, {n_energies} energies.

- **Origin**: made by xnet-lite {version} with `xnet-lite data make {name}`
  (`xnet_lite/making/two_levels.py`): the first {n_sites} relaxed Fe sites of
  `{source}`, whose card tells how structures and `spectra` were made.
- **Licence**: CC BY 4.0.
- **Structures**: `structures.extxyz.gz`, Å, the absorber first.
- **Spectra**: K edge, `arrays.npz`; `energy` in eV from the tabulated edge ({e0} eV),
  {low:g} to {high:g}; both dimensionless: {units}.
  - `spectra`, the dear level: `{dear}`
  - `spectra_low`, the cheap level: `{cheap}`
- **Labels** (`label.*` in `arrays.npz`, one a site): {labels}.
- **Versions**: {versions}.

## How far apart the levels are
Relative spectral error Σ|μ_low − μ| / Σ|μ| of the cheap level against the dear one:
median {median:.2f} %, 90 % of sites below {most:.2f} %, largest {largest:.2f} %.

| level | CPU seconds a site |
|---|---|
| dear | {dear_seconds:.3f} |
| cheap | {cheap_seconds:.3f} |

Means over {n_timed} sites drawn with seed {seed}, one thread, on the machine that made
the set, after a first site that is not counted; the dear level costs
{ratio:.1f} times as much. These seconds are on this card alone: the files do not depend
on them.

## Known limits
- Both levels are the same theory, the cheap one with a smaller cluster and fewer
  partial waves: what they have wrong in common, their difference does not show.
- All limits on the card of `{source}` hold here.

## Files (SHA-256)
{files}
"""


def make_two_levels(
    source: XASDataset,
    folder: str | Path | None = None,
    *,
    n_sites: int = N_SITES,
    workers: int = 2,
    seed: int = 20261121,
    progress: bool = True,
    work_folder: str | Path | None = None,
    cheap: Level = CHEAP,
    dear: Level = DEAR,
) -> XASDataset:
    """Make the dataset of sites with spectra at two levels.

    The first relaxed iron sites of a corpus keep their spectra and get others from a
    cheaper engine. Every finished site is on disk at once, and the next call with the
    same arguments goes on from there to the same files but for the seconds on the card.

    Parameters
    ----------
    source : XASDataset
        With sites, labels `metal` and `displaced`, on the grid of the engines:
        ``load("tm-complexes-k")``.
    folder : str or Path, optional
        Where the dataset goes; ``data/fe-two-levels`` by default.
    n_sites : int
        How many sites.
    workers : int
        Processes, one thread each.
    seed : int
        Of the sites whose computing time is measured.
    progress : bool
        Show a bar with the time left.
    work_folder : str or Path, optional
        Where the checkpoints go; ``out/two-levels/fe-two-levels`` by default.
    cheap : Level
        Engine of `spectra_low`.
    dear : Level
        Engine that made the spectra of the source; only its time is measured.

    Returns
    -------
    XASDataset
        As written to the folder with ``CARD.md``.

    Raises
    ------
    InputError
        If the source has too few such sites, no structures or another grid; the
        message says which.

    Example
    -------
    >>> make_two_levels(load("tm-complexes-k"), n_sites=640)   # doctest: +SKIP
    """
    chosen = _chosen(source, n_sites)
    sites = list(chosen.sites or [])
    folder = Path("data", NAME) if folder is None else Path(folder)
    work = Path("out", "two-levels", NAME) if work_folder is None else Path(work_folder)
    run = partial(checkpointed_map, workers=workers, progress=progress)
    plain = [_plain(site) for site in sites]
    low = compute_spectra(cheap, plain, work / "spectra-low", run)
    dataset = XASDataset(
        name=NAME,
        energy=chosen.energy,
        spectra=chosen.spectra,
        sites=sites,
        labels=chosen.labels,
        meta=_meta(chosen, cheap, dear),
        spectra_low=np.array([one["mu"] for one in low]),
    )
    save_dataset(dataset, folder)
    timed = _sample(n_sites, seed)
    seconds = [_seconds(level, [plain[i] for i in timed]) for level in (dear, cheap)]
    _write_card(dataset, folder, seconds, seed)
    shutil.rmtree(work)
    return dataset


def _chosen(source: XASDataset, n_sites: int) -> XASDataset:
    """The first relaxed iron sites, checked."""
    if n_sites < 1:
        raise InputError(f"{n_sites} sites make no dataset; ask for 1 or more.")
    if source.sites is None:
        raise InputError(f"{source.name!r} has no structures; take a set that has.")
    if not np.array_equal(source.energy, ENERGY_REL):
        raise InputError(
            f"{source.name!r} is not on the grid of the engines, {ENERGY_REL[0]:g} to "
            f"{ENERGY_REL[-1]:g} eV in {len(ENERGY_REL)} steps; take one made here."
        )
    found = source.where(metal="Fe", displaced=False)
    if any(site.absorber_index for site in found.sites or []):
        raise InputError(f"{source.name!r} has absorbers that are not the first atom.")
    if len(found) < n_sites:
        raise InputError(
            f"{source.name!r} has only {len(found)} relaxed Fe sites; ask for as many, "
            f"not {n_sites}."
        )
    return found[:n_sites]


def _plain(site: Site) -> dict[str, Any]:
    """A site as plain values; its absorber stands first."""
    return {
        "numbers": site.atoms.numbers.tolist(),
        "positions": site.atoms.positions.tolist(),
        "name": site.name,
    }


def _meta(chosen: XASDataset, cheap: Level, dear: Level) -> dict[str, Any]:
    """Facts about the set."""
    kept = ("absorber", "edge", "e0", "energy_reference", "licence", "citation")
    return {
        **{key: chosen.meta[key] for key in kept if key in chosen.meta},
        "title": _TITLE,
        "units": f"absorption divided by its mean above {NORMALISED_ABOVE:g} eV",
        "origin": "made by this package, see CARD.md",
        "source": chosen.name,
        "engine": chosen.meta.get("engine", dear.name),
        "engine_low": cheap.name,
        "versions": code_versions(),
    }


def _sample(n_sites: int, seed: int) -> np.ndarray:
    """Sites whose computing time is measured."""
    rng = np.random.default_rng(seed)
    return rng.choice(n_sites, size=min(_N_TIMED, n_sites), replace=False)


def _seconds(level: Level, sites: Sequence[dict]) -> float:
    """Mean CPU time of a site [s], one thread, atoms' tables read before."""
    with one_thread():
        level.engine(site_of(sites[0]))
        start = time.process_time()
        for one in sites:
            level.engine(site_of(one))
        return (time.process_time() - start) / len(sites)


def _write_card(
    dataset: XASDataset, folder: Path, seconds: Sequence[float], seed: int
) -> None:
    """Write ``CARD.md`` beside the files."""
    assert dataset.spectra_low is not None
    meta = dataset.meta
    errors = relative_spectral_error(dataset.spectra_low, dataset.spectra)
    low, high = dataset.energy[[0, -1]]
    text = _TEXT.format(
        name=dataset.name,
        title=meta["title"],
        n_sites=len(dataset),
        n_compounds=len(set(dataset.groups)),
        n_energies=len(dataset.energy),
        version=meta["versions"]["xnet-lite"],
        source=meta["source"],
        e0=meta.get("e0"),
        low=low,
        high=high,
        units=meta["units"],
        dear=meta["engine"],
        cheap=meta["engine_low"],
        labels=", ".join(f"`{key}`" for key in dataset.labels),
        versions=", ".join(f"{name} {v}" for name, v in meta["versions"].items()),
        median=np.median(errors),
        most=np.quantile(errors, 0.9),
        largest=errors.max(),
        dear_seconds=seconds[0],
        cheap_seconds=seconds[1],
        ratio=seconds[0] / seconds[1] if seconds[1] else np.nan,
        n_timed=min(_N_TIMED, len(dataset)),
        seed=seed,
        files=file_hashes(folder),
    )
    (folder / CARD).write_text(text, encoding="utf-8", newline="\n")
