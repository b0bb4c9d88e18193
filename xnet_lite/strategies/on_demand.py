"""Structures that nobody has built yet: a pool that is made while it is looked at."""

from collections.abc import Iterator
from dataclasses import dataclass

from xnet_lite.complexes import build, recipes, relax
from xnet_lite.errors import InputError
from xnet_lite.structures import Site


@dataclass(frozen=True)
class OnDemand:
    """Complexes of a metal, one after another, each built when it is asked for.

    Parameters
    ----------
    metal, seed, max_atoms
        As in `complexes.recipes`, whose order they come in.
    relaxed : bool
        Relax each with GFN2-xTB, which takes longer than its spectrum.

    Example
    -------
    >>> next(iter(OnDemand("Fe"))).absorber
    'Fe'
    """

    metal: str
    seed: int = 0
    max_atoms: int = 66
    relaxed: bool = False

    def __iter__(self) -> Iterator[Site]:
        """Those that can be built."""
        for one in recipes(self.metal, seed=self.seed, max_atoms=self.max_atoms):
            try:
                made = build(one, seed=self.seed)
                made = relax(made) if self.relaxed else made
            except InputError:
                continue
            yield made.site()
