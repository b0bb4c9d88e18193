"""Recipes: what the papers print, what ours need, and what is refused."""

import numpy as np
import pytest

from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError
from xnet_lite.jobs.recipes import RECIPES, recipe
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import RelevanceScaler
from xnet_lite.targets import EnergyGrid

RNG = np.random.default_rng(2)
X = RNG.random((40, 30))
ENERGY = np.linspace(-15, 60, 36)
MU = 1 + X[:, :1] * np.sin(ENERGY / 9 + X[:, 1:2])
PUBLISHED = [name for name in RECIPES if name[-4:].isdigit()]
#: those that read any vector
PLAIN = [name for name, one in RECIPES.items() if not one.reads_structures]


@pytest.mark.parametrize("name", PLAIN)
def test_every_recipe_learns_and_comes_back_from_a_folder(name, tmp_path):
    fitted = recipe(name, epochs=2, batch_size=16).fit(X, MU, ENERGY)
    assert np.isfinite(fitted.predict(X)).all()
    fitted.save(tmp_path)
    again = Predictor.load(tmp_path)
    np.testing.assert_array_equal(again.predict(X), fitted.predict(X))


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_network_learns_whole_spectra_by_mean_squares(name):
    made = recipe(name)
    assert isinstance(made.targets, EnergyGrid)
    assert made.config.epochs == 512
    assert made.model(20, 5).loss_name == "mse"


def test_our_networks_see_features_by_relevance_and_learn_metric_a():
    for name in ("MLP", "CNN", "LSTM"):
        made = recipe(name)
        assert isinstance(made.scaler, RelevanceScaler)
        assert made.model(20, 5).loss_name == "relative"


def test_the_graph_network_describes_sites_by_their_neighbors():
    assert isinstance(recipe("GNN").descriptor, NeighborGraph)
    near = recipe("GNN", NeighborGraph(cutoff=4.0, n_neighbors=4))
    assert near.descriptor.n_neighbors == 4
    assert near.model(near.descriptor.n_features, 3).cutoff == 4.0


def test_a_change_of_the_training_leaves_the_recipe_itself_alone():
    before = RECIPES["MLP"].config.epochs
    assert recipe("MLP", epochs=3, seed=5).config.seed == 5
    assert RECIPES["MLP"].config.epochs == before


def test_what_does_not_exist_is_refused_with_what_does():
    with pytest.raises(InputError, match="recipe 'AEGAN' does not exist: give MLP"):
        recipe("AEGAN")
    with pytest.raises(InputError, match="unknown training setting 'epoch'"):
        recipe("MLP", epoch=3)
