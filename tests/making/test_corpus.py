"""Making a dataset: repeatable, interruptible, and honest about what it holds."""

import hashlib

import numpy as np
import pytest

from tests.fake_engine import engine
from xnet_lite.datasets import read_dataset
from xnet_lite.errors import InputError
from xnet_lite.making import corpus, population
from xnet_lite.making.corpus import make
from xnet_lite.making.population import CorpusPlan, MetalPlan
from xnet_lite.parallel import checkpointed_map
from xnet_lite.scattering import ENERGY_REL, Level
from xnet_lite.spectra import Spectrum

# a corpus that relaxes in seconds
TINY = CorpusPlan(
    "tiny complexes",
    (
        MetalPlan("Fe", 6, n_displaced=2, max_atoms=17),
        MetalPlan("Zn", 3, n_displaced=1, max_atoms=15),
    ),
)
N_SITES = 12


@pytest.fixture(scope="module", autouse=True)
def chemistry():
    """RDKit and tblite, without which nothing is built."""
    pytest.importorskip("rdkit", reason="building complexes needs the extra `chem`")
    pytest.importorskip("tblite", reason="relaxing them needs the extra `chem`")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(corpus, "NAME", "tiny")
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A small corpus and its folder."""
    root = tmp_path_factory.mktemp("corpus")
    dataset = make(
        root / "tiny",
        plan=TINY,
        workers=1,
        progress=False,
        level=Level("fake", engine),
        work_folder=root / "work",
    )
    return dataset, root / "tiny"


def again(root, engine=engine, **changes):
    """The same corpus made anew; the bytes of its files."""
    level = Level("fake", engine)
    settings = {"workers": 1, "progress": False, "level": level}
    where = {"folder": root / "tiny", "work_folder": root / "work"}
    make(**where, plan=TINY, **settings | changes)
    return contents(root / "tiny")


def contents(folder):
    """Bytes of every file of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


# --- what is made -----------------------------------------------------------------


def test_the_folder_reads_back_as_the_dataset_made(made):
    dataset, folder = made
    found = read_dataset(folder)
    assert set(contents(folder)) == {
        "CARD.md",
        "arrays.npz",
        "meta.json",
        "structures.extxyz.gz",
    }
    assert np.array_equal(found.spectra, dataset.spectra)
    assert np.array_equal(found.energy, ENERGY_REL)
    for one, other in zip(found.sites, dataset.sites, strict=True):
        assert np.array_equal(one.atoms.positions, other.atoms.positions)


def test_spectra_are_normalised_by_their_mean_above_the_edge(made):
    dataset, _ = made
    above = dataset.spectra[:, dataset.energy > 15].mean(axis=1)
    assert above == pytest.approx(1.0, abs=1e-6)  # kept to six decimals
    assert dataset.spectra[:, 0].max() < 0.05


def test_every_relaxed_site_is_another_compound_and_copies_are_marked(made):
    dataset, _ = made
    labels = dataset.labels
    displaced = [False] * 6 + [True] * 2 + [False] * 3 + [True]
    assert labels["displaced"].tolist() == displaced
    assert labels["relaxed"].tolist() == [not one for one in displaced]
    assert labels["metal"].tolist() == ["Fe"] * 8 + ["Zn"] * 4
    assert len(set(labels["compound"][~labels["displaced"]])) == 9
    assert labels["compound"][6:8].tolist() == labels["compound"][:2].tolist()


def test_a_displaced_copy_is_near_its_original(made):
    dataset, _ = made
    shift = dataset.sites[6].atoms.positions - dataset.sites[0].atoms.positions
    assert 0.03 < np.sqrt((shift**2).mean()) < 0.12


def test_a_metal_and_a_number_can_be_asked_for(tmp_path):
    again(tmp_path, metals=["Zn"], n_sites=2)
    found = read_dataset(tmp_path / "tiny")
    assert len(found) == 2
    assert found.meta["absorber"] == "Zn"


def test_compounds_that_cannot_be_made_are_named_on_the_card(tmp_path):
    changes = {"metals": ["Fe"], "n_sites": 2}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(population.complexes, "relax", _refuse_carbonyls)
        again(tmp_path, **changes)
    card = (tmp_path / "tiny" / "CARD.md").read_text(encoding="utf-8")
    assert "rearranged, for a test" in card


