"""From a spectrum back to the structure behind it, and to what it is mixed of.

Structure: `geometry`, from radial functions to distances and shells, and `reverse`,
from spectra to these; beside them `bidirectional`, one network for both ways, and
`heads`, which answer a question with no structure between; `robustness` shakes spectra.
Measured: `readied` makes a scan ready step by step, `known` holds it against spectra of
known structures, `answers` are what these tell, `inversion` says whether they may.
Mixed: `series` reads a folder of scans, `rank` counts what it is made of, `mixtures`
fits references, `mcr` does without.
Refined: `moves`, how a structure may change; `forward`, what computes; `surrogate`,
spectra between those; `fitting`, what a target leaves open; `refinement`, all in one;
`descent`, downhill through a network instead.
"""

from xnet_lite.inverse.bidirectional import Bidirectional
from xnet_lite.inverse.descent import Descent, descend
from xnet_lite.inverse.forward import Forward, by_delta, by_engine, by_predictor
from xnet_lite.inverse.geometry import (
    DistanceParity,
    distance_parity,
    refined_peaks,
    shells,
    true_shells,
    unfolded,
)
from xnet_lite.inverse.heads import CLASSIFIERS, WINDOWS, Head
from xnet_lite.inverse.inversion import Inversion, invert, with_element
from xnet_lite.inverse.known import KnownSpectra, Matched, Shell
from xnet_lite.inverse.mcr import MCR, Resolved
from xnet_lite.inverse.mixtures import Combination, combine, unmix
from xnet_lite.inverse.moves import (
    Geometry,
    Move,
    bend,
    ligands,
    stretch,
    twist,
    wander,
)
from xnet_lite.inverse.rank import Rank, TargetTest, rank, target_test
from xnet_lite.inverse.readied import Readied, ready
from xnet_lite.inverse.refinement import (
    Refinement,
    Scan,
    refine,
    scan,
)
from xnet_lite.inverse.reverse import (
    DISTRIBUTION,
    G2,
    STOPPED,
    WITH_ELEMENTS,
    Reverse,
    mirrored,
)
from xnet_lite.inverse.robustness import (
    CHANGES,
    augmented,
    confidence,
    response,
    sensitivity,
    stretch_slope,
)
from xnet_lite.inverse.series import read_series
from xnet_lite.inverse.surrogate import Surrogate, design

__all__ = [
    "CHANGES",
    "CLASSIFIERS",
    "DISTRIBUTION",
    "G2",
    "MCR",
    "STOPPED",
    "WINDOWS",
    "WITH_ELEMENTS",
    "Bidirectional",
    "Combination",
    "Descent",
    "DistanceParity",
    "Forward",
    "Geometry",
    "Head",
    "Inversion",
    "KnownSpectra",
    "Matched",
    "Move",
    "Rank",
    "Readied",
    "Refinement",
    "Resolved",
    "Reverse",
    "Scan",
    "Shell",
    "Surrogate",
    "TargetTest",
    "augmented",
    "bend",
    "by_delta",
    "by_engine",
    "by_predictor",
    "combine",
    "confidence",
    "descend",
    "design",
    "distance_parity",
    "invert",
    "ligands",
    "mirrored",
    "rank",
    "read_series",
    "ready",
    "refine",
    "refined_peaks",
    "response",
    "scan",
    "sensitivity",
    "shells",
    "stretch",
    "stretch_slope",
    "target_test",
    "true_shells",
    "twist",
    "unfolded",
    "unmix",
    "wander",
    "with_element",
]
