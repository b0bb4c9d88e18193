"""The committed set tm-crystals-k: what it promises, and that it can be made again."""

import hashlib

import numpy as np
import pytest
from ase.data import covalent_radii
from ase.neighborlist import neighbor_list

from xnet_lite.crystals import METALS, PROTOTYPES
from xnet_lite.datasets import load
from xnet_lite.datasets.listing import embedded_sets
from xnet_lite.making.crystals import N_SITES, SEED, populate
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.scattering import DEAR, ENERGY_REL
from xnet_lite.spectra import NORMALISED_ABOVE

N_SAMPLE = 6


@pytest.fixture(scope="module")
def crystals():
    """The set as users load it."""
    return load("tm-crystals-k")


@pytest.fixture(scope="module")
def folder():
    """Where its files are."""
    return embedded_sets()["tm-crystals-k"]


def test_it_is_of_one_level_of_theory_and_says_which(crystals):
    assert crystals.meta["theory"] == "overlapped potential"
    assert crystals.meta["engine"] == DEAR.name


@pytest.mark.parametrize("metal", METALS)
def test_every_metal_has_its_sites_of_many_prototypes_and_anions(crystals, metal):
    found = crystals.where(metal=metal)
    assert len(found) == N_SITES
    assert len(set(found.labels["prototype"])) >= 18
    assert set(found.labels["anion"]) >= {"", "O", "S", "Se", "N", "F", "Cl", "Br"}
    assert set(found.labels["coordination_number"]) >= {4, 6, 8, 12}


def test_every_prototype_is_there(crystals):
    assert set(crystals.labels["prototype"]) == set(PROTOTYPES)


def test_a_part_is_the_set_of_one_absorber(crystals):
    part = load("tm-crystals-k-fe")
    assert part.meta["absorber"] == "Fe"
    assert {site.absorber for site in part.sites} == {"Fe"}
    assert len(part) == (crystals.labels["metal"] == "Fe").sum()


def test_it_takes_less_than_fifteen_megabytes(folder):
    assert sum(path.stat().st_size for path in folder.iterdir()) < 15e6


def test_the_card_holds_the_hashes_of_the_files_and_the_cost(folder):
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    assert "CPU hours in all" in card
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"`{name}` {digest}" in card


def test_structures_are_built_again(crystals):
    built, _ = populate("Zn", N_SITES, SEED)
    kept = crystals.where(metal="Zn").sites
    assert [one["name"] for one in built] == [site.name for site in kept]
    for one, site in zip(built, kept, strict=True):
        assert np.abs(one["positions"] - site.atoms.positions).max() < 1e-5


def test_no_two_atoms_touch(crystals):
    for site in crystals.sites[::7]:
        i, j, distances = neighbor_list("ijd", site.atoms, 2.0)
        radii = covalent_radii[site.atoms.numbers]
        assert (distances > 0.59 * (radii[i] + radii[j])).all(), site.name


def test_every_spectrum_is_finite_and_normalised(crystals):
    spectra, energy = crystals.spectra, crystals.energy
    assert np.allclose(energy, ENERGY_REL)
    assert np.isfinite(spectra).all()
    above = spectra[:, energy > NORMALISED_ABOVE].mean(axis=1)
    assert above == pytest.approx(1.0, abs=1e-6)
    assert spectra.min() >= 0.0


def test_every_edge_is_where_it_belongs(crystals):
    risen = crystals.energy[np.argmax(crystals.spectra > 0.5, axis=1)]
    assert risen.min() > -10
    assert risen.max() < 25


def test_sampled_spectra_are_computed_again(crystals):
    rows = np.random.default_rng(SEED).choice(len(crystals), N_SAMPLE, replace=False)
    again = np.array([DEAR(crystals.sites[row]) for row in rows])
    # kept to six decimals; complex64 sums in another order on other machines
    assert again == pytest.approx(crystals.spectra[rows], abs=1e-4)
    assert relative_spectral_error(again, crystals.spectra[rows]).max() < 0.02
