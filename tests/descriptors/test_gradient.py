"""How features change as atoms move: against differences, and its own laws."""

import numpy as np
import pytest
import torch
from ase import Atoms
from ase.build import bulk

from xnet_lite.descriptors import CHEMISTRY, WACSF
from xnet_lite.descriptors.sums.torch_sums import symmetry_sums
from xnet_lite.structures import Site, neighbors

STEP = 1e-4  # Å
KINDS = [
    WACSF(n_g2=4, n_g4=16),
    WACSF(n_g2=4, n_g4=16, g2="centred", g4="shifted", weight=CHEMISTRY),
    WACSF(n_g2=3, n_g4=8, elements=("C", ("N", "O")), zeta=(1, 3)),
    WACSF.xanesnet(n_g2=4, n_g4=16),
    WACSF(n_g2=4, n_g4=16, g1=False),
]


@pytest.fixture
def site():
    """A crowd of eight atoms, one of them out of reach."""
    rng = np.random.default_rng(3)
    places = np.vstack([np.zeros(3), rng.normal(0, 2.0, (6, 3)), [9.0, 0, 0]])
    return Site(Atoms("FeCNOHCSO", places), 0)


def moved(site, atom, axis, step):
    """The site with one atom moved."""
    atoms = site.atoms.copy()
    atoms.positions[atom, axis] += step
    return Site(atoms, site.absorber_index)


@pytest.mark.parametrize("descriptor", KINDS)
def test_the_gradient_is_that_of_finite_differences(descriptor, site):
    found = descriptor.gradient(site)
    for atom, axis in ((0, 0), (1, 2), (4, 1)):
        sides = [moved(site, atom, axis, sign * STEP) for sign in (1, -1)]
        high, low = descriptor.transform(sides)
        # central differences err as STEP², times the third derivative
        scale = np.abs(found).max()
        expected = (high - low) / (2 * STEP)
        assert found[:, atom, axis] == pytest.approx(expected, abs=1e-5 * scale)


@pytest.mark.parametrize("descriptor", KINDS)
def test_the_differentiable_sums_are_the_features(descriptor, site):
    around = neighbors(site, descriptor.cutoff)
    sums = symmetry_sums(
        torch.as_tensor(around.vectors),
        torch.as_tensor(descriptor._counted(around.numbers)),
        len(descriptor._channels),
        tuple(torch.as_tensor(x) for x in descriptor._g2_grid),
        descriptor._pair_terms,
        descriptor.g1,
    )
    assert sums.numpy() == pytest.approx(descriptor.describe(site), rel=1e-9, abs=1e-12)


def test_moving_all_atoms_together_changes_nothing(site):
    found = KINDS[0].gradient(site)
    assert np.abs(found.sum(axis=1)).max() < 1e-9 * np.abs(found).max()


def test_an_atom_out_of_reach_has_no_slope(site):
    assert not KINDS[0].gradient(site)[:, 7].any()


def test_images_of_a_crystal_move_with_their_atom():
    atoms = bulk("NaCl", "rocksalt", a=5.6)
    atoms.positions[1] += [0.1, 0.05, -0.02]
    site = Site(atoms, 0)
    descriptor = WACSF(cutoff=4.0, n_g2=3, n_g4=8)
    found = descriptor.gradient(site)
    sides = [moved(site, 1, 0, sign * STEP) for sign in (1, -1)]
    high, low = descriptor.transform(sides)
    scale = np.abs(found).max()
    assert found[:, 1, 0] == pytest.approx((high - low) / (2 * STEP), abs=1e-5 * scale)
