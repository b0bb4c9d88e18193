"""What training makes small: losses of targets, and losses of the spectra behind them.

Each takes predictions first and the truth second, reduces the last axis and returns one
number for every sample.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

#: where a Huber loss turns from a square into a line, in units of the targets
HUBER_DELTA = 1.0
# keeps slopes finite where a sample is met exactly
_TINY = 1e-12


def mean_square(predicted: Tensor, targets: Tensor) -> Tensor:
    """Return the mean squared error of each sample, (..., batch)."""
    return ((predicted - targets) ** 2).mean(-1)


def root_mean_square(predicted: Tensor, targets: Tensor) -> Tensor:
    """Return the root mean squared error of each sample, (..., batch).

    This is the L2 norm of each sample's error, over the root of its length. Its mean
    over samples weighs a bad spectrum by its error, not by the square of it, which is
    closer to the relative errors that tables report.
    """
    return torch.sqrt(mean_square(predicted, targets) + _TINY)


def mean_absolute(predicted: Tensor, targets: Tensor) -> Tensor:
    """Return the mean absolute error of each sample, (..., batch)."""
    return (predicted - targets).abs().mean(-1)


def huber(predicted: Tensor, targets: Tensor) -> Tensor:
    """Return the mean over targets of d²/2 where |d| < 1, |d| - 1/2 beyond it."""
    each = functional.huber_loss(
        predicted, targets, reduction="none", delta=HUBER_DELTA
    )
    return each.mean(-1)


def relative(predicted: Tensor, spectra: Tensor, steps: Tensor) -> Tensor:
    """Return sum_E |pred - true| / sum_E |true|: metric A as a share, (..., batch)."""
    return (predicted - spectra).abs().sum(-1) / spectra.abs().sum(-1)


def cosine(predicted: Tensor, spectra: Tensor, steps: Tensor) -> Tensor:
    """Return 1 - cos of the angle between two spectra, (..., batch).

    0 for spectra of one shape, whatever their height; 2 for opposite ones.
    """
    return 1 - functional.cosine_similarity(predicted, spectra, dim=-1)


def wasserstein(predicted: Tensor, spectra: Tensor, steps: Tensor) -> Tensor:
    """Return how far, in eV, intensity must move along the energy axis, (..., batch).

    ∫ |F_pred - F_true| dE, F being the integral of the spectrum up to E over its whole
    area: the earth mover's distance. It sees shape alone; a peak that is 1 eV off costs
    1 eV times its share of the area, and a slope that leads there.
    """
    area = [
        (s * steps) / (s * steps).sum(-1, keepdim=True) for s in (predicted, spectra)
    ]
    return ((area[0] - area[1]).cumsum(-1).abs() * steps).sum(-1)


def averaged(losses: Tensor, weights: Tensor | None = None) -> Tensor:
    """Return the mean of losses (..., batch) over samples that count so often.

    Example
    -------
    >>> averaged(torch.tensor([1.0, 4.0]), torch.tensor([2.0, 1.0])).item()
    2.0
    """
    if weights is None:
        return losses.mean(-1)
    return (weights * losses).sum(-1) / weights.sum(-1)


#: losses of targets: (predicted, targets) -> (..., batch)
LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "rmse": root_mean_square,
    "mse": mean_square,
    "l1": mean_absolute,
    "huber": huber,
}
#: losses of spectra: (predicted, spectra, energy steps in eV) -> (..., batch)
SPECTRAL_LOSSES: dict[str, Callable[[Tensor, Tensor, Tensor], Tensor]] = {
    "relative": relative,
    "cosine": cosine,
    "wasserstein": wasserstein,
}


class SpectraMap(nn.Module):
    """What the targets of a network stand for: spectra = targets @ matrix + offset.

    Every linear representation (a grid, principal components, Gaussians) is such a map;
    with it a network can be taught by the error of the spectra, and watched in percent.

    Parameters
    ----------
    matrix : Tensor (n_targets, n_energies)
    offset : Tensor (n_energies,)
    energy : Tensor (n_energies,)
        eV.

    Example
    -------
    >>> grid = SpectraMap(torch.eye(3), torch.zeros(3), torch.tensor([0.0, 1.0, 3.0]))
    >>> grid(torch.ones(2, 3)).shape, grid.steps.tolist()
    (torch.Size([2, 3]), [1.0, 1.5, 2.0])
    """

    matrix: Tensor
    offset: Tensor
    steps: Tensor

    def __init__(self, matrix: Tensor, offset: Tensor, energy: Tensor) -> None:
        super().__init__()
        self.energy = energy
        (steps,) = torch.gradient(energy, spacing=1.0)
        for name, value in (("matrix", matrix), ("offset", offset), ("steps", steps)):
            # the targets' own transform is what is saved, not this copy of it
            self.register_buffer(name, value.float(), persistent=False)

    def rescaled(self, scale: float, mean: Tensor) -> SpectraMap:
        """Return the map of other targets t, where t * scale + mean are these."""
        offset = mean @ self.matrix + self.offset
        return SpectraMap(scale * self.matrix, offset, self.energy)

    def forward(self, targets: Tensor) -> Tensor:
        """Return the spectra (..., batch, n_energies) of targets."""
        return targets @ self.matrix + self.offset