def _refuse_carbonyls(built):
    """Stand in for a relaxation in which carbonyls rearrange."""
    if "co" in built.recipe.ligands:
        raise InputError(f"{built.recipe.key}: rearranged, for a test.")
    return built


def test_too_few_complexes_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"only \d+ of 500 complexes of Zn"):
        again(tmp_path, metals=["Zn"], n_sites=500)


def test_no_two_sites_are_the_same(made):
    dataset, _ = made
    seen = {site.atoms.positions.tobytes() for site in dataset.sites}
    assert len(seen) == len(dataset)


def test_the_card_says_what_must_be_known(made):
    _, folder = made
    card = (folder / "CARD.md").read_text(encoding="utf-8")
    for word in (
        "CC BY 4.0",
        "xnet-lite data make tiny",
        "-15 to 60",
        "divided by its mean above 15 eV",
        "GFN2-xTB",
        "closed shell",
        "Against FDMNES",
        "SHA-256",
        "octahedral",
    ):
        assert word in card
    for name in ("arrays.npz", "meta.json", "structures.extxyz.gz"):
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        assert f"`{name}` {digest}" in card


# --- repeatable, interruptible ----------------------------------------------------


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(made, tmp_path):
    _, folder = made
    assert again(tmp_path) == contents(folder)
    assert again(tmp_path / "other", seed=1) != contents(folder)


def test_the_number_of_workers_changes_no_byte(tmp_path):
    part = {"metals": ["Zn"], "n_sites": 2}
    alone = again(tmp_path / "alone", **part)
    assert again(tmp_path / "two", workers=2, **part) == alone


def test_a_killed_run_resumes_to_the_same_bytes(made, tmp_path):
    _, folder = made
    calls = []

    class Killed(Exception):
        pass

    class Mortal:
        """The same engine that dies after some sites."""

        life = 4

        def __call__(self, site):
            if len(calls) == self.life:
                raise Killed
            calls.append(site.name)
            return engine(site)

    mortal = Mortal()
    with pytest.raises(Killed):
        again(tmp_path, mortal)
    checkpoint = next((tmp_path / "work").glob("Fe-spectra.*.jsonl"))
    with checkpoint.open("a", encoding="utf-8") as stream:
        stream.write('{"item": 4, "val')  # a line cut short by the kill
    mortal.life = 1000
    resumed = again(tmp_path, mortal)
    assert len(calls) == len(set(calls)) == N_SITES  # nothing was done twice
    assert resumed == contents(folder)


def test_results_come_in_the_order_of_the_items_whatever_was_done_before(tmp_path):
    settings = {"power": 2}

    def run(items):
        return checkpointed_map(
            float, items, tmp_path / "x", settings=settings, progress=False
        )

    assert run([3]) == [3.0]
    assert run([3, 1, 2]) == [3.0, 1.0, 2.0]


def test_other_settings_never_meet_the_same_checkpoint(tmp_path):
    def run(work, name):
        return checkpointed_map(
            work, [-1], tmp_path / "x", settings={"of": name}, progress=False
        )

    assert run(abs, "abs") == [1]
    assert run(float, "float") == [-1.0]


def test_a_file_that_is_no_checkpoint_is_refused(tmp_path):
    checkpointed_map(abs, [1], tmp_path / "x", settings={}, progress=False)
    file = next(tmp_path.glob("x.*.jsonl"))
    file.write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"is not a checkpoint.*delete it"):
        checkpointed_map(abs, [1], tmp_path / "x", settings={}, progress=False)


# --- refused ----------------------------------------------------------------------


def test_an_unknown_metal_or_no_sites_are_refused():
    with pytest.raises(InputError, match="n_sites is 0"):
        make(plan=TINY, n_sites=0)
    with pytest.raises(InputError, match="metal 'Au' is not one of Fe, Zn"):
        make(plan=TINY, metals=["Au"])


def test_a_spectrum_whose_edge_is_elsewhere_is_refused(tmp_path):
    def shifted(site):
        found = engine(site)
        flat = np.where(found.energy < found.e0 + 30, 0.0, 1.0)
        return Spectrum(found.energy, flat, e0=found.e0)

    with pytest.raises(InputError, match="not sane: it rises at 30"):
        again(tmp_path, shifted, metals=["Zn"], n_sites=1)
