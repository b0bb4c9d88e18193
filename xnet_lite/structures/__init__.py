"""Structures: sites and their neighbors, and the files they are read from.

Chain, each importing only what stands before it: `bonds`, `site`, `images`,
`neighborhood`, `xyz`, `readers`.
"""

from xnet_lite.structures.bonds import bonded_pairs
from xnet_lite.structures.neighborhood import (
    NeighborBatch,
    Neighbors,
    cluster,
    neighbors,
    stack_neighbors,
)
from xnet_lite.structures.readers import read_site, read_sites
from xnet_lite.structures.site import Site, find_absorbers
from xnet_lite.structures.xyz import parse_xyz

__all__ = [
    "NeighborBatch",
    "Neighbors",
    "Site",
    "bonded_pairs",
    "cluster",
    "find_absorbers",
    "neighbors",
    "parse_xyz",
    "read_site",
    "read_sites",
    "stack_neighbors",
]
