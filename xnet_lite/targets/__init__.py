"""Spectral targets: what a network learns in place of a spectrum, one file each.

Each target imports `base` alone. To add one, write its file and put its name here: the
conformance tests run over this list.
"""

from xnet_lite.targets.base import SpectralTarget
from xnet_lite.targets.energy_grid import EnergyGrid
from xnet_lite.targets.pca import PCATargets

__all__ = ["EnergyGrid", "PCATargets", "SpectralTarget"]
