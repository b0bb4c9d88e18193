"""`train` and `evaluate`: a model in a folder, and its table."""

import json

import pytest

from tests.datasets import own
from xnet_lite.jobs import MODELS

QUICK = {
    "data": "tm-complexes-k-fe",
    "members": 2,
    "hyperparameters": {"hidden": [8]},
    "training": {"epochs": 2},
}


@pytest.fixture
def job(write):
    """Write a configuration, changed as asked."""

    def configuration(**changes):
        return write("job.json", json.dumps(QUICK | changes))

    return configuration


def test_a_configuration_trains_a_model_that_predicts(embedded, call, job, bpy3):
    result = call("train", job(), "--out", "model")
    assert result.exit_code == 0, result.stderr
    assert "12 of 60 sites held out by compound" in " ".join(result.stdout.split())
    assert call("predict", bpy3, "--model", "model").exit_code == 0


def test_the_table_has_the_model_and_its_baselines(embedded, call):
    call("train", "--data", "tm-complexes-k-fe", "--model", "ridge", "--out", "model")
    table = call("evaluate", "--model", "model").stdout
    for head in ("this", "mean", "1-NN", "kernel"):
        assert head in table
    for metric in ("A median", "B median", "MSE", "Spearman", "eta", "peaks found"):
        assert metric in table


def test_the_translator_shows_the_same_predictions_by_every_published_metric(
    embedded, call
):
    call("train", "--data", "tm-complexes-k-fe", "--model", "ridge", "--out", "model")
    plain = call("evaluate", "--model", "model").stdout
    words = call("evaluate", "--model", "model", "--translate").stdout
    for text in ("broadened", "Rankine", "Kharel"):
        assert text in words
        assert text not in plain


def test_a_single_model_says_that_it_has_no_band(embedded, call, bpy3):
    call(
        "train",
        "--data",
        "tm-complexes-k-fe",
        "--model",
        "kernel ridge",
        "--out",
        "model",
    )
    result = call("predict", bpy3, "--model", "model", "--out", "x.json")
    assert "gives no error band" in result.stderr
    with open("x.json") as file:  # noqa: PTH123 - in the folder of the test
        assert json.load(file)["std"] is None


def test_a_former_name_is_taken_and_the_new_one_is_said(embedded, call):
    words = ("train", "--data", "tm-complexes-k-fe", "--out", "model", "--model")
    assert "'krr' is called 'kernel ridge' now" in call(*words, "krr").stderr
    again = call(*words, "kernel ridge")
    assert "holds this very model already" in again.stderr
    assert "is called" not in again.stderr


def test_the_help_names_every_model(call):
    said = " ".join(call("train", "--help").stdout.replace("│", " ").split())
    assert [name for name in MODELS if name not in said] == []


def test_the_same_job_is_not_done_twice(embedded, call, job):
    call("train", job(), "--out", "model")
    again = call("train", job(), "--out", "model")
    assert again.exit_code == 0
    assert "holds this very model already" in again.stderr


def test_another_model_is_not_replaced_unless_asked(embedded, call, job):
    call("train", job(), "--out", "model")
    other = call("train", job(), "--seed", 1, "--out", "model")
    assert other.exit_code == 2
    assert "holds another model" in other.stderr
    words = ("--seed", 1, "--out", "model", "--overwrite")
    assert call("train", job(), *words).exit_code == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"modell": "MLP"}, "setting 'modell' is not one of data"),
        ({"model": "oracle"}, "model 'oracle' is not one of"),
        ({"members": 0}, "members is 0"),
        ({"hold_out": 1}, "hold_out is 1"),
        ({"split": "luck"}, "split 'luck' is not one of compound"),
        ({"training": {"epoch": 3}}, "training setting 'epoch' is not one of"),
        ({"training": 3}, "training is 3"),
        ({"hyperparameters": {"width": 3}}, "hyperparameter 'width' is not one of"),
        ({"hyperparameters": {"hidden": 3}}, "hidden is 3: give a list"),
        ({"descriptor": {"class": "Magic"}}, "descriptor 'Magic' does not exist"),
        ({"descriptor": {"class": "WACSF", "cut": 3}}, "has no argument 'cut'"),
        ({"data": "nothing"}, "No dataset is called 'nothing'"),
    ],
)
def test_a_wrong_setting_is_refused_with_a_sentence(
    changes, sentence, embedded, call, job
):
    result = call("train", job(**changes), "--out", "model")
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_configuration_that_is_no_json_names_its_line(call, write):
    result = call("train", write("job.json", '{"data":\n "tm-complexes-k-fe",'))
    assert result.exit_code == 2
    assert "job.json: line 2 is no JSON" in result.stderr


