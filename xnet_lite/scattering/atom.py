"""A free atom by itself: the density and the potential that overlap into a molecule.

Hartree atomic units throughout this folder (lengths in bohr, energies in Ha).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.integrate import cumulative_simpson
from scipy.linalg import eigh_tridiagonal

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError

SPEED_OF_LIGHT = 137.035999
X_MIN, R_MAX, DX = -11.5, 40.0, 0.0125  # the grid is uniform in x = ln r
N_ITERATIONS, MIXING, TOLERANCE = 60, 0.35, 1e-5
MAX_Z = 96

# (n, l) in Madelung's order n + l, then n
_ORDER = [(1, 0), (2, 0), (2, 1), (3, 0), (3, 1), (4, 0), (3, 2), (4, 1), (5, 0)]
_ORDER += [(4, 2), (5, 1), (6, 0), (4, 3), (5, 2), (6, 1), (7, 0), (5, 3), (6, 2)]
_S, _P, _D, _F = 0, 1, 2, 3
# electrons moved from one shell to another: (from, to, how many), and the elements
_MOVES: dict[tuple[tuple[int, int], tuple[int, int], int], tuple[int, ...]] = {
    ((4, _S), (3, _D), 1): (24, 29),
    ((5, _S), (4, _D), 1): (41, 42, 44, 45, 47),
    ((5, _S), (4, _D), 2): (46,),
    ((4, _F), (5, _D), 1): (57, 58, 64),
    ((6, _S), (5, _D), 1): (78, 79),
    ((5, _F), (6, _D), 1): (89, 91, 92, 93, 96),
    ((5, _F), (6, _D), 2): (90,),
}
_EXCEPTIONS = {z: move for move, elements in _MOVES.items() for z in elements}
# the same, of atoms that are about to bind: s² becomes s¹p¹, 4f becomes 5d
_PROMOTIONS: dict[tuple[tuple[int, int], tuple[int, int], int], tuple[int, ...]] = {
    ((2, _S), (2, _P), 1): (6,),
    ((3, _S), (3, _P), 1): (12,),
    ((4, _S), (4, _P), 1): (20, 21, 22, 23, 25, 26, 27, 28, 30),
    ((3, _D), (4, _P), 1): (24,),
    ((4, _F), (5, _D), 1): (59, 60, 61, 62, 63, 65, 66, 67, 68, 69, 70),
}
_PROMOTED = {z: move for move, elements in _PROMOTIONS.items() for z in elements}


@dataclass(frozen=True)
class Shell:
    """One occupied shell: quantum numbers, electrons, energy (Ha), radial R(r)."""

    n: int
    l: int  # noqa: E741
    electrons: float
    energy: float
    radial: Array


@dataclass(frozen=True)
class FreeAtom:
    """A neutral atom solved by itself.

    Attributes
    ----------
    z : int
        Nuclear charge.
    r : ndarray, shape (n_r,)
        Logarithmic radial grid, bohr.
    density : ndarray, shape (n_r,)
        Electron density, electrons per bohr³.
    coulomb : ndarray, shape (n_r,)
        Nuclear plus Hartree potential, Ha; zero far away.
    shells : tuple of Shell
        Occupied ones, 1s first, with the integral of R² r² dr equal to one.
    """

    z: int
    r: Array
    density: Array
    coulomb: Array
    shells: tuple[Shell, ...]

    @property
    def core_1s(self) -> Array:
        """Radial 1s function R(r), shape (n_r,)."""
        return self.shells[0].radial

    @property
    def energy_1s(self) -> float:
        """Eigenvalue of the 1s level, Ha."""
        return self.shells[0].energy


def configuration(z: int, promoted: bool = False) -> dict[tuple[int, int], float]:
    """Return the occupation of each shell (n, l) of element `z`.

    Parameters
    ----------
    z : int
    promoted : bool
        Not the ground state but that of an atom about to bind, as FEFF overlaps it:
        ns² becomes ns¹np¹ where a metal or carbon has it, 4f of lanthanides 5d.

    Returns
    -------
    dict of (n, l) to float

    Examples
    --------
    >>> configuration(26, promoted=True)[4, 1]
    1
    """
    shells: dict[tuple[int, int], float] = {}
    left = float(z)
    for n, ell in _ORDER:
        if left <= 0:
            break
        shells[n, ell] = min(left, 2.0 * (2 * ell + 1))
        left -= shells[n, ell]
    moves = [_EXCEPTIONS.get(z), _PROMOTED.get(z) if promoted else None]
    for source, target, count in filter(None, moves):
        shells[source] -= count
        shells[target] = shells.get(target, 0) + count
    return {shell: n for shell, n in shells.items() if n > 0}


def xc_potential(density: Array) -> Array:
    """Return the local exchange-correlation potential at the Fermi level, Ha.

    v = -(3 ρ/π)^⅓ - 0.0225 ln(1 + 21/r_s), the local limit at the Fermi momentum.

    Parameters
    ----------
    density : ndarray
        Electrons per bohr³, any shape.

    Returns
    -------
    ndarray
        Same shape, Ha.

    Notes
    -----
    Source: L. Hedin, B. I. Lundqvist, J. Phys. C 4, 2064 (1971).
    Differs: nothing.
    """
    rho = np.maximum(density, 1e-30)
    r_s = (3 / (4 * np.pi * rho)) ** (1 / 3)
    return -((3 * rho / np.pi) ** (1 / 3)) - 0.0225 * np.log1p(21 / r_s)


@lru_cache(maxsize=256)
def free_atom(z: int, core_hole: bool = False, promoted: bool = False) -> FreeAtom:
    """Solve the scalar-relativistic local-density atom of element `z`.

    The ZORA radial equation in its energy form
    ∫[½K r R_x² + ½K l(l+1) r R² + V r³R²]dx = E ∫r³R²dx, K = 1/(1 - V/2c²), on a
    grid uniform in x = ln r with lumped masses: a symmetric tridiagonal matrix.

    Parameters
    ----------
    z : int
        Nuclear charge, 1 to 96.
    core_hole : bool
        Take the configuration of z + 1 with one 1s electron removed: the final
        state of K-shell absorption, neutral and screened.
    promoted : bool
        Take the promoted configuration (see `configuration`).

    Returns
    -------
    FreeAtom

    Raises
    ------
    InputError
        If `z` has no configuration here; the message names it.

    Notes
    -----
    Source: E. van Lenthe et al., J. Chem. Phys. 99, 4597 (1993), for ZORA.
    Differs: no spin-orbit coupling; lumped masses in place of a consistent matrix.
    """
    if not 1 <= z <= MAX_Z:
        raise InputError(f"atomic number {z} has no atom here: use 1 to {MAX_Z}")
    shells = configuration(z + 1 if core_hole else z, promoted)
    if core_hole:
        shells[1, 0] -= 1.0
    x = np.arange(X_MIN, np.log(R_MAX), DX)
    r = np.exp(x)
    coulomb = -(z / r) * _thomas_fermi_screening(z, r)
    total = coulomb - 0.5 * np.exp(-r)
    for _ in range(N_ITERATIONS):
        filled = _fill(shells, total, r)
        density = shell_density(filled)
        coulomb = -z / r + _hartree(density, r)
        new = coulomb + xc_potential(density)
        change = np.max(np.abs(new - total) * r)
        total = total + MIXING * (new - total)
        if change < TOLERANCE * z:
            break
    return FreeAtom(z, r, density, coulomb, filled)


@lru_cache(maxsize=256)
def overlapping_atom(z: int, hole: float = 0.0, promoted: bool = False) -> FreeAtom:
    """Return the atom that is overlapped with others, a share of a core hole in it.

    Parameters
    ----------
    z : int
        Nuclear charge.
    hole : float
        Share of what a core hole changes, 0 to 1: less than 1 where the electrons
        about the absorber screen it more than its own do.
    promoted : bool
        Take the promoted configuration (see `configuration`); that with the hole,
        of element z + 1, stays in its ground state.

    Returns
    -------
    FreeAtom
        With the shells of the atom with the hole, where there is one.
    """
    atom = free_atom(z, promoted=promoted)
    if hole == 0:
        return atom
    excited, ground = free_atom(z, core_hole=True), free_atom(z)
    if hole == 1 and not promoted:
        return excited
    density = atom.density + hole * (excited.density - ground.density)
    coulomb = atom.coulomb + hole * (excited.coulomb - ground.coulomb)
    return FreeAtom(z, atom.r, density, coulomb, excited.shells)


def shell_density(shells: Sequence[Shell]) -> Array:
    """Return the density of some shells of one atom, electrons per bohr³, (n_r,)."""
    electrons = np.array([s.electrons for s in shells])
    squares = np.array([s.radial**2 for s in shells])
    density: Array = electrons @ squares / (4 * np.pi)
    return density


def _thomas_fermi_screening(z: int, r: Array) -> Array:
    """Screening function of the Thomas-Fermi atom (Latter's fit), 1 at the nucleus."""
    t: Array = np.sqrt(r * z ** (1 / 3) / 0.88534)
    denominator = 1 + 0.02747 * t + 1.243 * t**2 - 0.1486 * t**3
    denominator += 0.2302 * t**4 + 0.007298 * t**5 + 0.006944 * t**6
    return 1 / denominator


def _fill(
    occupied: dict[tuple[int, int], float], potential: Array, r: Array
) -> tuple[Shell, ...]:
    """Occupied shells in a potential, by l and then by n."""
    shells = []
    for ell in sorted({ell for _, ell in occupied}):
        n_levels = max(n for n, k in occupied if k == ell) - ell
        levels, radial = _bound_states(potential, r, ell, n_levels)
        for i in range(n_levels):
            electrons = occupied.get((i + ell + 1, ell), 0.0)
            if electrons:
                one = i + ell + 1, ell, electrons, float(levels[i]), radial[i]
                shells.append(Shell(*one))
    return tuple(shells)


def _bound_states(
    potential: Array, r: Array, ell: int, n_levels: int
) -> tuple[Array, Array]:
    """Lowest `n_levels` energies and radial functions R, rows (n_levels, n_r)."""
    k = 1 / (1 - potential / (2 * SPEED_OF_LIGHT**2))
    stiffness = 0.5 * np.sqrt(k[1:] * r[1:] * k[:-1] * r[:-1]) / DX
    mass = r**3 * DX
    diagonal = DX * (0.5 * k * ell * (ell + 1) * r + potential * r**3)
    diagonal[1:] += stiffness
    diagonal[:-1] += stiffness
    diagonal[-1] += stiffness[-1]  # the function vanishes beyond the last point
    energies, vectors = eigh_tridiagonal(
        diagonal / mass,
        -stiffness / np.sqrt(mass[1:] * mass[:-1]),
        select="i",
        select_range=(0, n_levels - 1),
    )
    radial = (vectors / np.sqrt(mass)[:, None]).T
    return energies, radial * np.sign(radial[:, :1] + 1e-300)


def _hartree(density: Array, r: Array) -> Array:
    """Electrostatic potential of the electrons, Ha."""
    charge: Array = 4 * np.pi * cumulative_simpson(density * r**3, dx=DX, initial=0)
    inward = (density * r**2)[::-1]
    outer: Array = cumulative_simpson(inward, dx=DX, initial=0)[::-1]
    return charge / r + 4 * np.pi * outer
