import numpy as np
import pytest
from ase.units import Bohr
from scipy.interpolate import CubicSpline

from xnet_lite.scattering.atom import free_atom
from xnet_lite.scattering.potential import N_AT_RADIUS, muffin_tins

OCTAHEDRON = np.array(
    [[0, 0, 0], [2, 0, 0], [-2, 0, 0], [0, 2, 0], [0, -2, 0], [0, 0, 2], [0, 0, -2.0]]
)
NUMBERS = np.array([26, 8, 8, 8, 8, 8, 8])


def tins(positions=OCTAHEDRON, **options):
    return muffin_tins(NUMBERS, positions, **({"r_fms": 5.0, "overlap": 1.0} | options))


def test_one_atom_alone_keeps_its_own_potential():
    atom = free_atom(26)
    one = muffin_tins(np.array([26]), np.zeros((1, 3)), r_fms=5, overlap=1.1, hole=0)
    expected = CubicSpline(atom.r, atom.coulomb * atom.r)(one.r[0]) / one.r[0]
    np.testing.assert_allclose(one.coulomb[0], expected, rtol=1e-6, atol=1e-8)


def test_a_neighbor_adds_its_average_over_the_sphere():
    near = tins(hole=0)
    alone = muffin_tins(np.array([26]), np.zeros((1, 3)), r_fms=5, overlap=1, hole=0)
    r = near.r[0, N_AT_RADIUS]
    rng = np.random.default_rng(0)
    points = rng.normal(size=(20000, 3))
    points *= r / np.linalg.norm(points, axis=1, keepdims=True)
    oxygen = free_atom(8)
    distance = np.linalg.norm(points - np.array([2, 0, 0]) / Bohr, axis=1)
    average = CubicSpline(oxygen.r, oxygen.coulomb)(distance).mean()
    own = CubicSpline(alone.r[0], alone.coulomb[0])(r)
    added = near.coulomb[0, N_AT_RADIUS] - own
    # the other five are at the same distance; 20 000 random points give 1 %
    assert added == pytest.approx(6 * average, rel=0.01)


def test_spheres_touch_where_the_overlap_factor_is_one():
    both = tins()
    iron, oxygen = both.radius[both.kind[0]], both.radius[both.kind[1]]
    assert (iron + oxygen) * Bohr == pytest.approx(2.0)


def test_the_overlap_factor_scales_the_radii():
    np.testing.assert_allclose(tins(overlap=1.1).radius, 1.1 * tins().radius)


def test_like_atoms_in_like_places_share_one_row():
    assert len(tins().z) == 2


def test_an_atom_outside_r_fms_adds_potential_but_does_not_scatter():
    smaller = tins(r_fms=1.5)
    assert len(smaller.kind) == 1
    np.testing.assert_allclose(smaller.coulomb[0], tins().coulomb[0], rtol=1e-9)
