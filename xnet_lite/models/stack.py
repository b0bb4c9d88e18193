"""Several models of one shape as one: what makes ensembles and folds cheap."""

import copy
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from xnet_lite.models.base import SpectrumModel


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
        self.n_members, self._given = len(models), first._given
        self.model = copy.deepcopy(first)
        weights, buffers = torch.func.stack_module_state(list(models))
        for name, weight in weights.items():
            # a frozen weight stays frozen
            _put(self.model, name, nn.Parameter(weight, weight.requires_grad))
        for name, buffer in buffers.items():
            _put(self.model, name, buffer)

    def __repr__(self) -> str:
        return f"{self.n_members} × {self.model!r}"

    def forward(self, features: Tensor) -> Tensor:
        """Map features to the targets of every member."""
        return self._call("forward", features)

    def loss(self, features: Tensor, targets: Tensor) -> Tensor:
        """Return the loss of every member, (n_members,)."""
        return self._call("loss", features, targets)

    def spectral_error(self, features: Tensor, targets: Tensor) -> Tensor:
        """Return metric A of each sample for every member, (n_members, batch)."""
        return self._call("spectral_error", features, targets)

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

    def _call(self, method: str, *arrays: Tensor) -> Tensor:
        """Run a method of the model for all members, which may share an array."""
        runner = _Runner(self.model, method)
        state = dict(runner.named_parameters()) | dict(runner.named_buffers())
        own = [a if a.ndim == 3 else a.expand(self.n_members, *a.shape) for a in arrays]

        def one(state: dict[str, Tensor], *inputs: Tensor) -> Tensor:
            return torch.func.functional_call(runner, state, inputs)

        return torch.func.vmap(one, randomness="different")(state, *own)


class _Runner(nn.Module):
    """Lets functional_call reach any method of a model, not `forward` alone."""

    def __init__(self, model: SpectrumModel, method: str) -> None:
        super().__init__()
        self.model, self.method = model, method

    def forward(self, *inputs: Tensor) -> Tensor:
        """Call the method."""
        return getattr(self.model, self.method)(*inputs)


def _put(module: nn.Module, name: str, value: Tensor | nn.Parameter) -> None:
    """Set a parameter or buffer by its dotted name."""
    path, _, leaf = name.rpartition(".")
    setattr(module.get_submodule(path), leaf, value)
