"""The benchmark against measurement knows where an edge is, and what it compares."""

import numpy as np
import pytest

from benchmarks import measured_engine as bench
from xnet_lite.spectra import unit_mean


def step(edge, grid):
    return unit_mean(grid, 0.5 + np.arctan((grid - edge) / 0.5) / np.pi)


def test_an_edge_is_where_absorption_is_half():
    assert bench.half_rise(step(2.3, bench.GRID)) == pytest.approx(2.3, abs=0.1)


def test_a_moved_spectrum_is_like_and_its_chemical_shift_is_found():
    edges = {"Cu": 0.0, "CuO": 4.0, "Cu2O": 2.0, "Ni": 1.0, "NiO": 4.0}
    known = {name: step(edge, bench.GRID) for name, edge in edges.items()}
    moved = {
        name: step(edge - 3, bench.ENERGIES).tolist() for name, edge in edges.items()
    }
    done = {
        name: {"mu": mu, "cpu_s": 1.0, "peak_mb": 1.0} for name, mu in moved.items()
    }
    whole, *rows = bench.rows_of("feff_like", known, done)
    assert whole.metrics["r_shift"] == pytest.approx(1, abs=1e-3)
    assert whole.metrics["rms"] < 0.1
    for row in rows:
        assert row.metrics["error"] < 0.5
        if row.split in ("CuO", "Cu2O", "NiO"):
            shift = edges[row.split] - edges[row.split[:2]]
            assert row.metrics["theirs"] == pytest.approx(shift, abs=0.1)
