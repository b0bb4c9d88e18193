"""Radii, wells and neutral spheres: from free atoms to self-consistency."""

import numpy as np
import pytest
from ase.build import bulk
from scipy.interpolate import CubicSpline

from xnet_lite.scattering.atom import free_atom
from xnet_lite.scattering.neutral_sphere import neutral_sphere_potential
from xnet_lite.scattering.potential import N_AT_RADIUS, N_R, radial_grid
from xnet_lite.scattering.radii import lens_volume, muffin_tin_radii
from xnet_lite.scattering.species import species_of
from xnet_lite.scattering.valence import part
from xnet_lite.scattering.wells import Wells
from xnet_lite.structures import Site

NICKEL_OXIDE = species_of(Site(bulk("NiO", "rocksalt", a=4.18), 0))


def radii():
    norman = np.array([one.place.norman_radius() for one in NICKEL_OXIDE])
    return norman, muffin_tin_radii(NICKEL_OXIDE, norman)


def test_half_a_sphere_lies_in_a_large_one_through_its_center():
    volume = lens_volume(1.0, 1000.0, np.array(1000.0))
    assert volume == pytest.approx(2 * np.pi / 3, rel=1e-3)


def test_spheres_apart_share_nothing_and_one_within_another_all_of_itself():
    assert lens_volume(1.0, 1.0, np.array(2.5)) == 0
    assert lens_volume(1.0, 3.0, np.array(1.0)) == pytest.approx(4 * np.pi / 3)


def test_norman_spheres_of_a_crystal_fill_its_volume():
    norman, _ = radii()
    volume = 4 / 3 * np.pi * (norman**3).sum()
    assert volume == pytest.approx(
        bulk("NiO", "rocksalt", a=4.18).get_volume() / 0.529177**3, rel=0.15
    )


def test_muffin_tins_overlap_but_hold_no_other_nucleus():
    _, radius = radii()
    nearest = NICKEL_OXIDE[0].place.distances[0]
    assert radius.max() < nearest < radius.sum() < 1.3 * nearest


def test_wells_that_were_added_up_are_found_again():
    norman, radius = radii()
    wells = Wells(NICKEL_OXIDE, norman, radius)
    true = -np.exp(-wells.r / 2) * (1 - wells.r / radius[:, None]) ** 2
    true[:, N_AT_RADIUS:] = 0
    inside, there = wells._around(true)
    level, found = wells.level(true + inside - 0.5, there - 0.5)
    assert level == pytest.approx(-0.5, abs=1e-3)
    np.testing.assert_allclose(found[:, :N_AT_RADIUS], true[:, :N_AT_RADIUS], atol=2e-3)


def test_a_free_atom_is_its_own_neutral_sphere():
    atom = free_atom(10)
    r = radial_grid(np.array([8.0]), N_R)
    density = CubicSpline(np.log(atom.r), atom.density)(np.log(r))
    own = CubicSpline(np.log(atom.r), atom.coulomb * atom.r)(np.log(r)) / r
    found = neutral_sphere_potential(r, density, np.array([10]))
    np.testing.assert_allclose(found, own, atol=2e-3)


def test_core_and_valence_are_all_electrons():
    atoms = [free_atom(z, promoted=True) for z in (22, 29, 56, 62)]
    r = np.array([atom.r for atom in atoms])
    parted = part(atoms, r)
    core = 4 * np.pi * (parted.core * r**3).sum(axis=1) * 0.0125
    # f electrons of samarium stay with its core
    np.testing.assert_allclose(core + parted.electrons, [22, 29, 56, 62], atol=1e-6)
