"""An engine of no cost, in a module that other processes can import."""

import numpy as np

from xnet_lite.spectra import Spectrum


def engine(site):
    """An edge whose waves depend on all distances."""
    energy = 7112.0 + np.linspace(-20.0, 70.0, 181)
    gaps = site.atoms.get_distances(site.absorber_index, range(1, len(site.atoms)))
    wave = np.cos(np.outer(energy - 7112.0, gaps) / 8.0).mean(axis=1)
    step = 0.5 + np.arctan(energy - 7115.0) / np.pi
    return Spectrum(energy, step * (7.0 + wave), e0=7112.0)
