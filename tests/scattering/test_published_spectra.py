"""Spectra that nobody here made: the engine against FDMNES and FEFF9."""

import numpy as np
import pytest

from benchmarks.scattering import CU_ORIGIN, run
from xnet_lite.datasets import load


@pytest.mark.parametrize(
    ("name", "preset", "origin", "error", "likeness"),
    [
        ("csd-fe-k", "fdmnes_like", 0.0, 4.2, 0.97),
        ("omnixas-cu-k", "feff_like", CU_ORIGIN, 4.8, 0.85),
    ],
)
def test_a_few_sites_score_as_the_benchmark_says(
    mirror, name, preset, origin, error, likeness
):
    """Twelve sites; bounds wider than the full run's by the spread of small samples."""
    data = load(name, progress=False)
    chosen = np.random.default_rng(0).permutation(len(data))[:12]
    metrics = run(data, preset, chosen, origin, 0).metrics
    assert metrics["error"] < error < metrics["null"]
    assert metrics["r_difference"] > likeness
