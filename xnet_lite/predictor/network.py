"""A network and how to train it, as one thing that learns in one call."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Arrays, Ints
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.models.band import Band
from xnet_lite.models.base import Regressor, SpectrumModel, checked_pair
from xnet_lite.models.losses import SpectraMap
from xnet_lite.models.stack import ModelStack
from xnet_lite.saving import State, call_of, shown
from xnet_lite.training import History, TrainConfig, fit, predict

#: makes a network for (n_features, n_targets): a class, a named constructor, a partial
Builder: TypeAlias = Callable[[int, int], SpectrumModel]


class Network(Face, Regressor):
    """A network's builder and its training, with scikit-learn's verbs.

    Parameters
    ----------
    builder : callable
        Takes (n_features, n_targets), returns a new model: `MLP`, `MLP.published_2024`,
        `functools.partial(MLP, hidden=[256])`.
    config : TrainConfig

    Example
    -------
    >>> from xnet_lite.models import MLP
    >>> network = Network(MLP, TrainConfig(epochs=1))
    >>> network.fit(np.eye(4), np.eye(4)).predict(np.eye(4)).shape
    (4, 4)
    """

    model_: SpectrumModel
    history_: History
    target_mean_: Array
    target_scale_: float

    def __init__(self, builder: Builder, config: TrainConfig | None = None) -> None:
        self.builder, self.config = builder, config or TrainConfig()
        self._last: tuple[Any, Any, Any] = (None, None, None)

    def __repr__(self) -> str:
        made = shown(getattr(self, "model_", self.builder))
        trained = call_of(self.config)
        return f"Network({made}{'' if trained == 'TrainConfig()' else f', {trained}'})"

    def fit(
        self,
        features: ArrayLike,
        targets: ArrayLike,
        *,
        members: Ints | None = None,
        groups: ArrayLike | None = None,
        spectra_map: SpectraMap | None = None,
        scale_of: Network | None = None,
        **training: Any,
    ) -> Network:
        """Train one network, or one for every line of `members`, as one stack.

        Parameters
        ----------
        features : array (n_sites, n_features)
        targets : array (n_sites, n_targets)
        members : int array (n_members, n_samples), optional
            The rows each member learns from.
        groups : array (n_sites,), optional
            Sites of one group stay together when a validation part is held out, which
            happens where `config.patience` is set.
        spectra_map : SpectraMap, optional
            What these targets stand for, as `spectra_map_of` finds it.
        scale_of : Network, optional
            A trained one whose scale of targets is kept, to go on from its weights.
        **training
            `order`, `progress` and `watch`, as in `training.fit`: what is watched sees
            scaled features and targets, and its `spectra_map` makes spectra of these.
        """
        x, y = checked_pair(features, targets)
        held = self._held_out(len(x), groups)
        rows = self._rows(len(x), held, members)
        self._learn_scale(y[np.unique(rows)], scale_of)
        y = (y - self.target_mean_) / self.target_scale_
        if spectra_map is not None:
            mean = torch.as_tensor(self.target_mean_, dtype=torch.float32)
            spectra_map = spectra_map.rescaled(self.target_scale_, mean)
        self.model_, self.history_ = fit(
            lambda: self.builder(x.shape[1], y.shape[1]),
            x,
            y,
            self.config,
            rows=rows,
            validation=(x[held], y[held]) if len(held) else None,
            spectra_map=spectra_map,
            **training,
        )
        return self

    @property
    def n_members(self) -> int:
        """How many networks vote."""
        return getattr(self.model_, "n_members", 1)

    def predict(self, features: ArrayLike) -> Array:
        """Return targets (n_sites, n_targets): of several members, their mean."""
        return self.predict_members(features).mean(0)

    def predict_members(self, features: ArrayLike) -> Array:
        """Return every member's targets, (n_members, n_sites, n_targets)."""
        learnt = self._seen(features)[1]
        if learnt.ndim == 2:
            learnt = learnt[None]
        return learnt * self.target_scale_ + self.target_mean_

    @property
    def tells_spread(self) -> bool:
        """Whether the networks tell a distribution."""
        return hasattr(self, "model_") and self.model_.tells_spread

    def predict_band(self, features: ArrayLike) -> Band:
        """Return targets and their standard deviation, (n_sites, n_targets) each.

        Of networks that tell a distribution, that of the mixture of them.
        """
        told = self.predict_members(features)
        if not self.tells_spread:
            return Band.of_members(told)
        own = predict(self.model_, features, "spread") * self.target_scale_
        own = own.reshape(told.shape)
        std = np.sqrt((own**2).mean(0) + told.var(0))
        return Band(told.mean(0), std, f"told by {len(told)} of its own")

    def embed(self, features: Array) -> Array:
        """Return what the last layers of all members read, side by side.

        The same array where the features themselves tell how near two sites are.
        """
        if not self._embeds:
            return features
        units = self._seen(features)[0]
        return units if units.ndim == 2 else np.hstack(list(units))

    @property
    def _embeds(self) -> bool:
        """Whether the model knows better than features how near two sites are."""
        single = getattr(self.model_, "model", self.model_)
        return type(single).embed is not SpectrumModel.embed

    def _seen(self, features: ArrayLike) -> tuple[Array, Array]:
        """What the last layers read, and the learnt targets; the last are kept."""
        x = np.asarray(features)
        if not self._embeds:
            return x, predict(self.model_, x)
        model, known, seen = self._last
        if model is not self.model_ or not np.array_equal(x, known):
            units = predict(self.model_, x, "embed")
            seen = units, predict(self.model_, units, "head")
            self._last = self.model_, x.copy(), seen
        return seen

    def _facts(self) -> dict[str, object]:
        facts: dict[str, object] = {"network": shown(self.builder)}
        if not hasattr(self, "model_"):
            return facts | {"state": "has learnt nothing yet"}
        facts["network"] = repr(self.model_)
        facts["weights"] = sum(p.numel() for p in self.model_.parameters())
        return facts | (self.history_._facts() if hasattr(self, "history_") else {})

    def _sketch(self) -> str:
        return self.history_._sketch() if hasattr(self, "history_") else ""

    def round_weights(self) -> None:
        """Round weights to half precision, three digits; files are half as large."""
        with torch.no_grad():
            for weight in self.model_.parameters():
                weight.copy_(weight.half())
        self._last = (None, None, None)

    def state(self) -> State:
        """Return the class, its hyperparameters, the training and the weights."""
        stack = self.model_ if isinstance(self.model_, ModelStack) else None
        single = stack.model if stack else self.model_
        settings = {
            "model": type(single).__name__,
            "n_features": single.n_features,
            "n_targets": single.n_targets,
            "n_members": stack.n_members if stack else None,
            "hyperparameters": single.hyperparameters(),
            "config": dataclasses.asdict(self.config),
        }
        weights = {f"weights.{k}": _small(v) for k, v in single.state_dict().items()}
        scale = np.array([self.target_scale_])
        targets = {"target_mean": self.target_mean_, "target_scale": scale}
        return settings, weights | targets

    @classmethod
    def from_state(
        cls,
        settings: Mapping[str, Any],
        arrays: Arrays,
        classes: Mapping[str, Any] | None = None,
    ) -> Network:
        """Build a trained one again; `classes` are the models known by name."""
        kind = class_of(classes or {}, settings["model"], "model")
        builder = functools.partial(kind, **settings["hyperparameters"])
        network = cls(builder, TrainConfig.from_dict(settings["config"]))
        shape = settings["n_features"], settings["n_targets"]
        n_members = settings["n_members"]
        models = [builder(*shape) for _ in range(n_members or 1)]
        network.model_ = ModelStack(models) if n_members else models[0]
        weights = {
            name.removeprefix("weights."): torch.as_tensor(value)
            for name, value in arrays.items()
            if name.startswith("weights.")
        }
        inner = network.model_.model if n_members else network.model_
        inner.load_state_dict(weights, strict=True)
        network.model_.eval()
        network.target_mean_ = arrays["target_mean"]
        network.target_scale_ = float(arrays["target_scale"][0])
        return network

    def _learn_scale(self, targets: Array, like: Network | None) -> None:
        """Learn the targets' mean and one scale for all of them, or take another's."""
        if like is not None:
            self.target_mean_ = like.target_mean_
            self.target_scale_ = like.target_scale_
            return
        self.target_mean_, self.target_scale_ = np.zeros(targets.shape[1]), 1.0
        if self.config.standardise_targets:
            self.target_mean_ = targets.mean(0)
            self.target_scale_ = float((targets - self.target_mean_).std()) or 1.0

    def _held_out(self, n_sites: int, groups: ArrayLike | None) -> Ints:
        """Rows of whole groups to hold out, about config.validation of all."""
        if self.config.patience is None:
            return np.zeros(0, dtype=np.intp)
        labels = np.arange(n_sites) if groups is None else np.asarray(groups)
        _, group, sizes = np.unique(labels, return_inverse=True, return_counts=True)
        order = np.random.default_rng(self.config.seed).permutation(len(sizes))
        wanted = self.config.validation * n_sites
        count = int(np.searchsorted(np.cumsum(sizes[order]), wanted)) + 1
        if count >= len(sizes):
            raise InputError(
                f"{len(sizes)} groups are too few to hold some out: set patience=None"
            )
        return np.flatnonzero(np.isin(group, order[:count]))

    def _rows(self, n_sites: int, held: Ints, members: Ints | None) -> Ints:
        """Rows to learn from: none that is held out, equally many for every member."""
        known = np.setdiff1d(np.arange(n_sites), held)
        if members is None or not len(held):
            return known if members is None else members
        rng = np.random.default_rng([self.config.seed, len(held)])
        kept = [row[~np.isin(row, held)] for row in members]
        n_samples = min(len(row) for row in kept)
        return np.stack([rng.permutation(row)[:n_samples] for row in kept])


