"""What foretells an error: ceilings that simulation meets, signs of a small run."""

import json

import numpy as np
import pytest
from scipy.stats import pearsonr

from benchmarks import difficulty
from xnet_lite.models.band import Band
from xnet_lite.trust import Unseen

RNG = np.random.default_rng(0)


def curves(n_sites, scales):
    """Gaussian errors of neighboring energies that go together, times a scale."""
    noise = RNG.normal(size=(n_sites, 40))
    smooth = np.stack([np.convolve(row, np.ones(6), "valid") for row in noise])
    return scales[:, None] * smooth


def test_the_ceilings_are_the_correlations_of_errors_drawn_with_their_scales():
    scales = np.exp(RNG.normal(0, 0.4, 4000))
    errors = curves(4000, scales)
    some = errors[:500]
    place = [np.arange(500.0)] * 4
    noise = difficulty.scatter(Unseen(Band(0 * some, 1 + 0 * some), some, *place))
    size = np.abs(errors).mean(1)
    limits = difficulty.ceilings(size, scales, noise)
    true = pearsonr(scales, size)[0]
    assert limits[difficulty.IDEAL] == pytest.approx(true, abs=0.03)
    assert limits[difficulty.SCALES] == pytest.approx(true, abs=0.03)


def test_what_is_caught_is_counted_above_a_tenth_of_false_alarms():
    error = np.arange(1.0, 101)
    large = error > 80
    blind = np.resize([1.0, 2.0], 100)
    assert difficulty.scores_of(error, error, large)["caught"] == 1
    assert difficulty.scores_of(error, -error, large)["caught"] == 0
    assert abs(difficulty.scores_of(error, blind, large)["r"]) < 0.1


def test_every_sign_and_both_ceilings_have_a_row(tmp_path, monkeypatch):
    file = tmp_path / "rows.json"
    words = ["--metals", "zn", "--splits", "compound", "--quick", "--json", str(file)]
    monkeypatch.setattr("sys.argv", ["benchmark", *words])
    difficulty.main()
    rows = {row["model"]: row for row in json.loads(file.read_text())["rows"]}
    forests = [*difficulty.FORESTS, difficulty.SCALES, difficulty.IDEAL]
    assert list(rows) == [*difficulty.SIGNS, *difficulty.PRODUCTS, *forests]
    assert all(-1 <= row["r"] <= 1 for row in rows.values())


def test_errors_of_known_sites_nearby_help_to_foretell_those_of_the_shipped_model():
    rows = {row.model: row.metrics for row in difficulty.shipped()}
    three, four = (rows[name]["r"] for name in list(difficulty.PRODUCTS)[:2])
    assert max(rows[name]["r"] for name in difficulty.SIGNS[:4]) < three < four
