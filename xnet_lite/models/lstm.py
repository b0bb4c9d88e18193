"""A recurrent network that reads the features piece by piece, and the published one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from xnet_lite.models import layers
from xnet_lite.models.base import SpectrumModel


class LSTM(SpectrumModel):
    """Long short-term memory that reads the feature vector forwards and backwards.

    The vector is cut into pieces of `step` numbers, zeros making the last one full. One
    reader goes through them in order, one in reverse, and dense layers get what both
    say after each piece, or at their ends alone. Every site is a sequence of its own.

    Parameters
    ----------
    n_features, n_targets : int
        Width of its input and of its output.
    step : int, optional
        Numbers read at a time; the whole vector at once without it.
    n_hidden : int
        Width of a reader's memory.
    n_layers : int
        Layers of readers, each reading what both of the layer before wrote.
    ends_alone : bool
        Give the dense layers where each reader ends up, and not what it says on its
        way.
    hidden : sequence of int
        Width of each dense layer after them.
    n_waves : int
        Learnt combinations of the numbers of each piece, given as sine and cosine too,
        others for every piece; 0 for none.
    wave_scale : float
        First standard deviation of their phases, radians.
    activation, dropout, initialiser, loss
        As `MLP` has them; the readers' own functions are always sigmoid and tanh.

    Raises
    ------
    InputError
        On a name that does not exist or a number out of range.

    Source: S. Hochreiter and J. Schmidhuber, Neural Comput. 9 (1997) 1735,
    doi:10.1162/neco.1997.9.8.1735; forget gates of F. A. Gers et al., Neural Comput. 12
    (2000) 2451, doi:10.1162/089976600300015015.
    Differs: the readers are written with matrix products, not with PyTorch's own LSTM,
    which cannot be trained many at once.

    Example
    -------
    >>> LSTM(97, 30)(torch.zeros(4, 97)).shape
    torch.Size([4, 30])
    """

    def __init__(
        self,
        n_features: int,
        n_targets: int,
        *,
        step: int | None = 13,
        n_hidden: int = 100,
        n_layers: int = 1,
        ends_alone: bool = False,
        hidden: Sequence[int] = (512,),
        n_waves: int = 64,
        wave_scale: float = 1.5,
        activation: str = "silu",
        dropout: float = 0.0,
        loss: str = "rmse",
        initialiser: str = "torch",
    ) -> None:
        super().__init__(n_features, n_targets, loss=loss)
        layers.check_choices(activation, initialiser, dropout, (n_waves, wave_scale))
        layers.check_widths(
            n_hidden=n_hidden,
            n_layers=n_layers,
            hidden=hidden,
            step=1 if step is None else step,
        )
        self.step = n_features if step is None else min(step, n_features)
        self.n_padded = -n_features % self.step
        self.ends_alone = ends_alone
        n_pieces = (n_features + self.n_padded) // self.step
        self.phases = nn.ParameterList()
        if n_waves:
            first = torch.randn(n_pieces, self.step, n_waves)
            self.phases.append(nn.Parameter(first * wave_scale / self.step**0.5))
        widths = [self.step + 2 * n_waves] + [2 * n_hidden] * (n_layers - 1)
        self.forwards = nn.ModuleList(Reader(width, n_hidden) for width in widths)
        self.backwards = nn.ModuleList(Reader(width, n_hidden) for width in widths)
        n_said = 1 if ends_alone else n_pieces
        dense = [2 * n_hidden * n_said, *map(int, hidden)]
        self.hidden = layers.tower(dense, activation, dropout)
        self.out = nn.Linear(dense[-1], n_targets)
        layers.initialise(self, initialiser)

    @classmethod
    def published(cls, n_features: int, n_targets: int) -> LSTM:
        """Return the network of the 2024 review: two layers of 100 and 50 dense units.

        It has the 422 376 parameters of the review's table 3; source and training are
        those of `MLP.published_2024`.

        Differs: the review prints the count alone, which these widths give when a step
        holds all features. A site is then a sequence of one step and its memory has
        nothing to carry; the reference code took the batch for the sequence, so that a
        site's spectrum hung on its company. Activation, loss and first weights are
        those of the MLP of 2022.
        """
        options: dict[str, Any] = layers.PUBLISHED | {
            "step": None,
            "n_layers": 2,
            "ends_alone": True,
            "hidden": [50],
            "dropout": 0.0,
        }
        return cls(n_features, n_targets, **options)

    def forward(self, features: Tensor) -> Tensor:
        """Map features (batch, n_features) to targets (batch, n_targets)."""
        pieces = self._pieces(features)
        for onward, back in zip(self.forwards, self.backwards, strict=True):
            ahead = onward(pieces)
            behind = back(pieces[::-1])[::-1]
            pieces = [torch.cat(both, -1) for both in zip(ahead, behind, strict=True)]
        n = self.forwards[0].n_hidden
        if self.ends_alone:
            pieces = [pieces[-1][..., :n], pieces[0][..., n:]]
        return self.out(self.hidden(torch.cat(pieces, -1)))

    def _pieces(self, features: Tensor) -> list[Tensor]:
        """What is read at each step, (batch, step + 2 n_waves) each."""
        line = functional.pad(features, (0, self.n_padded))
        pieces = torch.stack(line.split(self.step, dim=-1))  # (n_pieces, batch, step)
        for phases in self.phases:
            angles = pieces @ phases
            # the root of 2 gives each wave a mean square of 1, as the features have
            waves = math.sqrt(2) * torch.cat([torch.sin(angles), torch.cos(angles)], -1)
            pieces = torch.cat([pieces, waves], -1)
        return list(pieces.unbind(0))


class Reader(nn.Module):
    """One direction of one layer: gates of what it reads and of what it remembers.

    Parameters
    ----------
    n_inputs : int
        Numbers read at a time.
    n_hidden : int
        Width of its memory.

    Example
    -------
    >>> len(Reader(3, 5)([torch.zeros(2, 3)] * 4))
    4
    """

    def __init__(self, n_inputs: int, n_hidden: int) -> None:
        super().__init__()
        self.n_hidden = n_hidden
        self.of_input = nn.Linear(n_inputs, 4 * n_hidden)
        self.of_state = nn.Linear(n_hidden, 4 * n_hidden)
        with torch.no_grad():  # at first it forgets little
            self.of_input.bias[n_hidden : 2 * n_hidden] += 1.0

    def forward(self, pieces: Sequence[Tensor]) -> list[Tensor]:
        """Return what it says after each piece, (batch, n_hidden) each."""
        state = memory = pieces[0].new_zeros(*pieces[0].shape[:-1], self.n_hidden)
        said = []
        for piece in pieces:
            gates = self.of_input(piece) + self.of_state(state)
            enter, keep, new, say = gates.chunk(4, dim=-1)
            memory = torch.sigmoid(keep) * memory + torch.sigmoid(enter) * new.tanh()
            state = torch.sigmoid(say) * memory.tanh()
            said.append(state)
        return said
