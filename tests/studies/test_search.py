"""Searches: what may change, what trials see, what is kept of them."""
# ruff: noqa: E402 - without optuna the package of the search says so on import

import importlib
import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

optuna = pytest.importorskip("optuna", reason="needs the extra 'search'")

from xnet_lite.datasets import XASDataset, load
from xnet_lite.errors import InputError
from xnet_lite.jobs import MODELS, TrainingJob, prepare, teach
from xnet_lite.parallel import one_thread
from xnet_lite.studies.search import search as searching
from xnet_lite.studies.search.search import SearchResult, SearchTrial, search
from xnet_lite.studies.search.space import applied, checked, own_values
from xnet_lite.studies.search.trial import CHECKS, Arena

# trials of a tenth of a second
JOB = TrainingJob(
    "made up",
    hyperparameters={"hidden": [4]},
    training={"epochs": 2, "learning_rate": 1e-2},
)
SPACE = {
    "training.learning_rate": {"low": 1e-4, "high": 1e-1, "log": True},
    "hyperparameters.hidden": {"choices": [[4], [6, 6]]},
}


def made_up(n_sites=48):
    """Sites of 16 compounds whose spectra follow from four features."""
    rng = np.random.default_rng(0)
    features = rng.random((n_sites, 4))
    energy = np.linspace(0.0, 10.0, 8)
    spectra = 1 + features @ np.sin(np.outer([0.5, 1.0, 1.5, 2.0], energy)) ** 2
    labels = {"compound": np.arange(n_sites) % 16}
    return XASDataset("made up", energy, spectra, features=features, labels=labels)


@pytest.fixture
def dataset():
    """The set that the jobs of this file name."""
    return made_up()


