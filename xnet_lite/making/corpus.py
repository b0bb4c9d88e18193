"""Make the datasets that the library ships: build complexes, compute their spectra."""

from __future__ import annotations

import hashlib
import inspect
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite import scattering
from xnet_lite.datasets import XASDataset, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.making.cards import write_card
from xnet_lite.making.population import (
    PLANS,
    CorpusPlan,
    as_record,
    code_versions,
    corpus_plan,
    populate,
    site_of,
)
from xnet_lite.parallel import checkpointed_map, source_digest
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import Spectrum, resample
from xnet_lite.structures import Site

# eV from the edge, those of the public tmQM sets: 226 points, 1/3 eV apart
ENERGY_REL = np.linspace(-15.0, 60.0, 226)
# eV; spectra are divided by their mean above it
NORMALISED_ABOVE = 15.0
# eV from the tabulated edge, within which absorption must pass half its final value
# (the 109 public Fe spectra do between -1 and 18)
_EDGE_WINDOW = (-8.0, 22.0)

_PRESET = "fdmnes_like"

Engine = Callable[[Site], Spectrum]


@dataclass(frozen=True)
class Level:
    """An engine with the name under which it stands on cards and in checkpoints.

    Parameters
    ----------
    name : str
        Tells it from every other engine.
    engine : callable
        From a `Site` to a `Spectrum`.
    """

    name: str
    engine: Engine

    @classmethod
    def of(cls, **options: float) -> Level:
        """Return the FDMNES-like engine with other options than its own."""
        words = [f"preset={_PRESET!r}", *(f"{k}={v!r}" for k, v in options.items())]
        engine = MultipleScattering(_PRESET, energies=ENERGY_REL, **options)  # type: ignore[arg-type]
        return cls(f"MultipleScattering({', '.join(words)})", engine)


DEAR = Level.of()
CHEAP = Level.of(r_fms=3.0, l_max=2)
__all__ = ["CHEAP", "DEAR", "ENERGY_REL", "PLANS", "CorpusPlan", "make"]


def make(
    name: str = "tm-complexes-k",
    folder: str | Path | None = None,
    *,
    workers: int = 2,
    metals: Sequence[str] | None = None,
    n_sites: int | None = None,
    seed: int | None = None,
    progress: bool = True,
    engine: Engine | None = None,
    work_folder: str | Path | None = None,
) -> XASDataset:
    """Make a dataset of the library: structures, spectra, card.

    Complexes come in the order of :func:`~xnet_lite.complexes.recipes` and
    are relaxed; what clashes, falls apart or rearranges is left out. Every finished
    site is on disk at once, and the next call with the same arguments goes on from
    there. The files depend on the seed and on the versions named on the card, not on
    the number of workers or interruptions.

    Parameters
    ----------
    name : str
        One of :data:`PLANS`.
    folder : str or Path, optional
        Where the dataset goes; ``data/<name>`` by default.
    workers : int
        Processes, one thread each.
    metals, n_sites, seed : optional
        Only these metals, other numbers of sites a metal, another seed; see
        :func:`~xnet_lite.making.population.corpus_plan`.
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
        For an unknown name, without RDKit or tblite, or where a spectrum is not sane.

    Example
    -------
    >>> make(folder="out/small", metals=["Fe"], n_sites=4)   # doctest: +SKIP
    """
    plan = corpus_plan(name, metals=metals, n_sites=n_sites, seed=seed)
    folder = Path("data", name) if folder is None else Path(folder)
    work = Path("out", "corpus", name) if work_folder is None else Path(work_folder)
    run = partial(checkpointed_map, workers=workers, progress=progress)
    level = DEAR if engine is None else Level(_name_of(engine), engine)
    built: list[dict] = []
    left_out: list[str] = []
    spectra: list[dict] = []
    for metal in plan.metals:
        sites, without = populate(metal, plan.seed, work, run)
        built, left_out = built + sites, left_out + without
        spectra += compute_spectra(level, sites, work / f"{metal.metal}-spectra", run)
    dataset = XASDataset(
        name=name,
        energy=ENERGY_REL,
        spectra=np.array([one["mu"] for one in spectra]),
        sites=[site_of(one) for one in built],
        labels=_labels(built) | {"e0": np.array([one["e0"] for one in spectra])},
        meta=_meta(plan, spectra, level.name),
    )
    _refuse_odd_spectra(dataset)
    save_dataset(dataset, folder)
    write_card(dataset, folder, [one["shell"] for one in built], left_out)
    shutil.rmtree(work)
    return dataset


def compute_spectra(
    level: Level, sites: Sequence[dict], path: Path, run: Callable[..., list]
) -> list[dict[str, Any]]:
    """Compute the normalised absorption of sites on the common grid.

    Parameters
    ----------
    level : Level
        The engine and its name.
    sites : sequence of dict
        As :func:`~xnet_lite.making.population.populate` returns them.
    path : Path
        Checkpoint file, completed with a hash of everything that results depend on.
    run : callable
        :func:`~xnet_lite.parallel.checkpointed_map` with workers and progress.

    Returns
    -------
    list of dict
        "e0" [eV] and "mu", one a site.
    """
    return run(
        partial(_spectrum, level.engine),
        sites,
        path,
        settings={
            "engine": level.name,
            "code": code_versions(),
            "source": source_digest(scattering),
            "structures": _digest(sites),
        },
        label=f"{path.name}",
    )


def _spectrum(engine: Engine, one: dict) -> dict[str, Any]:
    """Normalised absorption of one site on the common grid."""
    spectrum = engine(site_of(one))
    e0 = float(spectrum.e0 or 0.0)
    mu = resample(spectrum, e0 + ENERGY_REL).mu
    mu = mu / mu[ENERGY_REL > NORMALISED_ABOVE].mean()
    return {"e0": e0, "mu": mu.round(6).tolist()}


def _labels(built: Sequence[dict]) -> dict[str, np.ndarray]:
    """Labels as one array a key."""
    keys = built[0]["labels"]
    return {key: np.array([one["labels"][key] for one in built]) for key in keys}


def _name_of(engine: Engine) -> str:
    """What distinguishes one engine from another, the same in every process."""
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
        "absorber": plan.metals[0].metal if len(plan.metals) == 1 else "",
        "edge": "K",
        "e0": edges[0] if len(edges) == 1 else None,
        "energy_reference": "e0",
        "units": f"absorption divided by its mean above {NORMALISED_ABOVE:g} eV",
        "licence": "CC-BY-4.0",
        "citation": "xnet-lite, see CITATION.cff",
        "origin": "made by this package, see CARD.md",
        "engine": engine,
        "versions": code_versions(),
        "plan": as_record(plan),
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
