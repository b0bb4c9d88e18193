"""One step and what surrounds it: the rate, clipping, averaging, mixed precision."""

from functools import partial
from typing import Any, cast

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel

from xnet_lite.models.base import SpectrumModel
from xnet_lite.models.stack import ModelStack
from xnet_lite.training.config import SCHEDULES, TrainConfig


class Stepper:
    """Moves a model step by step as a configuration says.

    Parameters
    ----------
    model : SpectrumModel
        One model, or a stack of them.
    config : TrainConfig
    drawn : float
        How often a row counts, on average: a batch of rows that count twice is a batch
        twice as large, and the rate grows with it.

    Source: rate and size of a batch, P. Goyal et al., arXiv:1706.02677, section 2.1.
    Differs: nothing but the optimiser; theirs is gradient descent with momentum.
    """

    def __init__(
        self, model: SpectrumModel, config: TrainConfig, drawn: float = 1.0
    ) -> None:
        self.model, self.config, self.drawn = model, config, drawn
        self.optimiser = model.optimiser(config.learning_rate, config.weight_decay)
        if config.clip is not None:
            rule = partial(_shorten, config.clip, isinstance(model, ModelStack))
            self.optimiser.register_step_pre_hook(rule)
        self.average = None
        if config.average is not None:
            mean = partial(_running_mean, config.average)
            self.average = AveragedModel(model, avg_fn=mean)

    @property
    def kept(self) -> SpectrumModel:
        """What is validated and kept: the averaged model, or the model itself."""
        if self.average is None:
            return self.model
        return cast(SpectrumModel, self.average.module)

    def rate(self, done: float) -> float:
        """Set the rate for the share of steps done, and return it."""
        config = self.config
        share = SCHEDULES[config.schedule](done, config.warmup)
        rate = self.drawn * config.learning_rate * share
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group.get("share", 1.0)
        return rate

    def step(self, features: Tensor, targets: Tensor, weights: Tensor | None) -> Tensor:
        """Take one step on one batch and return its loss, in float32."""
        counted = {} if weights is None else {"weights": weights}
        kind, lower = features.device.type, self.config.mixed_precision
        with torch.autocast(kind, dtype=torch.bfloat16, enabled=lower):
            loss = self.model.training_step(
                features, targets, self.optimiser, **counted
            )
        if self.average is not None:
            self.average.update_parameters(self.model)
        return loss.float()


def _running_mean(share: float, mean: Tensor, new: Tensor, n: Tensor | int) -> Tensor:
    """share * mean + (1 - share) * new; at first less of the mean, to forget it."""
    share = min(share, (1 + float(n)) / (10 + float(n)))
    return torch.lerp(new, mean, share)


def _shorten(
    longest: float, stacked: bool, optimiser: torch.optim.Optimizer, *_: Any
) -> None:
    """Shorten the gradient before a step, of each member of a stack by itself."""
    weights = [w for group in optimiser.param_groups for w in group["params"]]
    slopes = [w.grad for w in weights if w.grad is not None]
    flat = [s.flatten(1) if stacked else s.reshape(1, -1) for s in slopes]
    length = torch.sqrt(sum((f.double() ** 2).sum(1) for f in flat))
    factor = torch.clamp(longest / length.clamp_min(1e-300), max=1.0)
    for slope, rows in zip(slopes, flat, strict=True):
        rows.mul_(factor.to(rows.dtype)[:, None])
        slope.copy_(rows.reshape(slope.shape))
