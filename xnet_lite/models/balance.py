"""Several losses weighed against each other: by hand, or as training shows them."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

#: how much of a running mean one step replaces
FORGET = 0.02
# a loss that has vanished must not be divided by
_TINY = 1e-9


class RunningMean(nn.Module):
    """Means of what training shows: of all at first, of the latest later on."""

    means: Tensor
    seen: Tensor

    def __init__(self, width: int) -> None:
        super().__init__()
        self.register_buffer("means", torch.ones(width))
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, values: Tensor) -> Tensor:
        """Return the means with these values, (width,); as they are after training."""
        if self.training:
            self.seen.add_(1)
            share = (1 / self.seen).clamp_min(FORGET)
            self.means.add_(share * (values.detach() - self.means))
        return self.means.clamp_min(_TINY)


class Fixed(nn.Module):
    """Losses by their weights."""

    def __init__(self, n_losses: int) -> None:
        super().__init__()

    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        """Return their weighted sum."""
        return (weights * losses).sum()


class Learnt(nn.Module):
    """Losses over a variance that is learnt with them."""

    def __init__(self, n_losses: int) -> None:
        super().__init__()
        self.log_variance = nn.Parameter(torch.zeros(n_losses))

    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        """Return their weighted sum, and what keeps variances from growing."""
        each = losses * torch.exp(-self.log_variance) + self.log_variance
        return (weights * each).sum()


class Running(nn.Module):
    """Losses over their running means, so that each counts by its weight alone."""

    def __init__(self, n_losses: int) -> None:
        super().__init__()
        self.means = RunningMean(n_losses)

    def forward(self, losses: Tensor, weights: Tensor) -> Tensor:
        """Return their weighted sum."""
        return (weights * losses / self.means(losses)).sum()


#: ways to balance losses that a configuration can name
BALANCES: dict[str, type[Any]] = {
    "fixed": Fixed,
    "learnt": Learnt,
    "running": Running,
}
