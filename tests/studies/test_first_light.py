"""The main job: its example, its table, its prediction beside the physics."""

import json

import numpy as np
import pytest

from tests.small import small_corpus
from xnet_lite.complexes import Recipe, build, relax
from xnet_lite.datasets import listing, load, save_dataset
from xnet_lite.errors import InputError
from xnet_lite.jobs import default_model as kept
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.prediction import predict_site
from xnet_lite.studies.first_light import MODELS, first_light, physics
from xnet_lite.studies.scoreboard import Score


@pytest.fixture(scope="module")
def found(embedded, example):
    """The job on the small set, and what it said."""
    said = []
    return first_light(example, seeds=[0, 1], progress=False, say=said.append), said


# --- the example ------------------------------------------------------------------


def test_the_example_is_of_a_compound_outside_the_training_set(whole):
    recipe = Recipe("Fe", 2, "octahedral", ("bpy",) * 3)
    assert recipe.key not in set(whole.labels["compound"])
    assert "bpy bpy bpy" not in set(whole.labels["ligands"])


def test_the_example_is_what_the_builder_builds(example):
    pytest.importorskip("rdkit", reason="building complexes needs the extra `chem`")
    pytest.importorskip("tblite", reason="relaxing them needs the extra `chem`")
    built = relax(build(Recipe("Fe", 2, "octahedral", ("bpy",) * 3))).atoms
    np.testing.assert_array_equal(built.numbers, example.atoms.numbers)
    # minima agree between platforms to about 0.01 Å
    np.testing.assert_allclose(built.positions, example.atoms.positions, atol=0.05)


# --- the job ----------------------------------------------------------------------


def test_every_model_and_baseline_has_a_line_with_one_median_a_split(found):
    scores = found[0].scores
    assert len(scores) == len(MODELS)
    assert all(len(score.medians) == 2 for score in scores)


def test_the_network_beats_the_mean_spectrum_on_complexes_it_never_saw(found):
    scores = {score.model: np.mean(score.medians) for score in found[0].scores}
    assert scores["quick MLP"] < scores["mean spectrum"]


def test_the_engine_is_on_the_scale_of_the_training_set(found, whole):
    above = whole.energy > 15
    assert found[0].engine[above].mean() == pytest.approx(1.0)
    np.testing.assert_allclose(whole.spectra[:, above].mean(1), 1.0, atol=1e-5)


def test_the_engine_gives_a_training_site_its_training_spectrum(whole, found):
    smallest = int(np.argmin([len(site.atoms) for site in whole.sites]))
    predictor = kept.default_model(progress=False)
    computed = physics(whole.sites[smallest], predictor)
    # positions are kept to 1e-6 Å, spectra to 1e-6
    np.testing.assert_allclose(computed, whole.spectra[smallest], atol=1e-3)


def test_the_lines_beside_the_prediction_come_from_the_training_set(found):
    job = found[0]
    dataset = load("tm-complexes-k-fe")
    near = dataset.spectra[job.prediction.indices[0]]
    np.testing.assert_array_equal(job.others["1-NN"], near)
    np.testing.assert_allclose(job.others["mean spectrum"], dataset.spectra.mean(0))
    assert set(job.errors) == {"prediction", "1-NN", "mean spectrum"}


def test_the_record_is_json_and_holds_the_prediction(found):
    record = json.loads(json.dumps(found[0].as_dict(), allow_nan=False))
    assert {"mu", "std", "engine", "table", "facts"} <= set(record)
    assert found[0].is_new


def test_a_line_of_the_table_has_the_spread_over_splits():
    row = Score("MLP", (2.0, 4.0), (1.0, 2.0), 0.5).row()
    assert row["median error / %"] == "3.00 ± 1.00"
    assert row["IQR / %"] == "1.50"


# --- the default model ------------------------------------------------------------


def test_the_default_model_is_kept_and_predicts_the_same_again(found, example):
    said = []
    predictor = kept.default_model(progress=False, say=said.append)
    assert said == []
    again = predict_site(predictor, example)
    np.testing.assert_allclose(again.mu, found[0].prediction.mu, rtol=1e-6)
    assert 0 < predictor.meta_["out_of_bag"]["coverage_2_all"] <= 1


def test_another_dataset_means_another_model(embedded, tmp_path, monkeypatch):
    before = kept.location(kept.default_job())
    save_dataset(small_corpus()[5:], tmp_path / "tm-complexes-k")
    monkeypatch.setattr(listing, "embedded_roots", lambda: [tmp_path])
    assert kept.location(kept.default_job()) != before


def test_every_absorber_has_its_own_default_model(embedded):
    iron, titanium = (kept.location(kept.default_job(one)) for one in ("Fe", "Ti"))
    assert iron != titanium
    assert titanium.name.startswith("tm-complexes-k-ti-")


def test_a_damaged_model_in_the_cache_is_trained_again(embedded, tmp_path, monkeypatch):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "model.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(kept, "location", lambda job: folder)
    job = TrainingJob(kept.default_job().data, "mean spectrum", hold_out=0.0)
    said = []
    kept.default_model(job, progress=False, say=said.append)
    assert said[0].startswith("training the default model")
    assert (
        kept.default_model(job, progress=False).meta_["job"]["model"] == "mean spectrum"
    )


def test_without_the_embedded_set_the_remedy_is_named(monkeypatch):
    monkeypatch.setattr(listing, "embedded_roots", list)
    with pytest.raises(InputError, match="xnet-lite data make tm-complexes-k"):
        kept.location(kept.default_job())
