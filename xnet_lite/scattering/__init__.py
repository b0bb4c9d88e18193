"""The physics: K-edge spectra by full multiple scattering, with no outside program.

A chain, each file importing only those before it: settings and atom · potential ·
interstitial · self_energy · phases · propagator · multiple_scattering · problem ·
engine.
"""

from xnet_lite.scattering.engine import MultipleScattering, Solution
from xnet_lite.scattering.settings import PRESETS, Preset

__all__ = ["PRESETS", "MultipleScattering", "Preset", "Solution"]
