"""How many components: rules, what fools them, and the target test."""

import numpy as np
import pytest

from tests.inverse.mixing import ENERGY, PURE, edge, noisy
from xnet_lite.errors import InputError
from xnet_lite.inverse import rank, target_test

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("rule", ["IND", "F-test", "noise edge"])
def test_the_number_that_was_mixed_is_counted(n, rule):
    rng = np.random.default_rng(n)
    amounts = rng.dirichlet(np.ones(n), 20)
    right = [
        rank(noisy(amounts @ PURE[:n], rng, 0.005)).counts[rule] == n for _ in range(20)
    ]
    assert np.mean(right) >= 0.85


def test_the_noise_edge_finds_a_component_in_noise_as_rarely_as_it_says():
    rng = np.random.default_rng(1)
    found = [rank(rng.normal(size=(20, 200))).n_noise_edge for _ in range(400)]
    assert np.mean(np.array(found) > 0) < 0.04  # 1 % promised; three sigma


def test_the_amount_of_a_pure_compound_makes_no_second_component():
    rng = np.random.default_rng(2)
    thick = rng.uniform(0.5, 2.0, (20, 1)) * PURE[0]
    assert rank(noisy(thick, rng)).n_noise_edge == 1


def test_a_drifting_energy_scale_makes_one():
    rng = np.random.default_rng(3)
    drifting = [np.interp(ENERGY, ENERGY + x, PURE[0]) for x in rng.normal(0, 0.3, 20)]
    assert rank(noisy(drifting, rng)).n_noise_edge > 1


def test_the_real_error_at_the_rank_is_the_noise():
    rng = np.random.default_rng(4)
    table = noisy(rng.dirichlet(np.ones(3), 30) @ PURE, rng, 0.02)
    assert rank(table).real_error[2] == pytest.approx(0.02, rel=0.03)


def test_what_was_mixed_passes_the_target_test_and_another_does_not():
    rng = np.random.default_rng(5)
    table = noisy(rng.dirichlet(np.ones(2), 20) @ PURE[:2], rng)
    assert [target_test(table, one, 2).word for one in PURE] == ["in", "in", "out"]
    assert target_test(table, edge(8.0), 2).spoil > target_test(table, PURE[0], 2).spoil


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (np.ones((3, 50)), "four scans or more"),
        (np.full((5, 50), np.nan), "not finite"),
    ],
)
def test_a_table_that_is_none_is_refused(table, message):
    with pytest.raises(InputError, match=message):
        rank(table)
