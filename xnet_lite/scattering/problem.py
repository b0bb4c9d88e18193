"""From a Site to the scattering problem: potentials, amplitudes, dipole integrals."""

import warnings
from dataclasses import dataclass
from functools import partial

import numpy as np
from ase.units import Bohr, Hartree
from scipy.spatial.distance import pdist

from xnet_lite.arrays import Array, ComplexArray, Ints
from xnet_lite.errors import Doubt, InputError, affordable, soon
from xnet_lite.scattering.atom import xc_potential
from xnet_lite.scattering.interstitial import interstitial_average
from xnet_lite.scattering.multiple_scattering import Cluster
from xnet_lite.scattering.phases import Spheres, dipole_radial, scattering_amplitudes
from xnet_lite.scattering.potential import (
    N_R,
    SURROUNDINGS,
    MuffinTins,
    muffin_tins,
)
from xnet_lite.scattering.self_consistency import self_consistent
from xnet_lite.scattering.self_energy import self_energy_shift
from xnet_lite.scattering.settings import SELF_CONSISTENT, Preset
from xnet_lite.structures import Site, cluster

ETA = 0.4  # eV: the imaginary energy of the solution, part of the final width
START, FINE_END, FINE_STEP, GROWTH = -4.0, 16.0, 0.4, 1.025
BEYOND = 10.0  # eV computed past the last energy asked for
CLOSEST = 0.5  # Å: two atoms nearer than this are a mistake in the file
SPEED = 2e10  # operations a second on one processor, solving
THINNEST = 1e-6  # electrons per bohr³: no density falls below it
NOT_FOUND = (
    "{label}: doubtful, the potential did not find itself in {n} rounds; overlapped "
    "atoms and the preset's constants are taken in its place, do not compare this "
    "spectrum with self-consistent ones"
)
_PER_FACTOR = 7 * 3 * 4.0  # bytes: orders of the propagator, complex and its copy
L_ABSORBER, L_HEAVY, L_LIGHT, L_HYDROGEN = 3, 3, 2, 1


@dataclass(frozen=True)
class Physics:
    """What decides a scattering problem, given a site.

    Attributes
    ----------
    preset : Preset
    r_fms : float
        Radius of the scattering cluster, Å.
    l_max : int or None
        Caps the angular momenta.
    hole : bool
        Screened core hole on the absorber.
    self_energy : bool
        Complex self-energy above the Fermi level.
    potential : {"overlapped", "self-consistent"}
    top : float
        Last energy that is needed, eV from the tabulated edge.
    """

    preset: Preset
    r_fms: float
    l_max: int | None
    hole: bool
    self_energy: bool
    potential: str
    top: float


@dataclass(frozen=True)
class Problem:
    """A cluster with the absorber's own numbers, waiting to be solved.

    Attributes
    ----------
    energy : ndarray, shape (n_points,)
        eV from the Fermi level, dense near the edge.
    cluster : Cluster
    mu0 : ndarray, shape (n_points,)
        Absorption of the absorber alone.
    strength : ndarray of complex, shape (n_points,)
        -2ik M₁², the factor of the scattered propagator.
    kinetic : ndarray, shape (n_points,)
        Energy above the level between the spheres, eV.
    radii : ndarray, shape (n_atoms,)
        Muffin-tin radii, Å.
    edge : float
        Where the Fermi level lies, eV from the tabulated edge.
    """

    energy: Array
    cluster: Cluster
    mu0: Array
    strength: ComplexArray
    kinetic: Array
    radii: Array
    edge: float


def prepare(site: Site, physics: Physics, timed: bool = False) -> Problem:
    """Build the potential of a site and scatter off each of its atoms alone.

    Parameters
    ----------
    site : Site
        K edge; molecule or crystal.
    physics : Physics
    timed : bool
        Refuse what would take a processor more than `errors.LONGEST`.

    Returns
    -------
    Problem

    Raises
    ------
    InputError
        If the edge is not K, the absorber has no 1s core, two atoms overlap, or the
        cluster is too large for memory, or for `errors.LONGEST`.
    """
    near = _checked_cluster(site, physics, timed)
    numbers, positions = near.atoms.numbers, near.atoms.positions
    ground = None
    if physics.potential == SELF_CONSISTENT:
        ground = _self_consistent(site, numbers, positions, physics)
    if ground is None:
        crystal = bool(site.atoms.pbc.any())
        ground = _overlapped(numbers, positions, physics, crystal)
    tins, level = ground.tins, ground.level
    energy = _points(physics.top - ground.edge)
    spheres = _spheres(ground, physics, energy)
    _, m1, a = dipole_radial(spheres, tins.core_1s)
    k = spheres.wave_number
    l_max = _angular_momenta(tins.z, physics.l_max)
    amplitudes = _amplitudes(spheres, l_max)
    return Problem(
        energy=energy,
        cluster=Cluster(
            positions[: len(tins.kind)] / Bohr,
            l_max[tins.kind],
            [amplitudes[i] for i in tins.kind],
            k,
        ),
        mu0=-np.imag(-2j * k * a),
        strength=-2j * k * m1**2,
        kinetic=energy + ground.fermi - level * Hartree,
        radii=tins.radius[tins.kind] * Bohr,
        edge=ground.edge,
    )


@dataclass(frozen=True)
class _Ground:
    """What the electrons at rest make: spheres, levels, and where the edge is."""

    tins: MuffinTins
    level: float  # between the spheres, Ha
    r_s: float  # there, bohr
    fermi: float  # eV
    edge: float  # eV


