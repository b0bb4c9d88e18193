"""Baselines: what each of them says in cases with a known answer."""

import numpy as np
import pytest
import torch

from xnet_lite.errors import InputError
from xnet_lite.models import (
    ARDKernelRidge,
    KernelRidge,
    MeanSpectrum,
    NearestNeighbor,
    Ridge,
)

RNG = np.random.default_rng(2)


def test_the_mean_spectrum_is_the_mean_of_the_training_targets_everywhere():
    y = RNG.random((5, 3))
    predicted = MeanSpectrum().fit(RNG.random((5, 2)), y).predict(RNG.random((4, 2)))
    np.testing.assert_allclose(predicted, np.tile(y.mean(0), (4, 1)))


def test_the_nearest_neighbor_of_a_training_row_is_itself():
    x, y = RNG.random((9, 4)), RNG.random((9, 3))
    nearest = NearestNeighbor().fit(x, y)
    np.testing.assert_array_equal(nearest.predict(x), y)
    np.testing.assert_array_equal(nearest.predict(x + 1e-9), y)


def test_the_ridge_finds_a_linear_law():
    x = RNG.normal(size=(60, 4))
    slope, shift = RNG.normal(size=(4, 3)), RNG.normal(size=3)
    line = Ridge().fit(x, x @ slope + shift)
    np.testing.assert_allclose(line.predict(x), x @ slope + shift, atol=1e-3)


@pytest.mark.parametrize("model", [KernelRidge(), ARDKernelRidge(steps=5)])
def test_a_kernel_falls_back_to_the_mean_far_from_everything(model):
    x, y = RNG.normal(size=(30, 2)), RNG.normal(size=(30, 3))
    far = model.fit(x, y).predict(np.full((1, 2), 1e6))
    np.testing.assert_allclose(far[0], y.mean(0), atol=1e-9)


def test_leave_one_out_in_closed_form_equals_leaving_one_out():
    x, y = RNG.normal(size=(25, 3)), RNG.normal(size=(25, 2))
    model = ARDKernelRidge(steps=4).fit(x, y)
    errors, variances = model.leave_one_out()
    kept = np.arange(25) != 7
    less = ARDKernelRidge()
    less.features_, less.scales_, less.noise_ = x[kept], model.scales_, model.noise_
    centred = y - model.mean_
    less.dual_ = np.linalg.solve(less._noisy_kernel(), centred[kept])
    less.mean_ = model.mean_
    np.testing.assert_allclose(y[7] - less.predict(x[7:8])[0], errors[7], rtol=1e-6)
    np.testing.assert_allclose(
        less.predict_variance(x[7:8])[0], variances[7], rtol=1e-6
    )


def test_kernel_ridge_chooses_the_noise_with_the_least_leave_one_out_error():
    x = np.linspace(0, 1, 40)[:, None]
    clean = KernelRidge().fit(x, x)
    noisy = KernelRidge().fit(x, RNG.normal(size=x.shape))
    assert clean.noise_ < noisy.noise_


def test_the_ard_kernel_learns_which_feature_matters():
    x = RNG.normal(size=(150, 5))
    model = ARDKernelRidge(steps=60).fit(x, np.sin(2 * x[:, :1]))
    assert model.scales_.argmax() == 0
    assert model.scales_[0] > 3 * model.scales_[1:].max()


def test_the_variance_is_small_at_a_known_site_and_one_far_away():
    x = RNG.normal(size=(40, 2))
    model = ARDKernelRidge(steps=10).fit(x, np.sin(x))
    near, far = (
        model.predict_variance(x[:1])[0],
        model.predict_variance([[1e4, 0.0]])[0],
    )
    assert near < 0.1
    assert far == pytest.approx(1)


def test_learning_leaves_the_global_random_states_alone():
    def states():
        return str(np.random.get_state()), torch.get_rng_state().tolist()  # noqa: NPY002

    before = states()
    ARDKernelRidge(steps=2).fit(RNG.normal(size=(20, 2)), RNG.normal(size=(20, 2)))
    KernelRidge().fit(RNG.normal(size=(20, 2)), RNG.normal(size=(20, 2)))
    assert states() == before


def test_a_search_without_steps_is_refused():
    with pytest.raises(InputError, match="steps is 0: give a whole number >= 1"):
        ARDKernelRidge(steps=0)
