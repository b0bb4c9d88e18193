"""The catalogue: what the papers print, what ours need, and what is refused."""

import numpy as np
import pytest

from xnet_lite.datasets import load
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import FormerName, InputError
from xnet_lite.jobs import BASELINES, MODELS, TrainingJob, recipe
from xnet_lite.jobs.recipes import FORMER
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler, RelevanceScaler
from xnet_lite.targets import EnergyGrid, PCATargets

RNG = np.random.default_rng(2)
X = RNG.random((40, 30))
ENERGY = np.linspace(-15, 60, 36)
MU = 1 + X[:, :1] * np.sin(ENERGY / 9 + X[:, 1:2])
PUBLISHED = [name for name in MODELS if name[-4:].isdigit()]
#: those that read any vector
PLAIN = [name for name, one in MODELS.items() if not one.reads_structures]


@pytest.mark.parametrize("name", PLAIN)
def test_every_model_learns_and_comes_back_from_a_folder(name, tmp_path):
    fitted = MODELS[name].predictor(epochs=2, batch_size=16).fit(X, MU, ENERGY)
    assert np.isfinite(fitted.predict(X)).all()
    fitted.save(tmp_path)
    again = Predictor.load(tmp_path)
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))


@pytest.mark.parametrize("name", MODELS)
def test_a_job_of_every_model_can_be_written_down(name):
    job = TrainingJob("tm-complexes-k-fe", name)
    assert TrainingJob.from_dict(job.as_dict()) == job
    assert job.members == MODELS[name].members


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_network_learns_whole_spectra_by_mean_squares(name):
    made = MODELS[name].predictor()
    assert isinstance(made.targets, EnergyGrid)
    assert made.config.epochs == 512
    assert made.model(20, 5).loss_name == "mse"


def test_the_network_of_2022_sees_the_71_features_that_vary_most():
    features = RNG.random((40, 97)) * np.linspace(1, 5, 97)
    learnt = MODELS["MLP 2022"].predictor(epochs=1).fit(features, MU, ENERGY)
    assert len(learnt.feature_names) == 71
    varying = np.argsort(features.var(axis=0))[-71:]
    np.testing.assert_array_equal(
        np.flatnonzero(learnt.selection_.kept_), sorted(varying)
    )
    weights = learnt.regressor_.model_.hidden[0].weight
    assert weights.shape[-1] == 71


def test_the_network_of_2024_sees_them_all():
    assert MODELS["MLP 2024"].predictor().selection is None


def test_of_the_public_vanadium_set_it_keeps_the_coordination_and_more_angles(mirror):
    mirror("conorrankine/xanesnet")
    data = load("tmqm-k-v")
    kept = MODELS["MLP 2022"].selection().fit(data.features, data.spectra).kept_
    # G1, G2 and G4; the paper's 71 are 1, 28 and 42 of another version of the set
    assert [kept[:1].sum(), kept[1:33].sum(), kept[33:].sum()] == [1, 26, 44]


def test_our_networks_see_features_by_relevance_and_learn_metric_a():
    for name in ("MLP", "CNN", "LSTM"):
        made = MODELS[name].predictor()
        assert isinstance(made.scaler, RelevanceScaler)
        assert made.model(20, 5).loss_name == "relative"


def test_the_quick_network_is_narrow_and_short():
    made = MODELS["quick MLP"].predictor()
    assert made.model(20, 5).hyperparameters()["hidden"] == [256, 256]
    assert (made.config.epochs, made.config.learning_rate) == (50, 2e-3)


def test_the_graph_network_describes_sites_by_their_neighbors():
    assert isinstance(MODELS["GNN"].predictor().descriptor, NeighborGraph)
    near = MODELS["GNN"].predictor(0, NeighborGraph(cutoff=4.0, n_neighbors=4))
    assert near.descriptor.n_neighbors == 4
    assert near.model(near.descriptor.n_features, 3).cutoff == 4.0


def test_a_scaler_and_targets_are_taken_where_the_entry_has_none():
    given = {"scaler": FeatureScaler(floor=0.1), "targets": PCATargets(3)}
    open_, own = (recipe(name).predictor(**given) for name in ("ridge", "MLP 2022"))
    assert (open_.scaler, open_.targets) == (given["scaler"], given["targets"])
    assert own.scaler is not given["scaler"]
    assert isinstance(own.targets, EnergyGrid)


def test_a_change_of_the_training_leaves_the_entry_itself_alone():
    before = MODELS["MLP"].training.epochs
    assert MODELS["MLP"].predictor(5, epochs=3).config.epochs == 3
    assert MODELS["MLP"].training.epochs == before


# --- names ------------------------------------------------------------------------


@pytest.mark.parametrize(("former", "name"), FORMER.items())
def test_a_former_name_is_taken_with_the_new_one_as_a_hint(former, name):
    with pytest.warns(FormerName, match=f"is called '{name}' now"):
        assert recipe(former).name == name
    with pytest.warns(FormerName):
        assert TrainingJob("tm-complexes-k-fe", former).model == name


def test_no_name_of_the_catalogue_is_a_former_one():
    assert not set(FORMER) & set(MODELS)
    assert set(BASELINES) < set(MODELS)


def test_what_does_not_exist_is_refused_with_what_does():
    with pytest.raises(InputError, match="model 'oracle' is not one of"):
        recipe("oracle")
    with pytest.raises(InputError, match="training setting 'epoch' is not one of"):
        MODELS["MLP"].predictor(epoch=3)
    with pytest.raises(InputError, match="1-NN's hyperparameter 'k' is not"):
        MODELS["1-NN"].model(k=3)
