"""Which sites a corpus consists of, before anybody computes a spectrum."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

from xnet_lite import __version__
from xnet_lite.datasets import complexes
from xnet_lite.datasets.complexes import (
    Recipe,
    build,
    displace,
    isomers,
    recipes,
    shell_distances,
)
from xnet_lite.errors import InputError
from xnet_lite.workflows.base import source_digest


@dataclass(frozen=True)
class CorpusPlan:
    """What a corpus consists of.

    Parameters
    ----------
    title : str
        One line about it.
    metals : tuple of str
        Absorbers.
    n_sites : int
        Sites a metal.
    copies : int
        Sites a compound: the first as built, the others with thermal displacements
        and, where there are any, in another isomer.
    seed : int
        Of the order of the complexes, their torsions and displacements.
    max_atoms : int
        Largest complex.
    """

    title: str
    metals: tuple[str, ...]
    n_sites: int
    copies: int = 2
    seed: int = 20261121
    max_atoms: int = 66


PLANS = {
    "fe-first": CorpusPlan(
        "Fe K-edge XANES of built coordination complexes", ("Fe",), n_sites=640
    ),
}


def corpus_plan(name: str, n_sites: int | None, seed: int | None) -> CorpusPlan:
    """Return the plan of a name, with other numbers where they are given.

    Parameters
    ----------
    name : str
        One of :data:`PLANS`.
    n_sites, seed : int, optional
        Instead of the plan's own.

    Raises
    ------
    InputError
        For an unknown name or less than one site.

    Example
    -------
    >>> corpus_plan("fe-first", None, 7).seed
    7
    """
    if name not in PLANS:
        raise InputError(
            f"nobody knows how to make {name!r}; choose one of {', '.join(PLANS)}."
        )
    plan = PLANS[name]
    if n_sites is not None:
        if n_sites < 1:
            raise InputError(f"{n_sites} sites make no dataset; ask for 1 or more.")
        plan = replace(plan, n_sites=n_sites)
    return plan if seed is None else replace(plan, seed=seed)


def populate(
    plan: CorpusPlan, work: Path, run: Callable[..., list]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Build the sites of a corpus.

    Complexes come in the order of :func:`~xnet_lite.datasets.complexes.recipes` until
    there are enough sites of each metal; those that cannot be built are left out.

    Parameters
    ----------
    plan : CorpusPlan
        What to build.
    work : Path
        Folder of the checkpoints.
    run : callable
        :func:`~xnet_lite.workflows.base.checkpointed_map` with workers and progress.

    Returns
    -------
    sites : list of dict
        Plain values: numbers, positions [Å], name, labels, shell.
    left_out : list of str
        Compounds that did not fit.
    """
    sites, left_out = [], []
    for metal in plan.metals:
        listed = recipes(metal, seed=plan.seed, max_atoms=plan.max_atoms)
        found: list[dict] = []
        start = 0
        while len(found) < plan.n_sites and start < len(listed):
            missing = -(-(plan.n_sites - len(found)) // plan.copies)
            done = run(
                partial(_build_copies, plan.copies, plan.seed),
                listed[start : start + missing],
                work / f"{metal}-{start}",
                settings={
                    "keys": [r.key for r in listed],
                    "code": code_versions(),
                    "source": source_digest(complexes),
                    **asdict(plan),
                },
                label=f"{metal} complexes",
            )
            for recipe, outcome in zip(listed[start:], done, strict=False):
                left_out += [] if outcome["sites"] else [recipe.key]
                found += outcome["sites"]
            start += missing
        sites += found[: plan.n_sites]
    return sites, left_out


def _build_copies(copies: int, seed: int, recipe: Recipe) -> dict[str, Any]:
    """All copies of one complex as plain values, or none if it cannot be built."""
    try:
        n_isomers = len(isomers(recipe))
        sites = []
        for copy in range(copies):
            # named after the compound: its place in the list changes nothing
            draw = zlib.crc32(f"{seed} {recipe.key} {copy}".encode())
            built = build(recipe, isomer=copy % n_isomers, seed=draw)
            if copy > 0:
                built = displace(built, seed=draw)
            sites.append(
                {
                    "numbers": built.atoms.numbers.tolist(),
                    "positions": built.atoms.positions.tolist(),
                    "name": built.site().name,
                    "labels": built.labels(),
                    "shell": shell_distances(built),
                }
            )
    except InputError as error:
        return {"sites": [], "reason": str(error)}
    return {"sites": sites}


def code_versions() -> dict[str, str]:
    """Return the versions of what the bytes of a corpus depend on."""
    packages = ("ase", "numpy", "rdkit", "scipy", "torch")
    return {"xnet-lite": __version__, **{name: version(name) for name in packages}}
