"""How far to trust a prediction: its spread, its promise, and what is known nearby.

Chain: `uncertainty`, `similarity`, `chemistry` and `expected_error`; `calibrating`,
what unseen sites teach of a band; `conformal` and `verdict`. Beside it, what a
prediction looks at and what it should: `importance` of features and shells,
`attribution` to atoms, `shapley` to features.
"""

from xnet_lite.metrics import Coverage, coverage
from xnet_lite.trust.attribution import (
    Shares,
    agreement,
    gradient_times_position,
    integrated_gradients,
    occlusion,
    path_shares,
    peak_slopes,
    position_slopes,
    presence_gradients,
    true_shares,
)
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
from xnet_lite.trust.importance import (
    Importance,
    group_features,
    occluded_shells,
    permutation_importance,
    shell_importance,
)
from xnet_lite.trust.shapley import Shapley, shapley
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
    "Importance",
    "Interval",
    "Judge",
    "KnownChemistry",
    "KnownSites",
    "Nearest",
    "Shapley",
    "Shares",
    "Surroundings",
    "Unseen",
    "Verdict",
    "agreement",
    "bootstrap",
    "calibrate",
    "coverage",
    "cross_calibrated",
    "cross_conformal",
    "deep_ensemble",
    "gradient_times_position",
    "group_features",
    "held_out",
    "integrated_gradients",
    "jackknife_plus",
    "left_out",
    "mc_dropout",
    "occluded_shells",
    "occlusion",
    "out_of_bag",
    "path_shares",
    "peak_slopes",
    "permutation_importance",
    "position_slopes",
    "presence_gradients",
    "resample",
    "shapley",
    "shell_importance",
    "true_shares",
    "unseen_of_bag",
]