def test_training_without_a_dataset_asks_for_one(call):
    result = call("train")
    assert result.exit_code == 2
    assert "--data" in result.stderr


def test_a_model_that_held_nothing_out_is_not_scored_as_if_it_had(embedded, call):
    words = ("--model", "mean spectrum", "--hold-out", 0, "--out", "model")
    trained = call("train", "--data", "tm-complexes-k-fe", *words)
    assert "no measure of what it does with new ones" in " ".join(
        trained.stdout.split()
    )
    result = call("evaluate", "--model", "model")
    assert result.exit_code == 2
    assert "held none out" in result.stderr


def test_evaluate_without_a_model_says_what_is_missing(call):
    result = call("evaluate", "--model", "nowhere")
    assert result.exit_code == 2
    assert "no such folder" in result.stderr


# --- one's own data -----------------------------------------------------------------


@pytest.fixture
def mine(tmp_path):
    """A folder of twelve pairs, one more structure, and a model to learn them."""
    folder = own.folder(tmp_path / "mine", n=12)
    (folder / "alone.xyz").write_text(own.structure())
    return folder


def test_a_folder_trains_a_model_and_says_what_it_took(embedded, call, mine):
    result = call("train", mine, "--model", "ridge", "--out", "model")
    assert result.exit_code == 0, result.stderr
    assert "12 pairs, 1 left out" in result.stderr
    assert "left out: alone.xyz: no spectrum has this name" in result.stderr
    assert "note: spectra are absorption divided by its mean" in result.stderr


def test_a_model_of_a_folder_finds_it_from_anywhere(
    embedded, call, mine, tmp_path, monkeypatch
):
    call("train", "--data", "mine", "--model", "ridge", "--out", tmp_path / "model")
    monkeypatch.chdir(mine)
    result = call("evaluate", "--model", tmp_path / "model")
    assert result.exit_code == 0, result.stderr
    assert "2 of 12 sites held out" in " ".join(result.stdout.split())


def test_a_folder_that_changed_is_not_the_one_that_was_learnt(embedded, call, mine):
    call("train", mine, "--model", "ridge", "--out", "model")
    (mine / "a-0.txt").write_text(own.spectrum(20.0))
    result = call("evaluate", "--model", "model")
    assert result.exit_code == 2
    assert "no longer the one that the model learnt from" in result.stderr


def test_a_folder_that_moved_is_given_by_its_new_place(embedded, call, mine, tmp_path):
    call("train", mine, "--model", "ridge", "--out", "model")
    mine.rename(tmp_path / "elsewhere")
    assert "no such folder or table" in call("evaluate", "--model", "model").stderr
    result = call("evaluate", "--model", "model", "--data", "elsewhere")
    assert result.exit_code == 0, result.stderr


def test_two_datasets_are_one_too_many(call, mine):
    result = call("train", mine, "--data", "tm-complexes-k-fe")
    assert result.exit_code == 2
    assert "two datasets are given" in result.stderr


def test_the_card_of_a_folder_names_every_pair(embedded, call, mine):
    result = call("data", "info", mine)
    assert result.exit_code == 0, result.stderr
    assert "a-11.txt" in result.stdout
    assert "alone.xyz" in result.stderr


# --- going on ---------------------------------------------------------------------


def test_going_on_says_from_what_and_takes_no_other_model(call, tmp_path):
    said = ["train", "--from", "nine-metals", "--data", "tm-complexes-k-fe"]
    result = call(*said, "--model", "ridge", "--out", tmp_path / "x")
    assert result.exit_code == 2
    assert "--from nine-metals has a model already" in result.stderr
    assert "no dataset is named" in call("train", "--from", "nine-metals").stderr
    lost = call("train", "--from", "nowhere", "--data", "tm-complexes-k-fe")
    assert "nowhere: no such folder" in lost.stderr


def test_a_folder_of_ten_spectra_tunes_the_shipped_model(call, mine, tmp_path, write):
    config = write(
        "quick.json", json.dumps({"data": str(mine), "training": {"epochs": 1}})
    )
    out = tmp_path / "tuned"
    result = call("train", config, "--from", "nine-metals", "--out", out)
    assert result.exit_code == 0, result.stderr
    assert "from nine-metals" in result.stderr
    assert json.loads((out / "model.json").read_text())["meta"]["job"]["start"]
