"""What a calculation assumes: presets of constants, and what else is asked of it."""

from dataclasses import dataclass

import numpy as np
from ase.data import chemical_symbols
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.saving import Kept
from xnet_lite.spectra import NORMALISED_ABOVE

OVERLAPPED, SELF_CONSISTENT = POTENTIALS = ("overlapped", "self-consistent")
DEFAULT_ENERGIES = np.arange(-15.0, 60.01, 0.25, dtype=float)
#: eV from the edge that can be asked for
REACH = (-1000.0, 200.0)
# K-shell widths at these nuclear charges, between which log Γ is linear in Z
_KESKI_RAHKONEN_Z = [1, 10, 20, 40, 60, 80, 95]
_KESKI_RAHKONEN_EV = [0.02, 0.28, 0.75, 4.8, 21.0, 60.0, 105.0]


@dataclass(frozen=True)
class Preset(Kept):
    """Constants that make the engine resemble one of the established codes.

    All energies in eV. The zero is the vacuum of the overlapped free atoms.

    Attributes
    ----------
    interstitial_molecule : float
        Potential between the spheres of a molecule.
    interstitial_offset : float
        Added to the average outside the touching spheres of a crystal.
    r_s_factor : float
        Scales the electron radius of that average.
    fermi : float
        Fermi level.
    overlap_molecule, overlap_crystal : float
        Factor on the touching muffin-tin radii.
    self_energy : bool
        Add the complex Hedin-Lundqvist shift above the Fermi level.
    cut : float
        Where absorption starts, from the Fermi level.
    keski_rahkonen : bool
        Widths of Keski-Rahkonen and Krause in place of Krause and Oliver's.
    gamma_max, width, centre : float
        The arctangent's Γ_max, E_w and E_c; no arctangent where Γ_max is 0.
    edge_offset : float
        Where the Fermi level lies on the energy axis, from the tabulated edge: the
        median over structures compared with the code that the preset resembles.
    hole : float
        Share of the screened core hole on the absorber.
    potential : {"overlapped", "self-consistent"}
        Free atoms overlapped, with the constants above for levels; or electrons that
        fill the states which they make, from which both levels and the radii follow.
    edge_offset_self_consistent, nucleus_factor : float
        In place of `edge_offset`: the first, less the second times the Coulomb
        potential of all other atoms at the nucleus, which binds the 1s electron. The
        factor is that of FEFF's own axis in 240 crystals.
    """

    interstitial_molecule: float = -12.0
    interstitial_offset: float = -3.0
    r_s_factor: float = 0.82
    fermi: float = -8.0
    overlap_molecule: float = 1.10
    overlap_crystal: float = 1.15
    self_energy: bool = False
    cut: float = 0.0
    keski_rahkonen: bool = False
    gamma_max: float = 0.0
    width: float = 30.0
    centre: float = 80.0
    edge_offset: float = 0.0
    hole: float = 1.0
    potential: str = OVERLAPPED
    edge_offset_self_consistent: float = 7.3
    nucleus_factor: float = 1.35

    def __post_init__(self) -> None:
        one_of("potential", self.potential, POTENTIALS)
        within("[0, 1]", hole=self.hole)


PRESETS = {
    "fdmnes_like": Preset(cut=-2.5, edge_offset=1.25),
    # a hole of 0.7 is nearer to FDMNES, one of 1 is what the embedded sets have
    "fdmnes_screened": Preset(cut=-2.5, edge_offset=1.25, hole=0.7),
    "feff_like": Preset(
        self_energy=True,
        keski_rahkonen=True,
        gamma_max=12.0,
        edge_offset=-0.5,
        hole=0.7,
        potential=SELF_CONSISTENT,
    ),
    "feff_overlapped": Preset(
        self_energy=True, keski_rahkonen=True, gamma_max=12.0, edge_offset=-0.5
    ),
}


def core_hole_width(z: int, keski_rahkonen: bool = False) -> float:
    """Return the natural width of the K level, FWHM in eV.

    Parameters
    ----------
    z : int
        Nuclear charge.
    keski_rahkonen : bool
        Which of two tables (see Source); Cu has 1.55 or 1.73 eV.

    Returns
    -------
    float

    Notes
    -----
    Source: M. O. Krause, J. H. Oliver, J. Phys. Chem. Ref. Data 8, 329 (1979);
    O. Keski-Rahkonen, M. O. Krause, At. Data Nucl. Data Tables 14, 139 (1974).
    Differs: the second table is interpolated between seven elements.

    Examples
    --------
    >>> core_hole_width(26), round(core_hole_width(29, keski_rahkonen=True), 2)
    (1.25, 1.73)
    """
    if keski_rahkonen:
        widths = np.log(_KESKI_RAHKONEN_EV)
        return float(np.exp(np.interp(z, _KESKI_RAHKONEN_Z, widths)))
    import xraydb  # takes long to load

    return float(xraydb.core_width(chemical_symbols[z], "K"))


def edge_energy(absorber: str) -> float:
    """Return the tabulated energy of an element's K edge, eV."""
    import xraydb  # takes long to load

    return float(xraydb.xray_edge(absorber, "K").energy)


def checked_preset(preset: str | Preset) -> Preset:
    """A preset by name, or as it is."""
    if isinstance(preset, Preset):
        return preset
    one_of("preset", preset, PRESETS)
    return PRESETS[preset]


def checked_unit_vector(direction: ArrayLike | None) -> Array | None:
    """A direction of length one."""
    if direction is None:
        return None
    vector = floats("polarisation", direction)
    size = np.linalg.norm(vector)
    if vector.shape != (3,) or not 0 < size < np.inf:
        raise InputError(f"polarisation {direction} is not a direction: give 3 numbers")
    unit: Array = vector / size
    return unit


def checked_energies(energies: ArrayLike | None) -> Array:
    """Output grid, eV from the tabulated edge."""
    given = DEFAULT_ENERGIES if energies is None else energies
    grid = floats("energies", given)
    if grid.ndim != 1 or len(grid) < 2 or not (np.diff(grid) > 0).all():
        raise InputError("energies do not increase: give a list of two or more that do")
    low, high = REACH
    if not low <= grid[0] < grid[-1] <= high:
        raise InputError(
            f"energies reach from {grid[0]:g} to {grid[-1]:g} eV: stay within {low:g} "
            f"to {high:g} eV from the edge"
        )
    if grid[-1] <= NORMALISED_ABOVE:
        said = f"energies end at {grid[-1]:g} eV: go beyond {NORMALISED_ABOVE:g} eV"
        raise InputError(f"{said}, where absorption is divided by its mean")
    return grid
