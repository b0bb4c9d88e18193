"""Losses: closed forms, and the faults that a loss can have."""

import numpy as np
import pytest
import torch
from scipy.stats import wasserstein_distance

from xnet_lite.errors import InputError
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.models import MLP
from xnet_lite.models.losses import LOSSES, SPECTRAL_LOSSES, SpectraMap

ENERGY = torch.linspace(0, 20, 41)
STEPS = torch.full((41,), 0.5)
RNG = np.random.default_rng(3)


def peak(center):
    return torch.exp(-((ENERGY - center) ** 2) / 2)[None]


@pytest.mark.parametrize(
    ("name", "value"), [("mse", 5.0), ("rmse", 5**0.5), ("l1", 2.0), ("huber", 1.5)]
)
def test_a_loss_of_targets_has_its_closed_form(name, value):
    predicted, true = torch.tensor([[3.0, 1.0]]), torch.tensor([[0.0, 0.0]])
    # huber: 3 - 1/2 beyond its corner, 1/2 on it
    assert LOSSES[name](predicted, true).item() == pytest.approx(value)


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_of_targets_has_a_finite_slope_where_it_is_least(name):
    x = torch.zeros(1, 3, requires_grad=True)
    LOSSES[name](x, torch.zeros(1, 3)).sum().backward()
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize("name", [*LOSSES, *SPECTRAL_LOSSES])
def test_a_sample_that_counts_three_times_is_as_good_as_three(name):
    model = MLP(3, 2, hidden=[8], loss=name)
    model.spectra_map = SpectraMap(torch.randn(2, 5), torch.ones(5), torch.arange(5.0))
    x, y = torch.randn(4, 3), torch.randn(4, 2)
    weights = torch.tensor([1.0, 3.0, 1.0, 2.0])
    again = torch.repeat_interleave(torch.arange(4), weights.long())
    torch.testing.assert_close(
        model.loss(x, y, weights), model.loss(x[again], y[again])
    )


@pytest.mark.parametrize("name", SPECTRAL_LOSSES)
def test_a_loss_of_spectra_is_nothing_for_the_truth_and_worse_for_worse(name):
    loss = SPECTRAL_LOSSES[name]
    true, near, far = peak(8), peak(8.5), peak(11)
    assert loss(true, true, STEPS).item() == pytest.approx(0, abs=1e-6)
    assert 0 < loss(near, true, STEPS) < loss(far, true, STEPS)


def test_the_cosine_loss_is_largest_at_the_opposite_spectrum():
    assert SPECTRAL_LOSSES["cosine"](-peak(8), peak(8), STEPS).item() == pytest.approx(
        2
    )
    assert SPECTRAL_LOSSES["cosine"](3 * peak(8), peak(8), STEPS).item() < 1e-6


def test_wasserstein_counts_the_electronvolts_that_a_peak_is_moved():
    moved = SPECTRAL_LOSSES["wasserstein"](peak(11), peak(8), STEPS)
    assert moved.item() == pytest.approx(3, abs=1e-4)


def test_wasserstein_agrees_with_scipy_on_any_two_spectra():
    a, b = RNG.random((2, 41))
    grid = ENERGY.numpy()
    want = wasserstein_distance(grid, grid, a, b)
    pair = (torch.as_tensor(x, dtype=torch.float32)[None] for x in (a, b))
    assert SPECTRAL_LOSSES["wasserstein"](*pair, STEPS).item() == pytest.approx(
        want, rel=1e-4
    )


def test_the_relative_loss_is_metric_a():
    a, b = RNG.random((2, 5, 41))
    pair = (torch.as_tensor(x, dtype=torch.float32) for x in (a, b))
    share = SPECTRAL_LOSSES["relative"](*pair, STEPS).numpy()
    np.testing.assert_allclose(100 * share, relative_spectral_error(a, b), rtol=1e-5)


def test_a_map_of_rescaled_targets_gives_the_same_spectra():
    matrix, offset = torch.randn(3, 41), torch.randn(41)
    known = SpectraMap(matrix, offset, ENERGY)
    learnt, mean = torch.randn(2, 3), torch.randn(3)
    want = known(4 * learnt + mean)
    torch.testing.assert_close(known.rescaled(4.0, mean)(learnt), want)


def test_a_map_is_not_saved_with_the_weights():
    model = MLP(3, 41, hidden=[4])
    names = set(model.state_dict())
    model.spectra_map = SpectraMap(torch.eye(41), torch.zeros(41), ENERGY)
    assert set(model.state_dict()) == names


def test_a_loss_of_spectra_without_spectra_is_refused_with_the_remedy():
    model = MLP(3, 2, hidden=[4], loss="cosine")
    with pytest.raises(InputError, match=r"loss 'cosine' compares spectra.*Predictor"):
        model.loss(torch.zeros(1, 3), torch.zeros(1, 2))
