"""Known mixtures: what is mixed is what is asked for, and rows say what was found."""

import numpy as np
import pytest

from benchmarks.mixtures import CASES, N_SCANS, members, mixed, one_draw
from xnet_lite.datasets import load


@pytest.fixture(scope="module")
def iron():
    return load("tm-complexes-k-fe").where(displaced=False)[:200]


def test_twins_are_nearer_than_close_ones_and_these_than_far_ones(iron):
    apart = {}
    for case in ("twins", "close", "far"):
        drawn = [members(iron, case, np.random.default_rng(i)) for i in range(20)]
        pairs = [iron.spectra[rows] for rows in drawn]
        apart[case] = np.mean([np.abs(a - b).mean() for a, b in pairs])
    assert apart["twins"] < apart["close"] < 0.6 * apart["far"]


@pytest.mark.parametrize("case", CASES)
def test_a_series_is_its_spectra_times_its_shares_but_for_the_noise(iron, case):
    rng = np.random.default_rng(0)
    rows = members(iron, case, rng)
    shares, scans = mixed(iron, rows, (1.0, 0.0), case == "far, whole", rng)
    assert shares.sum(axis=1) == pytest.approx(np.ones(N_SCANS))
    left = scans - shares @ iron.spectra[rows]
    assert left.std() == pytest.approx(0.01, rel=0.05)


def test_right_references_give_shares_to_two_per_cent_where_it_says_so(iron):
    told = one_draw(iron, ("far", 1.0, 0.0, 0, 0))
    assert np.quantile(told["fit, right references"]["error_identifiable"], 0.9) < 2
    assert told["noise edge"]["right"] == [100.0]
