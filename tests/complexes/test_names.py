"""Names that people read: a formula for every complex, and the right one."""

import pytest

from xnet_lite.complexes import LIGANDS, Recipe, readable
from xnet_lite.datasets import load


@pytest.fixture(scope="module")
def corpus():
    return load("tm-complexes-k")


def recipe_of(labels, row):
    metal, geometry, names = (labels[k][row] for k in ("metal", "geometry", "ligands"))
    return Recipe(metal, int(labels["oxidation_state"][row]), geometry, names.split())


@pytest.mark.parametrize(
    ("metal", "state", "ligands", "text"),
    [
        ("Fe", 2, ("bpy", "bpy", "bpy"), "[Fe(bpy)₃]²⁺"),
        ("Fe", 2, ("cl",) * 4, "[FeCl₄]²⁻"),
        ("Cu", 1, ("por",), "[Cu(por)]⁻"),
        ("Cu", 2, ("por",), "[Cu(por)]"),
        ("Fe", 0, ("co",) * 5, "[Fe(CO)₅]"),
        ("Fe", 2, ("ncse", "ncse", "phen", "phen"), "[Fe(NCSe)₂(phen)₂]"),
        ("Ti", 4, ("nsi2", "br", "br", "br"), "[TiBr₃(N(SiMe₃)₂)]"),
    ],
)
def test_a_formula_has_ligands_counts_and_charge(metal, state, ligands, text):
    assert Recipe(metal, state, "octahedral", ligands).formula == text


def test_every_site_of_the_corpus_is_called_by_the_formula_of_its_ligands(corpus):
    for row, site in enumerate(corpus.sites):
        expected = recipe_of(corpus.labels, row).formula
        assert readable(site.name).partition(" ")[0] == expected


def test_no_two_sites_of_the_corpus_have_one_name(corpus):
    assert len({readable(site.name) for site in corpus.sites}) == len(corpus)


def test_a_label_is_read_as_its_name_is(corpus):
    site = corpus.sites[0]
    assert readable(site.label) == readable(site.name)


def test_a_frame_of_a_trajectory_keeps_its_time():
    name = "Fe+2 octahedral bpy ncs2 nh32 trajectory 10 fs"
    assert readable(name) == "[Fe(bpy)(NCS)₂(NH₃)₂] octahedral, trajectory 10 fs"


@pytest.mark.parametrize(
    "name",
    ["", "fe-bpy3", "Fe+2 octahedral nonsense", "Fe+2 octahedral cl2", "C30H24FeN6"],
)
def test_another_name_comes_back_as_it_is(name):
    assert readable(name) == name


def test_every_ligand_has_a_formula_of_its_own():
    ways = {Recipe("Fe", 2, "octahedral", (name,)).formula for name in LIGANDS}
    assert len(ways) == len(LIGANDS)
