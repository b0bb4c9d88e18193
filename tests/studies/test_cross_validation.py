"""Cross-validation: every site by a model that never saw it or learnt from it."""

from dataclasses import replace
from functools import partial
from multiprocessing.reduction import ForkingPickler

import numpy as np
import pytest
from ase import Atoms

from xnet_lite import metrics
from xnet_lite.datasets import XASDataset, folds
from xnet_lite.descriptors import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.models import MLP, NearestNeighbor
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler, VarianceFilter
from xnet_lite.structures import Site
from xnet_lite.studies import cross_validation
from xnet_lite.studies.cross_validation import cross_validate
from xnet_lite.targets import EnergyGrid, PCATargets
from xnet_lite.training import TrainConfig


@pytest.fixture
def dataset():
    """40 sites of 10 compounds whose spectra follow from three features."""
    rng = np.random.default_rng(3)
    features = rng.random((40, 3))
    energy = np.linspace(0.0, 10.0, 12)
    spectra = 1 + features @ np.sin(np.outer([0.5, 1.0, 1.5], energy)) ** 2
    labels = {"compound": np.arange(40) // 4}
    return XASDataset("made up", energy, spectra, features=features, labels=labels)


@pytest.fixture
def network():
    """Everything that learns, small: selection, scaler, components, network."""
    return Predictor(
        targets=PCATargets(n_components=3),
        model=partial(MLP, hidden=[8], n_waves=0),
        config=TrainConfig(epochs=2),
        scaler=FeatureScaler(),
        selection=VarianceFilter(),
    )


def nearest():
    """What gives a known spectrum back whole."""
    return Predictor(targets=EnergyGrid(), model=NearestNeighbor())


def test_a_prediction_is_that_of_a_model_taught_with_the_other_folds(dataset):
    found = cross_validate(nearest(), dataset, 4, seed=2)
    train, test = folds(dataset, 4, seed=2)[1]
    one = nearest().fit(dataset.features[train], dataset.spectra[train], dataset.energy)
    expected = one.predict(dataset.features[test])
    np.testing.assert_array_equal(found.predictions[0, test], expected)


def test_a_test_site_reaches_nothing_that_learns(dataset, network):
    _, test = folds(dataset, 4)[0]
    spectra, features = dataset.spectra.copy(), dataset.features.copy()
    spectra[test[0]] *= 100
    features[test[0]] *= 100
    other = replace(dataset, spectra=spectra, features=features)
    found = [cross_validate(network, one, 4).predictions[0] for one in (dataset, other)]
    np.testing.assert_array_equal(found[0][test[1:]], found[1][test[1:]])
    # the other folds learn from it
    assert not np.allclose(found[0], found[1])


def test_the_predictor_itself_learns_nothing(dataset, network):
    cross_validate(network, dataset, 2)
    assert not hasattr(network, "regressor_")
    assert network.config.seed == 0


def test_the_same_call_gives_the_same_predictions(dataset, network):
    once, again = (cross_validate(network, dataset, 3) for _ in range(2))
    np.testing.assert_array_equal(once.predictions, again.predictions)


def test_what_other_processes_are_sent_finds_the_same(dataset, network, monkeypatch):
    def _sent(work, items, *_, **__):
        again = ForkingPickler.loads(ForkingPickler.dumps(work))
        return [ForkingPickler.loads(ForkingPickler.dumps(again(one))) for one in items]

    alone = cross_validate(network, dataset, 2)
    monkeypatch.setattr(cross_validation, "resumable_map", _sent)
    shared = cross_validate(network, dataset, 2, workers=2)
    np.testing.assert_array_equal(alone.predictions, shared.predictions)


def test_a_predictor_that_cannot_be_sent_is_refused(dataset):
    predictor = Predictor(model=lambda n, m: MLP(n, m))
    with pytest.raises(InputError, match="cannot be sent to other processes"):
        cross_validate(predictor, dataset, 2, workers=2)


def test_errors_and_metrics_are_those_of_the_predictions(dataset):
    found = cross_validate(nearest(), dataset, 4, n_repeats=2)
    assert found.predictions.shape == (2, 40, 12)
    expected = metrics.relative_spectral_error(found.predictions[1], dataset.spectra)
    np.testing.assert_array_equal(found.errors[1], expected)
    test = folds(dataset, 4, n_repeats=2)[6][1]  # the third fold of the second repeat
    assert found.values("a_median")[1, 2] == np.median(found.errors[1, test])


def test_mean_and_deviation_are_over_all_folds(dataset):
    found = cross_validate(nearest(), dataset, 4, n_repeats=2)
    values = [fold["a_p90"] for fold in found.metrics]
    assert len(values) == 8
    assert found.mean("a_p90") == pytest.approx(np.mean(values))
    assert found.std("a_p90") == pytest.approx(np.std(values, ddof=1))


def test_every_fold_is_timed(dataset):
    found = cross_validate(nearest(), dataset, 4, n_repeats=2)
    assert found.seconds.shape == (2, 4)
    assert (found.seconds > 0).all()


def test_a_metric_that_is_not_there_is_refused(dataset):
    found = cross_validate(nearest(), dataset, 2)
    with pytest.raises(InputError, match="metric 'luck' is not one of a_"):
        found.mean("luck")


class Counting(Descriptor):
    """One distance a site, and how often it was asked for."""

    n_features, feature_names = 1, ["distance"]
    asked = 0

    def describe(self, site):
        type(self).asked += 1
        return np.array([site.atoms.get_distance(0, 1)])


def test_a_descriptor_describes_every_site_once(dataset):
    lengths = np.linspace(1.5, 2.5, 40)
    sites = [Site(Atoms("FeO", [[0, 0, 0], [x, 0, 0]]), 0) for x in lengths]
    with_sites = replace(dataset, sites=sites, features=None)
    Counting.asked = 0
    cross_validate(Predictor(Counting(), model=NearestNeighbor()), with_sites, 5)
    assert Counting.asked == 40


@pytest.mark.parametrize(
    ("descriptor", "missing"), [(None, "features"), (Counting(), "structures")]
)
def test_a_set_with_nothing_to_learn_from_is_refused(dataset, descriptor, missing):
    bare = replace(dataset, features=None)
    with pytest.raises(InputError, match=f"'made up' has no {missing}"):
        cross_validate(Predictor(descriptor), bare, 2)
