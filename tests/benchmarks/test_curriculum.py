"""The benchmark of curricula runs, and holds each run against its own control."""

from argparse import Namespace

import pytest

from benchmarks import curriculum


def test_a_quick_run_has_a_row_for_every_order_and_start():
    args = Namespace(data="tm-complexes-k-fe", seeds=[0], quick=True, keep=None)
    rows = curriculum.run(args)
    assert [row.model for row in rows] == [
        *curriculum.ORDERS,
        *(f"{how} by {way}" for way in curriculum.GROWTH for how in curriculum.STARTS),
    ]
    ones = [row.model for row in rows if row.metrics["ratio_median"] == 1]
    assert {"shuffled", "cold, as many steps by random"} <= set(ones)


def test_a_start_is_held_against_the_cold_one_of_the_same_growth():
    names = [
        "shuffled",
        "self-paced",
        "cold, as many steps by random",
        "warm by random",
    ]
    levels = {name: [4.0, 6.0] for name in names}
    levels |= {"warm by random": [2.0, 3.1], "self-paced": [4.1, 5.9]}
    found = {n: [{"a_median": e} for e in errors] for n, errors in levels.items()}
    said = curriculum.beside(found, "warm by random", "median")
    assert said["ratio_median"] == pytest.approx(0.51)
    paced = curriculum.beside(found, "self-paced", "median")
    assert paced["ratio_median"] == pytest.approx(1)
    assert paced["p_median"] > 0.5 > said["p_median"]
