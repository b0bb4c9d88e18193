"""`search`: a job to train, found by trying, beside baselines."""

import json

import pytest

from tests.datasets import own

pytest.importorskip("optuna", reason="needs the extra 'search'")

QUICK = {
    "data": "tm-complexes-k-fe",
    "members": 2,
    "hyperparameters": {"hidden": [8]},
    "training": {"epochs": 2},
}
SPACE = {"training.learning_rate": {"low": 1e-3, "high": 1e-2, "log": True}}


@pytest.fixture
def job(write):
    """A configuration of a small network."""
    return write("job.json", json.dumps(QUICK))


@pytest.fixture
def space(write):
    """Write a space."""

    def bounds(content):
        text = content if isinstance(content, str) else json.dumps(content)
        return write("space.json", text)

    return bounds


def test_the_best_job_is_written_and_can_be_trained(embedded, call, job, space):
    result = call("search", job, "--space", space(SPACE), "--trials", 2)
    assert result.exit_code == 0, result.stderr
    assert "next: xnet-lite train out/best.json" in result.stdout
    with open("out/best.json") as file:  # noqa: PTH123 - in the folder of the test
        best = json.load(file)
    assert 1e-3 <= best["training"]["learning_rate"] <= 1e-2
    assert (best["members"], best["training"]["epochs"]) == (2, 2)
    trained = call("train", "out/best.json", "--out", "model")
    assert trained.exit_code == 0, trained.stderr


def test_trials_stand_beside_baselines(embedded, call, job, space):
    result = call("search", job, "--space", space(SPACE), "--trials", 2)
    for words in ("trial 0", "trial 1", "learning_rate", "kernel ridge", "mean spec"):
        assert words in result.stdout
    assert "2 trials: 2 done" in result.stdout


def test_the_same_command_goes_on(embedded, call, job, space):
    words = ("search", job, "--space", space(SPACE), "--trials")
    call(*words, 1)
    assert "2 trials: 2 done" in call(*words, 2).stdout
    assert "2 trials: 2 done" in call(*words, 2).stdout


def test_options_stand_above_the_configuration(embedded, call, job, space):
    bounds = space({"hyperparameters.steps": {"low": 2, "high": 3}})
    plain = json.dumps({"data": "tm-complexes-k-fe"})
    job.write_text(plain, encoding="utf-8")
    words = ("--model", "ARD", "--seed", 3, "--out", "ard.json", "--trials", 1)
    result = call("search", job, "--space", bounds, *words)
    assert result.exit_code == 0, result.stderr
    with open("ard.json") as file:  # noqa: PTH123 - in the folder of the test
        best = json.load(file)
    assert (best["model"], best["seed"]) == ("ARD", 3)
    assert best["hyperparameters"]["steps"] in (2, 3)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{", "space.json: line 1 is no JSON"),
        ([1], "space.json: expected {"),
        ({"training.epochs": {"low": 9, "high": 3}}, '"low" below a "high"'),
        ({"data": {"choices": ["a"]}}, "'data' cannot be searched"),
    ],
)
def test_a_space_that_makes_no_sense_is_one_sentence(
    content, sentence, embedded, call, job, space
):
    result = call("search", job, "--space", space(content), "--trials", 1)
    assert result.exit_code == 2
    assert sentence in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "no dataset is named"),
        (("--data", "nothing"), "No dataset is called 'nothing'"),
        (
            ("--data", "tm-complexes-k-fe", "--model", "ridge"),
            "nothing to search in 'ridge'",
        ),
        (("--data", "tm-complexes-k-fe", "--space", "x.json"), "x.json: no such file"),
        (("--data", "tm-complexes-k-fe", "--minutes", 0), "minutes is 0"),
        (("--data", "tm-complexes-k-fe", "--out", "best.txt"), "cannot write '.txt'"),
    ],
)
def test_what_cannot_be_searched_is_one_sentence(words, sentence, embedded, call):
    result = call("search", *words)
    assert result.exit_code == 2
    assert sentence in result.stderr.splitlines()[-1]


def test_help_shows_a_space_and_an_example(call):
    result = call("search", "--help")
    assert result.exit_code == 0
    words = " ".join(result.stdout.split())
    assert '"training.learning_rate": {"low": 1e-4' in words
    assert "Example: xnet-lite search" in words
    assert "--debug" in words


def test_a_folder_of_ones_own_is_searched(embedded, call, space, tmp_path):
    folder = own.folder(tmp_path / "mine", n=12)
    bounds = space({"descriptor.cutoff": {"choices": [5.0, 6.0]}})
    words = ("--model", "1-NN", "--space", bounds, "--trials", 1)
    result = call("search", folder, *words)
    assert result.exit_code == 0, result.stderr
    with open("out/best.json") as file:  # noqa: PTH123 - in the folder of the test
        assert json.load(file)["data"] == str(folder)
