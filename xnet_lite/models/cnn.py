"""A convolutional network over the ordered features, and the published one."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from xnet_lite.errors import InputError
from xnet_lite.models import layers
from xnet_lite.models.base import SpectrumModel


class CNN(SpectrumModel):
    """Filters that slide along the feature vector, then dense layers.

    Features are taken as one line of numbers in their order, which means something
    where neighbors in the vector are neighbors in space: the shells of wACSF, RDC.

    Parameters
    ----------
    n_features, n_targets : int
        Width of its input and of its output.
    channels : sequence of int
        Filters of each convolution.
    kernel_size, stride : int
        Numbers a filter sees, and how far it moves, in every convolution.
    padded : bool
        Put zeros at both ends, so that filters reach over them.
    hidden : sequence of int
        Width of each dense layer after them.
    n_waves, wave_size : int
        Filters before the others whose sine is taken, 0 for none, and the numbers that
        each sees; the line itself stands beside them.
    wave_scale : float
        First standard deviation of their phases, radians.
    activation, dropout, initialiser, loss
        As `MLP` has them.
    batch_norm : bool
        Standardise each filter's output over the batch, with learnt scale and shift.

    Raises
    ------
    InputError
        On a name that does not exist, a number out of range, or a vector too short for
        so many strides.

    Differs: from the published one in having waves, no batch norm and a smooth
    activation; `CNN.published` is theirs.

    Example
    -------
    >>> sum(weight.numel() for weight in CNN.published(97, 226).parameters())
    246626
    """

    def __init__(
        self,
        n_features: int,
        n_targets: int,
        *,
        channels: Sequence[int] = (64, 64),
        kernel_size: int = 5,
        stride: int = 2,
        padded: bool = True,
        hidden: Sequence[int] = (512,),
        n_waves: int = 64,
        wave_size: int = 9,
        wave_scale: float = 1.5,
        activation: str = "silu",
        batch_norm: bool = False,
        dropout: float = 0.0,
        loss: str = "rmse",
        initialiser: str = "torch",
    ) -> None:
        super().__init__(n_features, n_targets, loss=loss)
        layers.check_choices(activation, initialiser, dropout, (n_waves, wave_scale))
        layers.check_widths(channels=channels, kernel_size=kernel_size, stride=stride)
        layers.check_widths(hidden=hidden, wave_size=wave_size)
        self.waves = (
            WaveFilters(n_waves, wave_size, wave_scale) if n_waves else nn.Identity()
        )
        window = kernel_size, stride, kernel_size // 2 if padded else 0
        sizes = [1 + n_waves, *map(int, channels)]
        filters, length = _filters(n_features, sizes, window)
        steps: list[nn.Module] = []
        for one in filters:
            norm = nn.BatchNorm1d if batch_norm else None
            steps += [one, *layers.after(one.out_channels, activation, dropout, norm)]
        self.filters = nn.Sequential(*steps)
        widths = [int(channels[-1]) * length, *map(int, hidden)]
        self.hidden = layers.tower(widths, activation, dropout)
        self.out = nn.Linear(widths[-1], n_targets)
        layers.initialise(self, initialiser)

    @classmethod
    def published(cls, n_features: int, n_targets: int) -> CNN:
        """Return the network of the 2024 review: three convolutions and 256 units.

        It has the 246 626 parameters of the review's table 3; source and training are
        those of `MLP.published_2024`.

        Differs: the review prints the count alone; 16, 32 and 64 filters of 3 with
        stride 2, batch norm and 256 units give just this count. Activation, dropout,
        loss and first weights are those of the MLP of 2022.
        """
        options: dict[str, Any] = layers.PUBLISHED | {
            "channels": [16, 32, 64],
            "kernel_size": 3,
            "padded": False,
            "hidden": [256],
        }
        return cls(n_features, n_targets, batch_norm=True, **options)

    @classmethod
    def published_2023(cls, n_features: int, n_targets: int) -> CNN:
        """Return the network that reads spectra: 67 336 weights for 475 and 50.

        Three convolutions of two filters of 8 with stride 2, then 256 and 128 units.

        Source: T. David et al., Digital Discovery 2 (2023) 1461,
        doi:10.1039/d3dd00101f, sections 2 and 3.
        Differs: nothing that is printed.
        """
        return cls(
            n_features,
            n_targets,
            channels=(2, 2, 2),
            kernel_size=8,
            padded=False,
            hidden=(256, 128),
            n_waves=0,
            activation="relu",
            loss="mse",
            initialiser="glorot_uniform",
        )

    def forward(self, features: Tensor) -> Tensor:
        """Map features (batch, n_features) to targets (batch, n_targets)."""
        line = self.waves(features[:, None])  # (batch, 1 + n_waves, n_features)
        return self.out(self.hidden(self.filters(line).flatten(1)))


class WaveFilters(nn.Module):
    """A line of numbers, and beside it the sines of what learnt filters see of it.

    Parameters
    ----------
    n_waves, size : int
        How many filters, and the numbers that each sees.
    scale : float
        Standard deviation of the phases of standardised numbers at first, radians.

    Source: V. Sitzmann et al., Adv. Neural Inf. Process. Syst. 33 (2020) 7462, for
    sines as an activation.
    Differs: in one layer alone, as filters, and with the line itself kept.

    Example
    -------
    >>> WaveFilters(6, 5, 1.0)(torch.zeros(2, 1, 20)).shape
    torch.Size([2, 7, 20])
    """

    def __init__(self, n_waves: int, size: int, scale: float) -> None:
        super().__init__()
        self.phases = nn.Conv1d(1, n_waves, size, padding=size // 2, bias=False)
        self.offsets = nn.Parameter(torch.empty(n_waves, 1).uniform_(-math.pi, math.pi))
        self.n_cut = 1 - size % 2  # an even filter sees one place too many
        nn.init.normal_(self.phases.weight, std=scale / size**0.5)

    def forward(self, line: Tensor) -> Tensor:
        """Map (batch, 1, length) to (batch, 1 + n_waves, length)."""
        phases = self.phases(line)[..., self.n_cut :] + self.offsets
        # the root of 2 gives each wave a mean square of 1, as the line has
        return torch.cat([line, math.sqrt(2) * torch.sin(phases)], 1)


def _filters(
    n_features: int, channels: Sequence[int], window: tuple[int, int, int]
) -> tuple[list[nn.Conv1d], int]:
    """Convolutions of a kernel, stride and padding, and the length that they leave."""
    size, stride, padding = window
    filters, length = [], n_features
    for n_in, n_out in itertools.pairwise(channels):
        length = (length + 2 * padding - size) // stride + 1
        if length < 1:
            raise InputError(
                f"{n_features} features are too few for {len(channels) - 1} "
                f"convolutions with kernel_size {size} and stride {stride}: give fewer "
                "channels, or smaller ones of the others"
            )
        filters.append(nn.Conv1d(n_in, n_out, size, stride, padding))
    return filters, length
