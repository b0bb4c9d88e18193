"""An expected error follows what it was learnt from, and never falls with distance."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.trust import ExpectedError
from xnet_lite.trust.expected_error import SHARE, SIGNS, folds

RNG = np.random.default_rng(5)
SIGNS_OF = np.exp(RNG.normal(size=(600, 4)))
TRUE = 3 * SIGNS_OF[:, 0] ** 0.6 * SIGNS_OF[:, 2] ** 0.2
ERRORS = TRUE * np.exp(0.3 * RNG.normal(size=600))
GROUPS = np.arange(600) // 2


@pytest.fixture(scope="module")
def learnt():
    return ExpectedError.fit(SIGNS_OF, ERRORS, GROUPS)


def test_the_law_that_made_the_errors_is_found(learnt):
    # standard error of a slope: 0.3 / √600 = 0.012
    found = [learnt.weights[name] for name in SIGNS]
    np.testing.assert_allclose(found, [0.6, 0.0, 0.2, 0.0], atol=0.05)
    assert learnt.scale == pytest.approx(3, rel=0.05)


def test_the_interval_holds_the_promised_share_of_new_sites(learnt):
    new = np.exp(RNG.normal(size=(4000, 4)))
    true = 3 * new[:, 0] ** 0.6 * new[:, 2] ** 0.2 * np.exp(0.3 * RNG.normal(size=4000))
    _, low, high = learnt.predict(new).T
    # 600 sites know a quantile of 5 % to within 0.9 %
    assert ((low < true) & (true < high)).mean() == pytest.approx(SHARE, abs=0.03)


@pytest.mark.parametrize("sign", range(4))
def test_more_of_a_sign_never_promises_less_error(sign):
    wild = np.random.default_rng(sign).normal(size=600)
    learnt = ExpectedError.fit(SIGNS_OF, np.exp(wild), GROUPS)
    signs = np.ones((50, 4))
    signs[:, sign] = np.linspace(0, 40, 50)
    assert (np.diff(learnt.predict(signs), axis=0) >= 0).all()


def test_it_is_made_again_from_its_json(learnt):
    again = ExpectedError(**learnt.as_dict())
    np.testing.assert_array_equal(again.predict(SIGNS_OF), learnt.predict(SIGNS_OF))


def test_a_file_with_three_signs_is_read(learnt):
    kept = learnt.as_dict()
    del kept["weights"][SIGNS[-1]]
    three = ExpectedError(**kept)
    ones = np.where(np.arange(4) == 3, 1.0, SIGNS_OF)
    np.testing.assert_allclose(three.predict(SIGNS_OF), learnt.predict(ones), rtol=1e-9)


def test_what_is_far_teaches_powers_and_no_interval():
    near = np.arange(600) < 300
    wild = np.where(near, 1.0, np.exp(np.random.default_rng(1).normal(size=600)))
    alone = ExpectedError.fit(SIGNS_OF[near], ERRORS[near], GROUPS[near])
    both = ExpectedError.fit(SIGNS_OF, ERRORS * wild, GROUPS, n_near=300)
    assert both.weights != alone.weights
    width = [one.high / one.low for one in (both, alone)]
    assert width[0] == pytest.approx(width[1], rel=0.05)


def test_groups_stay_whole_in_folds_that_part_everything():
    parts = folds(GROUPS)
    assert (np.sum(parts, axis=0) == 1).all()
    for part in parts:
        assert not set(GROUPS[part]) & set(GROUPS[~part])


def test_too_few_sites_teach_nothing():
    with pytest.raises(InputError, match="9 sites are too few"):
        ExpectedError.fit(SIGNS_OF[:9], ERRORS[:9], GROUPS[:9])


@pytest.mark.parametrize(("n", "promised"), [(18, False), (19, True)])
def test_a_doubt_that_too_few_had_has_no_upper_end(n, promised):
    doubts = {"crystal": np.arange(600) < n}
    learnt = ExpectedError.fit(SIGNS_OF, ERRORS, GROUPS, doubts=doubts)
    low, high = learnt.around(3.0, ["crystal"])
    assert np.isfinite(high) == promised
    assert learnt.around(3.0, ["another"]) == (3 * learnt.low, 3 * learnt.high)
    assert low <= 3 * learnt.low < 3 * learnt.high <= high


def test_a_doubt_that_brings_larger_errors_has_a_wider_interval_that_holds_them():
    doubtful = np.arange(600) % 3 == 0
    errors = np.where(doubtful, TRUE * np.exp(RNG.normal(size=600)), ERRORS)
    learnt = ExpectedError.fit(SIGNS_OF, errors, GROUPS, doubts={"odd": doubtful})
    new = np.exp(RNG.normal(size=(4000, 4)))
    law = 3 * new[:, 0] ** 0.6 * new[:, 2] ** 0.2
    off = law * np.exp(RNG.normal(size=4000))
    expected = learnt.predict(new)[:, 0]
    ends = np.array([learnt.around(one, ["odd"]) for one in expected])
    held = (ends[:, 0] < off) & (off < ends[:, 1])
    # 200 sites know a quantile of 5 % to within 1.5 %, and there are two of them
    assert held.mean() == pytest.approx(SHARE, abs=0.05)
    again = ExpectedError(**learnt.as_dict())
    assert again.around(3.0, ["odd"]) == learnt.around(3.0, ["odd"])
