"""Descriptors: maps from a site to a vector of numbers, one file each.

Chain: `sums/` knows no atoms; `base` says what a descriptor is; `path_sums` is what
descriptors of scattering paths share. To add one, write its file and put its name here:
the conformance tests run over this list.
"""

from xnet_lite.descriptors.armsr import ARMSR
from xnet_lite.descriptors.base import Descriptor, Joined, descriptor_of
from xnet_lite.descriptors.graph import NeighborGraph
from xnet_lite.descriptors.lmbtr import LMBTR
from xnet_lite.descriptors.msr import MSR
from xnet_lite.descriptors.pdos import PDOS
from xnet_lite.descriptors.rdc import RDC
from xnet_lite.descriptors.soap import SOAP
from xnet_lite.descriptors.sums.elements import CLASSES
from xnet_lite.descriptors.wacsf import CHEMISTRY, WACSF

__all__ = [
    "ARMSR",
    "CHEMISTRY",
    "CLASSES",
    "LMBTR",
    "MSR",
    "PDOS",
    "RDC",
    "SOAP",
    "WACSF",
    "Descriptor",
    "Joined",
    "NeighborGraph",
    "descriptor_of",
]
