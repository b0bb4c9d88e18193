"""Spectra: what they are, what is done to them, and the files they are read from.

What a spectrum is and becomes: `edge`, `absorbers`, `spectrum`, `widths`,
`broadening`, `normalisation`, `processing`. How a file becomes one: `table` (text to
numbers), `roles` (what a column's name says), `scan` (columns with names), made by
`xdi`, `csv`, `programs`, `beamlines` or `hdf5`; `choice` (which columns), `columns`
(unit, order, counts), `plausible` (what is doubted), all in `readers`.
"""

from xnet_lite.spectra.broadening import (
    broadener,
    convolve_gaussian,
    convolve_lorentzian,
)
from xnet_lite.spectra.choice import choose
from xnet_lite.spectra.edge import find_e0
from xnet_lite.spectra.normalisation import (
    NORMALISED_ABOVE,
    normalise,
    unit_mean,
    without_pre_edge,
)
from xnet_lite.spectra.processing import align, broaden, resample
from xnet_lite.spectra.readers import (
    as_spectrum,
    read_scans,
    read_spectra,
    read_spectrum,
    write_spectrum,
)
from xnet_lite.spectra.scan import Scan
from xnet_lite.spectra.spectrum import Spectrum
from xnet_lite.spectra.widths import arctangent_width

__all__ = [
    "NORMALISED_ABOVE",
    "Scan",
    "Spectrum",
    "align",
    "arctangent_width",
    "as_spectrum",
    "broaden",
    "broadener",
    "choose",
    "convolve_gaussian",
    "convolve_lorentzian",
    "find_e0",
    "normalise",
    "read_scans",
    "read_spectra",
    "read_spectrum",
    "resample",
    "unit_mean",
    "without_pre_edge",
    "write_spectrum",
]
