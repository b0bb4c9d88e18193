"""One network asked both ways: structure to spectrum, and spectrum to structure."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import AEGAN
from xnet_lite.predictor import Inputs, Network, Predictor
from xnet_lite.training import TrainConfig, fit


@dataclass(frozen=True, repr=False)
class Bidirectional(Face):
    """A predictor whose network is an AEGAN, with all that such a network can tell.

    The review and this library call structure to spectrum *forward*, spectrum to
    structure *reverse*; the paper of 2020 has the two words the other way round.

    Parameters
    ----------
    predictor : Predictor
        Fitted, of the model "AEGAN" or another `AEGAN`; several members are averaged.

    Raises
    ------
    InputError
        If it is none of that, or drops features.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, section 4.3.
    Differs: nothing.

    Example
    -------
    >>> from xnet_lite.training import TrainConfig
    >>> rng = np.random.default_rng(0)
    >>> x, y = rng.random((9, 4)), rng.random((9, 6))
    >>> model = Predictor(model=AEGAN, config=TrainConfig(epochs=1))
    >>> both = Bidirectional(model.fit(x, y, np.arange(6.0)))
    >>> both.spectra(x).shape, both.features(y).shape
    ((9, 6), (9, 4))
    """

    predictor: Predictor

    def __post_init__(self) -> None:
        learnt = getattr(self.predictor, "regressor_", None)
        known = isinstance(learnt, Network) and isinstance(
            learnt.model_.members()[0], AEGAN
        )
        if not known or self.predictor.selection_ is not None:
            raise InputError(
                "this predictor goes one way only: fit one of the model 'AEGAN' on "
                "all its features"
            )

    def with_halves(
        self,
        pairs: XASDataset,
        *,
        features: ArrayLike | None = None,
        spectra: ArrayLike | None = None,
        config: TrainConfig | None = None,
    ) -> Bidirectional:
        """Return one that learnt anew: from pairs, and from halves without a partner.

        How features and spectra are scaled and represented is left as it is. Pairs are
        repeated until an epoch has as many of them as of halves.

        Parameters
        ----------
        pairs : XASDataset
            With features, and spectra on the predictor's grid.
        features : array (n_structures, n_features), optional
            Of structures without spectra.
        spectra : array (n_spectra, n_energies), optional
            Of unknown structures.
        config : TrainConfig, optional
            That of the predictor by default.

        Raises
        ------
        InputError
            If widths disagree, or the pairs have no features.
        """
        if pairs.features is None:
            raise InputError(f"{pairs.name} has no features: give it described")
        x, y = [self.predictor.scale(pairs.features)], [self._targets(pairs.spectra)]
        if features is not None:
            x.append(self.predictor.scale(floats("features", features)))
            y.append(np.full((len(x[-1]), y[0].shape[1]), np.nan))
        if spectra is not None:
            y.append(self._targets(spectra))
            x.append(np.full((len(y[-1]), x[0].shape[1]), np.nan))
        n_halves = sum(map(len, x[1:]))
        rows = np.resize(np.arange(len(pairs)), max(len(pairs), n_halves))
        rows = np.r_[rows, len(pairs) + np.arange(n_halves)]
        return self._learnt_anew(np.vstack(x)[rows], np.vstack(y)[rows], config)

    def spectra(self, inputs: Inputs) -> Array:
        """Return spectra (n_sites, n_energies) of sites, or of features."""
        return self.predictor.predict(inputs)

    def features(self, spectra: ArrayLike) -> Array:
        """Return features (n_sites, n_features) of spectra on the predictor's grid.

        Parameters
        ----------
        spectra : array (n_sites, n_energies)

        Raises
        ------
        InputError
            If they are on another grid, or not finite.
        """
        return self._features("reverse", self._targets(spectra))

    def rebuilt_features(self, inputs: Inputs) -> Array:
        """Return features as they come back out of the latent space."""
        return self._features("rebuilt_x", self.predictor.scale(inputs))

    def rebuilt_spectra(self, spectra: ArrayLike) -> Array:
        """Return spectra as they come back out of the latent space."""
        return self._spectra("rebuilt_y", self._targets(spectra))

    def score(self, dataset: XASDataset) -> dict[str, float]:
        """Return the median error of each thing it tells, percent.

        100 Σ|told - true| / Σ|true| of each spectrum, and of each site's features:
        "spectrum", "features" predicted from the other; "... rebuilt" from itself; "...
        cycle" after a way there and back, where no truth of the other side is needed.

        Parameters
        ----------
        dataset : XASDataset
            With features, and spectra on the predictor's grid.
        """
        x, y = dataset.features, dataset.spectra
        if x is None:
            raise InputError(f"{dataset.name} has no features: give it described")
        told = {
            "spectrum": (self.spectra(x), y),
            "features": (self.features(y), x),
            "spectrum rebuilt": (self.rebuilt_spectra(y), y),
            "features rebuilt": (self.rebuilt_features(x), x),
            "spectrum cycle": (self.spectra(self.features(y)), y),
            "features cycle": (self.features(self.spectra(x)), x),
        }
        return {
            name: float(np.median(relative_spectral_error(*pair)))
            for name, pair in told.items()
        }

    def _learnt_anew(
        self, x: Array, y: Array, config: TrainConfig | None
    ) -> Bidirectional:
        """One like it, from scaled features and targets."""
        other, network = copy.copy(self.predictor), copy.copy(self._network)
        first = network.model_.members()[0]
        known = self.predictor.spectra_map()
        if known is not None:
            mean = torch.as_tensor(network.target_mean_, dtype=torch.float32)
            known = known.rescaled(network.target_scale_, mean)
        members = np.tile(np.arange(len(x)), (network.n_members, 1))
        network.config = config or network.config
        network.model_, network.history_ = fit(
            lambda: type(first)(*self._widths, **first.hyperparameters()),
            x,
            y,
            network.config,
            rows=members if network.n_members > 1 else None,
            spectra_map=known,
        )
        other.regressor_ = network
        return Bidirectional(other)

    def _facts(self) -> dict[str, object]:
        network = self._network
        return {"model": repr(network.model_), "members": network.n_members}

    @property
    def _widths(self) -> tuple[int, int]:
        """Numbers of features and of targets."""
        first = self._network.model_.members()[0]
        return first.n_features, first.n_targets

    @property
    def _network(self) -> Network:
        return cast(Network, self.predictor.regressor_)

    def _targets(self, spectra: ArrayLike) -> Array:
        """What the network sees of spectra."""
        mu = np.atleast_2d(np.asarray(spectra, dtype=float))
        n_energies = len(self.predictor.energy_)
        if mu.shape[1] != n_energies or not np.isfinite(mu).all():
            raise InputError(
                f"spectra of shape {mu.shape} must be finite and on the predictor's "
                f"{n_energies} energies: bring them there with spectra.resample"
            )
        network = self._network
        learnt = self.predictor.targets_.transform(mu) - network.target_mean_
        return learnt / network.target_scale_

    def _features(self, method: str, values: Array) -> Array:
        """Features out of what a method of the network returns."""
        return self.predictor.scaler_.inverse_transform(self._asked(method, values))

    def _spectra(self, method: str, values: Array) -> Array:
        """Spectra out of what a method of the network returns."""
        network = self._network
        learnt = self._asked(method, values) * network.target_scale_
        return self.predictor.targets_.inverse_transform(learnt + network.target_mean_)

    def _asked(self, method: str, values: Array) -> Array:
        """What the members answer, on average."""
        members = self._network.model_.members()
        given = torch.as_tensor(values, dtype=torch.float32)
        with torch.no_grad():
            told = [getattr(one.eval(), method)(given) for one in members]
        return torch.stack(told).mean(0).double().numpy()
