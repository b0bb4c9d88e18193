"""What every model is: arrays in, arrays out; no atoms, no eV.

Two kinds share these files. A `SpectrumModel` is a PyTorch network that the training
loop moves step by step. A `Regressor` learns in one call, scikit-learn's way: the
baselines are regressors, and a trained network is one too (`predictor.network`).
"""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, affordable, one_of, within
from xnet_lite.models.band import Band
from xnet_lite.models.layers import WIDEST
from xnet_lite.models.losses import LOSSES, SPECTRAL_LOSSES, SpectraMap, averaged
from xnet_lite.saving import Kept, call_of, learnt_of, noting, plain


class SpectrumModel(nn.Module):
    """A network from features to targets; subclass it, give `forward`, and train.

    Every parameter is drawn in the constructor from PyTorch's generator, which the
    training loop seeds for each member. `loss` and `training_step` are the model's
    own: override them only if it is unusual (several losses, several optimisers). One
    of them that takes no `weights` is fine: a row drawn twice is then shown twice.
    Name the last layer `out`: fine-tuning can then draw it anew.

    Parameters
    ----------
    n_features, n_targets : int
        Width of its input and of its output.
    loss : str
        What training makes small: "rmse", "mse", "l1" or "huber" of the targets;
        "relative", "cosine" or "wasserstein" of the spectra behind them.
    **hyperparameters
        What else builds it again on load, JSON-able. Without any, that is what the
        subclass's constructor was given, whatever its layers are named.

    Raises
    ------
    InputError
        If a width is not positive, or the loss is unknown.

    Example
    -------
    >>> class Line(SpectrumModel):
    ...     def __init__(self, n_features, n_targets):
    ...         super().__init__(n_features, n_targets)
    ...         self.dense = nn.Linear(n_features, n_targets)
    ...     def forward(self, features):
    ...         return self.dense(features)
    >>> Line(3, 2)(torch.zeros(5, 3)).shape
    torch.Size([5, 2])
    """

    #: whether it learns from halves, too: rows whose features or targets are all NaN
    halves = False
    #: whether `spread` says how sure it is
    tells_spread = False

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "__init__" in vars(cls):
            noted = noting(cls.__init__, n_skipped=2)
            cls.__init__ = noted  # type: ignore[method-assign]

    def __init__(
        self,
        n_features: int,
        n_targets: int,
        *,
        loss: str = "rmse",
        **hyperparameters: Any,
    ) -> None:
        given = vars(self).get("_given", {})
        if hyperparameters:
            kept = {"loss": loss} if "loss" in given else {}
            given = kept | hyperparameters
        super().__init__()
        limits = f"[1, {WIDEST}]"
        within(limits, whole=True, n_features=n_features, n_targets=n_targets)
        one_of("loss", loss, [*LOSSES, *SPECTRAL_LOSSES])
        self.n_features, self.n_targets = int(n_features), int(n_targets)
        self._given, self.loss_name = given, loss
        #: set before training, where targets are known to stand for spectra
        self.spectra_map: SpectraMap | None = None

    def hyperparameters(self) -> dict[str, Any]:
        """Return the keyword arguments that build this model again, JSON-able."""
        return {name: plain(name, value) for name, value in self._given.items()}

    def __repr__(self) -> str:
        return call_of(self)

    def forward(self, features: Tensor) -> Tensor:
        """Map features (batch, n_features) to targets (batch, n_targets)."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def spread(self, features: Tensor) -> Tensor:
        """Map features to the standard deviation of each target, if it tells any."""
        raise NotImplementedError(f"{type(self).__name__} tells no spread")

    def embed(self, features: Tensor) -> Tensor:
        """Return where inputs are to it, (..., batch, any width).

        The features themselves, unless a model reads what has no distance of its own;
        then `head` makes targets of it.
        """
        return features

    def head(self, units: Tensor) -> Tensor:
        """Map what `embed` returns to targets."""
        return self(units)

    def loss(
        self, features: Tensor, targets: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """Return what training makes small: a number (or one per member of a stack).

        `weights` (batch,) say how often each sample counts.
        """
        return averaged(self.sample_loss(self(features), targets), weights)

    def sample_loss(self, predicted: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of each sample, (..., batch)."""
        if self.loss_name in LOSSES:
            return LOSSES[self.loss_name](predicted, targets)
        to_spectra = self._known_map(f"loss {self.loss_name!r}")
        pair = to_spectra(predicted), to_spectra(targets)
        return SPECTRAL_LOSSES[self.loss_name](*pair, to_spectra.steps)

    def spectral_error(self, features: Tensor, targets: Tensor) -> Tensor:
        """Return metric A of each sample, 100 Σ|pred - true| / Σ|true|, percent."""
        to_spectra = self._known_map("the error in percent")
        pair = to_spectra(self(features)), to_spectra(targets)
        return 100 * SPECTRAL_LOSSES["relative"](*pair, to_spectra.steps)

    def optimiser(self, rate: float, weight_decay: float) -> torch.optim.Optimizer:
        """Return what moves the weights: AdamW; the loop sets its rate every step."""
        weights = self.parameters()
        return torch.optim.AdamW(weights, rate, weight_decay=weight_decay, fused=True)

    def training_step(
        self,
        features: Tensor,
        targets: Tensor,
        optimiser: torch.optim.Optimizer,
        weights: Tensor | None = None,
    ) -> Tensor:
        """Take one step on one batch and return its loss."""
        optimiser.zero_grad(set_to_none=True)
        counted = () if weights is None else (weights,)
        losses = self.loss(features, targets, *counted)
        losses.sum().backward()  # members share no weight: each gets its own gradient
        optimiser.step()
        return losses.detach()

    @property
    def weighs_samples(self) -> bool:
        """Whether its loss and its step take the weights of samples."""
        steps = (self.loss, self.training_step)
        return all("weights" in inspect.signature(one).parameters for one in steps)

    @property
    def knows_spectra(self) -> bool:
        """Whether it was told what its targets stand for."""
        return any(isinstance(part, SpectraMap) for part in self.modules())

    def forget_spectra(self) -> None:
        """Let go of the map from targets to spectra, of use in training alone."""
        for model in self.modules():
            if isinstance(model, SpectrumModel):
                model.spectra_map = None

    def members(self) -> list[SpectrumModel]:
        """Return the models it is made of, one by one: itself."""
        return [self]

    def _known_map(self, purpose: str) -> SpectraMap:
        """The map from targets to spectra, or a sentence on how to give one."""
        if self.spectra_map is None:
            raise InputError(
                f"{purpose} compares spectra, and what the targets stand for is not "
                "known: train through a Predictor with a linear target (EnergyGrid, "
                "PCATargets …), or give training.fit a spectra_map"
            )
        return self.spectra_map


