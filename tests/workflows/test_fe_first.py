"""The committed set fe-first: what it promises, and that it can be made again."""

import hashlib

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.datasets.complexes import LIGANDS, nearest_allowed
from xnet_lite.datasets.listing import embedded_sets
from xnet_lite.scattering import MultipleScattering
from xnet_lite.workflows.corpus import ENERGY_REL, NORMALISED_ABOVE

SAMPLE = np.random.default_rng(20261121).integers(0, 640, size=3)


@pytest.fixture(scope="module")
def fe_first():
    """The set as users load it."""
    return load("fe-first")


@pytest.fixture(scope="module")
def folder():
    """Where its files are."""
    return embedded_sets()["fe-first"]


def test_it_is_large_and_varied_enough_and_small_on_disk(fe_first, folder):
    kinds = {
        LIGANDS[name].kind
        for names in fe_first.labels["ligands"]
        for name in names.split()
    }
    assert len(fe_first) >= 400
    assert len(set(fe_first.groups)) >= 80
    assert len(kinds) >= 16
    assert set(fe_first.labels["geometry"]) >= {
        "octahedral",
        "tetrahedral",
        "square-planar",
        "square-pyramidal",
        "trigonal-bipyramidal",
    }
    assert sum(path.stat().st_size for path in folder.iterdir()) < 5e6


def test_no_two_atoms_are_closer_than_their_radii_allow(fe_first):
    for site in fe_first.sites:
        gaps = site.atoms.get_all_distances()
        assert (gaps >= nearest_allowed(site.atoms.numbers)).all(), site.name


def test_no_site_is_there_twice(fe_first):
    seen = {}
    for site in fe_first.sites:
        same = seen.setdefault(site.atoms.get_chemical_formula(), [])
        gaps = np.sort(site.atoms.get_all_distances(), axis=None)
        for other in same:
            assert np.abs(gaps - other).max() > 1e-3, site.name
        same.append(gaps)


def test_every_spectrum_is_normalised_and_rises_where_the_edge_is(fe_first):
    spectra, energy = fe_first.spectra, fe_first.energy
    assert np.allclose(energy, ENERGY_REL)
    above = spectra[:, energy > NORMALISED_ABOVE].mean(axis=1)
    assert above == pytest.approx(1.0, abs=1e-6)
    assert spectra.min() >= 0.0
    assert spectra[:, energy < -10].max() < 0.02
    risen = energy[np.argmax(spectra > 0.5, axis=1)]
    # from pre-edge (-1.3 eV) to main edge (17 eV), as the public Fe spectra do
    assert risen.min() > -3
    assert risen.max() < 20


def test_the_card_holds_the_hashes_of_the_files(folder):
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"`{name}` {digest}" in card


@pytest.mark.parametrize("index", SAMPLE)
def test_a_sampled_spectrum_is_computed_again(fe_first, index):
    engine = MultipleScattering(preset="fdmnes_like", energies=ENERGY_REL)
    mu = engine(fe_first.sites[index]).mu
    mu = mu / mu[ENERGY_REL > NORMALISED_ABOVE].mean()
    # kept to six decimals; complex64 sums in another order on other machines
    assert mu == pytest.approx(fe_first.spectra[index], abs=1e-4)
