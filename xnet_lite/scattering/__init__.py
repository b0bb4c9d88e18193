"""The physics: K-edge spectra by full multiple scattering, with no outside program.

A chain, each file importing only those before it: settings and atom · potential
· interstitial · self_energy · phases · propagator · multiple_scattering · problem ·
solution · engine · level; beside it, boundaries.

A potential that finds itself is a loop, `self_consistency`, over species · radii ·
wells · green · valence · filling · neutral_sphere · mixing.
"""

from xnet_lite.scattering.boundaries import boundary_doubts
from xnet_lite.scattering.engine import MultipleScattering
from xnet_lite.scattering.level import CHEAP, DEAR, ENERGY_REL, Level
from xnet_lite.scattering.self_consistency import SelfConsistent, self_consistent
from xnet_lite.scattering.settings import OVERLAPPED, PRESETS, SELF_CONSISTENT, Preset
from xnet_lite.scattering.solution import Solution, TakenOut

__all__ = [
    "CHEAP",
    "DEAR",
    "ENERGY_REL",
    "OVERLAPPED",
    "PRESETS",
    "SELF_CONSISTENT",
    "Level",
    "MultipleScattering",
    "Preset",
    "SelfConsistent",
    "Solution",
    "TakenOut",
    "boundary_doubts",
    "self_consistent",
]
