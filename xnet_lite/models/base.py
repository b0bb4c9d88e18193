"""What every model is: arrays in, arrays out; no atoms, no eV.

Two kinds share these files. A `SpectrumModel` is a PyTorch network that the training
loop moves step by step. A `Regressor` learns in one call, scikit-learn's way: the
baselines are regressors, and a trained network is one too (`predictor.network`).
"""

from __future__ import annotations

import copy
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor, nn

from xnet_lite.errors import InputError

Array = NDArray[np.float64]
#: what saves a fitted object: settings for JSON, arrays for safetensors
State = tuple[dict[str, Any], dict[str, NDArray[Any]]]


def mean_square(predicted: Tensor, targets: Tensor) -> Tensor:
    """Return the mean squared error of each sample, (..., batch)."""
    return ((predicted - targets) ** 2).mean(-1)


def root_mean_square(predicted: Tensor, targets: Tensor) -> Tensor:
    """Return the root mean squared error of each sample, (..., batch).

    Its mean over samples weighs a bad spectrum by its error, not by the square of it,
    which is closer to the relative errors that tables report.
    """
    # the floor keeps the slope finite where a sample is met exactly
    return torch.sqrt(mean_square(predicted, targets) + 1e-12)


#: losses a configuration can name
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "rmse": root_mean_square,
    "mse": mean_square,
}


class SpectrumModel(nn.Module):
    """A network from features to targets; subclass it, give `forward`, and train.

    Every parameter is drawn in the constructor from PyTorch's generator, which the
    training loop seeds for each member. `loss` and `training_step` are the model's
    own: override them only if it is unusual (several losses, several optimisers).

    Parameters
    ----------
    n_features, n_targets : int
        Width of its input and of its output.
    **hyperparameters
        Whatever else the constructor took, JSON-able: kept to build it again on load.

    Raises
    ------
    InputError
        If a width is not positive.

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

    def __init__(self, n_features: int, n_targets: int, **hyperparameters: Any) -> None:
        super().__init__()
        for name, value in (("n_features", n_features), ("n_targets", n_targets)):
            if value < 1:
                raise InputError(f"{name} is {value}: a model needs at least 1")
        self.n_features, self.n_targets = int(n_features), int(n_targets)
        self._hyperparameters = dict(hyperparameters)

    def hyperparameters(self) -> dict[str, Any]:
        """Return the keyword arguments that build this model again, JSON-able."""
        return dict(self._hyperparameters)

    def forward(self, features: Tensor) -> Tensor:
        """Map features (batch, n_features) to targets (batch, n_targets)."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    def loss(self, features: Tensor, targets: Tensor) -> Tensor:
        """Return what training makes small: a number (or one per member of a stack)."""
        return root_mean_square(self(features), targets).mean(-1)

    def optimiser(self, rate: float, weight_decay: float) -> torch.optim.Optimizer:
        """Return what moves the weights: AdamW; the loop sets its rate every step."""
        return torch.optim.AdamW(
            self.parameters(), lr=rate, weight_decay=weight_decay, fused=True
        )

    def training_step(
        self, features: Tensor, targets: Tensor, optimiser: torch.optim.Optimizer
    ) -> Tensor:
        """Take one step on one batch and return its loss."""
        optimiser.zero_grad(set_to_none=True)
        losses = self.loss(features, targets)
        losses.sum().backward()  # members share no weight: each gets its own gradient
        optimiser.step()
        return losses.detach()


