"""From a spectrum back to the structure behind it.

Chain: `geometry`, from radial functions to distances and shells; `reverse`, from
spectra to these. Beside them `bidirectional`, one network for both ways, and `heads`,
which answer a question with no structure between; `robustness` shakes spectra.
"""

from xnet_lite.inverse.bidirectional import Bidirectional
from xnet_lite.inverse.geometry import (
    DistanceParity,
    distance_parity,
    refined_peaks,
    shells,
    true_shells,
    unfolded,
)
from xnet_lite.inverse.heads import CLASSIFIERS, WINDOWS, Head
from xnet_lite.inverse.reverse import G2, WITH_ELEMENTS, Reverse, mirrored
from xnet_lite.inverse.robustness import (
    CHANGES,
    augmented,
    confidence,
    response,
    sensitivity,
    stretch_slope,
)

__all__ = [
    "CHANGES",
    "CLASSIFIERS",
    "G2",
    "WINDOWS",
    "WITH_ELEMENTS",
    "Bidirectional",
    "DistanceParity",
    "Head",
    "Reverse",
    "augmented",
    "confidence",
    "distance_parity",
    "mirrored",
    "refined_peaks",
    "response",
    "sensitivity",
    "shells",
    "stretch_slope",
    "true_shells",
    "unfolded",
]
