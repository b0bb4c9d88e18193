"""Shares of known references, and what is said when they cannot be had."""

import numpy as np
import pytest

from tests.inverse.mixing import ENERGY, NAMED, PURE, edge, noisy
from xnet_lite.errors import InputError
from xnet_lite.inverse import combine, unmix

TRUE = np.array([0.2, 0.5, 0.3])


@pytest.mark.parametrize("closed", [False, True])
def test_without_noise_shares_come_out_exactly(closed):
    found = combine(ENERGY, TRUE @ PURE, NAMED, closed=closed)
    assert found.fractions == pytest.approx(TRUE, abs=1e-6)
    assert found.r_factor < 1e-12


def test_closed_shares_add_up_to_one_whatever_the_scale_of_the_spectrum():
    found = combine(ENERGY, 1.3 * TRUE @ PURE, NAMED, closed=True)
    assert found.fractions.sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("closed", "max_shift"), [(False, 0), (True, 0), (True, 1.0)])
def test_an_error_is_what_the_same_scan_with_new_noise_scatters_by(closed, max_shift):
    rng = np.random.default_rng(0)
    made = [
        combine(
            ENERGY, noisy(TRUE @ PURE, rng), NAMED, closed=closed, max_shift=max_shift
        )
        for _ in range(150)
    ]
    scatter = np.std([one.fractions for one in made], axis=0)
    said = np.mean([one.std for one in made], axis=0)
    assert said == pytest.approx(scatter, rel=0.2)  # 1/√300 is 6 %


def test_a_reference_that_is_absent_is_found_as_rarely_as_the_test_says():
    rng = np.random.default_rng(1)
    p = [
        combine(ENERGY, noisy(0.4 * PURE[0] + 0.6 * PURE[1], rng), NAMED).p
        for _ in range(400)
    ]
    absent, present = np.array(p)[:, 2], np.array(p)[:, :2]
    assert (absent < 0.05).mean() == pytest.approx(0.05, abs=0.035)
    assert present.max() < 1e-6


def test_a_missing_reference_is_seen_in_what_is_left():
    rng = np.random.default_rng(2)
    two = {name: NAMED[name] for name in "ab"}
    blind = combine(ENERGY, noisy(TRUE @ PURE, rng), two)
    seen = combine(ENERGY, noisy(TRUE @ PURE, rng), NAMED)
    assert blind.p_white < 1e-3 < seen.p_white
    assert "a reference is missing" in blind.notes[0]
    assert seen.notes == []


def test_references_that_are_too_much_alike_are_called_so():
    alike = {"a": edge(0.0), "b": edge(0.05)}
    scan = noisy(alike["a"], np.random.default_rng(3))
    found = combine(ENERGY, scan, alike, closed=True)
    assert not found.identifiable
    assert "too much alike" in found.notes[0]


def test_a_shift_is_found_and_taken_back():
    mixed = np.interp(ENERGY, ENERGY + 0.6, TRUE @ PURE)
    found = combine(ENERGY, mixed, NAMED, closed=True, max_shift=1.0)
    assert found.shift == pytest.approx(-0.6, abs=0.03)
    assert found.fractions == pytest.approx(TRUE, abs=0.01)


def test_two_ends_are_found_although_the_middle_fits_best_alone():
    library = {str(at): edge(at) for at in np.arange(0.0, 9.0, 1.0)}
    scan = noisy(0.5 * edge(0.0) + 0.5 * edge(8.0), np.random.default_rng(4), 0.003)
    assert sorted(unmix(ENERGY, scan, library).names) == ["0.0", "8.0"]


def test_of_a_pure_compound_no_second_one_is_found():
    library = {str(at): edge(at) for at in np.arange(0.0, 9.0, 1.0)}
    rng = np.random.default_rng(5)
    found = [unmix(ENERGY, noisy(edge(4.0), rng), library).names for _ in range(60)]
    assert sum(len(names) > 1 for names in found) <= 3


@pytest.mark.parametrize(
    ("references", "message"),
    [
        ({}, "no reference"),
        ({"a": PURE[0][:9]}, "put all spectra on one grid"),
        ({"a": PURE[0], "b": PURE[0]}, "two references are the same"),
        ({"a": PURE[0], "b": PURE[1] * np.nan}, "b is not finite"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_a_sentence(references, message):
    with pytest.raises(InputError, match=message):
        combine(ENERGY, PURE[0], references)
