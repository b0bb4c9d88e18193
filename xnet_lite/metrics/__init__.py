"""How wrong a predicted spectrum is: one name, one formula, all reported together.

Every error takes predictions first and the truth second, reduces the last axis
(energy) and returns one number per spectrum; `summarise` makes the row of a table and
`translate` says what the same predictions score by every metric in print. Chain:
`pointwise`, `reliability` and `peaks`, `summary`, `translation`.
"""

from xnet_lite.metrics.peaks import (
    PeakParity,
    match_peaks,
    peak_energy_error,
    peak_hit_rate,
    peak_parity,
)
from xnet_lite.metrics.pointwise import (
    Coverage,
    coverage,
    eta,
    median_relative_error,
    mse,
    r2,
    relative_spectral_error,
    spearman,
)
from xnet_lite.metrics.reliability import BandScores, band_scores, crps, reliability
from xnet_lite.metrics.summary import summarise
from xnet_lite.metrics.translation import Translation, translate

__all__ = [
    "BandScores",
    "Coverage",
    "PeakParity",
    "Translation",
    "band_scores",
    "coverage",
    "crps",
    "eta",
    "match_peaks",
    "median_relative_error",
    "mse",
    "peak_energy_error",
    "peak_hit_rate",
    "peak_parity",
    "r2",
    "relative_spectral_error",
    "reliability",
    "spearman",
    "summarise",
    "translate",
]
