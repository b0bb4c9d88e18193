"""The shipped model: what it knows, how far it is right, what its files hold."""

import json
import re

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.errors import InputError
from xnet_lite.jobs import default_model as shipped
from xnet_lite.jobs import predict
from xnet_lite.jobs.prediction import predict_site
from xnet_lite.making.cards import file_hashes
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.predictor import Predictor

METALS = ["Co", "Cr", "Cu", "Fe", "Mn", "Ni", "Ti", "V", "Zn"]
FOLDER = shipped.shipped_folder()


@pytest.fixture(scope="module")
def model():
    """It."""
    return shipped.default_model()


@pytest.fixture(scope="module")
def some():
    """A few sites of every metal."""
    whole = load(shipped.CORPUS)
    rows = [np.flatnonzero(whole.labels["metal"] == one)[5:9] for one in METALS]
    return whole[np.concatenate(rows)]


def test_it_is_small_and_its_card_has_the_hashes_of_its_files():
    files = [path for path in FOLDER.iterdir() if path.name != "CARD.md"]
    assert sum(path.stat().st_size for path in files) < 12e6
    card = (FOLDER / "CARD.md").read_text(encoding="utf-8")
    assert card.endswith(f"{file_hashes(FOLDER)}\n")


def test_it_knows_nine_metals_and_is_right_about_what_it_learnt(model, some):
    assert model.meta_["absorbers"] == METALS
    errors = relative_spectral_error(model.predict(some.sites), some.spectra)
    assert np.median(errors) < 2.5


def test_its_job_is_the_one_that_is_told(model):
    assert model.meta_["job"] == json.loads(json.dumps(shipped.default_job().as_dict()))
    assert model.n_members == model.meta_["job"]["members"]


def test_what_it_says_of_itself_follows_from_sites_it_did_not_see(model):
    error = model.unseen_["error"]
    assert len(error) == model.n_known
    assert np.median(error) == pytest.approx(model.meta_["out_of_bag"]["a_median"])
    assert 0.94 < model.meta_["out_of_bag"]["coverage_2_all"] < 0.965


def test_a_site_that_it_learnt_from_is_its_own_nearest(model, some):
    found = predict_site(model, some.sites[0])
    assert found.neighbors[0]["distance"] == pytest.approx(0, abs=1e-3)
    np.testing.assert_allclose(found.near[0], some.spectra[0], atol=2e-3)
    assert found.verdict.word == "known"


def test_its_files_bring_back_the_same_model(model, some, tmp_path):
    model.save(tmp_path / "again")
    again = Predictor.load(tmp_path / "again")
    np.testing.assert_array_equal(again.predict(some.sites), model.predict(some.sites))
    assert again.fingerprint() == model.fingerprint()


def test_edges_are_those_of_the_tables(model, some):
    titanium = next(site for site in some.sites if site.absorber == "Ti")
    assert predict(titanium).e0 == 4966.0


def test_without_its_folder_the_remedy_is_named(monkeypatch, tmp_path):
    shipped.default_model.cache_clear()
    monkeypatch.setattr(shipped, "shipped_folder", lambda: tmp_path / "none")
    with pytest.raises(InputError, match=re.escape("install the package again")):
        shipped.default_model()
    shipped.default_model.cache_clear()
