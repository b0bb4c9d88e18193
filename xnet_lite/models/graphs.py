"""What a graph network makes of elements and distances before it learns anything."""

import math

import torch
from torch import Tensor
from torch.nn import functional

from xnet_lite.errors import InputError

#: atomic numbers of the noble gases, which end the periods
NOBLE_GASES = (0, 2, 10, 18, 36, 54, 86, 118)
#: rows of the table of elements: 0 stands for no atom
N_ELEMENTS = NOBLE_GASES[-1] + 1
#: Å, centre of the first Gaussian: no bond but those of hydrogen is much shorter
SHORTEST = 0.8
# exponent of a Gaussian that is as good as 0
_FARTHEST = -30.0
# Å: keeps cosines finite where there is no atom
_TINY = 1e-2


def n_neighbors_of(n_features: int) -> int:
    """N of a vector of (N + 1)(N + 2)/2 numbers."""
    n = (math.isqrt(8 * n_features + 1) - 3) // 2
    if n < 1 or (n + 1) * (n + 2) // 2 != n_features:
        raise InputError(
            f"{n_features} features a site fit no number of neighbors: use "
            "descriptors.NeighborGraph, which gives 1 + 2 N + N (N - 1)/2"
        )
    return n


def places() -> Tensor:
    """Period, how far an element is from either end of it, log Z: (119, 4), scaled."""
    rows = []
    for z in range(1, N_ELEMENTS):
        period = next(p for p, last in enumerate(NOBLE_GASES) if z <= last)
        first, last = NOBLE_GASES[period - 1], NOBLE_GASES[period]
        rows.append([period, z - first, last - z, math.log(z)])
    table = torch.tensor(rows)
    table = (table - table.mean(0)) / table.std(0)
    return functional.pad(table, (0, 0, 1, 0))


def square(sides: Tensor, n: int) -> Tensor:
    """The upper triangle of a table, row by row, as the whole table: (..., n, n)."""
    j = torch.arange(n, device=sides.device)
    low, high = torch.minimum(j[:, None], j), torch.maximum(j[:, None], j)
    # 0 is the diagonal, and what stands there is put before the sides
    place = torch.where(low == high, 0, low * (2 * n - low - 1) // 2 + high - low)
    padded = functional.pad(sides, (1, 0))
    return padded.index_select(-1, place.flatten()).unflatten(-1, (n, n))


def gaussians(lengths: Tensor, count: int, cutoff: float) -> Tensor:
    """Gaussians evenly apart by their spread, (..., count, k) of lengths (..., k)."""
    step = (cutoff - SHORTEST) / max(count - 1, 1)
    centres = torch.arange(count, device=lengths.device) * step + SHORTEST
    away = (lengths.unsqueeze(-2) - centres[:, None].to(lengths.dtype)) / step
    # no further: numbers below 1e-38 slow products down
    return torch.exp((-0.5 * away**2).clamp_min(_FARTHEST))


def fade_out(lengths: Tensor, cutoff: float) -> Tensor:
    """(1 + cos(π r / r_c)) / 2 within the cutoff, 0 beyond it and where r is 0."""
    inside = (lengths > 0) & (lengths < cutoff)
    return (0.5 + 0.5 * torch.cos(math.pi / cutoff * lengths)) * inside


def cosines_at(lengths: Tensor, between: Tensor) -> Tensor:
    """cos θ_jk at the absorber, (..., j, k), within -1 and 1 whatever the lengths."""
    squares = lengths**2
    sums = squares.unsqueeze(-1) + squares.unsqueeze(-2) - between**2
    product = lengths.unsqueeze(-1) * lengths.unsqueeze(-2)
    return (sums / (2 * product.clamp_min(_TINY))).clamp(-1, 1)


def legendre(cosines: Tensor, count: int) -> Tensor:
    """P_0 … P_count-1 of cosines (..., j, k), (..., j, count, k)."""
    found = [torch.ones_like(cosines), cosines]
    for n in range(1, count - 1):
        found.append(((2 * n + 1) * cosines * found[-1] - n * found[-2]) / (n + 1))
    return torch.stack(found[:count], -2)


def gathered(pairs: Tensor, sent: Tensor) -> Tensor:
    """Σ_k pairs (..., j, m, k) sent (..., k, c), as one product: (..., j, m, c)."""
    together = pairs.flatten(-3, -2) @ sent
    return together.unflatten(-2, (pairs.shape[-3], pairs.shape[-2]))
