import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, make_supercell, molecule
from scipy.spatial.transform import Rotation

from xnet_lite.errors import Doubt, InputError
from xnet_lite.scattering import (
    MultipleScattering,
    Preset,
    filling,
    self_consistency,
    self_consistent,
)
from xnet_lite.scattering.filling import Contour
from xnet_lite.scattering.green import Green
from xnet_lite.scattering.potential import N_R
from xnet_lite.scattering.species import species_of
from xnet_lite.structures import Site

COPPER = Site(bulk("Cu"), 0)
ROCKSALT = Site(bulk("NiO", "rocksalt", a=4.18), 0)
WATER = Site(molecule("H2O"), 0)
MOST = 15  # rounds
ENERGIES = np.arange(-10.0, 30.1, 0.5)


def levels(site, **options):
    found = self_consistent(site, **options)
    assert found.converged
    return np.array([found.last.fermi, found.last.interstitial])


@pytest.fixture
def fresh():
    """No memory of structures, before and after."""
    self_consistency._found.cache_clear()
    yield
    self_consistency._found.cache_clear()


@pytest.mark.parametrize(
    "site",
    [
        COPPER,
        Site(bulk("Fe"), 0),
        ROCKSALT,
        Site(bulk("NaCl", "rocksalt", a=5.64), 0),
        Site(bulk("FeO", "rocksalt", a=4.31), 0),  # levels that were too coarse cycled
        WATER,
    ],
    ids=lambda site: site.label,
)
def test_a_potential_finds_itself_in_a_few_rounds_and_is_neutral(site):
    found = self_consistent(site)
    shares = np.array([one.share for one in found.species])
    assert found.converged
    assert len(found.rounds) <= MOST
    # a core that leaks out of its sphere, and the quadrature
    assert shares @ found.last.charges == pytest.approx(0, abs=0.01)


def test_electrons_go_from_the_metal_to_the_oxygen():
    nickel, oxygen = self_consistent(ROCKSALT).last.charges
    assert nickel > 0.1 > -0.1 > oxygen


def test_turning_a_structure_moves_no_level():
    turn = Rotation.from_euler("xyz", [0.3, 1.1, -0.7]).as_matrix()
    turned = ROCKSALT.atoms.copy()
    turned.set_cell(turned.cell[:] @ turn.T, scale_atoms=True)
    change = levels(Site(turned, 0)) - levels(ROCKSALT)
    assert np.abs(change).max() < 0.01


def test_the_cell_that_is_chosen_moves_no_level():
    doubled = make_supercell(ROCKSALT.atoms, [[1, 1, 0], [1, -1, 0], [0, 0, 2]])
    change = levels(Site(doubled, 0)) - levels(ROCKSALT)
    assert np.abs(change).max() < 0.02


def test_an_empty_box_about_a_molecule_changes_nothing():
    box = WATER.atoms.copy()
    box.set_cell(3 * [20.0])
    box.center()
    box.pbc = True
    engine = MultipleScattering("feff_like", energies=ENERGIES)
    free, boxed = engine(WATER).mu, engine(Site(box, 0)).mu
    assert np.abs(free - boxed).sum() < 1e-3 * free.sum()


def test_the_share_that_is_mixed_in_decides_nothing():
    assert np.abs(levels(COPPER, mixing=0.3) - levels(COPPER)).max() < 0.15


@pytest.mark.parametrize(
    ("name", "value"), [("HEIGHT", 0.3), ("N_UP", 8), ("N_DOWN", 10), ("LOWEST", 0.002)]
)
def test_the_way_of_the_contour_decides_nothing(monkeypatch, fresh, name, value):
    before = levels(COPPER)
    self_consistency._found.cache_clear()
    monkeypatch.setattr(filling, name, value)
    assert np.abs(levels(COPPER) - before).max() < 0.05


def test_empty_spheres_hold_the_density_of_free_electrons():
    green = Green(species_of(COPPER), np.array([2.5]))
    nothing = np.zeros((1, N_R))
    fermi = np.array([0.3, 0.5])
    contour = Contour(lambda energy: green(nothing, 0.0, energy), -0.3, 0.6)
    density = contour.density(fermi)[:, 0, :150]  # near the nucleus l = 0 is all
    expected = (2 * fermi) ** 1.5 / (3 * np.pi**2)
    np.testing.assert_allclose(density, expected[:, None] * np.ones(150), rtol=0.01)


def test_a_search_without_end_is_told_and_falls_back(monkeypatch, fresh):
    monkeypatch.setattr(self_consistency, "MOST_ROUNDS", 1)
    near = {"r_fms": 2.0, "energies": ENERGIES}
    engine = MultipleScattering("feff_like", **near)
    with pytest.warns(Doubt, match="did not find itself in 1 rounds"):
        fallen = engine(COPPER).mu
    constants = MultipleScattering("feff_like", potential="overlapped", **near)
    np.testing.assert_array_equal(fallen, constants(COPPER).mu)


def test_the_potential_is_an_option_of_any_preset():
    options = {"r_fms": 3.0, "energies": ENERGIES}
    one, other = (
        MultipleScattering("fdmnes_like", potential=kind, **options)(COPPER).mu
        for kind in ("overlapped", "self-consistent")
    )
    assert np.abs(one - other).mean() > 0.01


def test_a_part_of_the_core_hole_changes_less_than_all_of_it():
    none, part, all_of_it = (
        MultipleScattering(Preset(hole=hole), r_fms=2.0, energies=ENERGIES)(WATER).mu
        for hole in (0.0, 0.7, 1.0)
    )
    assert 0.01 < np.abs(part - none).mean() < np.abs(all_of_it - none).mean()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"potential": "guessed"}, "potential 'guessed'"), ({"hole": 2.0}, "hole is 2")],
)
def test_a_preset_that_cannot_be_is_refused(options, message):
    with pytest.raises(InputError, match=message):
        Preset(**options)


def test_an_atom_alone_has_nothing_about_it():
    chi = MultipleScattering("feff_like").solve(Site(Atoms("Fe"), 0)).chi
    np.testing.assert_allclose(chi, 0, atol=1e-12)
