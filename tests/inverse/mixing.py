"""Spectra that are mixed in tests: edges with an oscillation behind each."""

import numpy as np

ENERGY = np.linspace(-20.0, 80.0, 201)


def edge(at, wave=6.0, energy=ENERGY):
    """A step at an energy, and a damped wave behind it."""
    behind = np.maximum(energy - at, 0)
    rise = 0.5 + np.arctan(energy - at) / np.pi
    return rise + 0.3 * np.sin(behind / wave) * np.exp(-behind / 30)


PURE = np.array([edge(0.0), edge(3.0, 9.0), edge(6.0, 4.0)])
NAMED = dict(zip("abc", PURE, strict=True))


def noisy(spectra, rng, sigma=0.01):
    """Spectra with white noise."""
    return spectra + rng.normal(0, sigma, np.shape(spectra))
