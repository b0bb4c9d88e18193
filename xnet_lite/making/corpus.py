"""Make the corpus that the library ships: build complexes, compute their spectra."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.making.cards import corpus_facts
from xnet_lite.making.population import PLAN, CorpusPlan, part_of, populate
from xnet_lite.making.workshop import Workshop, labels_of
from xnet_lite.scattering import DEAR, Level

# eV from the tabulated edge, within which absorption must pass half its final value
# (the 109 public Fe spectra do between -1 and 18)
_EDGE_WINDOW = (-8.0, 22.0)


NAME = "tm-complexes-k"


def make(
    folder: str | Path | None = None,
    *,
    plan: CorpusPlan = PLAN,
    metals: Sequence[str] | None = None,
    n_sites: int | None = None,
    seed: int | None = None,
    level: Level = DEAR,
    **place: Any,
) -> XASDataset:
    """Make a corpus: structures, spectra, card.

    Complexes come in the order of :func:`~xnet_lite.complexes.recipes` and
    are relaxed; what clashes, falls apart or rearranges is left out.

    Parameters
    ----------
    folder : str or Path, optional
        Where the dataset goes; ``data/<name>`` by default.
    plan : CorpusPlan
        What it consists of.
    metals, n_sites, seed : optional
        Only these metals, other numbers of sites a metal, another seed; see
        :func:`~xnet_lite.making.population.part_of`.
    level : Level
        Of the spectra.
    **place
        `workers`, `scheduler`, `progress` and `work_folder` of a
        :class:`~xnet_lite.making.workshop.Workshop`.

    Returns
    -------
    XASDataset
        As written to the folder with ``CARD.md``.

    Raises
    ------
    InputError
        For an unknown metal, without RDKit or tblite, or where a spectrum is not sane.

    Example
    -------
    >>> make(folder="out/small", metals=["Fe"], n_sites=4)   # doctest: +SKIP
    """
    plan = part_of(plan, metals=metals, n_sites=n_sites, seed=seed)
    shop = Workshop(NAME, folder, **place)
    built: list[dict[str, Any]] = []
    left_out: list[str] = []
    spectra: list[dict[str, Any]] = []
    for metal in plan.metals:
        sites, without = populate(metal, plan.seed, shop)
        built, left_out = built + sites, left_out + without
        spectra += shop.spectra(level, sites, f"{metal.metal}-spectra")
    facts = _plan_meta(plan, spectra)
    dataset = shop.dataset(level, built, spectra, labels_of(built), **facts)
    _refuse_odd_spectra(dataset)
    said = corpus_facts(dataset, [one["shell"] for one in built], left_out)
    return shop.finish(dataset, "corpus.md", **said)


def _plan_meta(plan: CorpusPlan, spectra: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Facts about the set."""
    edges = sorted({one["e0"] for one in spectra})
    return {
        "title": plan.title,
        "absorber": plan.metals[0].metal if len(plan.metals) == 1 else "",
        "e0": edges[0] if len(edges) == 1 else None,
        "plan": asdict(plan),
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
