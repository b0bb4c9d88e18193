"""Descriptors: maps from a site to a vector of numbers, one file each.

Chain: `elements` and `sums` are arrays only, `base` says what a descriptor is and
offers both; each descriptor imports `base` alone. To add one, write its file and put
its name here: the conformance tests run over this list.
"""

from xnet_lite.descriptors.base import Descriptor
from xnet_lite.descriptors.rdc import RDC
from xnet_lite.descriptors.wacsf import CHEMISTRY, WACSF

__all__ = ["CHEMISTRY", "RDC", "WACSF", "Descriptor"]
