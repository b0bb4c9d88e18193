import numpy as np
import pytest

from benchmarks.scaling import simulated

SECONDS = np.random.default_rng(0).gamma(4.0, 0.1, 6_000)


def test_one_core_takes_as_long_as_all_sites_and_tasks_together():
    hours, share = simulated(SECONDS, 1, 10, 0.002)
    assert 3600 * hours == pytest.approx(SECONDS.sum() + 600 * 0.002)
    assert share == pytest.approx(SECONDS.sum() / (3600 * hours))


def test_with_too_many_cores_the_scheduler_is_what_takes_the_time():
    hours, share = simulated(SECONDS, 5_000, 1, 0.002)
    assert 3600 * hours == pytest.approx(6_000 * 0.002, abs=SECONDS.max())
    assert share < 0.1


def test_there_is_a_best_size_of_chunks():
    small, right, large = (
        simulated(SECONDS, 300, chunk, 0.002)[1] for chunk in (1, 4, 100)
    )
    assert right > max(small, large)