class Regressor(Kept, ABC):
    """Something that learns in one call and can be saved without running code.

    Give `fit` and `predict`; what `Kept` asks for makes saving work. A model that knows
    how sure it is gives `predict_band` and sets `has_band`.
    """

    @abstractmethod
    def fit(self, features: ArrayLike, targets: ArrayLike) -> Regressor:
        """Learn from features (n_sites, n_features), targets (n_sites, n_targets)."""

    @abstractmethod
    def predict(self, features: ArrayLike) -> Array:
        """Return targets (n_sites, n_targets)."""

    @property
    def n_members(self) -> int:
        """How many models vote: one, unless it is an ensemble."""
        return 1

    def predict_members(self, features: ArrayLike) -> Array:
        """Return every member's targets, (n_members, n_sites, n_targets)."""
        return self.predict(features)[None]

    def embed(self, features: Array) -> Array:
        """Return where inputs are to it: the same array, unless it knows better."""
        return features

    @property
    def tells_spread(self) -> bool:
        """Whether a member by itself says how sure it is."""
        return False

    @property
    def has_band(self) -> bool:
        """Whether it can tell how sure it is: an ensemble can."""
        return self.n_members > 1 or self.tells_spread

    def predict_band(self, features: ArrayLike) -> Band:
        """Return targets and their standard deviation, (n_sites, n_targets) each.

        Raises
        ------
        InputError
            If this is a single model without a standard deviation of its own.
        """
        return Band.of_members(self.predict_members(features))


def checked_rows(model: Regressor, features: ArrayLike) -> Array:
    """Return features as float64 for a fitted model, as many a row as it learnt from.

    Raises
    ------
    InputError
        If they are others, or the model is not fitted.
    """
    learnt = learnt_of(model)
    rows = floats("features", features)
    known = learnt["features"].shape[1] if "features" in learnt else None
    if "coefficients" in learnt:
        known = len(learnt["coefficients"])
    if rows.ndim != 2 or known not in (None, rows.shape[1]):
        raise InputError(
            f"features have shape {rows.shape}: give a table of {known or 'as many'} a "
            "row, as the model learnt from"
        )
    return rows


def check_kernel(n_sites: int) -> None:
    """Refuse a kernel of more sites than memory holds; it stands there three times."""
    affordable(
        f"a kernel of {n_sites} sites",
        3 * 8.0 * n_sites**2,
        "give fewer sites, or a model without a kernel (ridge, quick MLP)",
    )


def checked_pair(
    features: ArrayLike, targets: ArrayLike, *, halves: bool = False
) -> tuple[Array, Array]:
    """Return both as finite float64 tables of equally many rows.

    With `halves` a row may be NaN throughout in one of the two.

    Raises
    ------
    InputError
        If they are not tables, differ in rows, are empty or hold what is not finite.
    """
    pair = [floats("features", features), floats("targets", targets)]
    if (
        any(a.ndim != 2 for a in pair)
        or len(pair[0]) != len(pair[1])
        or not pair[0].size
    ):
        raise InputError(
            f"features {pair[0].shape} and targets {pair[1].shape} do not fit: give "
            "two tables with one row per site each"
        )
    lacking = [halves & np.isnan(array).all(axis=1) for array in pair]
    if (lacking[0] & lacking[1]).any():
        raise InputError("a row has neither features nor targets: leave it out")
    for name, array, left in zip(("features", "targets"), pair, lacking, strict=True):
        if not np.isfinite(array[~left]).all():
            raise InputError(f"{name} hold values that are not finite: leave those out")
    return pair[0], pair[1]
