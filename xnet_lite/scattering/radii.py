"""How large the muffin tins are: from Norman spheres that overlap."""

from collections.abc import Sequence

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.scattering.species import Species

LARGEST, OWN, MIXED = 1.15, 0.3, 0.7  # the overlap: at most, and how it follows R_N
CLEAR = 1.06  # a sphere stays so far from the nearest nucleus


def lens_volume(a: Array, b: Array, distance: Array) -> Array:
    """Return the volume that two spheres share.

    Parameters
    ----------
    a, b, distance : ndarray
        Radii and the distance of the centers, of shapes that broadcast.

    Returns
    -------
    ndarray
        Zero where they do not touch, the smaller sphere where it lies in the other.

    Example
    -------
    >>> float(np.round(lens_volume(1.0, 1.0, np.array(1.0)) / np.pi, 4))  # 5/12
    0.4167
    """
    d = np.asarray(distance, float)
    depth = np.clip(a + b - d, 0, None)
    lens = np.pi * depth**2 * (d**2 + 2 * d * (a + b) - 3 * (a - b) ** 2) / (12 * d)
    smaller = 4 / 3 * np.pi * np.minimum(a, b) ** 3
    volume: Array = np.where(d <= np.abs(a - b), smaller, lens)
    return volume


def muffin_tin_radii(species: Sequence[Species], norman: Array) -> Array:
    """Return a radius for each species from how its Norman sphere overlaps others.

    R = f Σ_j v_j d_j R_N/(R_N + R_N,j) / Σ_j v_j over the spheres j that overlap, v
    the shared volume; f = min(1.15, 0.3 + 0.7 R_N/R₁, d_min/(1.06 R₁)), R₁ that of
    f = 1.

    Parameters
    ----------
    species : sequence of Species
    norman : ndarray, shape (n_species,)
        Norman radii, bohr.

    Returns
    -------
    ndarray, shape (n_species,)
        bohr; the Norman radius where nothing overlaps.

    Notes
    -----
    Source: the rule of FEFF, as its output shows it (A. L. Ankudinov et al., Phys.
    Rev. B 58, 7565 (1998)).
    Differs: one automatic overlap for all elements, hydrogen too.
    """
    radii = []
    for i, one in enumerate(species):
        own, other, d = norman[i], norman[one.rows], one.place.distances
        near = d < own + other
        if not near.any():
            radii.append(own)
            continue
        own_other, d = other[near], d[near]
        weight = lens_volume(own, own_other, d)
        touching = float(np.average(d * own / (own + own_other), weights=weight))
        factor = min(LARGEST, OWN + MIXED * own / touching, d[0] / (CLEAR * touching))
        radii.append(factor * touching)
    return np.array(radii)
