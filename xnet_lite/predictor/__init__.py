"""From structures to spectra: descriptor, scaler, model and target transform as one.

Chain, each importing only what stands before it: `storage`, `inputs`,
`scaler`, `network`, `parts`, `predictor`.
"""

from xnet_lite.predictor.inputs import Inputs
from xnet_lite.predictor.network import Builder, Network
from xnet_lite.predictor.predictor import Predictor
from xnet_lite.predictor.scaler import FeatureScaler

__all__ = ["Builder", "FeatureScaler", "Inputs", "Network", "Predictor"]
