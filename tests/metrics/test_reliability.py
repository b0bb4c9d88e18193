"""What a band is worth: shares, correlations, and a score that cannot be fooled."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from xnet_lite.errors import InputError
from xnet_lite.metrics import band_scores, crps, reliability

RNG = np.random.default_rng(3)
STD = np.exp(RNG.normal(size=(500, 1))) * np.linspace(0.5, 2, 20)
PRED = RNG.normal(size=STD.shape)
TRUE = PRED + STD * RNG.normal(size=STD.shape)


def test_the_right_gaussian_band_holds_what_a_gaussian_does():
    found = band_scores(PRED, STD, TRUE)
    # 10 000 points: standard error at most 0.005
    np.testing.assert_allclose(found.coverage_all, [0.683, 0.954, 0.997], atol=0.015)


def test_the_right_gaussian_band_is_on_the_diagonal():
    promised, found = reliability(PRED, STD, TRUE)
    np.testing.assert_allclose(found, promised, atol=0.02)


def test_a_band_half_as_wide_is_below_the_diagonal():
    promised, found = reliability(PRED, STD / 2, TRUE)
    assert (found < promised).all()


def test_the_score_is_the_integral_that_defines_it():
    m, s, y = 0.3, 0.7, 1.1
    # the distribution function less the step at the truth, squared
    below, _ = quad(lambda x: norm.cdf(x, m, s) ** 2, -10, y)
    above, _ = quad(lambda x: (1 - norm.cdf(x, m, s)) ** 2, y, 10)
    assert crps([[m]], [[s]], [[y]])[0] == pytest.approx(below + above, rel=1e-6)


def test_the_score_of_no_width_is_the_absolute_error():
    np.testing.assert_allclose(crps(PRED, 0 * STD, TRUE), np.abs(PRED - TRUE).mean(-1))


def test_the_score_is_least_for_the_right_width():
    factors = (0.25, 0.5, 1, 2, 4)
    scores = [crps(PRED, f * STD, TRUE).mean() for f in factors]
    assert factors[int(np.argmin(scores))] == 1


def test_a_band_that_knows_where_it_is_wrong_is_narrower_than_one_of_equal_width():
    found = band_scores(PRED, STD, TRUE)
    assert found.sharpness < found.equal
    assert found.sigma_error_r > 0.9
    assert found.sigma_error_rho > 0.9


def test_a_band_of_equal_width_has_no_correlation():
    found = band_scores(PRED, np.ones_like(STD), TRUE)
    assert np.isnan(found.sigma_error_r)
    assert found.equal == pytest.approx(1.0, abs=1e-3)


def test_the_table_has_the_promise_beside_what_was_found():
    rows = band_scores(PRED, STD, TRUE).table().rows
    assert [row["within"] for row in rows] == ["±1σ", "±2σ", "±3σ"]
    assert rows[1]["promised / %"] == pytest.approx(95.45, abs=0.01)


def test_shapes_that_differ_are_refused():
    with pytest.raises(InputError, match="one row per site"):
        band_scores(PRED, STD[:3], TRUE)
