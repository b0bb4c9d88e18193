"""Series taken apart without references, and how far that goes."""

import numpy as np
import pytest

from tests.inverse.mixing import PURE, noisy
from xnet_lite.errors import InputError
from xnet_lite.inverse import MCR

SHARE = np.linspace(0, 1, 15)
WHOLE = np.column_stack([SHARE, 1 - SHARE])
INNER = 0.3 + 0.4 * WHOLE


def test_a_series_with_pure_ends_is_resolved():
    scans = noisy(WHOLE @ PURE[:2], np.random.default_rng(0))
    found = MCR(2).fit(scans)
    assert np.sort(found.fractions[:, 0]) == pytest.approx(SHARE, abs=0.03)
    assert found.rms < 0.011


def test_three_that_each_are_pure_once_are_resolved():
    rng = np.random.default_rng(1)
    amounts = np.vstack([np.eye(3), rng.dirichlet(np.ones(3), 12)])
    found = MCR(3).fit(noisy(amounts @ PURE, rng, 0.003))
    assert found.fractions == pytest.approx(amounts, abs=0.03)


def test_what_the_constraints_leave_open_holds_the_truth():
    scans = noisy(INNER @ PURE[:2], np.random.default_rng(2))
    found = MCR(2).fit(scans)
    low, high = found.ranges()[0]
    assert low < 0.5 < high
    assert high - low > 0.3


def test_lines_that_do_not_overlap_leave_nothing_open_once_each_is_pure():
    at = np.arange(100.0)
    lines = np.exp(-((at - np.array([[30.0], [70.0]])) ** 2) / 20)
    found = MCR(2).fit(WHOLE @ lines)
    assert np.ptp(found.ranges(), axis=1) == pytest.approx(0, abs=1e-3)


def test_every_end_of_a_range_is_within_the_constraints():
    found = MCR(2).fit(noisy(INNER @ PURE[:2], np.random.default_rng(3)))
    ends = found.ranges()
    assert (ends[:, 0] <= found.fractions.mean(axis=0) + 1e-9).all()
    assert (ends[:, 1] >= found.fractions.mean(axis=0) - 1e-9).all()
    assert (ends >= -1e-6).all()
    assert (ends <= 1 + 1e-6).all()


def test_known_spectra_stay_and_leave_nothing_open_if_all_are_known():
    scans = noisy(INNER @ PURE[:2], np.random.default_rng(4))
    found = MCR(2, known=PURE[:2]).fit(scans)
    assert np.array_equal(found.spectra, PURE[:2])
    assert found.fractions == pytest.approx(INNER, abs=0.02)
    assert np.ptp(found.ranges(), axis=1) == pytest.approx(0, abs=1e-9)


def test_shares_add_up_to_one_if_closed_alone():
    scans = WHOLE @ PURE[:2] * np.linspace(0.8, 1.2, 15)[:, None]
    assert MCR(2).fit(scans).fractions.sum(1) == pytest.approx(1, abs=1e-6)
    free = MCR(2, closed=False).fit(scans)
    assert np.ptp(free.fractions.sum(1)) > 0.03
    assert free.rms < 1e-3


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: MCR(0), "n_components is 0"),
        (lambda: MCR(4).fit(PURE), "give 4 scans or more"),
        (lambda: MCR(1, known=PURE).fit(PURE), "at most n_components"),
        (lambda: MCR(2).fit(PURE * np.nan), "not finite"),
    ],
)
def test_what_cannot_be_resolved_is_refused(made, message):
    with pytest.raises(InputError, match=message):
        made()
