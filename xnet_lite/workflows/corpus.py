"""Make the datasets that the library ships: build complexes, compute their spectra."""

from __future__ import annotations

import hashlib
import inspect
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from xnet_lite import scattering
from xnet_lite.datasets import XASDataset, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum, resample
from xnet_lite.structures import Site
from xnet_lite.workflows.base import checkpointed_map, source_digest
from xnet_lite.workflows.card import write_card
from xnet_lite.workflows.population import (
    PLANS,
    CorpusPlan,
    code_versions,
    corpus_plan,
    populate,
)

# eV from the edge, those of the public tmQM sets: 226 points, 1/3 eV apart
ENERGY_REL = np.linspace(-15.0, 60.0, 226)
# eV; spectra are divided by their mean above it
NORMALISED_ABOVE = 15.0
# eV from the tabulated edge, within which absorption must pass half its final value
# (the 109 public Fe spectra do between -1 and 18)
_EDGE_WINDOW = (-8.0, 22.0)

_PRESET = "fdmnes_like"

Engine = Callable[[Site], Spectrum]
__all__ = ["ENERGY_REL", "PLANS", "CorpusPlan", "make"]


def make(
    name: str = "fe-first",
    folder: str | Path | None = None,
    *,
    workers: int = 2,
    n_sites: int | None = None,
    seed: int | None = None,
    progress: bool = True,
    engine: Engine | None = None,
    work_folder: str | Path | None = None,
) -> XASDataset:
    """Make a dataset of the library: structures, spectra, card.

    Complexes come in the order of :func:`~xnet_lite.datasets.complexes.recipes`;
    what clashes is left out. Every finished site is on disk at once, and the next
    call with the same arguments goes on from there. The files depend on the seed and
    on the versions named on the card, not on the number of workers or interruptions.

    Parameters
    ----------
    name : str
        One of :data:`PLANS`.
    folder : str or Path, optional
        Where the dataset goes; ``data/<name>`` by default.
    workers : int
        Processes, one thread each.
    n_sites, seed : int, optional
        Sites a metal and seed, where not the plan's.
    progress : bool
        Show bars with the time left.
    engine : callable, optional
        From a `Site` to a `Spectrum`; the FDMNES-like engine by default. With several
        workers it must be able to travel to another process.
    work_folder : str or Path, optional
        Where the checkpoints go; ``out/corpus/<name>`` by default.

    Returns
    -------
    XASDataset
        As written to the folder with ``CARD.md``.

    Raises
    ------
    InputError
        For an unknown name, without RDKit, or where a spectrum is not sane.

    Example
    -------
    >>> make("fe-first", "out/small", n_sites=4)   # doctest: +SKIP
    """
    plan = corpus_plan(name, n_sites, seed)
    folder = Path("data", name) if folder is None else Path(folder)
    work = Path("out", "corpus", name) if work_folder is None else Path(work_folder)
    run = partial(checkpointed_map, workers=workers, progress=progress)
    described = _described(engine)
    engine = engine or MultipleScattering(preset=_PRESET, energies=ENERGY_REL)
    built, left_out = populate(plan, work, run)
    spectra = run(
        partial(_spectrum, engine),
        built,
        work / "spectra",
        settings={
            "engine": described,
            "code": code_versions(),
            "source": source_digest(scattering),
            "structures": _digest(built),
        },
        label="spectra",
    )
    dataset = XASDataset(
        name=name,
        energy=ENERGY_REL,
        spectra=np.array([one["mu"] for one in spectra]),
        sites=[_site(one) for one in built],
        labels=_labels(built),
        meta=_meta(plan, spectra, described),
    )
    _refuse_odd_spectra(dataset)
    save_dataset(dataset, folder)
    write_card(dataset, folder, [one["shell"] for one in built], left_out)
    shutil.rmtree(work)
    return dataset


def _site(one: dict) -> Site:
    """A site from plain values; the metal comes first."""
    atoms = Atoms(numbers=one["numbers"], positions=one["positions"])
    return Site(atoms, 0, name=one["name"])


def _spectrum(engine: Engine, one: dict) -> dict[str, Any]:
    """Normalised absorption of one site on the common grid."""
    spectrum = engine(_site(one))
    e0 = float(spectrum.e0 or 0.0)
    mu = resample(spectrum, e0 + ENERGY_REL).mu
    mu = mu / mu[ENERGY_REL > NORMALISED_ABOVE].mean()
    return {"e0": e0, "mu": mu.round(6).tolist()}


def _labels(built: Sequence[dict]) -> dict[str, np.ndarray]:
    """Labels as one array a key."""
    keys = built[0]["labels"]
    return {key: np.array([one["labels"][key] for one in built]) for key in keys}


def _described(engine: Engine | None) -> str:
    """What distinguishes one engine from another, the same in every process."""
    if engine is None:
        return f"MultipleScattering(preset={_PRESET!r})"
    named = engine if inspect.isroutine(engine) else type(engine)
    plain = named is engine or type(engine).__repr__ is object.__repr__
    return f"{named.__module__}.{named.__qualname__}" if plain else repr(engine)


def _digest(built: Sequence[dict]) -> str:
    """Hash of the structures."""
    text = repr([(one["numbers"], one["positions"]) for one in built])
    return hashlib.sha256(text.encode()).hexdigest()


def _meta(plan: CorpusPlan, spectra: Sequence[dict], engine: str) -> dict[str, Any]:
    """Facts about the set."""
    edges = sorted({one["e0"] for one in spectra})
    return {
        "title": plan.title,
        "absorber": plan.metals[0] if len(plan.metals) == 1 else "",
        "edge": "K",
        "e0": edges[0] if len(edges) == 1 else None,
        "energy_reference": "e0",
        "units": f"absorption divided by its mean above {NORMALISED_ABOVE:g} eV",
        "licence": "CC-BY-4.0",
        "citation": "xnet-lite, see CITATION.cff",
        "origin": "made by this package, see CARD.md",
        "engine": engine,
        "versions": code_versions(),
        "plan": asdict(plan) | {"metals": list(plan.metals)},
    }


def _refuse_odd_spectra(dataset: XASDataset) -> None:
    """Raise where absorption is negative or its rise is not where the edge is."""
    low, high = _EDGE_WINDOW
    risen = dataset.energy[np.argmax(dataset.spectra > 0.5, axis=1)]
    odd = (risen < low) | (risen > high) | (dataset.spectra.min(axis=1) < -1e-3)
    if odd.any():
        first = int(np.argmax(odd))
        names = dataset.sites or []
        raise InputError(
            f"the spectrum of {names[first].name!r} is not sane: it rises at "
            f"{risen[first]:.1f} eV and falls to {dataset.spectra[first].min():.3f}; "
            "check the engine."
        )
