"""The main job: its example, its table, its prediction beside the physics."""

import json

import numpy as np
import pytest

from xnet_lite.complexes import Recipe, build, relax
from xnet_lite.datasets import load
from xnet_lite.jobs.default_model import default_model
from xnet_lite.studies.first_light import MODELS, first_light, physics
from xnet_lite.studies.scoreboard import Score


@pytest.fixture(scope="module")
def found(embedded, example):
    """The job on the small set, and what it said."""
    said = []
    return first_light(example, seeds=[0, 1], say=said.append), said


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
    predictor = default_model()
    computed = physics(whole.sites[smallest], predictor)
    # positions are kept to 1e-6 Å, spectra to 1e-6
    np.testing.assert_allclose(computed, whole.spectra[smallest], atol=1e-3)


def test_the_lines_beside_the_prediction_come_from_known_sites(found, whole):
    job = found[0]
    near = next(iter(job.prediction.beside.values()))
    np.testing.assert_array_equal(job.others["1-NN"], near)
    iron = load("tm-complexes-k-fe").spectra.mean(0)
    np.testing.assert_allclose(job.others["mean spectrum"], iron)
    assert set(job.errors) == {"prediction", "1-NN", "mean spectrum"}


def test_the_record_is_json_and_holds_the_prediction(found):
    record = json.loads(json.dumps(found[0].as_dict(), allow_nan=False))
    assert {"mu", "std", "engine", "table", "facts"} <= set(record)
    assert found[0].is_new


def test_a_line_of_the_table_has_the_spread_over_splits():
    row = Score("MLP", (2.0, 4.0), (1.0, 2.0), 0.5).row()
    assert row["median error / %"] == "3.00 ± 1.00"
    assert row["IQR / %"] == "1.50"
