"""Densities of states: one electron by hand, sums, and the parent code's own values.

Origin of `parents_pdos.npz`: black-box values, float64, of NewcastleRSE/XANESNET
121f79fd (2026-04-27) with pyscf 2.14.0, for five sulfur molecules of data/graph-set,
of which the first is tested, atom 0: 3-21G, guess minao, no cycle, σ 0.8 eV, empty
states from −10 to 30 eV and occupied ones from −30 to 10 eV.
"""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from xnet_lite.descriptors import PDOS
from xnet_lite.errors import InputError
from xnet_lite.structures import Site, read_site

gto = pytest.importorskip("pyscf.gto", reason="needs the extra chem")
scf = pytest.importorskip("pyscf.scf", reason="needs the extra chem")

PARENTS = np.load(Path(__file__).parent / "parents_pdos.npz")
WIDE = {"e_min": -3000.0, "e_max": 200.0, "n_points": 6401}


@pytest.fixture(scope="module")
def molecules(mirror):
    """The first molecule that the parent code was run on, in single precision."""
    folder = mirror("NewcastleRSE/XANESNET") / "data" / "graph-set"
    names = PARENTS["files"][:1]
    sites = [read_site(next(folder.glob(f"xyz_*/{n}")), absorber=0) for n in names]
    for site in sites:
        site.atoms.positions = site.atoms.positions.astype(np.float32)
    return sites


@pytest.fixture
def water():
    """O among two H."""
    return Site(Atoms("OH2", [[0, 0, 0], [0.76, 0.59, 0], [-0.76, 0.59, 0]]), 0)


def test_the_parent_code_is_reproduced(molecules):
    features = PDOS.xanesnet().transform(molecules)
    # its own rounding, of numbers up to 1
    expected = PARENTS["pdos_pyscf_321g_80"][:1]
    np.testing.assert_allclose(features, expected, rtol=0, atol=1e-10)


def test_the_parent_code_lacks_the_highest_occupied_state(molecules):
    descriptor = PDOS.xanesnet(states="occupied", e_min=-30.0, e_max=10.0)
    gap = descriptor.describe(molecules[0]) - PARENTS["pdos_pyscf_321g_occ_80"][0]
    # the highest state of each spin, as digits are printed
    assert gap.max() == pytest.approx(0.01045, abs=1e-5)
    assert gap.min() > -1e-10
    assert np.abs(gap[:50]).max() < 1e-10  # below −4.7 eV nothing is missing


def test_helium_has_one_state_at_the_energy_of_its_matrix_element():
    atom = gto.M(atom="He 0 0 0", basis="sto-3g", verbose=0)
    core = atom.intor("int1e_kin") + atom.intor("int1e_nuc")
    density = scf.hf.init_guess_by_minao(atom)
    # Coulomb of two electrons less exchange with one of them
    level = core[0, 0] + 0.5 * density[0, 0] * atom.intor("int2e").item()
    descriptor = PDOS(orbital="s", states="occupied", fit=False, e_min=-40.0, e_max=0.0)
    energies = np.linspace(-40.0, 0.0, 80)
    offset = (energies - level * 27.211386245988) / 1.5
    features = descriptor.describe(Site(Atoms("He"), 0))
    np.testing.assert_allclose(features, np.exp(-4 * np.log(2) * offset**2), rtol=1e-9)


def test_all_states_together_hold_each_function_once(water):
    total = 0.0
    for orbital in ("s", "p"):
        for states in ("empty", "occupied"):
            descriptor = PDOS(orbital=orbital, states=states, **WIDE)
            total += descriptor.describe(water).sum() * 0.5
    # 1s, 2s and three 2p; each Gaussian's area is fwhm √(π / (4 ln 2))
    area = 1.5 * np.sqrt(np.pi / (4 * np.log(2)))
    assert total == pytest.approx(5 * area, rel=1e-9)


def test_a_wider_state_keeps_its_place_and_grows_in_area(water):
    narrow, wide = (
        PDOS(fwhm=width, states="occupied", **WIDE).describe(water)
        for width in (2.0, 4.0)
    )
    grid = np.linspace(-3000.0, 200.0, 6401)
    assert wide.sum() == pytest.approx(2 * narrow.sum(), rel=1e-9)
    assert grid @ wide / wide.sum() == pytest.approx(grid @ narrow / narrow.sum())


