"""What networks are put together from: activations, first weights, waves."""

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from numbers import Integral
from typing import Any

import torch
from torch import Tensor, nn

from xnet_lite.errors import InputError, one_of, within

#: a layer wider than this would need more memory than there is: 40 GB after its like
WIDEST = 100_000
#: activations a configuration can name
ACTIVATIONS: dict[str, type[nn.Module]] = {
    "silu": nn.SiLU,
    "relu": nn.ReLU,
    "tanh": nn.Tanh,
    "gelu": nn.GELU,
    "prelu": nn.PReLU,
}


#: first weights a configuration can name; None leaves them as PyTorch drew them
INITIALISERS: dict[str, Callable[[Tensor], Tensor] | None] = {
    "torch": None,
    # uniform ± √(6 / n_in): keeps the variance through relu layers
    "he_uniform": partial(nn.init.kaiming_uniform_, nonlinearity="relu"),
    # uniform ± √(6 / (n_in + n_out))
    "glorot_uniform": nn.init.xavier_uniform_,
}

#: what both published MLPs have, and where papers are silent the others too
PUBLISHED: dict[str, Any] = {
    "n_waves": 0,
    "activation": "relu",
    "dropout": 0.25,
    "loss": "mse",
    "initialiser": "he_uniform",
}


def initialise(model: nn.Module, initialiser: str) -> None:
    """Draw the first weights of all layers that have a bias, which starts at 0."""
    draw = INITIALISERS[initialiser]
    if draw is None:
        return
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv1d) and layer.bias is not None:
            draw(layer.weight)
            nn.init.zeros_(layer.bias)


def check_choices(
    activation: str,
    initialiser: str = "torch",
    dropout: float = 0.0,
    waves: tuple[int, float] = (0, 1.0),
) -> None:
    """Refuse what cannot be of what `MLP` has too; waves are a number and a scale.

    Raises
    ------
    InputError
        Names the argument and its value.
    """
    one_of("activation", activation, ACTIVATIONS)
    one_of("initialiser", initialiser, INITIALISERS)
    within("[0, 1)", dropout=dropout)
    within(f"[0, {WIDEST}]", whole=True, n_waves=waves[0])
    within("(0, inf)", wave_scale=waves[1])


def check_widths(**widths: int | Sequence[int]) -> None:
    """Refuse widths and counts that no layer has: a number, or a sequence of them.

    Raises
    ------
    InputError
        Names the argument and its value.
    """
    for name, width in widths.items():
        many = list(width) if isinstance(width, Iterable) else [width]
        fits = (
            isinstance(one, Integral) and one is not True and 1 <= one <= WIDEST
            for one in many
        )
        if not many or not all(fits):
            known = f"give whole numbers from 1 to {WIDEST}"
            raise InputError(f"{name} is {width!r}: {known}")


class Waves(nn.Module):
    """Sines and cosines of learnt combinations of the features, beside the features.

    Smooth activations learn slow functions first; spectra of near-twins differ by
    fast ones, which waves carry.

    Parameters
    ----------
    n_features, n_waves : int
    scale : float
        Standard deviation of the phases of standardised features at first, radians.

    Source: M. Tancik et al., Adv. Neural Inf. Process. Syst. 33 (2020) 7537.
    Differs: the combinations are learnt, and the features themselves are kept.

    Example
    -------
    >>> Waves(4, 3, 0.5)(torch.zeros(2, 4)).shape
    torch.Size([2, 10])
    """

    def __init__(self, n_features: int, n_waves: int, scale: float) -> None:
        super().__init__()
        self.phases = nn.Linear(n_features, n_waves, bias=False)
        nn.init.normal_(self.phases.weight, std=scale / n_features**0.5)

    def forward(self, features: Tensor) -> Tensor:
        """Return (..., batch, n_features + 2 n_waves)."""
        phases = self.phases(features)
        # the root of 2 gives each wave a mean square of 1, as the features have
        both = math.sqrt(2) * torch.cat([torch.sin(phases), torch.cos(phases)], -1)
        return torch.cat([features, both], -1)


def after(
    width: int,
    activation: str,
    dropout: float,
    norm: Callable[[int], nn.Module] | None = None,
) -> list[nn.Module]:
    """Return what follows a layer: norm and dropout where wanted, its activation."""
    found = [norm(width)] if norm else []
    found.append(ACTIVATIONS[activation]())
    return found + ([nn.Dropout(dropout)] if dropout else [])


def tower(widths: Sequence[int], activation: str, dropout: float) -> nn.Sequential:
    """Return dense layers of these widths, each with an activation and dropout."""
    layers: list[nn.Module] = []
    for n_in, n_out in itertools.pairwise(widths):
        layers += [nn.Linear(n_in, n_out), *after(n_out, activation, dropout)]
    return nn.Sequential(*layers)
