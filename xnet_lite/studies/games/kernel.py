"""Beat the kernel: predict spectra that stand in no file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import ClassVar

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, within
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import DESCRIPTOR
from xnet_lite.scattering import MultipleScattering
from xnet_lite.spectra import unit_mean
from xnet_lite.structures import Site
from xnet_lite.studies.games.game import N_SITES, Game, kernel, median_error, sites_of

#: spectra that are asked for; another number is another task
N_ASKED = 12
#: Å by which atoms of the asked sites are displaced, each way
SHAKEN = 0.04
#: an error below this, percent, was asked of the engine and not of a model
COMPUTED = 0.3


class BeatTheKernel(Game):
    """Learn from `known`; predict the sites in `asked`, shaken ones of new compounds.

    `features` are those of the asked ones, made like those of the known.

    Their spectra are in no file: the engine computes them when the first answer is
    scored, half a second each. (To ask the engine yourself is against the rules, and
    shows: no model is right to a third of a per cent.)

    Example
    -------
    >>> game = BeatTheKernel(season=1, n_sites=150, n_asked=2)
    >>> np.shape(game.baseline()) == (2, len(game.energy))
    True
    """

    name: ClassVar[str] = "beat the kernel"
    rules: ClassVar[str] = (
        "Hand in a spectrum for each site in `asked`, on `energy`, with mean 1 above "
        "15 eV. The score is by how many per cent your median error is below that of "
        "kernel ridge."
    )

    def __init__(
        self, season: int, n_sites: int = N_SITES, n_asked: int = N_ASKED
    ) -> None:
        super().__init__(season, n_sites)
        within("[1, 30]", n_asked=n_asked, whole=True)
        self.n_asked = n_asked
        if n_asked != N_ASKED:
            self.title += f", {n_asked} asked"
        data = self._data()
        known, new = self._parts(data, 0.2)
        self.known: XASDataset = data[known]
        self.energy = data.energy
        rows = self._rng.permutation(new)[:n_asked]
        self.asked = [self._shaken(site) for site in sites_of(data, rows)]
        self.features = describer(DESCRIPTOR).transform(self.asked)

    def _shaken(self, site: Site) -> Site:
        """A site whose atoms are displaced by chance, the absorber not."""
        atoms = site.atoms.copy()
        moves = self._rng.normal(0, SHAKEN, (len(atoms), 3))
        moves[site.absorber_index] = 0
        atoms.positions += moves
        return Site(atoms, site.absorber_index)

    @cached_property
    def _truth(self) -> Array:
        """What the engine says, as the known spectra have it."""
        engine = MultipleScattering(energies=self.energy)
        return np.array([unit_mean(self.energy, engine(s).mu) for s in self.asked])

    def baseline(self) -> list[list[float]]:
        """What kernel ridge predicts."""
        spectra: list[list[float]] = self._of_kernel.tolist()
        return spectra

    @cached_property
    def _of_kernel(self) -> Array:
        """The baseline as an array, to four digits."""
        guess = kernel().fit(self.known).predict(self.features)
        return np.round(np.asarray(guess, dtype=float), 4)

    def score(self, answer: Sequence[Sequence[float]]) -> float:
        """Say by how much an answer beats the kernel, percent of the kernel's error."""
        try:
            spectra = np.asarray(answer, dtype=float)
        except (TypeError, ValueError):
            raise InputError("spectra are no numbers: give an array of them") from None
        shape = (self.n_asked, len(self.energy))
        if spectra.shape != shape or not np.isfinite(spectra).all():
            raise InputError(
                f"spectra are of shape {spectra.shape}: give {shape}, all finite"
            )
        mine = median_error(spectra, self._truth)
        if mine < COMPUTED:
            raise InputError(
                f"{mine:.2f} % is no prediction: leave the engine to the referee"
            )
        return 100 * (1 - mine / median_error(self._of_kernel, self._truth))
