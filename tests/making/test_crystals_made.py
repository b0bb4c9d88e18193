"""Making the set of crystals, with an engine of no cost."""

import re

import pytest

from tests.fake_engine import engine
from xnet_lite.datasets import read_dataset, split
from xnet_lite.errors import InputError
from xnet_lite.making.crystals import N_WHOLE, make_crystals, populate
from xnet_lite.scattering import Level

N_SITES = 76  # of Zn


def make(root, engine=engine, **changes):
    """A small set made in a folder; the bytes of its files."""
    settings = {"metals": ["Zn"], "n_sites": N_SITES, "workers": 1, "progress": False}
    where = {"folder": root / "set", "work_folder": root / "work"}
    make_crystals(**where, level=Level("fake", engine), **settings | changes)
    return {path.name: path.read_bytes() for path in sorted((root / "set").iterdir())}


@pytest.fixture(scope="module", autouse=True)
def chemistry():
    """What the card names the versions of."""
    pytest.importorskip("rdkit", reason="the card names its version")
    pytest.importorskip("tblite", reason="the card names its version")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Bytes of the files, and the set they hold."""
    root = tmp_path_factory.mktemp("crystals")
    files = make(root)
    return files, read_dataset(root / "set")


def test_sites_are_crystals_whose_first_atom_absorbs(made):
    _, found = made
    assert len(found) == N_SITES
    for site in found.sites:
        assert site.atoms.pbc.all()
        assert site.absorber_index == 0
        assert site.absorber == "Zn"


def test_the_first_are_as_built_and_all_others_deformed(made):
    _, found = made
    deformed = found.labels["deformed"]
    assert not deformed[:N_WHOLE].any()
    # of a compound with two places both are as built, or neither
    assert deformed[N_WHOLE + 1 :].all()
    names = [site.name for site in found.sites]
    assert len(set(names)) == len(names)
    # there are fewer compounds of zinc than sites: some have a second deformation
    assert {name[-1] for name in names[N_WHOLE + 1 :]} == {"0", "1"}


def test_the_set_says_its_level_of_theory(made):
    files, found = made
    assert found.meta["theory"] == "overlapped potential"
    assert "overlapped potential" in files["CARD.md"].decode()
    assert found.meta["engine"] == "fake"


def test_the_card_tells_what_it_cost_and_what_it_holds(made):
    card = made[0]["CARD.md"].decode()
    assert re.search(r"\d\.\d\d CPU seconds a site \(mean of 10", card)
    for word in ("CC BY 4.0", "data make tm-crystals-k", "prototype: ", "Zn 76 sites"):
        assert word in card


def test_a_prototype_or_a_composition_can_be_held_out(made):
    _, found = made
    for by in ("prototype", "composition", "compound"):
        train, test = split(found, 20, by=by)
        assert not set(found.labels[by][train]) & set(found.labels[by][test])


def test_a_killed_run_goes_on_to_the_same_files(made, tmp_path):
    calls = []

    class Killed(Exception):
        pass

    def mortal(site):
        calls.append(site.name)
        if len(calls) == 4:
            raise Killed
        return engine(site)

    with pytest.raises(Killed):
        make(tmp_path, mortal)
    again = make(tmp_path)
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        assert again[name] == made[0][name]


def test_fewer_sites_are_the_first_of_many():
    few, many = (populate("Zn", n, seed=1)[0] for n in (5, 9))
    assert [one["positions"] for one in few] == [one["positions"] for one in many[:5]]


def test_another_seed_gives_others_first():
    one, other = (populate("Zn", 5, seed=seed)[0] for seed in (1, 2))
    assert [a["name"] for a in one] != [b["name"] for b in other]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"metals": ["Mg"]}, "Mg"),
        ({"metals": ["Zn", "Zn"]}, "once"),
        ({"metals": []}, "once"),
        ({"n_sites": 0}, "n_sites is 0"),
    ],
)
def test_what_cannot_be_made_is_refused(tmp_path, asked, said):
    with pytest.raises(InputError, match=said):
        make(tmp_path, **asked)
