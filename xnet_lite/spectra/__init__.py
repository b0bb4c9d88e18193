"""Spectra: what they are, what is done to them, and the files they are read from.

Chain, each importing only what stands before it: `edge`, `spectrum`, `widths`,
`broadening`, `normalisation`, `processing`, `table`, `xdi`, `readers`.
"""

from xnet_lite.spectra.broadening import (
    broadener,
    convolve_gaussian,
    convolve_lorentzian,
)
from xnet_lite.spectra.edge import find_e0
from xnet_lite.spectra.normalisation import (
    NORMALISED_ABOVE,
    normalise,
    unit_mean,
    without_pre_edge,
)
from xnet_lite.spectra.processing import align, broaden, resample
from xnet_lite.spectra.readers import read_spectrum, write_spectrum
from xnet_lite.spectra.spectrum import Spectrum
from xnet_lite.spectra.widths import arctangent_width

__all__ = [
    "NORMALISED_ABOVE",
    "Spectrum",
    "align",
    "arctangent_width",
    "broaden",
    "broadener",
    "convolve_gaussian",
    "convolve_lorentzian",
    "find_e0",
    "normalise",
    "read_spectrum",
    "resample",
    "unit_mean",
    "without_pre_edge",
    "write_spectrum",
]