def class_of(known: Mapping[str, Any], kind: object, what: str) -> Any:
    """Return the class of a name, or say how to pass it.

    Raises
    ------
    InputError
        If the name is not among the known ones.
    """
    if kind not in known:
        said = f"the {what} is a {kind!r}, which this library does not have"
        raise InputError(f"{said}: pass the class, load(…, classes=[{kind}])")
    return known[str(kind)]


def spectra_map_of(
    to_spectra: Callable[[Array], Array], n_targets: int, energy: Array
) -> SpectraMap | None:
    """Return the matrix and offset of a representation of spectra, if it is linear.

    Parameters
    ----------
    to_spectra : callable
        From targets (n_sites, n_targets) to spectra (n_sites, n_energies).
    n_targets : int
    energy : array (n_energies,)
        eV.

    Returns
    -------
    SpectraMap or None
        None where no matrix says what the function does.

    Example
    -------
    >>> spectra_map_of(lambda t: 2 * t + 1, 2, np.arange(2.0)).matrix.tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    offset = to_spectra(np.zeros((1, n_targets)))[0]
    matrix = to_spectra(np.eye(n_targets)) - offset
    trial = np.random.default_rng(0).normal(size=(4, n_targets))
    line = trial @ matrix + offset
    if not np.allclose(to_spectra(trial), line, rtol=1e-6, atol=1e-8):
        return None
    return SpectraMap(*(torch.as_tensor(a) for a in (matrix, offset, energy)))


def band_of_spectra(band: Band, targets: Any, known: SpectraMap | None) -> Band:
    """Return the band of spectra from that of targets, as if these erred independently.

    Raises
    ------
    InputError
        If the targets are no linear representation of spectra.
    """
    if known is None:
        raise InputError(
            f"{type(targets).__name__} is no linear representation and carries no "
            "spread over to spectra: learn EnergyGrid() or PCATargets()"
        )
    std = np.sqrt(band.std**2 @ known.matrix.numpy() ** 2)
    return Band(targets.inverse_transform(band.mean), std, band.how)


def _small(weight: torch.Tensor) -> Array:
    """Weights in half precision where that loses nothing."""
    half = weight.half()
    small: Array = (
        half if torch.equal(half.to(weight.dtype), weight) else weight
    ).numpy()
    return small
