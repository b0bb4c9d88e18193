"""Networks and baselines: arrays in, arrays out.

Chain: `losses`, `balance`, `layers`, `graphs`, `band`, `base`; then each model, and
`stack`, imports these alone; `spread` is an `mlp` that says how sure it is.
To add one, write its file and put its name here: the law tests run over this list.
"""

from xnet_lite.models.aegan import AEGAN
from xnet_lite.models.ard import ARDKernelRidge
from xnet_lite.models.base import Regressor, SpectrumModel
from xnet_lite.models.baselines import KernelRidge, MeanSpectrum, NearestNeighbor, Ridge
from xnet_lite.models.cnn import CNN
from xnet_lite.models.gnn import GNN
from xnet_lite.models.lstm import LSTM
from xnet_lite.models.mlp import MLP
from xnet_lite.models.spread import SpreadMLP
from xnet_lite.models.stack import ModelStack

__all__ = [
    "AEGAN",
    "CNN",
    "GNN",
    "LSTM",
    "MLP",
    "ARDKernelRidge",
    "KernelRidge",
    "MeanSpectrum",
    "ModelStack",
    "NearestNeighbor",
    "Regressor",
    "Ridge",
    "SpectrumModel",
    "SpreadMLP",
]
