"""The committed set tm-complexes-k: what it promises, and that it can be made again."""

import hashlib

import numpy as np
import pytest

from tests.bonds import lengths_by_kind
from xnet_lite.complexes import (
    LIGANDS,
    METALS,
    nearest_allowed,
    xtb_calculator,
)
from xnet_lite.datasets import load
from xnet_lite.datasets.listing import embedded_sets
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.scattering import DEAR, ENERGY_REL
from xnet_lite.spectra import NORMALISED_ABOVE

N_SAMPLE = 10


@pytest.fixture(scope="module")
def corpus():
    """The set as users load it."""
    return load("tm-complexes-k")


@pytest.fixture(scope="module")
def relaxed(corpus):
    """Its relaxed sites."""
    return corpus.where(relaxed=True)


@pytest.fixture(scope="module")
def folder():
    """Where its files are."""
    return embedded_sets()["tm-complexes-k"]


def sample(dataset):
    """Rows drawn once and for all."""
    return np.random.default_rng(20261121).choice(len(dataset), N_SAMPLE, replace=False)


# --- what is there ----------------------------------------------------------------


@pytest.mark.parametrize("metal", METALS)
def test_every_metal_has_sites_of_distinct_compounds(relaxed, metal):
    found = relaxed.where(metal=metal)
    assert len(found) >= (1500 if metal == "Fe" else 400)
    assert len(set(found.groups)) == len(found)


@pytest.mark.parametrize("metal", METALS)
def test_every_metal_has_its_geometries_and_ligands(relaxed, metal):
    found = relaxed.where(metal=metal)
    kinds = {
        LIGANDS[name].kind
        for names in found.labels["ligands"]
        for name in names.split()
    }
    assert len(kinds) >= 12
    assert kinds >= {"carbonyl", "cyanide", "bipyridine", "acetylacetonate", "diamine"}
    assert kinds >= {"pincer-NNN", "porphyrin", "thiocyanate", "nitrosyl", "amide"}
    geometries = set(found.labels["geometry"])
    assert geometries >= {"octahedral", "tetrahedral", "square-planar"}
    assert geometries >= {"square-pyramidal", "trigonal-bipyramidal"}


def test_rings_and_chains_bind_iron_through_their_faces(relaxed):
    found = relaxed.where(metal="Fe")
    names = {name for text in found.labels["ligands"] for name in text.split()}
    assert {"cp", "bz", "bd", "allyl"} <= names


def test_displaced_copies_are_marked_and_have_an_original(corpus, relaxed):
    copies = corpus.where(displaced=True)
    assert len(copies) + len(relaxed) == len(corpus)
    assert set(copies.groups) <= set(relaxed.groups)


def test_electron_counts_are_even_and_charges_small(relaxed):
    charges = relaxed.labels["charge"]
    assert set(charges.tolist()) <= {-1, 0, 1}
    electrons = [site.atoms.numbers.sum() for site in relaxed.sites] - charges
    assert not (electrons % 2).any()


def test_it_takes_less_than_fifteen_megabytes(folder):
    assert sum(path.stat().st_size for path in folder.iterdir()) < 15e6


def test_the_card_holds_the_hashes_of_the_files(folder):
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"`{name}` {digest}" in card


def test_a_part_is_the_set_of_one_absorber(corpus):
    part = load("tm-complexes-k-v")
    assert part.meta["absorber"] == "V"
    assert part.meta["e0"] == 5465.0
    assert len(part) == (corpus.labels["metal"] == "V").sum()


# --- structures -------------------------------------------------------------------


def test_no_two_atoms_are_closer_than_their_radii_allow(corpus):
    for site in corpus.sites:
        gaps = site.atoms.get_all_distances()
        assert (gaps >= nearest_allowed(site.atoms.numbers)).all(), site.name


def test_no_site_is_there_twice(corpus):
    seen = {}
    for site in corpus.sites:
        same = seen.setdefault(site.atoms.get_chemical_formula(), [])
        gaps = np.sort(site.atoms.get_all_distances(), axis=None)
        for other in same:
            assert np.abs(gaps - other).max() > 1e-3, site.name
        same.append(gaps)


def test_iron_is_as_far_from_its_donors_as_in_the_public_complexes(relaxed, mirror):
    mirror("NewcastleRSE/XANESNET")
    real = lengths_by_kind(load("csd-fe-k").sites)
    ours = lengths_by_kind(relaxed.where(metal="Fe").sites)
    compared = {kind: values for kind, values in real.items() if len(values) >= 10}
    assert {"N", "C (CO)", "C (η)", "C (σ)", "O", "P", "Cl"} <= set(compared)
    for kind, values in compared.items():
        assert abs(np.median(ours[kind]) - np.median(values)) < 0.07, kind


def test_sampled_structures_are_minima(relaxed):
    pytest.importorskip("tblite", reason="forces need the extra `chem`")
    for row in sample(relaxed):
        atoms = relaxed.sites[row].atoms.copy()
        atoms.calc = xtb_calculator(int(relaxed.labels["charge"][row]))
        force = np.linalg.norm(atoms.get_forces(), axis=1).max()
        # relaxed to 0.1 eV/Å; positions kept to 1e-4 Å
        assert force < 0.12, relaxed.sites[row].name


# --- spectra ----------------------------------------------------------------------


def test_every_spectrum_is_finite_and_normalised(corpus):
    spectra, energy = corpus.spectra, corpus.energy
    assert np.allclose(energy, ENERGY_REL)
    assert np.isfinite(spectra).all()
    above = spectra[:, energy > NORMALISED_ABOVE].mean(axis=1)
    assert above == pytest.approx(1.0, abs=1e-6)
    assert spectra.min() >= 0.0


def test_every_edge_is_where_it_belongs(corpus):
    spectra, energy = corpus.spectra, corpus.energy
    assert spectra[:, energy < -10].max() < 0.02
    risen = energy[np.argmax(spectra > 0.5, axis=1)]
    # from the pre-edge of a tetrahedral site to the main edge
    assert risen.min() > -5
    assert risen.max() < 22


def test_sampled_spectra_are_computed_again(corpus):
    rows = sample(corpus)
    again = np.array([DEAR(corpus.sites[row]) for row in rows])
    # kept to six decimals; complex64 sums in another order on other machines
    assert again == pytest.approx(corpus.spectra[rows], abs=1e-4)
    assert relative_spectral_error(again, corpus.spectra[rows]).max() < 0.02
