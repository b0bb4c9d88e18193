"""The multilayer perceptron: our recipe, and the three published ones."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from torch import Tensor, nn

from xnet_lite.models import layers
from xnet_lite.models.base import SpectrumModel


class MLP(SpectrumModel):
    """Dense layers with an activation between them, on features and waves of them.

    Parameters
    ----------
    n_features, n_targets : int
        Width of its input and of its output.
    n_waves : int
        Learnt combinations of features given as sine and cosine too; 0 for none.
    wave_scale : float
        First standard deviation of their phases, radians.
    hidden : sequence of int
        Width of each hidden layer.
    activation : str
        "silu", "relu", "tanh" or "gelu".
    residual : bool
        Add a layer's input to its output where the two are of one width.
    batch_norm : bool
        Standardise over the batch after each activation's input.
    dropout : float
        Share of hidden units silenced in training, 0 to 1.
    loss : str
        What training makes small, see `SpectrumModel`.
    initialiser : str
        "torch" (its own, uniform ± 1/√n_in), "he_uniform" or "glorot_uniform".

    Raises
    ------
    InputError
        On a name that does not exist or a number out of range.

    Differs: from the published networks in having waves, no batch norm, no dropout, a
    smooth activation and the rmse loss; `MLP.published_2022` and `MLP.published_2024`
    are theirs. `benchmarks.forward` shows what that makes of the error.

    Example
    -------
    >>> MLP(97, 30, hidden=[256, 256])
    MLP(97, 30, hidden=[256, 256])
    """

    def __init__(
        self,
        n_features: int,
        n_targets: int,
        *,
        n_waves: int = 128,
        wave_scale: float = 0.5,
        hidden: Sequence[int] = (512, 512),
        activation: str = "silu",
        residual: bool = False,
        batch_norm: bool = False,
        dropout: float = 0.0,
        loss: str = "rmse",
        initialiser: str = "torch",
    ) -> None:
        super().__init__(n_features, n_targets, loss=loss)
        layers.check_choices(activation, initialiser, dropout, (n_waves, wave_scale))
        if len(hidden):
            layers.check_widths(hidden=hidden)
        self.waves = (
            layers.Waves(n_features, n_waves, wave_scale) if n_waves else nn.Identity()
        )
        widths = [n_features + 2 * n_waves, *map(int, hidden)]
        pairs = list(itertools.pairwise(widths))
        self.hidden = nn.ModuleList(nn.Linear(a, b) for a, b in pairs)
        self.norms = nn.ModuleList(
            nn.BatchNorm1d(b, affine=False) if batch_norm else nn.Identity()
            for _, b in pairs
        )
        self.skips = [residual and a == b for a, b in pairs]
        self.activation = layers.ACTIVATIONS[activation]()
        self.dropout = nn.Dropout(dropout)
        self.out = nn.Linear(widths[-1], n_targets)
        layers.initialise(self, initialiser)

    @classmethod
    def published_2022(cls, n_features: int, n_targets: int) -> MLP:
        """Return the network of the 2022 paper: 512-512, relu, batch norm, dropout.

        Theirs read 71 features, the most varying of 97, which makes the 414 208 weights
        (biases not counted) of the paper. Train it with `TrainConfig.published()`.

        Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
        doi:10.1063/5.0087255, sections II B and III B.
        Differs: batch norm has no learnt scale and shift, which the count leaves out.
        """
        return cls(n_features, n_targets, batch_norm=True, **layers.PUBLISHED)

    @classmethod
    def published_2024(cls, n_features: int, n_targets: int) -> MLP:
        """Return the network of the 2024 review: 512-512 without batch norm.

        With 97 features and 226 energies it has the 428 770 parameters that the review
        counts, biases included. Train it with `TrainConfig.published()`.

        Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
        doi:10.1088/2632-2153/ad5074, table 3.
        Differs: the review prints the count alone. It leaves no room for the scale and
        shift of batch norm, 2048 more, which that of its CNN has. Activation, dropout,
        loss and first weights are those of 2022; dropout has no weights to be counted.
        """
        return cls(n_features, n_targets, **layers.PUBLISHED)

    @classmethod
    def published_2020(cls, n_features: int, n_targets: int) -> MLP:
        """Return the network of the 2020 paper: four tanh layers that grow narrower.

        Theirs read 680 points of a radial distribution curve, `RDC.published_2020`, and
        gave 240 energies. Train it with `TrainConfig.published_2020()`.

        Source: C. D. Rankine, M. M. M. Madkhali and T. J. Penfold, J. Phys. Chem. A 124
        (2020) 4263, doi:10.1021/acs.jpca.0c03723, section "Deep Neural Network".
        Differs: the paper counts about three million weights; these widths have 3.9
        million between 680 inputs and 240 outputs. It names no first weights: Glorot's
        here, the habit of its Keras.
        """
        options = layers.PUBLISHED | {
            "hidden": [1150, 1035, 932, 838],
            "activation": "tanh",
            "dropout": 0.15,
            "initialiser": "glorot_uniform",
        }
        return cls(n_features, n_targets, batch_norm=True, **options)

    def forward(self, features: Tensor) -> Tensor:
        """Map features (..., batch, n_features) to targets (..., batch, n_targets)."""
        return self.out(self.units(features))

    def units(self, features: Tensor) -> Tensor:
        """Return what the last hidden layer makes of features, (..., batch, width)."""
        units: Tensor = self.waves(features)
        for dense, norm, skip in zip(self.hidden, self.norms, self.skips, strict=True):
            new = self.dropout(self.activation(norm(dense(units))))
            units = units + new if skip else new
        return units
