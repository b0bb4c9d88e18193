"""How far to trust a prediction: its spread, and whether the like is known."""

from xnet_lite.metrics import Coverage, coverage
from xnet_lite.trust.chemistry import KnownChemistry, Surroundings
from xnet_lite.trust.expected_error import ExpectedError
from xnet_lite.trust.similarity import KnownSites, Nearest
from xnet_lite.trust.uncertainty import bootstrap, out_of_bag, resample
from xnet_lite.trust.verdict import Judge, Verdict

__all__ = [
    "Coverage",
    "ExpectedError",
    "Judge",
    "KnownChemistry",
    "KnownSites",
    "Nearest",
    "Surroundings",
    "Verdict",
    "bootstrap",
    "coverage",
    "out_of_bag",
    "resample",
]
