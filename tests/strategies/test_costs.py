"""Costs follow from those that are known, and the thrifty way heeds them."""

from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

from tests.strategies.test_sampling import view
from xnet_lite.strategies import WAYS, thrifty
from xnet_lite.strategies.costs import foretold, n_near
from xnet_lite.structures import Site


def test_atoms_beyond_reach_cost_nothing_and_images_count():
    near = Site(Atoms("FeO2", [[0, 0, 0], [2, 0, 0], [7, 0, 0]]), 0)
    assert n_near(near) == 2
    assert n_near(Site(bulk("Fe"), 0)) > 50


def test_a_power_law_is_found_in_scattered_seconds():
    rng = np.random.default_rng(0)
    sizes = rng.integers(10, 60, size=200)
    true = 0.003 * sizes**1.5
    seconds = {i: true[i] * rng.lognormal(0, 0.1) for i in range(100)}
    np.testing.assert_allclose(foretold(sizes, seconds), true, rtol=0.1)


def test_of_too_few_sizes_all_cost_the_same():
    assert len(set(foretold([5, 6, 7], {0: 1.0, 1: 9.0}))) == 1


def test_where_all_cost_the_same_the_thrifty_way_is_the_hybrid():
    np.testing.assert_array_equal(thrifty(view(), 9), WAYS["hybrid"](view(), 9))


@pytest.mark.parametrize("cheap", [20, 30])
def test_what_is_cheap_for_its_doubt_is_taken(cheap):
    one = view()
    # the band is as wide as the first feature: with costs that go with it none is ahead
    costs = 10 * one.pool.features[:, 0]
    costs[cheap] /= 50
    assert cheap in thrifty(replace(one, costs=costs), 4)


@pytest.mark.parametrize("n", [1, 52])
def test_it_takes_as_many_free_sites_as_asked_and_none_twice(n):
    rows = thrifty(view(), n)
    assert len(set(rows.tolist())) == n
    assert not np.isin(rows, view().known).any()
