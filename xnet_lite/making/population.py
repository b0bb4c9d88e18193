"""Which sites a corpus consists of, before anybody computes a spectrum."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from xnet_lite import complexes
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.making.workshop import Workshop, plain, site_of
from xnet_lite.parallel import source_digest

# complexes tried at a time; the last batch may give some sites too many
_BATCH = 8
# of a compound's isomers, how many of the least strained may be chosen
_ISOMERS = 2


@dataclass(frozen=True)
class MetalPlan:
    """How many sites of one metal a corpus holds.

    Parameters
    ----------
    metal : str
        Absorber.
    n_sites : int
        Relaxed sites, each of another compound.
    n_displaced : int
        Thermally displaced copies of the first of them, in addition.
    max_atoms : int
        Largest complex.
    """

    metal: str
    n_sites: int
    n_displaced: int = 0
    max_atoms: int = 66


@dataclass(frozen=True)
class CorpusPlan:
    """What a corpus consists of.

    Parameters
    ----------
    title : str
        One line about it.
    metals : tuple of MetalPlan
        In the order in which they are made.
    seed : int
        Of the order of the complexes, their torsions, isomers and displacements.
    """

    title: str
    metals: tuple[MetalPlan, ...]
    seed: int = 20261121


_IRON = MetalPlan("Fe", 1500, n_displaced=150)
_OTHERS = tuple(
    MetalPlan(metal, 400, n_displaced=40, max_atoms=44)
    for metal in complexes.METALS
    if metal != "Fe"
)
#: of the corpus that the library ships
PLAN = CorpusPlan(
    "K-edge XANES of relaxed coordination complexes, Ti to Zn", (_IRON, *_OTHERS)
)


def part_of(
    plan: CorpusPlan,
    *,
    metals: Sequence[str] | None = None,
    n_sites: int | None = None,
    seed: int | None = None,
) -> CorpusPlan:
    """Return a plan, or a part of it.

    Parameters
    ----------
    plan : CorpusPlan
        The whole.
    metals : sequence of str, optional
        Only these.
    n_sites : int, optional
        Relaxed sites a metal instead of the plan's own, with a tenth as many
        displaced copies.
    seed : int, optional
        Instead of the plan's own.

    Raises
    ------
    InputError
        For a metal that is not there, or less than one site.

    Example
    -------
    >>> part_of(PLAN, metals=["Fe"], n_sites=20).metals
    (MetalPlan(metal='Fe', n_sites=20, n_displaced=2, max_atoms=66),)
    """
    there = {one.metal: one for one in plan.metals}
    for metal in metals or ():
        one_of("metal", metal, there)
    if metals is not None:
        if len(set(metals)) < len(metals):
            raise InputError(f"metals {', '.join(metals)}: name each of them once")
        plan = replace(plan, metals=tuple(there[metal] for metal in metals))
    within("[1, inf)", whole=True, optional=True, n_sites=n_sites)
    if n_sites is not None:
        copies = n_sites // 10
        fewer = (replace(m, n_sites=n_sites, n_displaced=copies) for m in plan.metals)
        plan = replace(plan, metals=tuple(fewer))
    return plan if seed is None else replace(plan, seed=seed)


def populate(
    plan: MetalPlan, seed: int, shop: Workshop
) -> tuple[list[dict[str, Any]], list[str]]:
    """Build and relax the sites of one metal.

    Complexes come in the order of :func:`~xnet_lite.complexes.recipes` until
    there are enough; those that cannot be built, do not relax, fall apart or
    rearrange are left out.

    Parameters
    ----------
    plan : MetalPlan
        What to build.
    seed : int
        Of everything that is drawn.
    shop : Workshop
        Where it is done.

    Returns
    -------
    sites : list of dict
        Plain values: numbers, positions [Å], name, labels, shell; the displaced
        copies last.
    left_out : list of str
        What became of each compound that is not there.

    Raises
    ------
    InputError
        If there are not enough complexes; the message says how many there are.
    """
    listed = complexes.recipes(plan.metal, seed=seed, max_atoms=plan.max_atoms)
    settings = {"keys": [r.key for r in listed], "source": source_digest(complexes)}
    found: list[dict[str, Any]] = []
    left_out: list[str] = []
    start = 0
    while len(found) < plan.n_sites:
        if start >= len(listed):
            raise InputError(
                f"only {len(found)} of {plan.n_sites} complexes of {plan.metal} can be "
                "made; ask for fewer, or for larger ones."
            )
        missing = max(plan.n_sites - len(found), _BATCH)
        done = shop.map(
            partial(_relaxed, seed),
            listed[start : start + missing],
            f"{plan.metal}-{start}",
            f"{plan.metal}: building and relaxing",
            seed=seed,
            **settings,
        )
        found += [one for one in done if "numbers" in one]
        left_out += [one["left_out"] for one in done if "left_out" in one]
        start += missing
    found = found[: plan.n_sites]
    copies = [_displaced(seed, one) for one in found[: plan.n_displaced]]
    return found + copies, left_out


def _relaxed(seed: int, recipe: complexes.Recipe) -> dict[str, Any]:
    """A relaxed complex as plain values, or why there is none."""
    # named after the compound: its place in the list changes nothing
    draw = zlib.crc32(f"{seed} {recipe.key}".encode())
    try:
        isomer = draw % min(len(complexes.isomers(recipe)), _ISOMERS)
        made = complexes.relax(complexes.build(recipe, isomer=isomer, seed=draw))
    except InputError as error:
        return {"left_out": str(error)}
    more = {"labels": made.labels(), "shell": complexes.shell_distances(made)}
    return plain(made.atoms, made.site().name, **more)


def _displaced(seed: int, one: dict[str, Any]) -> dict[str, Any]:
    """A thermally displaced copy."""
    draw = zlib.crc32(f"{seed} {one['name']} displaced".encode())
    moved = complexes.displace(site_of(one).atoms, seed=draw)
    labels = one["labels"] | {"displaced": True, "relaxed": False}
    return one | plain(moved, one["name"] + " displaced", labels=labels)
