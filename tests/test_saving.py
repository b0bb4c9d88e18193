"""Things are kept, made again and shown by their constructor's arguments alone."""

import copy
import functools
from dataclasses import dataclass

import numpy as np
import pytest
from torch import nn

from xnet_lite import descriptors, models, preprocessing, targets
from xnet_lite.descriptors import RDC, WACSF
from xnet_lite.errors import InputError
from xnet_lite.models import (
    CNN,
    MLP,
    KernelRidge,
    MeanSpectrum,
    Ridge,
    SpectrumModel,
)
from xnet_lite.models.stack import ModelStack
from xnet_lite.predictor import Network
from xnet_lite.preprocessing import FeatureScaler, ImportanceFilter
from xnet_lite.saving import Kept, settings_of
from xnet_lite.targets import GaussianBasis, PCATargets
from xnet_lite.training import TrainConfig

NAMES = {
    name: getattr(room, name)
    for room in (descriptors, targets, preprocessing, models)
    for name in room.__all__
}
CALLS = [
    "ARMSR(cutoff=4.0)",
    "WACSF(cutoff=4.5, n_g2=8)",
    "WACSF(elements=('C', ('N', 'O')))",
    "WACSF(weight={'Fe': 2.0})",
    "RDC() + WACSF(n_g4=0)",
    "CDF(area=False)",
    "EnergyGrid()",
    "GaussianBasis(widths=[1.0, 3.0])",
    "PCATargets(n_components=5)",
    "PiecewisePolynomials(scales=[2, 5])",
    "VarianceFilter(share=0.5)",
    "ForwardSelection(share=0.5, rows=100)",
    "FeatureScaler(power=1.0, standardise=False)",
    "RelevanceScaler(steps=5)",
    "Ridge(alphas=(0.1, 1.0))",
    "KernelRidge()",
    "ARDKernelRidge(steps=5)",
    "MLP(97, 30)",
    "MLP(97, 30, hidden=[256, 256])",
    "CNN(97, 30, channels=(8, 8), dropout=0.2)",
    "LSTM(97, 30, step=None)",
    "GNN(6, 30, n_blocks=1)",
]


class Weighted(Kept):
    """Something of one's own that learns a number and an array."""

    scale_: float
    mean_: np.ndarray

    def __init__(self, weight=1.0):
        self.weight = weight

    def fit(self, values):
        self.scale_, self.mean_ = float(np.std(values)), np.mean(values, axis=0)
        return self


class Odd(Kept):
    """Something that forgets what it is given."""

    def __init__(self, weight=1.0):
        pass


class Told(Kept):
    """Something whose argument has the name of a method of others."""

    def __init__(self, config):
        self.config = config


class Named(SpectrumModel):
    """A network whose layers have the names of its arguments."""

    def __init__(self, n_in, n_out, *, hidden=8, activation=nn.Tanh):
        super().__init__(n_in, n_out)
        self.hidden, self.activation = nn.Linear(n_in, hidden), activation()
        self.out = nn.Linear(hidden, n_out)

    def forward(self, features):
        return self.out(self.activation(self.hidden(features)))


class Wide(Named):
    """A network that gives its parent something else than it was given."""

    def __init__(self, n_in, n_out, *, times=2):
        super().__init__(n_in, n_out, hidden=times * n_in)


class Short(CNN):
    """A network below one of the library's, with an argument of its own."""

    def __init__(self, n_features, n_targets, *, n_filters=2):
        super().__init__(n_features, n_targets, channels=[n_filters], hidden=[4])


class Telling(SpectrumModel):
    """A network that says itself what makes it again."""

    def __init__(self, n_features, n_targets, *, activation=nn.Tanh, width=4):
        super().__init__(n_features, n_targets, width=width + 1)


@pytest.mark.parametrize("call", CALLS)
def test_what_is_shown_is_the_call_that_makes_it(call):
    assert repr(eval(call, dict(NAMES))) == call


def test_numpy_numbers_are_shown_as_numbers():
    assert repr(WACSF(cutoff=np.float64(4.5))) == "WACSF(cutoff=4.5)"


def test_a_dataclass_of_ones_own_is_shown_short_too():
    @dataclass(frozen=True)
    class Shifted(RDC):
        shift: float = 0.0

    assert repr(Shifted(shift=0.5)) == "Shifted(shift=0.5)"


def test_what_shows_itself_is_left_alone():
    class Plain(Weighted):
        def __repr__(self):
            return "plain"

    class Below(Plain):
        pass

    assert repr(Below()) == "plain"


