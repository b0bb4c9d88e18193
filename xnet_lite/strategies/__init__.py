"""Fewer, cheaper, better chosen calculations.

`delta` corrects a cheap level of theory. `sampling` chooses which sites to compute, and
`curves`, which stands on it, shows what that is worth.
"""

from xnet_lite.strategies.curves import Curve, compared, gathered, sampled
from xnet_lite.strategies.delta import DeltaPredictor
from xnet_lite.strategies.sampling import WAYS, Protocol, View

__all__ = [
    "WAYS",
    "Curve",
    "DeltaPredictor",
    "Protocol",
    "View",
    "compared",
    "gathered",
    "sampled",
]