class ModelStack(SpectrumModel):
    """Several models of one shape as one: every weight has a leading axis of members.

    `torch.func.vmap` turns each layer into one batched matrix product, whatever the
    model; for fifteen MLPs a step takes as long as with products written by hand and
    three quarters of the time of fifteen steps one by one (one CPU thread).

    Features are (batch, n_features) for all members alike or (n_members, batch,
    n_features); predictions are (n_members, batch, n_targets).
    """

    def __init__(self, models: Sequence[SpectrumModel]) -> None:
        first = models[0]
        super().__init__(first.n_features, first.n_targets)
        self.n_members = len(models)
        self.model = copy.deepcopy(first)
        states = [_named(model) for model in models]
        for name, _ in list(first.named_parameters()):
            _put(self.model, name, nn.Parameter(_together(states, name)))
        for name, _ in list(first.named_buffers()):
            _put(self.model, name, _together(states, name))

    def hyperparameters(self) -> dict[str, Any]:
        """Return the members' keyword arguments."""
        return self.model.hyperparameters()

    def forward(self, features: Tensor) -> Tensor:
        """Map features to the targets of every member."""
        return self._call(self.model.forward, self._per_member(features))

    def loss(self, features: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of every member, (n_members,)."""
        per_member = self._per_member(features), self._per_member(targets)
        return self._call(self.model.loss, *per_member)

    def optimiser(self, rate: float, weight_decay: float) -> torch.optim.Optimizer:
        """Return the members' optimiser over all their weights."""
        return self.model.optimiser(rate, weight_decay)

    def members(self) -> list[SpectrumModel]:
        """Return the models one by one, each with its own weights."""
        return [self._member(i) for i in range(self.n_members)]

    def _member(self, i: int) -> SpectrumModel:
        """A copy of member i without the leading axis."""
        single = copy.deepcopy(self.model)
        for name, weight in list(single.named_parameters()):
            _put(single, name, nn.Parameter(weight.detach()[i].clone()))
        for name, buffer in list(single.named_buffers()):
            _put(single, name, buffer[i].clone())
        return single

    def _per_member(self, array: Tensor) -> Tensor:
        """Give an array that all members share its leading axis."""
        return array if array.ndim == 3 else array.expand(self.n_members, *array.shape)

    def _call(self, function: Callable[..., Tensor], *arrays: Tensor) -> Tensor:
        """Run a method of the model for all members."""

        def one(state: Mapping[str, Tensor], *inputs: Tensor) -> Tensor:
            runner = _Runner(self.model, function.__name__)
            named = {f"model.{name}": value for name, value in state.items()}
            return torch.func.functional_call(runner, named, inputs)

        return torch.func.vmap(one, randomness="different")(_named(self.model), *arrays)


class _Runner(nn.Module):
    """Lets functional_call reach any method of a model, not `forward` alone."""

    def __init__(self, model: SpectrumModel, method: str) -> None:
        super().__init__()
        self.model, self.method = model, method

    def forward(self, *inputs: Tensor) -> Tensor:
        """Call the method."""
        return getattr(self.model, self.method)(*inputs)


def _named(module: nn.Module) -> dict[str, Tensor]:
    """Every parameter and buffer by its dotted name."""
    return dict(module.named_parameters()) | dict(module.named_buffers())


def _together(states: Sequence[Mapping[str, Tensor]], name: str) -> Tensor:
    """One tensor of every member's, on a leading axis."""
    return torch.stack([state[name].detach() for state in states])


def _put(module: nn.Module, name: str, value: Tensor | nn.Parameter) -> None:
    """Set a parameter or buffer by its dotted name."""
    *path, leaf = name.split(".")
    for part in path:
        module = getattr(module, part)
    setattr(module, leaf, value)


class Regressor(ABC):
    """Something that learns in one call and can be saved without running code.

    Give `fit`, `predict`, `state` and `from_state`; what `fit` learns ends in `_`.
    """

    @abstractmethod
    def fit(self, features: ArrayLike, targets: ArrayLike) -> Regressor:
        """Learn from features (n_sites, n_features), targets (n_sites, n_targets)."""

    @abstractmethod
    def predict(self, features: ArrayLike) -> Array:
        """Return targets (n_sites, n_targets)."""

    @abstractmethod
    def state(self) -> State:
        """Return (settings for JSON, arrays for safetensors) of a fitted one."""

    @classmethod
    @abstractmethod
    def from_state(
        cls, settings: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]
    ) -> Regressor:
        """Build a fitted one again from what `state` returned."""

    @property
    def n_members(self) -> int:
        """How many models vote: one, unless it is an ensemble."""
        return 1

    def predict_members(self, features: ArrayLike) -> Array:
        """Return every member's targets, (n_members, n_sites, n_targets)."""
        return self.predict(features)[None]


def checked_pair(features: ArrayLike, targets: ArrayLike) -> tuple[Array, Array]:
    """Return both as finite float64 tables of equally many rows.

    Raises
    ------
    InputError
        If they are not tables, differ in rows, are empty or hold what is not finite.
    """
    pair = [np.asarray(array, dtype=float) for array in (features, targets)]
    if (
        any(a.ndim != 2 for a in pair)
        or len(pair[0]) != len(pair[1])
        or not pair[0].size
    ):
        raise InputError(
            f"features {pair[0].shape} and targets {pair[1].shape} must be two tables "
            "with one row per site each"
        )
    for name, array in zip(("features", "targets"), pair, strict=True):
        if not np.isfinite(array).all():
            raise InputError(f"{name} hold values that are not finite: leave those out")
    return pair[0], pair[1]
