"""The public sets, read from a mirror: counts, grids, and what the files say."""

import importlib.util
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import xraydb
from scipy.spatial.distance import pdist

from xnet_lite.datasets import load, load_spectra
from xnet_lite.datasets.public.catalogue import CATALOGUE, public_sets
from xnet_lite.datasets.public.crystals import SAME_SITE
from xnet_lite.datasets.public.measured import K_EDGE
from xnet_lite.datasets.public.remote import mirror_folder
from xnet_lite.spectra import find_e0
from xnet_lite.structures import neighbors

ROOT = Path(__file__).parents[2]
SIZES = {
    "tmqm-k-v": (1439, 226),
    "csd-fe-k": (109, 226),
    "orca-s-k": (108, 400),
    "omnixas-cu-feff": (832, 141),
    "omnixas-ti-feff": (1282, 141),
    "omnixas-cu-vasp": (642, 141),
    "omnixas-ti-vasp": (754, 141),
    "xasdatalibrary": (124, 301),
    "fe-terpy": (2, 531),
}


@pytest.fixture(scope="module")
def crystals(mirror, tmp_path_factory):
    """The Cu crystals, parsed once into a cache of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XNET_LITE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield load("omnixas-cu-k")


@pytest.fixture(scope="module")
def library(mirror):
    """The measured scans."""
    return load("xasdatalibrary")


@pytest.mark.parametrize(("name", "shape"), SIZES.items())
def test_a_public_set_has_the_size_the_catalogue_says(mirror, name, shape):
    assert load(name).spectra.shape == shape
    assert public_sets()[name].n_sites == shape[0]


def test_the_v_set_has_97_features_on_the_papers_window(mirror):
    dataset = load("tmqm-k-v")
    assert dataset.features.shape == (1439, 97)
    assert dataset.energy[[0, 45, -1]].tolist() == [-15.0, 0.0, 60.0]


def test_the_fe_complex_without_a_structure_is_reported(mirror):
    (line,) = load("csd-fe-k").meta["skipped"]
    assert line.startswith("ABAXIK")
    assert line.endswith("no structure")


def test_fe_complexes_keep_the_published_split(mirror):
    assert Counter(load("csd-fe-k").labels["split"]) == {"train": 99, "test": 10}


def test_every_fe_site_is_an_iron_at_the_origin_with_neighbors(mirror):
    for site in load("csd-fe-k").sites:
        assert site.absorber == "Fe"
        assert np.allclose(site.atoms.positions[site.absorber_index], 0.0)
        assert 1.4 < neighbors(site, 3.0).distances[0] < 2.6, site.name


def test_fe_spectra_rise_at_the_tabulated_edge(mirror):
    dataset = load("csd-fe-k")
    edges = [find_e0(dataset.energy, mu) for mu in dataset.spectra]
    assert abs(np.median(edges)) < 8.0


def test_sulphur_molecules_without_a_partner_are_reported(mirror):
    skipped = load("orca-s-k").meta["skipped"]
    assert sorted(skipped) == [
        "065: no structure",
        "069: no structure",
        "07202: no spectrum",
        "07205: no spectrum",
    ]


def test_every_sulphur_site_absorbs_with_sulphur_and_is_its_own_compound(mirror):
    dataset = load("orca-s-k")
    assert {site.absorber for site in dataset.sites} == {"S"}
    assert len(set(dataset.groups)) == len(dataset)


def test_the_crystals_are_2123_materials_with_mvc_among_them(crystals):
    materials = set(crystals.groups)
    assert (len(crystals), len(materials)) == (4362, 2123)
    assert sum(name.startswith("mvc-") for name in materials) == 251


def test_the_folder_of_every_crystal_spectrum_names_a_copper_atom(crystals):
    assert {site.absorber for site in crystals.sites} == {"Cu"}
    assert crystals.meta["skipped"] == []
    indices = [site.absorber_index for site in crystals.sites]
    assert np.array_equal(crystals.labels["site"], indices)


def test_the_published_copper_spectra_are_ours_on_the_published_grid(crystals):
    """They differ by a factor each; other starts of the grid do not fit."""
    published = load("omnixas-cu-feff").spectra
    ours = crystals.spectra[:, :141]

    def unit(rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def agreement(start):
        grid = published[:, 4 + start : 137 + start]
        return np.median((unit(grid) @ unit(ours[:, 4:137]).T).max(axis=1))

    assert agreement(0) > 0.999999
    assert max(agreement(-1), agreement(1)) < 0.9999


def test_the_crystals_spectra_on_their_own_grid_are_the_same_curves(crystals, mirror):
    spectra = load_spectra("omnixas-cu-k")
    for row in (0, 1000, 4361):
        raw = spectra[row]
        assert len(raw) == 173
        assert raw.meta["e_fermi"] == crystals.labels["e_fermi"][row]
        assert -30 < raw.meta["vint"] < raw.meta["mu"] < 0
        assert all(0.2 < a <= b * 1.2 for a, b in raw.meta["spheres"].values())
        curve = np.interp(crystals.energy, raw.energy, raw.mu)
        assert np.allclose(crystals.spectra[row], curve)


@pytest.mark.parametrize(("element", "n_pairs"), [("cu", 220), ("ti", 204)])
def test_vasp_sites_are_paired_with_one_feff_site_each(mirror, element, n_pairs):
    low, high = load(f"omnixas-{element}-feff"), load(f"omnixas-{element}-vasp")
    paired = high.labels["paired"]
    assert paired.sum() == n_pairs
    assert np.isnan(high.labels["spectra_feff"][~paired]).all()
    partners = high.labels["spectra_feff"][paired]
    assert len(np.unique(partners, axis=0)) == n_pairs
    known = {row.tobytes() for row in low.spectra}
    assert all(row.tobytes() in known for row in partners)


def test_no_two_feff_sites_are_as_near_as_a_pair(mirror):
    assert pdist(load("omnixas-ti-feff").features).min() > SAME_SITE


def test_all_measured_scans_are_used_and_the_misnamed_one_too(library):
    assert library.meta["skipped"] == []
    assert "Hansel2001_goethite_xanes_004.xd" in library.labels["file"]


def test_measured_scans_of_one_compound_are_one_group(library):
    assert Counter(library.groups)["Cr2O3"] == 10


def test_measured_foils_have_their_edge_where_the_table_says(library):
    foils = library.groups == library.labels["absorber"]
    shift = library.labels["e0"] - library.labels["e0_tabulated"]
    assert foils.sum() >= 12
    # calibrations of the beamlines scatter by a few eV
    assert np.abs(shift[foils]).max() < 4.0


def test_measured_scans_are_normalised(library):
    behind = library.spectra[:, library.energy > 30].mean(axis=1)
    # white lines and short scans leave single spectra off by up to a quarter
    assert abs(np.median(behind) - 1.0) < 0.05
    assert np.abs(behind - 1.0).max() < 0.25


def test_raw_measured_spectra_are_longer_than_the_common_window(mirror):
    raw = load_spectra("xasdatalibrary")
    assert len(raw) == 124
    assert all(s.energy[-1] - s.energy[0] > 75.0 for s in raw)


def test_the_tabulated_edges_are_those_of_the_database():
    for element, energy in K_EDGE.items():
        assert energy == xraydb.xray_edge(element, "K").energy


def test_fe_terpy_has_two_states_and_six_nitrogens(mirror):
    dataset = load("fe-terpy")
    assert dataset.labels["state"].tolist() == ["ground", "excited"]
    around = neighbors(dataset.sites[0], 2.2)
    assert around.numbers.tolist() == [7] * 6


def test_fe_terpy_raw_spectra_say_their_state(mirror):
    assert [s.meta["state"] for s in load_spectra("fe-terpy")] == ["ground", "excited"]


def test_the_catalogue_is_what_its_maker_makes_of_the_mirror(mirror):
    path = ROOT / "tools" / "make_registry.py"
    spec = importlib.util.spec_from_file_location("make_registry", path)
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    shipped = json.loads((ROOT / "xnet_lite/datasets/public" / CATALOGUE).read_text())
    assert shipped["datasets"] == dict(maker.datasets(mirror_folder()))
    assert shipped["sources"] == maker.SOURCES
