"""From structures to spectra: descriptor, scaler, model and target transform as one."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite import metrics
from xnet_lite.arrays import Array, Arrays, Ints
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.models import MLP, Regressor
from xnet_lite.models.band import Band
from xnet_lite.models.base import checked_pair
from xnet_lite.models.calibration import Calibration
from xnet_lite.models.losses import SpectraMap
from xnet_lite.predictor.inputs import (
    Inputs,
    check_absorbers,
    lesson,
    summary,
    to_features,
)
from xnet_lite.predictor.kept import Stored
from xnet_lite.predictor.network import (
    Builder,
    Network,
    band_of_spectra,
    spectra_map_of,
)
from xnet_lite.predictor.places import MIDDLE, N_NEAR, Places, nearest, weights
from xnet_lite.preprocessing.filters import Selection
from xnet_lite.preprocessing.scaler import FeatureScaler
from xnet_lite.targets import PCATargets
from xnet_lite.targets.base import SpectralTarget
from xnet_lite.training import Order, TrainConfig, Watch, shuffled
from xnet_lite.training.history import Told

#: principal components learnt where no target is given
N_COMPONENTS = 30
#: percent, below which errors do not differ
LEAST_ERROR = 0.02


class Predictor(Stored):
    """Predicts spectra from sites, or from their features.

    sites -> descriptor (-> selection) -> scaler -> model -> inverse target transform
    -> spectra. Everything that learns (selection, scaler, target transform, model)
    learns from what `fit` is given and from nothing else.

    Parameters
    ----------
    descriptor : Descriptor, optional
        From a site to its features. Without one, inputs are features.
    targets : SpectralTarget, optional
        What the model learns in place of spectra; 30 principal components (or as many
        as the data have) by default.
    model : callable or Regressor
        A network's builder (`MLP`, `MLP.published_2024`, any function of n_features and
        n_targets), or a baseline (`ARDKernelRidge()`).
    config : TrainConfig, optional
        How to train a network; a baseline needs none.
    scaler : FeatureScaler, optional
        How features are brought to one footing.
    selection : Selection, optional
        Which features the model gets to see; all of them without one.

    Attributes
    ----------
    calibration_ : Calibration or None
        From what its models disagree by to how wrong they are, as `trust.calibrate`
        learns it; kept in the file.
    unseen_ : mapping of str to array
        How training sites are predicted without having been learnt from, if that is
        known (`jobs.teach` tells it of a vote): "rows" (n_known,) of `features_`, their
        relative "error" in percent and mean "std" in the unit of the spectra. Empty if
        it is not; kept in the file.
    places_ : Places or None
        Where known sites are, of a network that reads structures.
    known_ : mapping of str to array
        What is kept of training sites beside their features, for who judges a
        prediction by them (`trust.Judge`): "spectra", "groups", first shells. Empty
        if there is nothing; kept in the file.

    Example
    -------
    >>> from xnet_lite.models import NearestNeighbor
    >>> from xnet_lite.targets import EnergyGrid
    >>> known = Predictor(targets=EnergyGrid(), model=NearestNeighbor())
    >>> known = known.fit(np.eye(3), np.eye(3), energy=np.arange(3.0))
    >>> known.predict(np.eye(3)[:1])
    array([[1., 0., 0.]])
    """

    regressor_: Regressor
    targets_: SpectralTarget
    scaler_: FeatureScaler
    selection_: Selection | None
    energy_: Array
    features_: Array
    mean_spectrum_: Array
    meta_: dict[str, Any]
    members_: Ints | None
    calibration_: Calibration | None
    unseen_: Arrays
    known_: Arrays
    places_: Places | None

    def __init__(
        self,
        descriptor: Descriptor | None = None,
        targets: SpectralTarget | None = None,
        model: Builder | Regressor = MLP,
        config: TrainConfig | None = None,
        scaler: FeatureScaler | None = None,
        selection: Selection | None = None,
    ) -> None:
        self.descriptor, self.targets = descriptor, targets
        self.model, self.config, self.scaler = model, config, scaler
        self.selection = selection

    def fit(
        self,
        inputs: Inputs,
        spectra: ArrayLike | None = None,
        energy: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
        members: ArrayLike | None = None,
        meta: Mapping[str, Any] | None = None,
        order: Order = shuffled,
        progress: Told = False,
        watch: Watch | None = None,
    ) -> Predictor:
        """Learn from a dataset, or from sites (or their features) and their spectra.

        Parameters
        ----------
        inputs : XASDataset, sequence of Site, or array (n_sites, n_features)
            A dataset's sites are described if there is a descriptor; features that it
            has from the same descriptor (`XASDataset.described`) are taken as they are.
        spectra : array (n_sites, n_energies)
        energy : array (n_energies,)
            eV, the grid of all spectra; predictions come on it.
        groups : array (n_sites,), optional
            Sites of one group (a compound) stay together where a part is held out.
            These three are the dataset's where they are not given.
        members : int array (n_members, n_samples), optional
            Rows that each member of an ensemble learns from; `trust.bootstrap` draws
            them.
        meta : mapping, optional
            Facts to keep, JSON-able: "dataset", "energy_reference", "e0", "names" ...
            A dataset tells its own; these come before them.
        order, progress, watch
            As in `Network.fit`; a baseline learns in one go and heeds none of them.

        Raises
        ------
        InputError
            If spectra are missing, shapes disagree, a value is not finite, or a
            baseline is given members.
        """
        self.features_ = to_features(inputs, self.descriptor)
        mu, self.energy_, groups = lesson(inputs, spectra, energy, groups)
        _, mu = checked_pair(self.features_, mu)
        self.mean_spectrum_ = mu.mean(0)
        self.meta_ = summary(inputs, len(mu)) | dict(meta or {})
        self.scaler_ = copy.deepcopy(self.scaler or FeatureScaler())
        few = min(N_COMPONENTS, *mu.shape)
        self.targets_ = copy.deepcopy(self.targets or PCATargets(n_components=few))
        self.selection_ = copy.deepcopy(self.selection)
        if self.selection_ is not None:
            self.selection_.fit(self.features_, mu, progress=progress is True)
        y = self.targets_.fit(mu, self.energy_).transform(mu)
        x = self.scaler_.fit_transform(self._selected(self.features_), y)
        self.members_ = None if members is None else np.asarray(members)
        self.calibration_, self.unseen_, self.known_ = None, {}, {}
        training = {"order": order, "progress": progress, "watch": watch}
        self.regressor_ = self._learn(x, y, groups=groups, **training)
        self._settle(x)
        return self

    def fresh(self, key: Sequence[int]) -> Predictor:
        """Return one like it that has learnt nothing, with a seed derived from its own.

        Parameters
        ----------
        key : sequence of int
            Which one: the same key gives the same seed.
        """
        parts = "descriptor", "targets", "model", "config", "scaler", "selection"
        one = type(self)(**{name: copy.deepcopy(getattr(self, name)) for name in parts})
        config = one.config or TrainConfig()
        seed = int(np.random.SeedSequence([config.seed, *key]).generate_state(1)[0])
        one.config = replace(config, seed=seed)
        return one

    def predict(self, inputs: Inputs) -> Array:
        """Return spectra (n_sites, n_energies) on `energy_`: the mean over members."""
        return self.predict_members(inputs).mean(0)

    def predict_members(self, inputs: Inputs) -> Array:
        """Return every member's spectra, (n_members, n_sites, n_energies)."""
        members = self._learnt.predict_members(self.scale(inputs))
        return np.stack([self.targets_.inverse_transform(y) for y in members])

    def spectra_of(self, scaled: ArrayLike) -> Array:
        """Return spectra of what `scale` returns: the mean over members."""
        members = self._learnt.predict_members(scaled)
        return np.mean([self.targets_.inverse_transform(y) for y in members], axis=0)

    @property
    def has_band(self) -> bool:
        """Whether `predict_band` has something to say: of an ensemble it has."""
        many = self.n_members > 1
        return many or (self._learnt.has_band and self.spectra_map() is not None)

    def predict_band(self, inputs: Inputs, *, calibrated: bool = True) -> Band:
        """Return spectra and their standard deviation, (n_sites, n_energies) each.

        Of an ensemble, over the members' spectra; of a model that tells its own, that
        of the targets carried over to spectra as if targets erred independently. A
        predictor that is calibrated gives it the width that sites not seen had; `how`
        says which of the two it is.

        Parameters
        ----------
        inputs : XASDataset, Site, sequence of Site, or array (n_sites, n_features)
        calibrated : bool
            False gives what the models say by themselves.

        Raises
        ------
        InputError
            If this is a single model that tells none, or tells that of targets which
            are no linear representation of spectra.
        """
        if self.n_members > 1 and not self.regressor_.tells_spread:
            band = Band.of_members(self.predict_members(inputs))
        else:
            band = self.regressor_.predict_band(self.scale(inputs))
            band = band_of_spectra(band, self.targets_, self.spectra_map())
        if self.calibration_ is None or not calibrated:
            return Band(band.mean, band.std, f"{band.how}, not calibrated")
        n_hints = self.calibration_.n_hints
        return self.calibration_.transform(band, self.hints(inputs)[:, :n_hints])

    def spectra_map(self) -> SpectraMap | None:
        """Return what the targets stand for, if that is linear."""
        n_targets = self.targets_.transform(self.mean_spectrum_[None]).shape[1]
        return spectra_map_of(self.targets_.inverse_transform, n_targets, self.energy_)

    def place(self, inputs: Inputs) -> Array:
        """Return where sites are among the known ones, (n_sites, n_features).

        Two that differ by one standard deviation in every feature are at 1. Of a
        network that reads structures, by what its last layer reads: see `Places`.
        """
        scaled = self.scale(inputs)
        if self.places_ is None:
            return scaled / float(np.sqrt(self.features_.shape[1]))
        return self.places_.transform(self._learnt.embed(scaled))

    @property
    def known_places(self) -> Array:
        """Where known sites are, (n_known, the width of `place`)."""
        known = self.places_
        return self.place(self.features_) if known is None else known.known_

    def distance(self, inputs: Inputs) -> Array:
        """Return how far the nearest known site is, (n_sites,), as `place` has it."""
        return nearest(self.place(inputs), self.known_places)[0][:, 0]

    def hints(self, inputs: Inputs) -> Array:
        """Return what foretells an error beside the spread, (n_sites, 1 or 2).

        How far the nearest known site is and, where `unseen_` tells it, the errors that
        the known ones nearby had, in percent.
        """
        where = self.place(inputs)
        away = nearest(where, self.known_places)[0]
        told = [self.errors_nearby(where)[:, None]] if self.unseen_ else []
        return np.hstack([away, *told])

    def errors_nearby(
        self, where: Array, groups: tuple[ArrayLike, ArrayLike] | None = None
    ) -> Array:
        """Return the errors that known sites nearby had when they were not learnt from.

        Parameters
        ----------
        where : array (n_sites, the width of `place`)
        groups : pair of array (n_sites,) and (n_known,), optional
            As `places.nearest` has it.

        Returns
        -------
        array (n_sites,)
            Percent: their geometric mean, near ones counting more, and where none is
            near, that of all.
        """
        rows = self.unseen_["rows"]
        if groups is not None:
            groups = groups[0], np.asarray(groups[1])[rows]
        away, near = nearest(where, self.known_places[rows], N_NEAR, groups)
        errors = np.log(np.maximum(self.unseen_["error"], LEAST_ERROR))
        off = errors[near] - errors.mean()
        told = (weights(away, MIDDLE) * off).sum(axis=1)
        return np.asarray(np.exp(errors.mean() + told))

    def predict_std(self, inputs: Inputs) -> Array:
        """Return the standard deviation alone of `predict_band`."""
        return self.predict_band(inputs).std

    def score(
        self, inputs: Inputs, spectra: ArrayLike | None = None
    ) -> dict[str, float]:
        """Return every metric of `metrics.summarise` on these sites.

        Raises
        ------
        InputError
            If spectra are missing, or a dataset has other energies.
        """
        band = self.predict_band(inputs) if self.has_band else None
        spectra, _, _ = lesson(inputs, spectra, self.energy_)
        return metrics.summarise(
            self.predict(inputs) if band is None else band.mean,
            spectra,
            energy=self.energy_,
            mean_spectrum=self.mean_spectrum_,
            spectra_std=None if band is None else band.std,
        )

    def scale(self, inputs: Inputs) -> Array:
        """Return what the model sees of sites or features, (n_sites, n_features)."""
        _ = self._learnt
        check_absorbers(inputs, self.meta_)
        features = to_features(inputs, self.descriptor, self.features_.shape[1])
        return self.scaler_.transform(self._selected(features))

    @property
    def feature_names(self) -> list[str]:
        """Names of the features the model sees, in their order.

        The descriptor's names, or "feature 0" and so on where there is none; those that
        the selection dropped are left out, and the numbers stay what they were.
        """
        _ = self._learnt
        if self.descriptor is not None:
            names = list(self.descriptor.feature_names)
        else:
            names = [f"feature {i}" for i in range(self.features_.shape[1])]
        return names if self.selection_ is None else self.selection_.kept_names(names)

    @property
    def n_members(self) -> int:
        """How many models vote."""
        return self._learnt.n_members

    @property
    def _learnt(self) -> Regressor:
        """The fitted model, or a sentence where there is none."""
        if not hasattr(self, "regressor_"):
            raise InputError("this predictor has learnt nothing yet: call fit first")
        return self.regressor_

    def _selected(self, features: Array) -> Array:
        """What the selection leaves of the features."""
        kept = self.selection_
        return features if kept is None else kept.transform(features)

    def _settle(self, x: Array) -> None:
        """Learn where known sites are, if the model has places of its own."""
        units = self._learnt.embed(x)
        self.places_ = None if units is x else Places().fit(units)

    def _learn(self, x: Array, y: Array, **training: Any) -> Regressor:
        """The fitted model: a baseline in one call, a network by training."""
        if not isinstance(self.model, Regressor):
            back = self.targets_.inverse_transform
            return Network(self.model, self.config).fit(
                x,
                y,
                members=self.members_,
                spectra_map=spectra_map_of(back, y.shape[1], self.energy_),
                **training,
            )
        if self.members_ is not None:
            said = f"{type(self.model).__name__} learns in one piece and has no members"
            raise InputError(f"{said}: give a network as the model")
        return copy.deepcopy(self.model).fit(x, y)
