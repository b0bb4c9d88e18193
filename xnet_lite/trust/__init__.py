"""How far to trust a prediction: its spread, its promise, and what is known nearby.

Chain: `uncertainty`, `similarity`, `chemistry` and `expected_error`; `calibrating`,
what unseen sites teach of a band; `conformal` and `verdict`.
"""

from xnet_lite.metrics import Coverage, coverage
from xnet_lite.trust.calibrating import (
    Unseen,
    calibrate,
    cross_calibrated,
    held_out,
    left_out,
    unseen_of_bag,
)
from xnet_lite.trust.chemistry import KnownChemistry, Surroundings
from xnet_lite.trust.conformal import (
    Conformal,
    Interval,
    cross_conformal,
    jackknife_plus,
)
from xnet_lite.trust.expected_error import ExpectedError
from xnet_lite.trust.similarity import KnownSites, Nearest
from xnet_lite.trust.uncertainty import (
    bootstrap,
    deep_ensemble,
    mc_dropout,
    out_of_bag,
    resample,
)
from xnet_lite.trust.verdict import Judge, Verdict

__all__ = [
    "Conformal",
    "Coverage",
    "ExpectedError",
    "Interval",
    "Judge",
    "KnownChemistry",
    "KnownSites",
    "Nearest",
    "Surroundings",
    "Unseen",
    "Verdict",
    "bootstrap",
    "calibrate",
    "coverage",
    "cross_calibrated",
    "cross_conformal",
    "deep_ensemble",
    "held_out",
    "jackknife_plus",
    "left_out",
    "mc_dropout",
    "out_of_bag",
    "resample",
    "unseen_of_bag",
]
