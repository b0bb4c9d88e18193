"""How far to trust a prediction: its spread, and whether the like is known."""

from xnet_lite.metrics import Coverage, coverage
from xnet_lite.trust.similarity import KnownSites, Nearest
from xnet_lite.trust.uncertainty import bootstrap, out_of_bag, resample

__all__ = [
    "Coverage",
    "KnownSites",
    "Nearest",
    "bootstrap",
    "coverage",
    "out_of_bag",
    "resample",
]
