"""A convolutional network over the ordered features, and the published one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from xnet_lite.errors import InputError
from xnet_lite.models.base import SpectrumModel
from xnet_lite.models.layers import (
    ACTIVATIONS,
    check_choices,
    check_widths,
    front,
    initialise,
    tower,
)


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
    hidden : sequence of int
        Width of each dense layer after them.
    n_waves, wave_scale
        As `MLP` has them: learnt sines and cosines beside the features.
    activation, dropout, initialiser, loss
        As `MLP` has them.
    batch_norm : bool
        Standardise each filter's output over the batch, with learnt scale and shift.

    Raises
    ------
    InputError
        On a name that does not exist, a number out of range, or a vector too short for
        so many strides.

    Differs: from the published one in having no batch norm and a smooth activation;
    `CNN.published` is theirs.

    Example
    -------
    >>> import torch
    >>> CNN(97, 30)(torch.zeros(4, 97)).shape
    torch.Size([4, 30])
    """

    def __init__(
        self,
        n_features: int,
        n_targets: int,
        *,
        channels: Sequence[int] = (32, 64, 128),
        kernel_size: int = 5,
        stride: int = 2,
        hidden: Sequence[int] = (256,),
        n_waves: int = 0,
        wave_scale: float = 0.5,
        activation: str = "silu",
        batch_norm: bool = False,
        dropout: float = 0.0,
        loss: str = "rmse",
        initialiser: str = "torch",
    ) -> None:
        options: dict[str, Any] = {
            "channels": [int(width) for width in channels],
            "kernel_size": kernel_size,
            "stride": stride,
            "hidden": [int(width) for width in hidden],
            "n_waves": n_waves,
            "wave_scale": wave_scale,
            "activation": activation,
            "batch_norm": batch_norm,
            "dropout": dropout,
            "loss": loss,
            "initialiser": initialiser,
        }
        super().__init__(n_features, n_targets, **options)
        check_choices(options)
        check_widths(channels=options["channels"], kernel_size=kernel_size)
        check_widths(stride=stride, hidden=options["hidden"])
        self.waves = front(n_features, n_waves, wave_scale)
        layers: list[nn.Module] = []
        length, before = n_features + 2 * n_waves, 1
        for width in options["channels"]:
            length = (length - kernel_size) // stride + 1
            if length < 1:
                raise InputError(
                    f"{n_features} features are too few for {len(options['channels'])} "
                    f"convolutions with kernel_size {kernel_size} and stride {stride}: "
                    "give fewer channels, or smaller ones of the others"
                )
            layers += [nn.Conv1d(before, width, kernel_size, stride)]
            layers += [nn.BatchNorm1d(width)] if batch_norm else []
            layers += [ACTIVATIONS[activation]()]
            layers += [nn.Dropout(dropout)] if dropout else []
            before = width
        self.filters = nn.Sequential(*layers)
        widths = [before * length, *options["hidden"]]
        self.hidden = tower(widths, activation, dropout)
        self.out = nn.Linear(widths[-1], n_targets)
        initialise(self, initialiser)

    @classmethod
    def published(cls, n_features: int, n_targets: int) -> CNN:
        """Return the network of the 2024 review: three convolutions and 256 units.

        With 97 features and 226 energies it has the 246 626 parameters that the review
        counts. Train it with `TrainConfig.published()`.

        Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
        doi:10.1088/2632-2153/ad5074, table 3.
        Differs: the review prints the count alone; 16, 32 and 64 filters of 3 with
        stride 2, batch norm and 256 units give just this count. Activation, dropout,
        loss and first weights are those of the published MLP.
        """
        options: dict[str, Any] = {
            "channels": [16, 32, 64],
            "kernel_size": 3,
            "activation": "relu",
            "batch_norm": True,
            "dropout": 0.25,
            "loss": "mse",
            "initialiser": "he_uniform",
        }
        return cls(n_features, n_targets, **options)

    def forward(self, features: Tensor) -> Tensor:
        """Map features (batch, n_features) to targets (batch, n_targets)."""
        line = self.waves(features)[:, None]  # (batch, 1 channel, length)
        return self.out(self.hidden(self.filters(line).flatten(1)))
