"""Fewer, cheaper, better chosen calculations.

`delta` corrects a cheap level of theory. `sampling` chooses which sites to compute, and
`curves`, which stands on it, shows what that is worth. `active` asks a live engine, as
long as its budget lasts, and tells in `findings` what it decided; `on_demand` builds
structures for it, `costs` foretells what they take. `curriculum` gives sites in an
order, or sets that grow.
"""

from xnet_lite.strategies.active import Campaign
from xnet_lite.strategies.curriculum import Curriculum, Pace, SelfPaced, grown, learnt
from xnet_lite.strategies.curves import Curve, compared, gathered, sampled
from xnet_lite.strategies.delta import DeltaPredictor
from xnet_lite.strategies.findings import Findings
from xnet_lite.strategies.on_demand import OnDemand
from xnet_lite.strategies.sampling import WAYS, Protocol, View, divided, thrifty

__all__ = [
    "WAYS",
    "Campaign",
    "Curriculum",
    "Curve",
    "DeltaPredictor",
    "Findings",
    "OnDemand",
    "Pace",
    "Protocol",
    "SelfPaced",
    "View",
    "compared",
    "divided",
    "gathered",
    "grown",
    "learnt",
    "sampled",
    "thrifty",
]
