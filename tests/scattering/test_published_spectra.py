"""Spectra that nobody here made: the engine against FDMNES and FEFF9."""

from argparse import Namespace

import pytest

from benchmarks.scattering import CU_ORIGIN, Case, run
from xnet_lite.datasets import load


@pytest.mark.parametrize(
    ("name", "preset", "origin", "error", "likeness"),
    [
        ("csd-fe-k", "fdmnes_like", None, 4.2, 0.97),
        ("omnixas-cu-k", "feff_like", CU_ORIGIN, 3.3, 0.95),
    ],
)
def test_a_few_sites_score_as_the_benchmark_says(
    mirror, name, preset, origin, error, likeness
):
    """Twelve sites; bounds wider than the full run's by the spread of small samples."""
    data = load(name, progress=False)
    case = Case(name, preset, slice(0, 12), 12, origin)
    metrics = run(data, case, 0, Namespace(quick=False, keep=None)).metrics
    assert metrics["error"] < error < metrics["null"]
    assert metrics["r_difference"] > likeness
