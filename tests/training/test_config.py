"""The training configuration refuses what would silently train nothing."""

import itertools
import math

import pytest

from xnet_lite.errors import InputError
from xnet_lite.training import SCHEDULES, TrainConfig


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"epochs": -5}, "epochs is -5: give a whole number >= 1"),
        ({"epochs": 1.5}, "epochs is 1.5"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"learning_rate": 0.0}, "learning_rate is 0.0: give a number > 0"),
        ({"learning_rate": math.nan}, "learning_rate is nan"),
        ({"weight_decay": -1.0}, "weight_decay is -1.0"),
        ({"schedule": "magic"}, "schedule 'magic' is not one of one_cycle"),
        ({"warmup": 1.0}, "warmup is 1.0"),
        ({"patience": 0}, "patience is 0"),
        ({"clip": 0.0}, "clip is 0.0: give a number > 0, or None"),
        ({"average": 1.0}, "average is 1.0: give a number > 0 and < 1, or None"),
        ({"validation": 0.0}, "validation is 0.0"),
        ({"seed": -1}, "seed is -1"),
        ({"epochs": True}, "epochs is True"),
    ],
)
def test_a_value_out_of_range_is_refused_with_a_sentence(change, message):
    with pytest.raises(InputError, match=message):
        TrainConfig(**change)


def test_an_unknown_setting_is_refused_and_the_known_ones_are_named():
    with pytest.raises(
        InputError, match=r"training setting 'epoch' is not one of epochs"
    ):
        TrainConfig.from_dict({"epoch": 10})


def test_a_mapping_makes_the_configuration_it_describes():
    assert TrainConfig.from_dict({"epochs": 3, "seed": 4}) == TrainConfig(
        epochs=3, seed=4
    )


def test_a_value_of_the_wrong_kind_is_refused_with_a_sentence():
    with pytest.raises(InputError, match="learning_rate is 'fast'"):
        TrainConfig.from_dict({"learning_rate": "fast"})


def test_one_cycle_rises_to_the_peak_at_the_end_of_the_warm_up_and_falls_to_nothing():
    shape = SCHEDULES["one_cycle"]
    assert shape(0.0, 0.1) == pytest.approx(1 / 25)
    assert shape(0.1, 0.1) == pytest.approx(1.0)
    assert shape(1.0, 0.1) == pytest.approx(1e-4)
    falling = [shape(0.1 + 0.09 * i, 0.1) for i in range(11)]
    assert all(b < a for a, b in itertools.pairwise(falling))
    assert shape(0.0, 0.0) == pytest.approx(1.0)  # no warm-up: from the peak


def test_the_published_training_is_the_papers():
    theirs = TrainConfig.published()
    assert (theirs.epochs, theirs.batch_size, theirs.learning_rate) == (512, 32, 1e-4)
    assert (theirs.weight_decay, theirs.schedule) == (0.0, "constant")
    assert TrainConfig.published(epochs=3).epochs == 3


def test_a_cosine_rises_in_a_line_and_falls_to_nothing():
    cosine = SCHEDULES["cosine"]
    assert [cosine(d, 0.1) for d in (0.0, 0.05, 0.1, 0.55, 1.0)] == pytest.approx(
        [0, 0.5, 1, 0.5, 0]
    )


def test_a_step_falls_to_a_tenth_and_to_a_hundredth():
    step = SCHEDULES["step"]
    assert [step(d, 0.1) for d in (0.0, 0.49, 0.5, 0.75, 1.0)] == pytest.approx(
        [1, 1, 0.1, 0.01, 0.01]
    )


def test_the_recipe_of_2020_differs_from_that_of_2022_in_rate_and_batch():
    old, new = TrainConfig.published_2020(), TrainConfig.published()
    assert (old.learning_rate, old.batch_size) == (3e-4, 48)
    assert (new.learning_rate, new.batch_size) == (1e-4, 32)