def _overlapped(
    numbers: Ints, positions: Array, physics: Physics, crystal: bool
) -> _Ground:
    """Free atoms overlapped, and the preset's constants for levels."""
    preset = physics.preset
    overlap = preset.overlap_crystal if crystal else preset.overlap_molecule
    how = partial(muffin_tins, r_fms=physics.r_fms, overlap=overlap)
    tins = how(numbers, positions, hole=_hole(physics))
    level, r_s = preset.interstitial_molecule / Hartree, 0.0
    if crystal or physics.self_energy:
        average, r_s = interstitial_average(tins, numbers, positions, overlap)
        if crystal:
            level = average + preset.interstitial_offset / Hartree
    r_s *= preset.r_s_factor
    return _Ground(tins, level, r_s, preset.fermi, preset.edge_offset)


def _hole(physics: Physics) -> float:
    """Share of the core hole on the absorber."""
    return physics.preset.hole if physics.hole else 0.0


def _self_consistent(
    site: Site, numbers: Ints, positions: Array, physics: Physics
) -> _Ground | None:
    """Overlapped atoms with what self-consistency adds to all but the absorber."""
    found = self_consistent(site)
    if not found.converged:
        warnings.warn(NOT_FOUND.format(label=site.label, n=len(found.rounds)), Doubt, 4)
        return None
    z = [one.z for one in found.species]
    tins = muffin_tins(
        numbers,
        positions,
        r_fms=physics.r_fms,
        hole=_hole(physics),
        promoted=True,
        radii=dict(zip(z, found.radius.tolist())),
    )
    rows = [z.index(one) for one in tins.z[1:]]
    tins.coulomb[1:] += found.coulomb_change[rows, :N_R]
    density = tins.density[1:] + found.density_change[rows, :N_R]
    tins.density[1:] = np.maximum(density, THINNEST)
    preset = physics.preset
    edge = preset.edge_offset_self_consistent
    edge -= preset.nucleus_factor * found.nucleus_potential
    last = found.last
    return _Ground(tins, last.interstitial / Hartree, last.r_s, last.fermi, edge)


def _check_cost(near: Site, physics: Physics, timed: bool) -> None:
    """Refuse a cluster whose matrices no memory holds, or no patience solves."""
    away = np.linalg.norm(near.atoms.positions - near.atoms.positions[0], axis=1)
    n = (_angular_momenta(near.atoms.numbers, physics.l_max) + 1.0) ** 2
    n = n[away <= physics.r_fms]
    size, n_pairs = n.sum(), len(n) * (len(n) - 1) / 2
    what = f"r_fms={physics.r_fms:g}: {len(n)} atoms and a matrix of {size:.0f} rows"
    remedy = "give a smaller r_fms or l_max"
    factors = n_pairs * float(n.max()) ** 2 * _PER_FACTOR
    near_pairs = 8.0 * len(near.atoms) ** 2 / 2
    affordable(what, 3 * 8 * size**2 + factors + near_pairs, remedy)
    n_points = len(_points(physics.top - physics.preset.edge_offset))
    seconds = n_points * 8 / 3 * size**3 / SPEED
    if timed:
        soon(what, seconds, f"{remedy}, or a GPU")


def _spheres(ground: _Ground, physics: Physics, energy: Array) -> Spheres:
    """Spheres with their self-energy, relative to that between the spheres."""
    tins, level = ground.tins, ground.level
    z = (energy + ground.fermi + 1j * ETA) / Hartree
    potential = tins.coulomb + xc_potential(tins.density)
    if not physics.self_energy:
        return Spheres(tins.r, potential, None, z, level)
    between = np.array([3 / (4 * np.pi * ground.r_s**3)])
    outer = self_energy_shift(between, energy / Hartree)[:, 0]
    shift = self_energy_shift(tins.density, energy / Hartree)
    shift -= outer[:, None, None]
    # moving the zero to Σ between the spheres leaves V_int constant
    return Spheres(tins.r, potential, shift, z - outer, level)


def _amplitudes(spheres: Spheres, l_max: Ints) -> list[ComplexArray]:
    """Scattering amplitudes of each kind, (n_energies, l_max + 1) each."""
    result: list[ComplexArray] = [np.empty(0, complex)] * len(l_max)
    for ell in np.unique(l_max):
        kinds = np.flatnonzero(l_max == ell)
        found = scattering_amplitudes(spheres.take(kinds), int(ell))
        for kind, rows in zip(kinds, found):
            result[kind] = rows
    return result


def _angular_momenta(z: Ints, cap: int | None) -> Ints:
    """Highest angular momentum of each kind; the absorber is the first."""
    l_max = np.where(z == 1, L_HYDROGEN, np.where(z > 18, L_HEAVY, L_LIGHT))
    l_max[0] = L_ABSORBER
    return l_max if cap is None else np.minimum(l_max, cap)


def _points(top: float) -> Array:
    """Energies of the solution, eV from the Fermi level: dense near the edge."""
    points = list(np.arange(START, FINE_END + 1e-9, FINE_STEP))
    step = FINE_STEP
    while points[-1] < top + BEYOND:
        step *= GROWTH
        points.append(points[-1] + step)
    return np.array(points)


def _checked_cluster(site: Site, physics: Physics, timed: bool) -> Site:
    """The atoms that scatter or overlap, absorber first; bad sites are refused."""
    if site.edge != "K":
        raise InputError(f"edge {site.edge}: the engine computes K edges, give edge K")
    near = cluster(site, physics.r_fms + SURROUNDINGS)
    if near.atoms.numbers[0] < 3:
        raise InputError(f"absorber {site.absorber} has no 1s core: take a heavier one")
    _check_cost(near, physics, timed)
    if len(near.atoms) > 1:
        closest = pdist(near.atoms.positions).min()
        if closest < CLOSEST:
            raise InputError(
                f"{site.label}: two atoms are {closest:.2f} Å apart; "
                f"remove doubled atoms (nearest allowed {CLOSEST} Å)"
            )
    return near
