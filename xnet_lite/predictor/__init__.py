"""From structures to spectra: descriptor, scaler, model and target transform as one.

Chain, each importing only what stands before it: `storage`, `inputs`, `scaler`,
`selection` (`importance` and `sequential` beside each other), `network`, `parts`,
`predictor`, `finetune`,
`recipes`.
"""

from xnet_lite.predictor.finetune import fine_tune
from xnet_lite.predictor.importance import ImportanceFilter
from xnet_lite.predictor.inputs import Inputs
from xnet_lite.predictor.network import Builder, Network
from xnet_lite.predictor.predictor import Predictor
from xnet_lite.predictor.recipes import RECIPES, Recipe, recipe
from xnet_lite.predictor.scaler import FeatureScaler, RelevanceScaler
from xnet_lite.predictor.selection import (
    CorrelationFilter,
    RankedSelection,
    Selection,
    VarianceFilter,
)
from xnet_lite.predictor.sequential import (
    BackwardSelection,
    ForwardSelection,
    SequentialSelection,
)

__all__ = [
    "RECIPES",
    "BackwardSelection",
    "Builder",
    "CorrelationFilter",
    "FeatureScaler",
    "ForwardSelection",
    "ImportanceFilter",
    "Inputs",
    "Network",
    "Predictor",
    "RankedSelection",
    "Recipe",
    "RelevanceScaler",
    "Selection",
    "SequentialSelection",
    "VarianceFilter",
    "fine_tune",
    "recipe",
]