@pytest.mark.parametrize(
    "name", ["we?ird.db", "a#b.db", "{SCHEMA_VERSION}.db", "ä b%20"]
)
def test_a_storage_has_the_name_it_was_given(run, tmp_path, name):
    run(n_trials=1, storage=tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_search_counts_what_another_one_did_meanwhile(run):
    def other(trial):
        if not others:
            others.append(run(n_trials=3))

    others = []
    found = run(n_trials=4, progress=other)
    assert [len(others[0].trials), len(found.trials)] == [3, 4]


TWICE = """
import sys
from tests.studies.test_search import JOB, SPACE, made_up
from xnet_lite.studies.search.search import search
search(JOB, SPACE, n_trials=6, storage=sys.argv[1], dataset=made_up())
"""


def test_two_searches_on_one_storage_do_the_trials_that_were_asked_for(tmp_path):
    command = [sys.executable, "-c", TWICE, str(tmp_path / "search.db")]
    processes = [subprocess.Popen(command) for _ in range(2)]
    assert [process.wait() for process in processes] == [0, 0]
    with closing(sqlite3.connect(tmp_path / "search.db")) as database:
        states = database.execute("SELECT state FROM trials").fetchall()
    assert len(states) == 6


@pytest.fixture
def arena(dataset):
    """Make the folds of a job on the small set."""

    def made(n_folds=3):
        return Arena(JOB, dataset, n_folds, {})

    return made


@pytest.fixture
def run(dataset, tmp_path):
    """Search the small set, with trials in a file of this test."""

    def searched(job=JOB, space=SPACE, **options):
        settings = {"dataset": dataset, "storage": tmp_path / "out" / "search.db"}
        return search(job, space, **(settings | options))

    return searched


def table(result):
    """What was drawn and found, in order, without clocks and numbers."""
    return [(trial.state, trial.error, trial.parameters) for trial in result.trials]


# --- what is found ----------------------------------------------------------------


def test_the_best_job_is_that_of_the_least_error(run):
    found = run(n_trials=4)
    done = [trial for trial in found.trials if trial.state == "done"]
    best = min(done, key=lambda trial: trial.error)
    assert found.error == best.error
    assert found.job == applied(JOB, best.parameters)
    assert TrainingJob.from_dict(json.loads(json.dumps(found.job.as_dict())))


def test_the_first_trial_is_the_job_itself(run, arena):
    first = run(n_trials=1).trials[0]
    expected = {"training.learning_rate": 1e-2, "hyperparameters.hidden": [4]}
    assert first.parameters == expected
    assert first.error == arena().error(JOB)


def test_a_search_is_repeatable(run, tmp_path):
    once, again = (run(n_trials=4, storage=tmp_path / f"{i}.db") for i in range(2))
    assert table(once) == table(again)


def test_baselines_are_scored_on_the_same_folds(run, arena):
    found = run(n_trials=1)
    mean = replace(JOB, model="mean spectrum", hyperparameters={}, training={})
    assert found.baselines["mean spectrum"] == arena().error(mean)
    assert len(found.baselines) == 4


def test_the_table_has_the_best_trials_first_and_baselines_last(run):
    rows = run(n_trials=4).rows(2)
    errors = [row["validation error / %"] for row in rows]
    assert errors[0] <= errors[1]
    assert rows[-1]["model"] == "kernel ridge"
    assert "hidden [" in rows[0]["parameters"]


def test_the_table_shows_a_trial_that_came_twice_once():
    twins = [SearchTrial(i, "done", 2.0, {"training.epochs": 9}, 1.0) for i in (3, 7)]
    rows = SearchResult(JOB, 2.0, tuple(twins), {}, {}, "mine", {}).rows()
    assert [row["model"] for row in rows] == ["trial 3"]
    assert rows[0]["parameters"] == "epochs 9"


def test_a_model_is_searched_with_the_parameters_that_it_takes(run):
    space = {
        "model": {"choices": ["quick MLP", "ARD"]},
        "hyperparameters.hidden": {"choices": [[4], [6]]},
        "hyperparameters.steps": {"low": 2, "high": 3},
    }
    found = run(space=space, n_trials=8)
    names = {t.parameters["model"]: set(t.parameters) for t in found.trials}
    assert names["quick MLP"] == {"model", "hyperparameters.hidden"}
    assert names["ARD"] == {"model", "hyperparameters.steps"}


def test_importance_is_told_once_there_are_enough_trials(run, monkeypatch):
    monkeypatch.setattr(searching, "UNPRUNED", 99)
    assert run(n_trials=4).importance == {}
    shares = run(n_trials=6).importance
    assert set(shares) == set(SPACE)
    assert sum(shares.values()) == pytest.approx(1.0)


# --- what a trial sees ------------------------------------------------------------


def test_no_trial_sees_what_the_job_holds_out(run, dataset, tmp_path):
    test = prepare(JOB, dataset).test
    features, spectra = dataset.features.copy(), dataset.spectra.copy()
    features[test], spectra[test] = 7.0, 300.0
    other = replace(dataset, features=features, spectra=spectra)
    found = run(n_trials=3), run(n_trials=3, dataset=other, storage=tmp_path / "o.db")
    assert table(found[0]) == table(found[1])
    assert found[0].baselines == found[1].baselines
    assert found[0].name != found[1].name


def test_folds_part_the_training_sites_by_compound(dataset, arena):
    found = arena()
    groups = found.part.groups
    assert len(groups) == len(prepare(JOB, dataset).train)
    for train, test in found.folds:
        assert not set(groups[train]) & set(groups[test])


def test_one_fold_is_one_share(arena):
    found = arena(n_folds=1)
    ((train, test),) = found.folds
    assert len(train) + len(test) == len(found.part)
    assert len(test) == 6  # of 39: the two compounds of three that a fifth has room for


#: what the command is asked for most
TRIED = [name for name in MODELS if "quick" in name or not MODELS[name].is_network]


@pytest.mark.parametrize("model", TRIED)
def test_what_trials_score_is_what_a_job_teaches(model, embedded):
    training = {"epochs": 1} if MODELS[model].is_network else {}
    job = TrainingJob("tm-complexes-k-fe", model, members=1, training=training)
    ready = prepare(job, load(job.data))
    taught = teach(job, ready)
    unseen = ready.dataset[ready.test]
    with one_thread():
        one = job.predictor(ready.descriptor, of_sites=True)
        one.fit(ready.dataset[ready.train])
    np.testing.assert_array_equal(one.predict(unseen), taught.predict(unseen))


def test_the_score_is_that_of_networks_which_nobody_watched(arena):
    errors, found = [], arena()
    for i, (train, test) in enumerate(found.folds):
        unseen = found.part[test]
        one = JOB.predictor().fresh((i,)).fit(found.part[train])
        off = np.abs(one.predict(unseen) - unseen.spectra).sum(1)
        errors.append(np.median(100 * off / unseen.spectra.sum(1)))
    assert found.error(JOB) == pytest.approx(np.mean(errors), rel=1e-12)


# --- trials given up --------------------------------------------------------------


class Told:
    """A trial that is never given up and keeps what it is told."""

    def __init__(self):
        self.steps, self.errors = [], []

    def report(self, error, step):
        self.steps.append(step)
        self.errors.append(error)

    def should_prune(self):
        return False


def test_an_unfinished_trial_tells_how_it_fares(arena):
    trial = Told()
    error = arena().error(JOB, trial)
    half = CHECKS // 2  # after the first of two epochs
    assert trial.steps == [half, 10, 10 + half, 20, 20 + half]
    assert np.isfinite(trial.errors).all()
    assert trial.errors[1] != error


def test_a_baseline_tells_between_folds_alone(arena):
    trial = Told()
    arena().error(JOB.with_model("1-NN"), trial)
    assert trial.steps == [CHECKS, 2 * CHECKS]


def test_a_trial_worse_than_the_median_is_pruned_within_its_first_fold(
    run, tmp_path, monkeypatch
):
    monkeypatch.setattr(searching, "UNPRUNED", 1)
    # the job's own rate is the highest: the others learn next to nothing
    space = {"training.learning_rate": {"low": 1e-9, "high": 1e-2, "log": True}}
    job = replace(JOB, training={"epochs": 20, "learning_rate": 1e-2})
    found = run(job, space, n_trials=3)
    assert [trial.state for trial in found.trials] == ["done", "pruned", "pruned"]
    assert found.trials[1].error > found.error
    with closing(sqlite3.connect(tmp_path / "out" / "search.db")) as database:
        steps = database.execute(
            "select trial_id, max(step) from trial_intermediate_values group by 1"
        ).fetchall()
    assert [step for _, step in steps] == [29, 5, 5]


@pytest.fixture
def scored(run, monkeypatch):
    """Search without training: errors as given, told at the end of a fold."""

    def searched(*errors):
        left = list(errors)

        def error(self, job, trial=None):
            if trial is None:
                return 1.0  # a baseline
            found = left.pop(0)
            if isinstance(found, Exception):
                raise found
            trial.report(found, CHECKS)
            if trial.should_prune():
                raise optuna.TrialPruned
            return found

        monkeypatch.setattr(Arena, "error", error)
        return run(n_trials=len(errors)).trials

    return searched


def test_a_trial_worse_than_the_median_is_pruned_between_folds(scored):
    states = [trial.state for trial in scored(1.0, 2.0, 3.0, 4.0, 9.0, 0.5)]
    assert states == ["done", "done", "done", "done", "pruned", "done"]


def test_a_trial_that_fails_says_why_and_the_search_goes_on(scored):
    trials = scored(1.0, InputError("lower the rate"), 2.0)
    assert [trial.state for trial in trials] == ["done", "failed", "done"]
    assert trials[1].problem == "lower the rate"
    assert np.isnan(trials[1].error)


def test_a_search_in_which_nothing_works_ends_with_the_reason(run):
    job = replace(JOB, training={"epochs": 2, "learning_rate": 1e30})
    space = {"hyperparameters.hidden": {"choices": [[4], [6]]}}
    with pytest.raises(InputError, match=r"none of 5 trials .* \(the loss is"):
        run(job, space, n_trials=50)


# --- going on ---------------------------------------------------------------------


def test_an_interrupted_search_finds_what_an_uninterrupted_one_does(
    run, tmp_path, monkeypatch
):
    whole = run(n_trials=6, storage=tmp_path / "whole.db")
    trained, calls = Arena.error, []

    def interrupted(self, job, *told):
        calls.append(job)
        if len(calls) == 4 + 3:  # the baselines, then within the third trial
            raise KeyboardInterrupt
        return trained(self, job, *told)

    with monkeypatch.context() as patch:
        patch.setattr(Arena, "error", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(n_trials=6)
    assert table(run(n_trials=2)) == table(whole)[:2]
    assert table(run(n_trials=6)) == table(whole)


def test_trials_of_earlier_calls_count(run):
    first = run(n_trials=3)
    told = []
    again = run(n_trials=3, progress=told.append)
    assert (again.trials, told) == (first.trials, [])
    assert len(run(n_trials=4, progress=told.append).trials) == 4
    assert len(told) == 1


def test_a_spent_budget_allows_one_trial_and_in_later_calls_none(run):
    assert len(run(minutes=1e-9).trials) == 1
    assert len(run(minutes=1e-9).trials) == 1


def test_other_settings_are_another_study(run):
    names = {
        run(n_trials=1).name,
        run(n_trials=1, n_folds=2).name,
        run(n_trials=1, space=SPACE | {"training.epochs": {"low": 1, "high": 2}}).name,
        run(replace(JOB, seed=1), n_trials=1).name,
        run(n_trials=1, dataset=made_up(45)).name,
    }
    assert len(names) == 5
    # the vote changes no trial
    assert run(replace(JOB, members=3), n_trials=1).name in names


def test_a_named_study_of_other_settings_is_refused(run):
    run(n_trials=1, name="mine")
    with pytest.raises(InputError, match=r"'mine' in .* has another job"):
        run(replace(JOB, seed=1), n_trials=1, name="mine")


# --- keeping ----------------------------------------------------------------------


def test_the_file_holds_numbers_and_text_alone(run, tmp_path):
    run(n_trials=2)
    with closing(sqlite3.connect(tmp_path / "out" / "search.db")) as database:
        tables = database.execute("select name from sqlite_master where type='table'")
        cells = [
            cell
            for (name,) in tables.fetchall()
            for row in database.execute(f"select * from {name}").fetchall()
            for cell in row
        ]
    assert len(cells) > 50
    assert {type(cell) for cell in cells} <= {int, float, str, type(None)}


def test_a_file_of_another_kind_is_refused(run, tmp_path):
    (tmp_path / "note.db").write_text("no database, but long enough to be read")
    with pytest.raises(InputError, match=r"note.db cannot keep a search"):
        run(n_trials=1, storage=tmp_path / "note.db")


def test_optuna_stays_quiet_and_as_loud_as_it_was(run, capfd):
    before = optuna.logging.get_verbosity()
    run(n_trials=2)
    assert capfd.readouterr().err == ""
    assert optuna.logging.get_verbosity() == before


def test_without_optuna_a_sentence_says_how_to_get_it(without, monkeypatch):
    without("optuna")
    monkeypatch.delitem(sys.modules, "xnet_lite.studies.search")
    with pytest.raises(InputError, match=r'pip install "xnet-lite\[search\]"'):
        importlib.import_module("xnet_lite.studies.search")


# --- what is refused before the first trial -----------------------------------------


@pytest.mark.parametrize("budget", [{}, {"minutes": 0}, {"n_trials": 0}])
def test_a_search_without_a_budget_is_refused(run, budget):
    with pytest.raises(InputError, match="give"):
        run(**budget)


def test_too_few_groups_for_the_folds_are_refused(run):
    with pytest.raises(InputError, match="14 folds cannot be made of 13 groups"):
        run(n_trials=1, n_folds=14)


@pytest.mark.parametrize(
    ("space", "message"),
    [
        ({}, "nothing to search in .* with the space {}"),
        ({"seed": {"low": 0, "high": 9}}, "'seed' cannot be searched: give model"),
        ({"training": {"low": 0, "high": 9}}, "'training' cannot be searched"),
        (
            {"training.epoch": {"low": 2, "high": 3}},
            "training setting 'epoch' is not one of",
        ),
        (
            {"hyperparameters.width": {"choices": [3]}},
            "hyperparameter 'width' is not one of",
        ),
        ({"descriptor.cut": {"low": 3.0, "high": 4.0}}, "has no argument 'cut'"),
        ({"descriptor.class": {"choices": ["Magic"]}}, "'Magic' does not exist"),
        ({"model": {"choices": ["oracle"]}}, "model 'oracle' is not one of"),
        ({"model": {"low": 1, "high": 2}}, "model is 1: give a name"),
        ({"training.epochs": 3}, "'training.epochs' is 3: give"),
        ({"training.epochs": {"low": 3}}, 'give {"choices"'),
        ({"training.epochs": {"low": 3, "high": 9, "by": 2}}, 'give {"choices"'),
        ({"training.epochs": {"low": 9, "high": 3}}, '"low" below a "high"'),
        ({"training.epochs": {"low": 3, "high": 3}}, '"low" below a "high"'),
        ({"training.epochs": {"low": "3", "high": 9}}, '"low" below a "high"'),
        ({"training.clip": {"low": 1.0, "high": np.inf}}, '"low" below a "high"'),
        ({"training.epochs": {"low": 0, "high": 9}}, "epochs cannot be 0: epochs is 0"),
        ({"training.epochs": {"low": 3, "high": 9, "step": 4}}, "parts the range"),
        ({"training.clip": {"low": 0.1, "high": 1.0, "step": 0.2}}, "parts the range"),
        ({"training.clip": {"low": 0.0, "high": 1.0, "log": True}}, "low is above 0"),
        ({"training.clip": {"low": 1, "high": 9, "log": True, "step": 2}}, "or with a"),
        ({"training.clip": {"low": 1, "high": 9, "log": "no"}}, '"log": true'),
        ({"hyperparameters.hidden": {"choices": []}}, "each once"),
        ({"hyperparameters.hidden": {"choices": [[4], [4]]}}, "each once"),
        ({"hyperparameters.hidden": {"choices": [{4}]}}, "each once"),
        ({"hyperparameters.hidden": {"choices": [[4], 4]}}, "hidden cannot be 4"),
    ],
)
def test_a_space_that_makes_no_sense_is_refused(space, message, dataset):
    with pytest.raises(InputError, match=message):
        checked(JOB, space, dataset)


def test_what_makes_no_difference_is_refused(dataset):
    ridge = TrainingJob("made up", "kernel ridge")
    with pytest.raises(InputError, match="epochs changes nothing in 'kernel ridge'"):
        checked(ridge, {"training.epochs": {"low": 2, "high": 3}}, dataset)
    with pytest.raises(InputError, match=r"changes nothing in .* on 'made up'"):
        checked(JOB, {"descriptor.cutoff": {"low": 3.0, "high": 4.0}}, dataset)


def test_a_model_of_structures_is_refused_where_there_are_none(dataset):
    space = {"model": {"choices": ["quick MLP", "GNN"]}}
    with pytest.raises(InputError, match="'GNN' reads structures and 'made up' has no"):
        checked(JOB, space, dataset)


@pytest.mark.parametrize(
    "space",
    [
        {"descriptor.cutoff": {"low": 3.0, "high": 4.0}},
        {"model": {"choices": ["quick MLP", "GNN"]}},
    ],
)
def test_what_would_move_the_held_out_part_is_refused(space, embedded):
    job = TrainingJob("tm-complexes-k-fe", split="cluster")
    with pytest.raises(InputError, match="would change which sites are held out"):
        checked(job, space, load(job.data))


def test_former_names_of_models_are_those_of_the_catalogue(dataset):
    bounds = checked(JOB, {"model": {"choices": ["mlp", "ard"]}}, dataset)
    assert own_values(JOB, bounds) == {"model": '"quick MLP"'}


@pytest.mark.parametrize("model", [name for name in MODELS if MODELS[name].space])
def test_every_space_of_the_catalogue_fits_its_model_and_holds_it(model, embedded):
    job = TrainingJob("tm-complexes-k-fe", model)
    bounds = checked(job, MODELS[model].space, load(job.data))
    assert set(own_values(job, bounds)) == set(bounds)


def test_a_model_that_chooses_its_own_numbers_needs_a_space(run):
    with pytest.raises(InputError, match="nothing to search in 'kernel ridge'"):
        run(TrainingJob("made up", "kernel ridge"), None, n_trials=1)


def test_another_descriptor_keeps_the_arguments_that_it_takes():
    job = replace(JOB, descriptor={"class": "WACSF", "cutoff": 4.0, "n_g4": 0})
    found = applied(job, {"descriptor.class": "RDC"})
    assert found.descriptor == {"class": "RDC", "cutoff": 4.0}


def test_another_model_takes_what_is_usual_for_it():
    found = replace(JOB, members=15).with_model("quick LSTM")
    assert found.members == TrainingJob("made up", "quick LSTM").members
    assert replace(JOB, members=3).with_model("quick LSTM").members == 3
    assert "hidden" in found.hyperparameters
    assert JOB.with_model("ARD").hyperparameters == {}
