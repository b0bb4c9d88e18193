"""The benchmark of symmetry functions: what it compares, and its penalty."""

import pytest

from benchmarks.symmetry_functions import FIGURES, run
from xnet_lite.datasets import load
from xnet_lite.descriptors import WACSF

SETTINGS = [one for settings in FIGURES.values() for one in settings.values()]


def first(figure):
    """The setting that the others of a figure are weighed against."""
    return next(iter(FIGURES[figure].values()))


def test_every_setting_has_97_numbers():
    assert {one.n_features for one in SETTINGS} == {97}


def test_the_first_setting_is_the_one_that_the_paper_chose():
    assert first("Fig 4") == first("Fig 5") == WACSF()
    assert (first("Fig 3, G2").g2, first("Fig 3, G4").g4) == ("shifted", "centred")


@pytest.fixture(scope="module")
def rows():
    """What a short run of one figure gives."""
    data = load("tm-complexes-k-fe").sample(60)
    return run(data, ["Fig 3, G2"], ["kernel ridge"], [0], quick=True)


def test_a_penalty_is_the_rise_over_the_setting_of_the_paper(rows):
    wanted, other = (row.metrics for row in rows[-2:])
    assert wanted["penalty"] == 0
    rise = other["a_median"] / wanted["a_median"] - 1
    assert other["penalty"] == pytest.approx(100 * rise)


def test_baselines_come_first(rows):
    assert [row.model for row in rows[:3]] == ["mean spectrum", "1-NN", "ridge"]
