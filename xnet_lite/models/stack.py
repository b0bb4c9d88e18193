"""Several models of one shape as one: what makes ensembles and folds cheap."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from xnet_lite.models.base import SpectrumModel


class ModelStack(SpectrumModel):
    """Several models of one shape as one: every weight has a leading axis of members.

    `torch.func.vmap` runs any model for all members at once. Its rule for dense layers
    makes slopes in another order than the weights lie in memory, which costs a copy of
    all of them every step; dense layers have a rule of their own here.

    Features are (batch, n_features) for all members alike or (n_members, batch,
    n_features); predictions are (n_members, batch, n_targets).
    """

    def __init__(self, models: Sequence[SpectrumModel]) -> None:
        first = models[0]
        super().__init__(first.n_features, first.n_targets)
        self.n_members, self._given = len(models), first._given
        self.halves, self.tells_spread = first.halves, first.tells_spread
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

    def spread(self, features: Tensor) -> Tensor:
        """Map features to the standard deviations of every member."""
        return self._call("spread", features)

    def embed(self, features: Tensor) -> Tensor:
        """Return where inputs are to every member, (n_members, batch, any width)."""
        return self._call("embed", features)

    def head(self, units: Tensor) -> Tensor:
        """Map what `embed` returns to targets, (n_members, batch, n_targets)."""
        return self._call("head", units)

    def loss(
        self, features: Tensor, targets: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """Return the loss of every member, (n_members,); weights (n_members, batch)."""
        return self._call("loss", features, targets, weights=weights)

    def spectral_error(self, features: Tensor, targets: Tensor) -> Tensor:
        """Return metric A of each sample for every member, (n_members, batch)."""
        return self._call("spectral_error", features, targets)

    @property
    def weighs_samples(self) -> bool:
        """Whether its members' loss takes the weights of samples."""
        return self.model.weighs_samples

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

    def _call(
        self, method: str, *arrays: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """Run a method of the model for all members, which may share an array."""
        runner = _Runner(self.model, method)
        state = dict(runner.named_parameters()) | dict(runner.named_buffers())
        own = [a if a.ndim == 3 else a.expand(self.n_members, *a.shape) for a in arrays]
        own += [] if weights is None else [weights]

        def one(state: dict[str, Tensor], *inputs: Tensor) -> Tensor:
            return torch.func.functional_call(runner, state, inputs)

        together = torch.func.vmap(one, randomness="different")
        if not torch.is_grad_enabled():
            return together(state, *own)  # without slopes there is nothing to save
        with _DenseTogether():
            return together(state, *own)


class _Products(torch.autograd.Function):
    """x wᵀ + b of every member, the slope of w in the order that w has."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """Map (n_members, batch, n_in) to (n_members, batch, n_out)."""
        ctx.save_for_backward(x, w)
        return torch.baddbmm(b[:, None], x, w.mT)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor | None, ...]:
        """Return the slopes of x, w and b, those that are wanted."""
        x, w = ctx.saved_tensors
        wanted = ctx.needs_input_grad
        return (
            slope @ w if wanted[0] else None,
            slope.mT @ x if wanted[1] else None,
            slope.sum(1) if wanted[2] else None,
        )


class _Dense(torch.autograd.Function):
    """A dense layer of one member, with what to do for all of them."""

    @staticmethod
    def forward(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """Map (..., n_in) to (..., n_out)."""
        return functional.linear(x, w, b)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None:
        """Keep nothing: `vmap` goes another way, and nobody else comes here."""

    @staticmethod
    def vmap(
        info: Any, in_dims: tuple[int | None, ...], x: Tensor, w: Tensor, b: Tensor
    ) -> tuple[Tensor, int]:
        """Do it for all members as one product."""
        x, w, b = (
            one.expand(info.batch_size, *one.shape)
            if dim is None
            else one.movedim(dim, 0)
            for one, dim in zip((x, w, b), in_dims, strict=True)
        )
        flat = x.reshape(len(x), -1, x.shape[-1])
        found: Tensor = cast(Any, _Products).apply(flat, w, b)
        return found.reshape(*x.shape[:-1], w.shape[1]), 0


class _DenseTogether(TorchFunctionMode):
    """Sends the dense layers of members to `_Dense`."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Call a function of PyTorch, or what stands in for it."""
        # slopes of mixed precision need casts that are left to PyTorch
        mine = func is functional.linear and len(args) == 3 and args[2] is not None
        if mine and not torch.is_autocast_enabled(args[0].device.type):
            return cast(Any, _Dense).apply(*args)
        return func(*args, **(kwargs or {}))


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
