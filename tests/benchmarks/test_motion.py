"""The benchmark of motion has a row a model, and knows when a bell rings for good."""

from argparse import Namespace

import numpy as np
import pytest

from benchmarks import motion
from xnet_lite.datasets import load
from xnet_lite.descriptors import WACSF


def test_a_bell_rings_for_good_after_its_last_silence():
    pulled = np.array([0.0, 0.5, 1.0, 1.5])
    rings = np.array([False, True, False, True])
    assert motion.for_good(rings, pulled) == 1.5
    assert motion.for_good(~np.zeros(4, dtype=bool), pulled) == 0.0
    assert np.isnan(motion.for_good(~rings, pulled))


def test_a_short_flight_has_its_baselines_beside_it():
    data = load("fe-dynamics").described(WACSF())
    frames = data.where(part="trajectory")[:60]
    args = Namespace(seeds=[0], threshold=50.0)
    rows = motion.flights(data, frames, args)
    assert [row.model for row in rows] == ["on the fly", "mean spectrum", "1-NN"]
    # of three blocks the third is checked once, and once below is not enough
    assert rows[0].metrics["known"] == 40
    assert rows[0].metrics["a_median"] < rows[1].metrics["a_median"]


def test_stand_ins_are_those_of_the_card():
    data = load("fe-dynamics")
    frames = data.where(part="trajectory")
    first, second = motion.stand_ins(data, frames)
    off = float(first.split("minimum ")[1].split(" %")[0])
    mean = frames.spectra.mean(0)
    start = data.where(part="elongation").spectra[0]
    true = 100 * np.abs(start - mean).sum() / np.abs(mean).sum()
    assert off == pytest.approx(true, abs=0.01)
    assert "as if independent" in second
