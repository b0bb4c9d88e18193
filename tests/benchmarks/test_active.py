"""The race of campaigns obeys its budget and holds every way against chance."""

from argparse import Namespace
from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks import active


def test_a_quick_race_keeps_its_seconds_and_gives_a_row_a_way(tmp_path):
    ways = ["random", "farthest point"]
    args = Namespace(pool="fe", ways=ways, seeds=[0], minutes=0.03, quick=True)
    found = active.race(args, tmp_path)
    rows = active.rows_of(found, args)
    assert [row.model for row in rows] == ways
    for runs in found.values():
        # whatever the machine does besides: no batch begins when all is spent
        assert (runs[0][0].spent[:-1] < 60 * args.minutes).all()
    starts = [runs[0][0].rows[:10] for runs in found.values()]
    np.testing.assert_array_equal(*starts)
    assert rows[0].metrics["area_median"] == pytest.approx(1)
    assert rows[1].metrics["known"] >= 10


def run_of(spent, errors):
    """A campaign's seconds and its errors."""
    curve = SimpleNamespace(by=lambda measure: np.array(errors))
    return SimpleNamespace(spent=np.array(spent)), curve


def test_areas_and_seconds_are_shares_of_what_chance_has():
    found = {
        "random": [run_of([1.0, 10.0, 100.0], [8.0, 4.0, 2.0])],
        "twice as fast": [run_of([1.0, 5.0, 50.0, 100.0], [8.0, 4.0, 2.0, 1.5])],
        "never": [run_of([1.0, 10.0, 100.0], [8.0, 6.0, 5.0])],
    }
    said = active.beside(found, "median")
    assert said["random"]["area_median"] == pytest.approx(1)
    assert said["twice as fast"]["area_median"] < 1 < said["never"]["area_median"]
    assert said["twice as fast"]["seconds_median"] == pytest.approx(0.5, rel=0.03)
    assert np.isnan(said["never"]["seconds_median"])
