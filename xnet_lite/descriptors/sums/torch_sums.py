"""The sums of symmetry functions once more, for one site and with gradients."""

import math

import torch
from torch import Tensor

from xnet_lite.descriptors.sums.pair_sums import PairTerms


def symmetry_sums(
    vectors: Tensor,
    strength: Tensor,
    n_channels: int,
    radial: tuple[Tensor, Tensor],
    terms: PairTerms,
    g1: bool = True,
) -> Tensor:
    """Return [G1, G2 …, G4 …] of one site as a function of its neighbors' places.

    Parameters
    ----------
    vectors : Tensor (n_neighbors, 3)
        From the absorber, Å, all within the cutoff.
    strength : Tensor (n_sums, n_neighbors)
        What each neighbor counts: for G1, then each channel, then each group.
    n_channels : int
        How many of these have angular functions too.
    radial : tuple of Tensor (n_g2,)
        η and r_shift of the G2, Å⁻² and Å.
    terms : PairTerms
        Of the G4.
    g1 : bool
        Whether G1 is among them.

    Returns
    -------
    Tensor (n_features,)
    """
    cutoff = terms.cutoff
    r = vectors.norm(dim=1)
    faded = strength * _fade(r, cutoff)
    g2 = faded[1:] @ _gaussians([r], *radial)
    first, second = torch.triu_indices(len(r), len(r), 1)
    third = (vectors[first] - vectors[second]).norm(dim=1)
    near = third < terms.reach * cutoff
    first, second, third = first[near], second[near], third[near]
    cosines = (vectors[first] * vectors[second]).sum(1) / (r[first] * r[second])
    channels = faded[1 : 1 + n_channels]
    pairs = channels[:, first] * channels[:, second] * _fade(third, cutoff)
    eta, r_shift = (
        torch.as_tensor(x, dtype=r.dtype) for x in (terms.eta, terms.r_shift)
    )
    radii = _gaussians([r[first], r[second], third], eta, r_shift)
    signs = torch.tensor(terms.lambda_, dtype=r.dtype)
    powers = torch.tensor(terms.zeta, dtype=r.dtype)
    # rounding may take a straight line a little beyond it
    reach = (1 + signs * cosines[:, None]).clamp(min=0)[..., None]
    angles = 2 ** (1 - powers) * reach**powers
    g4 = torch.einsum("cp,pk,plz->cklz", pairs, radii, angles)
    counted = [faded[0].sum()[None]] if g1 else []
    return torch.cat([*counted, g2.flatten(), g4.flatten()])


def _fade(r: Tensor, cutoff: float) -> Tensor:
    """The cosine cutoff, which rises again beyond it."""
    return 0.5 * (torch.cos(math.pi * r / cutoff) + 1)


def _gaussians(distances: list[Tensor], eta: Tensor, r_shift: Tensor) -> Tensor:
    """exp(−η Σ (r − r_shift)²), (n_rows, n_eta)."""
    squares = torch.stack([(r[:, None] - r_shift) ** 2 for r in distances]).sum(0)
    return torch.exp(-eta * squares)
