"""Spectra as a model reads them: represented, then brought to one footing."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from typing_extensions import Self

from xnet_lite import targets as representations
from xnet_lite.arrays import Array, Arrays, floats
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.models import ARDKernelRidge
from xnet_lite.preprocessing.scaler import FeatureScaler
from xnet_lite.saving import State
from xnet_lite.targets import PCATargets
from xnet_lite.targets.base import SpectralTarget

#: principal components that are read where no representation is given
N_READ = 30


class SpectrumReader(FeatureScaler):
    """What a reverse model sees of a spectrum: any target, as numbers to read.

    z = (target(μ) - mean) / (spread^level u)

    with one u for all that makes the mean square of z 1. Structure shows in components
    that hardly vary: at level 0 they stay as small as they are, at level 1 all vary
    alike.

    Parameters
    ----------
    energy : array (n_energies,)
        eV, the grid of the spectra.
    target : SpectralTarget, optional
        How a spectrum is represented; 30 principal components by default.
    level : float
        0 to 1.
    relevance : bool
        Then scale each number by how much it matters, as `RelevanceScaler` does.

    Raises
    ------
    InputError
        If the level is out of range, or relevance has no targets to learn from.

    Source: for reading the cumulative distribution, T. J. Penfold et al., Mach. Learn.:
    Sci. Technol. 5 (2024) 021001, doi:10.1088/2632-2153/ad5074, section 3.2.
    Differs: levelling and relevance are ours.

    Example
    -------
    >>> spectra = np.random.default_rng(0).random((40, 9))
    >>> read = SpectrumReader(np.arange(9.0), PCATargets(4)).fit_transform(spectra)
    >>> read.shape, float((read**2).mean().round(6))
    ((40, 4), 1.0)
    """

    target_: SpectralTarget
    relevance_: Array

    def __init__(
        self,
        energy: ArrayLike,
        target: SpectralTarget | None = None,
        level: float = 0.5,
        relevance: bool = False,
    ) -> None:
        super().__init__(power=1.0)
        within("[0, 1]", level=level)
        self.energy, self.target = floats("energy", energy), target
        self.level, self.relevance = float(level), bool(relevance)

    def fit(self, features: ArrayLike, targets: ArrayLike | None = None) -> Self:
        """Learn from spectra (n_sites, n_energies), and from what they shall tell."""
        spectra = floats("spectra", features)
        few = min(N_READ, *spectra.shape)
        self.target_ = copy.deepcopy(self.target or PCATargets(few))
        values = self.target_.fit(spectra, self.energy).transform(spectra)
        self.mean_ = values.mean(0)
        spread = values.std(0)
        largest = float(spread.max()) or 1.0
        self.std_ = np.maximum(spread / largest, self.floor) ** self.level
        whole = np.sqrt((((values - self.mean_) / self.std_) ** 2).mean())
        self.std_ *= whole or 1.0
        self.relevance_ = np.ones(len(spread))
        if self.relevance:
            self.relevance_ = self._relevance(self.transform(spectra), targets)
        return self

    def transform(self, features: ArrayLike) -> Array:
        """Return what is read of spectra, (n_sites, n_numbers), dimensionless."""
        values = self.target_.transform(features)
        return (values - self.mean_) / self.std_ * self.relevance_

    def inverse_transform(self, scaled: ArrayLike) -> Array:
        """Return the spectra that were read, as far as the target keeps them."""
        values = np.asarray(scaled, dtype=float) / self.relevance_
        return self.target_.inverse_transform(values * self.std_ + self.mean_)

    def slope(self, features: ArrayLike) -> Array:
        """Refuse: a number that is read hangs on many energies."""
        raise InputError("what is read of spectra has no slope of its own: scale them")

    def _relevance(self, scaled: Array, targets: ArrayLike | None) -> Array:
        """How much each number matters, root mean square 1."""
        if targets is None:
            raise InputError("relevance needs targets: give fit(spectra, targets)")
        scales = ARDKernelRidge().fit(scaled, targets).scales_
        return np.asarray(scales / np.sqrt((scales**2).mean()))

    def state(self) -> State:
        """Return what makes it again: the representation by its name."""
        settings, arrays = self.target_.state()
        facts = {"level": self.level, "relevance": self.relevance, "settings": settings}
        kept = {f"target.{name}": array for name, array in arrays.items()}
        learnt = {"mean": self.mean_, "std": self.std_, "relevance": self.relevance_}
        return facts | {"target": type(self.target_).__name__}, kept | learnt

    @classmethod
    def from_state(cls, settings: Mapping[str, Any], arrays: Arrays) -> Self:
        """Build it again; representations are those of the library alone."""
        one_of("target", settings["target"], representations.__all__)
        start = "target."
        own = {k.removeprefix(start): v for k, v in arrays.items() if start in k}
        kind = getattr(representations, settings["target"])
        target = kind.from_state(settings["settings"], own)
        made = cls(target.energy_, target, settings["level"], settings["relevance"])
        made.target_ = target
        for name in ("mean", "std", "relevance"):
            setattr(made, f"{name}_", arrays[name])
        return made

    def __repr__(self) -> str:
        target = getattr(self, "target_", self.target) or PCATargets(N_READ)
        return f"SpectrumReader({target!r}, level={self.level:g})"
