"""The benchmark of potentials compares like with like."""

import numpy as np
import pytest
from ase.build import bulk

from benchmarks import potentials
from xnet_lite.structures import Site


@pytest.fixture(scope="module")
def done():
    return [
        potentials.one_site(Site(bulk("CuO", "rocksalt", a=a), 0))
        for a in (4.2, 4.25, 4.3)
    ]


def head(one, more=0.0):
    mu, vint, rs_int = one["levels"]
    spheres = {int(z): pair for z, pair in one["spheres"].items()}
    return {"mu": mu - more, "vint": vint, "rs_int": rs_int, "spheres": spheres}


def test_a_code_that_says_the_same_is_met_exactly(done):
    rows = potentials.rows_of(done, [head(one) for one in done])
    names = [*potentials.LEVELS, *potentials.SPHERES]
    assert [row.model for row in rows] == names  # every site has the same elements
    for row in rows:
        assert row.metrics["mean"] == pytest.approx(0, abs=1e-12)
        assert row.metrics["r"] == pytest.approx(1)


def test_the_element_that_is_off_comes_first(done):
    heads = [head(one, more) for one in done for more in (0.0, 0.0, 0.5, 0.5)]
    for i, one in enumerate(heads):
        one["spheres"] = {29: (1.0, 1.0)} | ({22: (1.0, 1.0)} if i % 4 > 1 else {})
    ours = np.array([one["levels"][0] for one in done for _ in range(4)])
    theirs = np.array([one["mu"] for one in heads])
    rows = potentials.by_element(ours, theirs, heads)
    assert rows[0].model == "Fermi level with Ti"
    assert rows[0].metrics["mean"] == pytest.approx(0.5)
