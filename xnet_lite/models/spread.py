"""A network that predicts a distribution: how much, and how sure it is of that."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from xnet_lite.errors import within
from xnet_lite.models.losses import averaged
from xnet_lite.models.mlp import MLP

#: least standard deviation that is told, in units of the targets it learns
LEAST = 0.01


class SpreadMLP(MLP):
    """An `MLP` that tells a mean and a standard deviation of each target.

    Its loss is that of the means, and the negative log likelihood of what is left,

    loss(ŷ, y) + weight ⟨ln σ + ½ ((y − ŷ) / σ)²⟩

    where the second term teaches σ alone: means are those of an `MLP`, whatever their
    spread. What a network has learnt by heart it is sure of; let `TrainConfig.patience`
    end the training by sites held out, or judge σ by such sites.

    Parameters
    ----------
    n_features, n_targets : int
    weight : float
        Of the likelihood.
    least : float
        Smallest σ.
    n_waves, wave_scale, hidden, dropout, loss
        As `MLP` has them.

    Raises
    ------
    InputError
        If one of these is not positive.

    Source: D. A. Nix and A. S. Weigend, Proc. IEEE ICNN 1 (1994) 55,
    doi:10.1109/ICNN.1994.374138.
    Differs: there the likelihood teaches the mean too, which then learns least where it
    is worst.

    Example
    -------
    >>> import torch
    >>> model = SpreadMLP(50, 30)
    >>> model(torch.zeros(2, 50)).shape, model.spread(torch.zeros(2, 50)).shape
    (torch.Size([2, 30]), torch.Size([2, 30]))
    """

    tells_spread = True

    def __init__(
        self,
        n_features: int,
        n_targets: int,
        *,
        weight: float = 0.1,
        least: float = LEAST,
        n_waves: int = 128,
        wave_scale: float = 0.5,
        hidden: Sequence[int] = (512, 512),
        dropout: float = 0.0,
        loss: str = "rmse",
    ) -> None:
        super().__init__(
            n_features,
            n_targets,
            n_waves=n_waves,
            wave_scale=wave_scale,
            hidden=hidden,
            dropout=dropout,
            loss=loss,
        )
        within("(0, inf)", weight=weight, least=least)
        self.weight, self.least = weight, least
        self.wide = nn.Linear([n_features + 2 * n_waves, *hidden][-1], n_targets)

    def spread(self, features: Tensor) -> Tensor:
        """Return the standard deviation of each target, (..., batch, n_targets)."""
        return self._spread(self.units(features))

    def loss(
        self, features: Tensor, targets: Tensor, weights: Tensor | None = None
    ) -> Tensor:
        """Return the loss of the means and that of their spread."""
        units = self.units(features)
        mean = self.out(units)
        std = self._spread(units)
        off = (targets - mean.detach()) / std
        unlikely = (std.log() + off.square() / 2).mean(-1)
        return averaged(
            self.sample_loss(mean, targets) + self.weight * unlikely, weights
        )

    def _spread(self, units: Tensor) -> Tensor:
        return functional.softplus(self.wide(units)) + self.least
