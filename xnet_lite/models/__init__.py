"""Networks and baselines: arrays in, arrays out."""

from xnet_lite.models.ard import ARDKernelRidge
from xnet_lite.models.base import ModelStack, Regressor, SpectrumModel
from xnet_lite.models.baselines import (
    KernelRidge,
    MeanSpectrum,
    NearestNeighbor,
    Ridge,
)
from xnet_lite.models.mlp import MLP

__all__ = [
    "MLP",
    "ARDKernelRidge",
    "KernelRidge",
    "MeanSpectrum",
    "ModelStack",
    "NearestNeighbor",
    "Regressor",
    "Ridge",
    "SpectrumModel",
]
