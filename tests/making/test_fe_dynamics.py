"""The committed set fe-dynamics: what it promises, and that it can be made again."""

import hashlib

import numpy as np
import pytest

from xnet_lite.complexes import nearest_allowed, xtb_calculator
from xnet_lite.datasets import load
from xnet_lite.datasets.listing import embedded_sets
from xnet_lite.making.cards import white_line
from xnet_lite.scattering import DEAR, ENERGY_REL
from xnet_lite.spectra import NORMALISED_ABOVE

SAMPLE = np.random.default_rng(20261121).integers(0, 382, size=3)


@pytest.fixture(scope="module")
def whole():
    """The set as users load it."""
    return load("fe-dynamics")


@pytest.fixture(scope="module")
def moving(whole):
    """Its trajectory."""
    return whole.where(part="trajectory")


@pytest.fixture(scope="module")
def folder():
    """Where its files are."""
    return embedded_sets()["fe-dynamics"]


def test_it_is_long_enough_and_small_on_disk(whole, moving, folder):
    assert len(moving) >= 300
    assert len(whole.where(part="elongation")) >= 40
    assert len(whole.where(part="leaving")) >= 40
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3e6


def test_all_frames_are_one_small_complex(whole):
    formulas = {site.atoms.get_chemical_formula() for site in whole.sites}
    assert formulas == {"C12H14FeN6S2"}
    assert len(set(whole.groups)) == 1


def test_every_spectrum_is_normalised_and_rises_where_the_edge_is(whole):
    spectra, energy = whole.spectra, whole.energy
    assert np.array_equal(energy, ENERGY_REL)
    above = spectra[:, energy > NORMALISED_ABOVE].mean(axis=1)
    assert above == pytest.approx(1.0, abs=1e-6)  # kept to six decimals
    assert spectra.min() >= 0.0
    assert spectra[:, energy < -10].max() < 0.02
    risen = energy[np.argmax(spectra > 0.5, axis=1)]
    # from pre-edge to main edge, as the public Fe spectra do
    assert risen.min() > -3
    assert risen.max() < 20


def test_no_two_atoms_are_closer_than_their_radii_allow(whole):
    for site in whole.sites:
        gaps = site.atoms.get_all_distances()
        assert (gaps >= nearest_allowed(site.atoms.numbers)).all(), site.name


def test_no_ligand_leaves_by_itself(moving):
    for site in moving.sites:
        nitrogens = np.flatnonzero(site.atoms.numbers == 7)
        # the longest bond at the minimum, 2.23 Å, and eight standard deviations
        assert site.atoms.get_distances(0, nitrogens).max() < 3.0


def test_frames_follow_each_other_at_one_interval(moving):
    assert np.diff(moving.labels["time"]) == pytest.approx(10.0, abs=1e-9)


def test_the_trajectory_has_the_temperature_of_its_thermostat(moving):
    temperature = moving.labels["temperature"]
    blocks = temperature[: len(temperature) // 10 * 10].reshape(10, -1).mean(axis=1)
    error = blocks.std(ddof=1) / np.sqrt(len(blocks))
    # three standard errors of ten blocks, themselves good to a quarter
    assert temperature.mean() == pytest.approx(300.0, abs=3.75 * error)
    assert error < 10.0


def test_the_temperature_scatters_as_that_of_105_degrees_of_freedom(moving):
    expected = 300.0 * np.sqrt(2 / 105)
    # some 60 independent values of it: good to 1/√120, three of those
    assert moving.labels["temperature"].std() == pytest.approx(expected, rel=0.27)


def test_the_elongation_stretches_the_mean_bond_from_0_to_0_2(whole):
    labels = whole.where(part="elongation").labels
    grown = labels["mean_distance"] - labels["mean_distance"][0]
    assert labels["coordinate"] == pytest.approx(np.linspace(0.0, 0.2, 41), abs=1e-9)
    # positions are rounded to 1e-4 Å
    assert grown == pytest.approx(labels["coordinate"], abs=1e-4)


def test_the_ligand_leaves_from_0_to_2(whole):
    scan = whole.where(part="leaving")
    first = scan.sites[0].atoms
    donors = np.flatnonzero(first.numbers == 7)
    bonds = np.array([site.atoms.get_distances(0, donors) for site in scan.sites])
    grown = np.sort(bonds - bonds[0], axis=1)
    assert scan.labels["coordinate"] == pytest.approx(np.linspace(0, 2, 41), abs=1e-9)
    assert grown[:, -1] == pytest.approx(scan.labels["coordinate"], abs=2e-4)
    assert np.abs(grown[:, :-1]).max() < 1e-9


def test_both_driven_parts_climb_from_the_minimum(whole):
    for part in ("elongation", "leaving"):
        energy = whole.where(part=part).labels["energy_xtb"]
        assert energy[0] == 0.0
        assert (np.diff(energy)[2:] > 0).all(), part


def test_longer_bonds_bring_the_white_line_to_lower_energy(whole):
    scan = whole.where(part="elongation")
    lines = [white_line(scan.energy, mu)[0] for mu in scan.spectra]
    # (E − E_0) R² is constant (Natoli): 0.2 on 2.0 Å is -18 % of some 20 eV
    assert np.polyfit(scan.labels["coordinate"], lines, 1)[0] < -5.0
    assert lines[-1] - lines[0] == pytest.approx(-2.4, abs=1.0)


def test_the_card_holds_the_hashes_of_the_files(folder):
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"`{name}` {digest}" in card


@pytest.mark.parametrize("index", SAMPLE)
def test_a_sampled_spectrum_is_computed_again(whole, index):
    mu = DEAR(whole.sites[index])
    # kept to six decimals; complex64 sums in another order on other machines
    assert mu == pytest.approx(whole.spectra[index], abs=1e-4)


@pytest.mark.parametrize("index", SAMPLE)
def test_a_sampled_energy_is_computed_again(whole, index):
    pytest.importorskip("tblite", reason="energies need the extra `chem`")
    energies = []
    for site in (whole.where(part="elongation").sites[0], whole.sites[index]):
        atoms = site.atoms.copy()
        atoms.calc = xtb_calculator(0)
        energies.append(atoms.get_potential_energy())
    found = energies[1] - energies[0]
    # kept to six decimals; self-consistency ends at 3e-5 eV
    assert found == pytest.approx(whole.labels["energy_xtb"][index], abs=1e-4)
