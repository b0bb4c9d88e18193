from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms
from scipy.special import spherical_jn, spherical_yn

from xnet_lite.scattering.engine import MultipleScattering
from xnet_lite.scattering.phases import Spheres, scattering_amplitudes
from xnet_lite.scattering.potential import N_AT_RADIUS, N_R, STEP
from xnet_lite.structures import Site

RADIUS = 2.0
ENERGY = np.array([0.2, 1.0, 2.5])


def square_well(depth, energy=ENERGY, light=None):
    r = RADIUS * np.exp((np.arange(N_R) - N_AT_RADIUS) * STEP)[None]
    return Spheres(r, np.full_like(r, -depth), None, energy + 0j, 0.0)


def test_no_potential_scatters_nothing():
    w = scattering_amplitudes(square_well(0.0), 3)
    np.testing.assert_allclose(w, 0, atol=5e-5)  # Numerov's step of 0.04 in ln r


@pytest.mark.parametrize("ell", [0, 1, 2])
def test_a_square_well_has_its_textbook_amplitude(ell):
    depth = 0.05  # small against c², so that relativity adds less than 1e-5
    k, inner = np.sqrt(2 * ENERGY), np.sqrt(2 * (ENERGY + depth))
    slope = (
        inner
        * spherical_jn(ell, inner * RADIUS, True)
        / spherical_jn(ell, inner * RADIUS)
    )
    j, dj = spherical_jn(ell, k * RADIUS), spherical_jn(ell, k * RADIUS, True)
    h = j + 1j * spherical_yn(ell, k * RADIUS)
    dh = dj + 1j * spherical_yn(ell, k * RADIUS, True)
    expected = -(slope * j - k * dj) / (slope * h - k * dh)
    w = scattering_amplitudes(square_well(depth), ell)[0, :, ell]
    np.testing.assert_allclose(w, expected, atol=5e-5)


def test_a_real_potential_at_a_real_energy_is_unitary():
    w = scattering_amplitudes(square_well(2.0), 3)
    np.testing.assert_allclose(np.abs(w + 0.5), 0.5, atol=1e-12)


def test_a_lossy_potential_takes_flux_away():
    well = square_well(2.0)
    lossy = replace(well, shift=np.full((len(ENERGY), *well.r.shape), -0.05j))
    w = scattering_amplitudes(lossy, 2)
    assert (np.abs(w + 0.5) < 0.5).all()


def test_the_absorber_in_its_muffin_tin_absorbs_a_smooth_positive_background():
    engine = MultipleScattering(energies=np.arange(-15.0, 60.0, 0.5))
    ends = np.concatenate([np.eye(3), -np.eye(3)])
    problem = engine.prepare(Site(Atoms("FeO6", [[0, 0, 0], *(2 * ends)]), 0))
    above = problem.energy > 5
    assert (problem.mu0[above] > 0).all()
    assert np.abs(np.diff(np.log(problem.mu0[above]))).max() < 0.05
