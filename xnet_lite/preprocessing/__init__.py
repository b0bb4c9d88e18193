"""What stands between features and a model: scalers and selections of features.

Chain: `scaler`, `filters`, `sequential`; and `reader`, of spectra, above `scaler`.
"""

from xnet_lite.preprocessing.filters import (
    CorrelationFilter,
    ImportanceFilter,
    RankedSelection,
    Selection,
    VarianceFilter,
)
from xnet_lite.preprocessing.reader import SpectrumReader
from xnet_lite.preprocessing.scaler import FeatureScaler, RelevanceScaler
from xnet_lite.preprocessing.sequential import (
    BackwardSelection,
    ForwardSelection,
    SequentialSelection,
)

__all__ = [
    "BackwardSelection",
    "CorrelationFilter",
    "FeatureScaler",
    "ForwardSelection",
    "ImportanceFilter",
    "RankedSelection",
    "RelevanceScaler",
    "Selection",
    "SequentialSelection",
    "SpectrumReader",
    "VarianceFilter",
]
