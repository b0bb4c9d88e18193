"""From a spectrum to where the neighbors are: a predictor the other way round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.datasets import XASDataset
from xnet_lite.descriptors import WACSF, descriptor_of
from xnet_lite.errors import InputError, shortened, within
from xnet_lite.faces import Face
from xnet_lite.inverse.geometry import (
    FARTHER,
    FIRST,
    distance_parity,
    shells,
    true_shells,
)
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import CNN, MLP, Regressor, SpreadMLP
from xnet_lite.models.band import Band
from xnet_lite.predictor import Builder, Predictor
from xnet_lite.preprocessing import SpectrumReader
from xnet_lite.targets import EnergyGrid
from xnet_lite.targets.base import SpectralTarget
from xnet_lite.training import TrainConfig
from xnet_lite.trust import Unseen, bootstrap, deep_ensemble, unseen_of_bag

#: of the paper of 2023: 50 shifted G2 of charges in tenths, no G1
G2 = WACSF(n_g2=50, n_g4=0, weight=0.1, g1=False)
#: beside them, what counts atoms of like scattering: then shells can be read
WITH_ELEMENTS = replace(
    G2, elements=("C", ("N", "O", "F"), ("P", "S", "Cl"), ("Br", "I"))
)
#: reads waves of what matters, taught by the relative error of the curves
NETWORK = partial(MLP, n_waves=256, wave_scale=1.5, loss="relative")
#: the same, and a standard deviation of each number; by heart it would be sure of all
DISTRIBUTION = partial(SpreadMLP, n_waves=256, wave_scale=1.5, loss="relative")
STOPPED = TrainConfig(patience=15, validation=0.15)
#: what a saved one says of itself, in the predictor's `meta`
OUTPUTS = "outputs"


def mirrored(dataset: XASDataset, descriptor: WACSF = G2) -> XASDataset:
    """Return the dataset with spectra for features, and radial functions for spectra.

    Whatever learns from a dataset learns the way back from this one: predictors,
    bootstraps, folds, intervals.

    Parameters
    ----------
    dataset : XASDataset
        Of structures, or of features that are the descriptor's.
    descriptor : WACSF
        Shifted G2 alone.

    Returns
    -------
    XASDataset
        Its `energy` is the place of each number, Å: those of a second channel stand
        behind the first.

    Raises
    ------
    InputError
        For no dataset, another descriptor, or features of another width.

    Example
    -------
    >>> two = XASDataset("two", [0.0, 1.0], [[0.0, 1.0]] * 2, features=np.ones((2, 50)))
    >>> back = mirrored(two)
    >>> back.features.shape, back.spectra.shape, back.energy[[0, -1]].tolist()
    ((2, 2), (2, 50), [0.5, 5.5])
    """
    if not isinstance(dataset, XASDataset):
        said = f"{shortened(dataset)} is no dataset"
        raise InputError(f"{said}: give one of structures, or of features")
    if not isinstance(descriptor, WACSF) or descriptor.g1 or descriptor.n_g4:
        raise InputError("spectra are read for G2 alone: give WACSF(g1=False, n_g4=0)")
    if dataset.sites is not None:
        dataset = dataset.described(descriptor)
    curves = dataset.features
    if curves is None or curves.shape[1] != descriptor.n_features:
        said = "none" if curves is None else f"{curves.shape[1]} features"
        raise InputError(
            f"{dataset.name!r} has no structures and {said}: give it the "
            f"{descriptor.n_features} of the descriptor"
        )
    r = descriptor.distances
    places = r[0] + (r[1] - r[0]) * np.arange(curves.shape[1])
    return replace(
        dataset, energy=places, spectra=curves, features=dataset.spectra, sites=None
    )


class Reverse(Face):
    """Predicts radial functions, and so distances, from spectra.

    spectra -> representation -> scaler -> model -> G2. Any representation can be read,
    and any model may learn; what it learns is kept in a `Predictor`, so that all that
    `trust` has works on it (`predictor_`, with `mirrored` data). Here, as in the
    review, *reverse* is spectrum to structure; the paper of 2020 has the words the
    other way round.

    Parameters
    ----------
    descriptor : WACSF
        What is told of a site: shifted G2 alone, by default those of the paper of 2023.
    reads : SpectralTarget, optional
        How spectra are represented; 30 principal components by default.
    model : callable or Regressor
        As `Predictor` takes it.
    config : TrainConfig, optional
    level, relevance
        As `SpectrumReader` has them.

    Source: T. David et al., Digital Discovery 2 (2023) 1461, doi:10.1039/d3dd00101f.
    Differs: `Reverse.published` is theirs; representation and network are ours.

    Example
    -------
    >>> from xnet_lite.models import NearestNeighbor
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.random((9, 50)), rng.random((9, 6))
    >>> data = XASDataset("nine", np.arange(6.0), y, features=x)
    >>> known = Reverse(model=NearestNeighbor()).fit(data)
    >>> bool(np.allclose(known.predict(y), x))
    True
    """

    predictor_: Predictor

    def __init__(
        self,
        descriptor: WACSF = G2,
        reads: SpectralTarget | None = None,
        model: Builder | Regressor = NETWORK,
        config: TrainConfig | None = None,
        *,
        level: float = 0.5,
        relevance: bool = False,
    ) -> None:
        self.descriptor, self.reads = descriptor, reads
        self.model, self.config = model, config
        self.level, self.relevance = level, relevance

    @classmethod
    def published(cls, **changes: Any) -> Reverse:
        """Return the network of 2023, which reads whole spectra, as it was trained.

        Source: T. David et al., Digital Discovery 2 (2023) 1461, sections 2 and 3.
        Differs: energies are standardised, of which the paper says nothing.
        """
        theirs: dict[str, Any] = {
            "reads": EnergyGrid(),
            "model": CNN.published_2023,
            "config": TrainConfig.published_2023(),
            "level": 1.0,
        }
        return cls(**(theirs | changes))

    def fit(
        self,
        dataset: XASDataset,
        *,
        n_members: int = 1,
        resampled: bool = True,
        seed: int = 0,
        **options: Any,
    ) -> Reverse:
        """Learn from a dataset of structures, or of features that are G2.

        Parameters
        ----------
        dataset : XASDataset
        n_members : int
            Networks that vote, of which a band is made.
        resampled : bool
            Each learns from compounds drawn anew (`trust.bootstrap`), or all from the
            same ones (`trust.deep_ensemble`).
        seed : int
            Of the resampling.
        **options
            As in `Predictor.fit`.
        """
        within("[1, inf)", whole=True, n_members=n_members)
        lesson = mirrored(dataset, self.descriptor)
        reader = SpectrumReader(dataset.energy, self.reads, self.level, self.relevance)
        one = Predictor(None, EnergyGrid(), self.model, self.config, reader)
        own = {"class": type(self.descriptor).__name__} | self.descriptor.config()
        options["meta"] = {OUTPUTS: own} | dict(options.get("meta", {}))
        if n_members == 1:
            self.predictor_ = one.fit(lesson, **options)
        elif resampled:
            drawn = {"n_members": n_members, "seed": seed}
            self.predictor_ = bootstrap(one, lesson, **drawn, **options)
        else:
            self.predictor_ = deep_ensemble(one, lesson, n_members=n_members, **options)
        return self

    def predict(self, spectra: ArrayLike) -> Array:
        """Return radial functions (n_sites, n_features) of spectra."""
        return self._learnt.predict(self._rows(spectra))

    def predict_band(self, spectra: ArrayLike) -> Band:
        """Return radial functions and their standard deviation.

        Raises
        ------
        InputError
            If this is a single model that tells none.
        """
        return self._learnt.predict_band(self._rows(spectra))

    def shells(self, spectra: ArrayLike) -> Band:
        """Return mean distance, number and spread of first shells, (n_sites, 3).

        As `geometry.shells` has them; the standard deviation is over what members say,
        0 of a single one.

        Parameters
        ----------
        spectra : array (n_sites, n_energies)
        """
        told = self._learnt.predict_members(self._rows(spectra))
        each = np.stack([shells(one, self.descriptor) for one in told])
        mean = shells(told.mean(0), self.descriptor)
        std = each.std(0, ddof=1) if len(each) > 1 else np.zeros(mean.shape)
        return Band(mean, std, f"first shells of {len(each)} members")

    def unseen_shells(self, dataset: XASDataset) -> Unseen:
        """Return first shells of training sites, read by members that missed them.

        `trust.Conformal(scale="none")` makes intervals of them.

        Parameters
        ----------
        dataset : XASDataset
            That it was taught, with structures, by members whose compounds were drawn.

        Raises
        ------
        InputError
            As `trust.unseen_of_bag`.
        """
        curves = mirrored(dataset, self.descriptor).spectra
        seen = unseen_of_bag(self._learnt, curves, dataset.groups)
        told = shells(seen.band.mean, self.descriptor)
        sites = [(dataset.sites or ())[row] for row in seen.rows]
        truth = true_shells(sites, self.descriptor)
        kept = np.isfinite(told + truth).all(1)
        band = Band(told, np.ones_like(told), seen.band.how)
        return replace(seen, band=band, truth=truth)[kept]

    def score(self, dataset: XASDataset) -> dict[str, float]:
        """Return how wrong curves and peaks are of sites that it did not learn from.

        Returns
        -------
        dict
            "a": median of 100 Σ|told − true| / Σ|true|, percent, over all channels;
            "mse": mean squared error, in the square of the curves' unit; "near",
            "hit", "false" and errors of peaks of the first channel in Å, "far ..." of
            those beyond 3.5 Å; "coverage" of ±2σ, where there is a band.
        """
        truth = mirrored(dataset, self.descriptor)
        told = self.predict(dataset.spectra)
        found = {
            "a": float(np.median(relative_spectral_error(told, truth.spectra))),
            "mse": float(((told - truth.spectra) ** 2).mean()),
        }
        r = self.descriptor.distances
        pair = told[:, : len(r)], truth.spectra[:, : len(r)]
        found |= distance_parity(*pair, r, between=FIRST).summary()
        far = distance_parity(*pair, r, between=FARTHER).summary()
        found |= {f"far {name}": value for name, value in far.items()}
        if self._learnt.has_band:
            held = self.predict_band(dataset.spectra).holds(truth.spectra)
            found["coverage"] = float(held.mean())
        return found

    def save(self, folder: str | Path) -> None:
        """Write the predictor into a folder; it says what its outputs are."""
        self._learnt.save(folder)

    @classmethod
    def load(cls, folder: str | Path, classes: Iterable[Any] = ()) -> Reverse:
        """Read one back, as `Predictor.load` does.

        Raises
        ------
        InputError
            If it is a predictor that goes the other way.
        """
        found = Predictor.load(folder, classes)
        outputs = found.meta_.get(OUTPUTS)
        if outputs is None:
            said = f"{folder} holds a predictor from structure to spectrum"
            raise InputError(f"{said}: read it with Predictor.load")
        described: Any = descriptor_of(outputs)
        one = cls(described)
        one.predictor_ = found
        return one

    def _rows(self, spectra: ArrayLike) -> Array:
        """Spectra as a table of at least one row."""
        return np.atleast_2d(floats("spectra", spectra))

    @property
    def _learnt(self) -> Predictor:
        """The fitted predictor, or a sentence where there is none."""
        if not hasattr(self, "predictor_"):
            raise InputError("it has learnt nothing yet: call fit first")
        return self.predictor_

    def _facts(self) -> dict[str, object]:
        facts: dict[str, object] = {"tells": repr(self.descriptor)}
        if hasattr(self, "predictor_"):
            facts |= {
                "reads": repr(self.predictor_.scaler_),
                "members": self.predictor_.n_members,
                "learnt from": f"{len(self.predictor_.features_)} sites",
            }
        return facts