@pytest.mark.parametrize(("edge", "orbital"), [("K", "p"), ("L3", "d"), ("L1", "p")])
def test_the_edge_chooses_the_orbital(edge, orbital):
    atoms = Atoms("FeO", [[0, 0, 0], [1.6, 0, 0]])
    by_edge = PDOS().describe(Site(atoms, 0, edge))
    assert (by_edge == PDOS(orbital=orbital).describe(Site(atoms, 0))).all()


def test_density_fitting_changes_little(water):
    fitted, exact = (PDOS(fit=fit).describe(water) for fit in (True, False))
    # a state moves by some 0.03 eV, a fiftieth of its width
    assert 0 < np.abs(fitted - exact).max() < 0.05


def test_an_odd_electron_counts_half_as_hole_and_half_as_particle():
    radical = Site(Atoms("OH", [[0, 0, 0], [0.97, 0, 0]]), 0)
    empty, anion = (
        PDOS(smearing=0.0, charge=charge, **WIDE).describe(radical).sum()
        for charge in (0, -1)
    )
    cation = PDOS(smearing=0.0, charge=1, **WIDE).describe(radical).sum()
    # orbitals do not know the charge, so the hole grows by the same half each time
    assert empty - anion == pytest.approx(cation - empty, rel=1e-9)
    assert empty > anion


def test_like_levels_share_their_electrons():
    atom = Site(Atoms("O"), 0)
    total = PDOS(states="occupied", **WIDE).describe(atom).sum() * 0.5
    area = 1.5 * np.sqrt(np.pi / (4 * np.log(2)))
    # four 2p electrons, two of each spin
    assert total == pytest.approx(2 * area, rel=1e-6)
    along, across = (
        Site(Atoms("O2", [[0, 0, 0], place]), 0)
        for place in ([1.21, 0, 0], [0.726, 0.968, 0])
    )
    # two π* levels and one pair of electrons
    np.testing.assert_allclose(
        PDOS().describe(along), PDOS().describe(across), rtol=0, atol=1e-8
    )


def test_atoms_beyond_the_cutoff_are_left_out(water):
    ion = Site(water.atoms + Atoms("Cl", [[0.0, -3.0, 0.0]]), 0)
    assert (PDOS(cutoff=2.0).describe(ion) == PDOS(cutoff=2.0).describe(water)).all()
    assert np.abs(PDOS().describe(ion) - PDOS().describe(water)).max() > 1e-3


def test_an_element_without_a_basis_is_refused():
    gold = Site(Atoms("AuO", [[0, 0, 0], [2.0, 0, 0]]), 0)
    with pytest.raises(InputError, match="basis 'sto-3g' has no functions for Au"):
        PDOS().describe(gold)


def test_more_atoms_than_anybody_waits_for_are_refused_before_work():
    copper = bulk("Cu", cubic=True) * (5, 5, 5)
    with pytest.raises(InputError, match=r"would take about .* hours: give a smaller"):
        PDOS(cutoff=7.5).describe(Site(copper, 0))


def test_a_basis_without_the_orbital_is_refused(water):
    with pytest.raises(InputError, match="no d functions on O"):
        PDOS(orbital="d").describe(water)


def test_more_charge_than_electrons_is_refused(water):
    with pytest.raises(InputError, match="charge=11"):
        PDOS(charge=11).describe(water)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"orbital": "g"}, "orbital 'g' is not one of"),
        ({"states": "all"}, "states 'all' is not one of"),
        ({"population": "mulliken"}, "population 'mulliken' is not one of"),
        ({"spin": "high"}, "spin 'high' is not one of"),
        ({"fwhm": 0.0}, "fwhm is 0.0: give a number > 0"),
        ({"smearing": -0.1}, "smearing is -0.1: give a number >= 0"),
        ({"cutoff": 0.0}, "cutoff is 0.0: give a number > 0"),
        ({"n_points": 1}, "n_points is 1: give a whole number >= 2"),
        ({"e_min": 30.0}, "e_min is 30.0: give a number < 30"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(InputError, match=message):
        PDOS(**arguments)


def test_without_pyscf_the_remedy_is_named(water, without):
    without("pyscf")
    with pytest.raises(InputError, match=r'pip install "xnet-lite\[chem\]"'):
        PDOS().describe(water)
