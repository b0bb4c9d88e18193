"""Polynomials in intervals as targets."""

import numpy as np
import pytest
from numpy.polynomial.legendre import legval

from xnet_lite.errors import InputError
from xnet_lite.targets import PiecewisePolynomials

ENERGY = np.linspace(-10.0, 49.0, 60)
SPECTRUM = 0.5 + np.arctan(ENERGY / 2) / np.pi + np.exp(-((ENERGY - 6) ** 2) / 18)


def test_a_polynomial_over_the_whole_range_gives_its_coefficients():
    x = np.linspace(-1.0, 1.0, 60)
    target = PiecewisePolynomials([1], degree=3).fit([SPECTRUM], ENERGY)
    targets = target.transform(legval(x, [0.5, -1.0, 2.0, 0.25]))
    np.testing.assert_allclose(targets, [0.5, -1.0, 2.0, 0.25], rtol=1e-10)


def test_polynomials_of_the_degree_in_every_interval_are_kept():
    steps = np.repeat([1.0, -2.0, 0.5, 3.0], 15)
    target = PiecewisePolynomials([4], degree=0).fit([steps], ENERGY)
    assert target.transform(steps).tolist() == pytest.approx([1.0, -2.0, 0.5, 3.0])
    assert target.reconstruction_error(steps) < 1e-10


def test_targets_come_scale_by_scale_and_interval_by_interval():
    target = PiecewisePolynomials([1, 2], degree=1).fit([SPECTRUM], ENERGY)
    level = target.transform(np.repeat([0.0, 1.0], 30))
    assert level.shape == (6,)
    np.testing.assert_allclose(level[2::2], [0.0, 1.0], atol=1e-12)


def test_nested_scales_come_back_as_the_finest_does():
    several = PiecewisePolynomials([2, 5, 10]).fit([SPECTRUM], ENERGY)
    finest = PiecewisePolynomials([10]).fit([SPECTRUM], ENERGY)
    back, alone = (
        t.inverse_transform(t.transform(SPECTRUM)) for t in (several, finest)
    )
    np.testing.assert_allclose(back, alone, atol=1e-10)


def test_independent_errors_partly_cancel_over_scales():
    several = PiecewisePolynomials([2, 5, 10]).fit([SPECTRUM], ENERGY)
    finest = PiecewisePolynomials([10]).fit([SPECTRUM], ENERGY)
    rng = np.random.default_rng(3)
    costs = [
        np.mean(t.inverse_transform(rng.normal(size=(400, t.n_targets))) ** 2)
        for t in (several, finest)
    ]
    # 40 numbers of 68 are independent: the rest of the error falls out
    assert costs[0] < 0.9 * costs[1]


def test_an_error_of_a_target_stays_in_its_interval():
    target = PiecewisePolynomials([10]).fit([SPECTRUM], ENERGY)
    change = target.inverse_transform(np.eye(40)[4 * 3 + 1])
    assert set(np.flatnonzero(np.abs(change) > 1e-12)) <= set(range(18, 24))


def test_an_interval_with_too_few_energies_is_refused():
    with pytest.raises(InputError, match=r"interval 0 of 20 holds 3 energies.*fewer"):
        PiecewisePolynomials([5, 20]).fit([SPECTRUM], ENERGY)


@pytest.mark.parametrize(
    "settings", [{"scales": []}, {"scales": [0]}, {"degree": -1}], ids=str
)
def test_settings_that_give_no_polynomial_are_refused(settings):
    with pytest.raises(InputError, match="must be 1 or more each"):
        PiecewisePolynomials(**settings).fit([SPECTRUM], ENERGY)
