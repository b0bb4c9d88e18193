"""Spectral targets: what a network learns in place of a spectrum, one file each.

Each target imports `base` alone. To add one, write its file and put its name here: the
conformance tests run over this list.
"""

from xnet_lite.targets.base import SpectralTarget
from xnet_lite.targets.cdf import CDF
from xnet_lite.targets.energy_grid import EnergyGrid
from xnet_lite.targets.fourier import Fourier
from xnet_lite.targets.gaussian_basis import GaussianBasis
from xnet_lite.targets.pca import PCATargets
from xnet_lite.targets.piecewise import PiecewisePolynomials
from xnet_lite.targets.tdct import TDCT

__all__ = [
    "CDF",
    "TDCT",
    "EnergyGrid",
    "Fourier",
    "GaussianBasis",
    "PCATargets",
    "PiecewisePolynomials",
    "SpectralTarget",
]
