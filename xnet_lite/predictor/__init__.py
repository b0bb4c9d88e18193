"""From structures to spectra: descriptor, scaler, model and target transform as one.

Chain, each importing only what stands before it: `storage`, `inputs`, `places`,
`network` and `face`, `parts`, `kept`, `predictor`, `finetune`.
"""

from xnet_lite.predictor.finetune import fine_tune
from xnet_lite.predictor.inputs import Inputs
from xnet_lite.predictor.network import Builder, Network
from xnet_lite.predictor.predictor import Predictor

__all__ = ["Builder", "Inputs", "Network", "Predictor", "fine_tune"]
