"""Learning curves: growing training sets that hold each other, one test a repeat."""

from dataclasses import fields

import numpy as np
import pytest

from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError
from xnet_lite.models import NearestNeighbor
from xnet_lite.predictor import Predictor
from xnet_lite.preprocessing import FeatureScaler
from xnet_lite.studies.learning_curve import LearningCurve, learning_curve
from xnet_lite.targets import EnergyGrid

N_SITES, SIZES = 120, (8, 20, 60)


class Recording(NearestNeighbor):
    """Remembers what it was taught and asked, in a list that all copies share."""

    seen: list = []

    def fit(self, features, targets):
        self.seen.append((set(features[:, 0]), set()))
        return super().fit(features, targets)

    def predict(self, features):
        self.seen[-1][1].update(features[:, 0])
        return super().predict(features)


@pytest.fixture
def dataset():
    """Sites of 30 compounds whose spectra follow from one feature."""
    features = np.random.default_rng(1).permutation(N_SITES)[:, None] + 1.0
    energy = np.linspace(0.0, 6.0, 10)
    spectra = 1 + np.sin(energy + features / 20) ** 2
    labels = {"compound": np.arange(N_SITES) % 30}
    return XASDataset("made up", energy, spectra, features=features, labels=labels)


@pytest.fixture
def recording():
    """A predictor that remembers, and an empty memory; features stay as they are."""
    Recording.seen.clear()
    scaler = FeatureScaler(power=1.0, standardise=False)
    return Predictor(targets=EnergyGrid(), model=Recording(), scaler=scaler)


def test_errors_fall_as_there_is_more_to_learn_from(dataset):
    predictor = Predictor(targets=EnergyGrid(), model=NearestNeighbor())
    curve = learning_curve(predictor, dataset, SIZES, by="random")
    assert (np.diff(curve.errors.mean(1)) < 0).all()
    assert curve.errors.shape == curve.seconds.shape == (3, 3)


@pytest.mark.parametrize("by", ["random", "compound"])
def test_a_smaller_training_set_is_part_of_a_larger_one(dataset, recording, by):
    learning_curve(recording, dataset, SIZES, by=by, n_repeats=2)
    for repeat in (0, 1):
        taught = [train for train, _ in Recording.seen[repeat::2]]
        assert [len(train) for train in taught] == list(SIZES)
        assert taught[0] < taught[1] < taught[2]


def test_every_size_of_a_repeat_is_tested_on_the_same_sites(dataset, recording):
    curve = learning_curve(recording, dataset, SIZES, n_repeats=2)
    for repeat in (0, 1):
        tests = [test for _, test in Recording.seen[repeat::2]]
        assert tests[0] == tests[1] == tests[2]
        assert len(tests[0]) == curve.n_test[repeat] == 24
    assert Recording.seen[0][1] != Recording.seen[1][1]


def test_no_compound_both_trains_and_tests(dataset, recording):
    learning_curve(recording, dataset, [90], n_repeats=1)
    compound = dict(zip(dataset.features[:, 0], dataset.groups, strict=True))
    train, test = ({compound[x] for x in part} for part in Recording.seen[0])
    assert not train & test


def test_compounds_are_added_whole_but_for_the_last(dataset, recording):
    learning_curve(recording, dataset, [22], n_repeats=1)
    compound = dict(zip(dataset.features[:, 0], dataset.groups, strict=True))
    train = [compound[x] for x in Recording.seen[0][0]]
    # four sites a compound: five whole ones and half of a sixth
    assert sorted(np.unique(train, return_counts=True)[1]) == [2, 4, 4, 4, 4, 4]


def test_sizes_are_sorted_and_each_done_once(dataset, recording):
    curve = learning_curve(recording, dataset, [20, 8, 20], n_repeats=1)
    assert curve.sizes.tolist() == [8, 20]


def test_a_number_of_test_sites_can_be_asked_for(dataset, recording):
    curve = learning_curve(recording, dataset, [8], test=30, by="random", n_repeats=2)
    assert curve.n_test == (30, 30)


def test_the_first_fields_are_those_that_plots_read():
    names = [field.name for field in fields(LearningCurve)]
    assert names[:3] == ["sizes", "errors", "seconds"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sizes": [97]}, "97 sites cannot be had: give whole numbers from 1 to 96"),
        ({"sizes": [0]}, "0 sites cannot be had"),
        ({"sizes": [0.5]}, "0.5 sites cannot be had"),
        ({"sizes": []}, "sizes is empty"),
        ({"sizes": [8], "n_repeats": 0}, "n_repeats is 0"),
        ({"sizes": [8], "test": 0}, "fraction is 0: give a number > 0 and < 1"),
        ({"sizes": [8], "by": "colour"}, "by 'colour' is not one of"),
    ],
)
def test_a_curve_that_makes_no_sense_is_refused(dataset, recording, arguments, message):
    with pytest.raises(InputError, match=message):
        learning_curve(recording, dataset, **arguments)
