"""The physics: K-edge spectra by full multiple scattering, with no outside program.

A chain, each file importing only those before it: settings and atom · potential
· interstitial · self_energy · phases · propagator · multiple_scattering · problem ·
solution · engine · level; beside it, boundaries.
"""

from xnet_lite.scattering.boundaries import boundary_doubts
from xnet_lite.scattering.engine import MultipleScattering
from xnet_lite.scattering.level import CHEAP, DEAR, ENERGY_REL, Level
from xnet_lite.scattering.settings import PRESETS, Preset
from xnet_lite.scattering.solution import Solution, TakenOut

__all__ = [
    "CHEAP",
    "DEAR",
    "ENERGY_REL",
    "PRESETS",
    "Level",
    "MultipleScattering",
    "Preset",
    "Solution",
    "TakenOut",
    "boundary_doubts",
]
