"""Around a step: clipping, averaging, lower precision, and what the history tells."""

import numpy as np
import pytest
import torch

from xnet_lite.models import MLP, SpectrumModel
from xnet_lite.models.losses import SpectraMap
from xnet_lite.training import TrainConfig, fit, predict

RNG = np.random.default_rng(1)
X, Y = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 2))
ROWS = np.tile(np.arange(40), (2, 1))


def build():
    return MLP(3, 2, hidden=[16])


class Slope(SpectrumModel):
    """Its loss is its targets times its weight: the gradient is what it is given."""

    def __init__(self):
        super().__init__(1, 2)
        self.weight = torch.nn.Parameter(torch.zeros(2))

    def loss(self, features, targets):
        return (targets * self.weight).sum(-1).mean(-1)

    def optimiser(self, rate, weight_decay):
        return torch.optim.SGD(self.parameters(), lr=rate)


def moved(config, targets, rows=None):
    """Where one step of gradient descent from 0 with rate 1 goes."""
    x = np.zeros((len(targets), 1))
    model, _ = fit(Slope, x, targets, config, rows=rows)
    found = dict(model.named_parameters())
    return next(iter(found.values())).numpy()


ONE = {"epochs": 1, "learning_rate": 1.0, "schedule": "constant"}


def test_a_long_gradient_is_shortened_and_keeps_its_direction():
    step = moved(TrainConfig(**ONE, clip=1.0), np.array([[3.0, 4.0]]))
    np.testing.assert_allclose(step, [-0.6, -0.8], rtol=1e-6)


def test_a_short_gradient_is_left_alone():
    step = moved(TrainConfig(**ONE, clip=10.0), np.array([[3.0, 4.0]]))
    np.testing.assert_allclose(step, [-3, -4], rtol=1e-6)


def test_each_member_of_a_stack_is_clipped_by_its_own_gradient():
    config = TrainConfig(**ONE, clip=1.0)
    rows = np.array([[0], [1]])
    step = moved(config, np.array([[3.0, 4.0], [0.3, 0.4]]), rows)
    np.testing.assert_allclose(step, [[-0.6, -0.8], [-0.3, -0.4]], rtol=1e-6)


def test_the_running_mean_of_the_weights_is_what_is_kept():
    config = TrainConfig(epochs=1, learning_rate=1.0, schedule="constant", batch_size=1)
    target = np.ones((3, 2))
    last = moved(config, target)
    mean = moved(TrainConfig(**{**ONE, "batch_size": 1, "average": 0.9}), target)
    np.testing.assert_allclose(last, [-3, -3])
    # -1 to begin with, then -2 and -3 with shares 9/11 and 9/12 of the new
    first = -1 * 2 / 11 + -2 * 9 / 11
    np.testing.assert_allclose(mean, [first * 3 / 12 + -3 * 9 / 12] * 2, rtol=1e-6)


def test_averaging_works_for_a_stack_and_is_what_is_validated():
    config = TrainConfig(epochs=4, batch_size=8, average=0.9)
    stack, history = fit(build, X, Y, config, rows=ROWS, validation=(X, Y))
    tensors = [torch.as_tensor(a, dtype=torch.float32) for a in (X, Y)]
    with torch.no_grad():
        kept = stack.loss(*tensors).numpy()
    np.testing.assert_allclose(kept, history.validation.min(0), rtol=1e-5)


def test_lower_precision_learns_nearly_the_same():
    plain, lower = (
        fit(build, X, Y, TrainConfig(epochs=5, mixed_precision=mixed))
        for mixed in (False, True)
    )
    assert plain[1].loss[-1] != lower[1].loss[-1]
    # bfloat16 has 8 bits of mantissa
    np.testing.assert_allclose(lower[1].loss, plain[1].loss, rtol=0.03)
    assert all(w.dtype == torch.float32 for w in lower[0].parameters())


def test_lower_precision_works_for_a_stack():
    config = TrainConfig(epochs=2, mixed_precision=True)
    stack, _ = fit(build, X, Y, config, rows=ROWS)
    assert np.isfinite(predict(stack, X)).all()


@pytest.mark.parametrize("rows", [None, ROWS])
def test_the_history_tells_the_error_of_the_spectra_in_percent(rows):
    energy = torch.arange(5.0)
    known = SpectraMap(torch.randn(2, 5), torch.full((5,), 9.0), energy)
    model, history = fit(
        build,
        X,
        Y,
        TrainConfig(epochs=2, schedule="constant"),
        rows=rows,
        validation=(X[:9], Y[:9]),
        spectra_map=known,
    )
    assert history.error.shape == history.loss.shape
    # the kept weights are those of the least validation loss
    best = int(np.ravel(history.best_epoch)[0])
    said = predict(model, X[:9]) if rows is None else predict(model, X[:9])[0]
    pair = [
        known(torch.as_tensor(a, dtype=torch.float32)).numpy() for a in (said, Y[:9])
    ]
    wrong = 100 * np.abs(pair[0] - pair[1]).sum(1) / np.abs(pair[1]).sum(1)
    found = np.reshape(history.error, (2, -1))[best, 0]
    assert found == pytest.approx(np.median(wrong), rel=1e-4)


def test_without_spectra_the_history_tells_no_error():
    _, history = fit(build, X, Y, TrainConfig(epochs=1), validation=(X, Y))
    assert np.isnan(history.error).all()


@pytest.mark.parametrize("loss", ["relative", "cosine", "wasserstein"])
def test_a_stack_learns_by_a_loss_of_spectra(loss):
    energy = torch.arange(6.0)
    known = SpectraMap(0.1 * torch.randn(2, 6), torch.ones(6), energy)
    config = TrainConfig(epochs=30, learning_rate=3e-3, batch_size=8)
    _, history = fit(
        lambda: MLP(3, 2, hidden=[32], loss=loss),
        X,
        Y,
        config,
        rows=ROWS,
        spectra_map=known,
    )
    assert (history.loss[-1] < 0.8 * history.loss[0]).all()