def test_a_selection_shows_its_judge_and_is_kept_without_it():
    chosen = ImportanceFilter(model=Ridge())
    assert repr(chosen) == "ImportanceFilter(model=Ridge())"
    assert chosen.config() == {"share": 0.6, "repeats": 5, "seed": 0}


@pytest.mark.parametrize(
    ("network", "text"),
    [
        (Network(MLP), "Network(MLP)"),
        (Network(MLP.published_2022), "Network(MLP.published_2022)"),
        (
            Network(functools.partial(CNN, hidden=[8]), TrainConfig(epochs=60)),
            "Network(partial(CNN, hidden=[8]), TrainConfig(epochs=60))",
        ),
    ],
)
def test_a_network_shows_its_builder_and_what_is_special_in_its_training(network, text):
    assert repr(network) == text


def test_a_trained_network_shows_what_was_built_and_how_many_vote():
    small = functools.partial(MLP, hidden=[4], n_waves=0)
    network = Network(small, TrainConfig(epochs=1))
    x, y = np.eye(4), np.eye(4)[:, :2]
    one = "MLP(4, 2, n_waves=0, hidden=[4])"
    assert repr(network.fit(x, y)) == f"Network({one}, TrainConfig(epochs=1))"
    network.fit(x, y, members=np.tile(np.arange(4), (3, 1)))
    assert repr(network) == f"Network(3 × {one}, TrainConfig(epochs=1))"


def test_layers_may_have_the_names_of_arguments():
    assert Named(3, 2, hidden=5, activation=nn.SiLU).hidden.out_features == 5
    with pytest.raises(InputError, match=r"activation=.*SiLU.*cannot be saved"):
        Named(3, 2, activation=nn.SiLU).hyperparameters()


def test_a_network_is_made_again_by_its_own_arguments_and_not_by_its_parents():
    assert Wide(3, 2, times=4).hyperparameters() == {"times": 4}


def test_a_network_below_a_shipped_one_may_take_other_arguments():
    assert Short(9, 2, n_filters=3).hyperparameters() == {"n_filters": 3}


def test_a_network_that_says_what_makes_it_again_is_believed():
    assert Telling(3, 2).hyperparameters() == {"width": 5}


def test_a_stack_of_networks_keeps_what_made_one_and_none_of_them():
    stack = ModelStack([MLP(3, 2, hidden=[8]), MLP(3, 2, hidden=[8])])
    assert stack.hyperparameters()["hidden"] == [8]
    assert not any(isinstance(value, nn.Module) for value in stack._given.values())


def test_a_wrong_argument_of_a_network_is_refused_in_pythons_own_words():
    with pytest.raises(TypeError, match=r"__init__\(\) got an unexpected .* 'width'"):
        MLP(3, 2, width=4)


def test_a_number_that_was_learnt_comes_back_as_a_number():
    fitted = Weighted(2.0).fit(np.arange(6.0).reshape(3, 2))
    again = Weighted.from_state(*fitted.state())
    assert type(again.scale_) is float
    assert (again.weight, again.scale_) == (2.0, fitted.scale_)
    np.testing.assert_array_equal(again.mean_, fitted.mean_)


@pytest.mark.parametrize("thing", [PCATargets(), FeatureScaler(), KernelRidge()])
def test_what_is_not_fitted_has_no_state(thing):
    with pytest.raises(InputError, match="is not fitted yet, call fit first"):
        thing.state()


def test_an_array_that_is_missing_is_named():
    settings, arrays = MeanSpectrum().fit([[0.0]], [[1.0]]).state()
    arrays.pop("mean")
    with pytest.raises(InputError, match="MeanSpectrum: array 'mean' is missing"):
        MeanSpectrum.from_state(settings, arrays)


def test_an_argument_that_was_not_stored_is_named_with_the_remedy():
    with pytest.raises(InputError, match=r"Odd does not keep .*'weight'.*self\.weight"):
        settings_of(Odd())
    assert repr(Odd()) == "Odd()"


def test_settings_are_ready_for_json():
    given = settings_of(GaussianBasis(widths=np.array([1.0, 2.0])))
    assert given == {"widths": [1.0, 2.0], "stride": 2, "ridge": 1e-2}


def test_an_argument_whose_name_ends_in_an_underscore_is_not_learnt():
    assert WACSF().state()[1] == {}


def test_an_argument_may_be_named_config():
    assert Told({"a": 1}).state() == ({"config": {"a": 1}}, {})


def test_a_copy_of_a_network_knows_what_made_it():
    assert repr(copy.deepcopy(MLP(3, 2, hidden=[8]))) == "MLP(3, 2, hidden=[8])"
