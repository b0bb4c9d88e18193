"""The loop: reproducible, polite to global state, and every row where it belongs."""

import threading

import numpy as np
import pytest
import torch

from xnet_lite.errors import InputError
from xnet_lite.models import CNN, MLP, ModelStack, SpectrumModel
from xnet_lite.training import TrainConfig, fit, predict
from xnet_lite.training.order import distinct

RNG = np.random.default_rng(1)
X, Y = RNG.normal(size=(40, 3)), RNG.normal(size=(40, 2))
QUICK = TrainConfig(epochs=3, batch_size=8)


def build():
    return MLP(3, 2, hidden=[16])


class Recorder(SpectrumModel):
    """Keeps the rows it was trained on; row i has feature i."""

    def __init__(self):
        super().__init__(1, 1)
        self.weight = torch.nn.Parameter(torch.zeros(1))
        self.seen = []

    def forward(self, features):
        return features * self.weight

    def training_step(self, features, targets, optimiser):
        self.seen.append(features[:, 0].long().tolist())
        return super().training_step(features, targets, optimiser)


def rows_of_epochs(config, **options):
    """Rows that each epoch trained on."""
    numbered = np.arange(10.0)[:, None]
    model, _ = fit(Recorder, numbered, numbered, config, **options)
    flat = [row for batch in model.seen for row in batch]
    return np.array(flat).reshape(config.epochs, -1)


def test_every_epoch_sees_every_row_once_in_another_order():
    epochs = rows_of_epochs(TrainConfig(epochs=3, batch_size=4))
    for rows in epochs:
        assert sorted(rows) == list(range(10))
    assert (epochs[0] != epochs[1]).any()


def test_an_order_that_is_given_is_the_order_of_training():
    def _backwards(epoch, rng, rows):
        return rows[::-1]

    epochs = rows_of_epochs(TrainConfig(epochs=2, batch_size=4), order=_backwards)
    assert (epochs == np.arange(10)[::-1]).all()


def test_an_order_may_begin_with_few_rows_and_repeat_them():
    def _easy_first(epoch, rng, rows):
        return rows[: epoch + 1].repeat(2)

    numbered = np.arange(10.0)[:, None]
    config = TrainConfig(epochs=3, batch_size=20)
    model, _ = fit(Recorder, numbered, numbered, config, order=_easy_first)
    assert model.seen == [[0, 0], [0, 0, 1, 1], [0, 0, 1, 1, 2, 2]]


def test_the_rate_of_a_growing_epoch_follows_the_share_of_all_epochs_done():
    config = TrainConfig(epochs=4, batch_size=2, schedule="cosine", warmup=0.0)
    _, history = fit(
        build, X, Y, config, order=lambda epoch, rng, rows: rows[: 2 * (epoch + 1)]
    )
    done = np.array([(epoch + epoch / (epoch + 1)) / 4 for epoch in range(4)])
    expected = 1e-3 * (1 + np.cos(np.pi * done)) / 2
    np.testing.assert_allclose(history.learning_rate, expected, rtol=1e-12)


def test_every_member_has_its_rows_put_in_order_by_a_generator_of_its_own():
    seen = []

    def _told(epoch, rng, rows):
        seen.append((epoch, rng.integers(100), rows.tolist()))
        return rows

    fit(build, X, Y, TrainConfig(epochs=1), rows=[[0, 1], [5, 6]], order=_told)
    first, second = (np.random.default_rng([0, i]).integers(100) for i in range(2))
    assert seen == [(0, first, [0, 1]), (0, second, [5, 6])]


@pytest.mark.parametrize(
    ("order", "message"),
    [
        (lambda epoch, rng, rows: [], "give one row or more of those it is given"),
        (lambda epoch, rng, rows: rows + 1, "or some that are held out"),
        (
            lambda epoch, rng, rows: rows[: 1 + rows[0]],
            "in epoch 1 the order gives members unlike numbers of rows",
        ),
    ],
)
def test_an_order_of_other_rows_is_refused(order, message):
    with pytest.raises(InputError, match=message):
        fit(build, X, Y, QUICK, rows=[[0, 1], [1, 0]], order=order)


def test_training_sees_the_rows_it_was_given_and_no_others():
    epochs = rows_of_epochs(TrainConfig(epochs=2, batch_size=4), rows=[7, 2, 2, 9])
    for rows in epochs:
        assert sorted(rows) == [2, 2, 7, 9]


class Counter(Recorder):
    """Keeps how often rows count, too."""

    def __init__(self):
        super().__init__()
        self.counts = {}

    def training_step(self, features, targets, optimiser, weights=None):
        rows = features[:, 0].long().tolist()
        self.counts |= dict(zip(rows, weights.tolist()))
        return super().training_step(features, targets, optimiser)


def test_a_row_that_is_drawn_twice_is_shown_once_and_counts_twice():
    numbered = np.arange(10.0)[:, None]
    config = TrainConfig(epochs=1, batch_size=2)
    model, _ = fit(Counter, numbered, numbered, config, rows=[7, 2, 2, 9, 2])
    assert sorted(row for batch in model.seen for row in batch) == [2, 7, 9]
    assert model.counts == {2: 3.0, 7: 1.0, 9: 1.0}


def test_members_that_drew_unlike_rows_learn_as_if_each_row_stood_there_as_often():
    class Again(MLP):  # takes no weights, so that rows are shown again and again
        def loss(self, features, targets):
            return self.sample_loss(self(features), targets).mean(-1)

    rows = np.array([[0, 1, 2, 3, 4, 4], [5, 5, 5, 6, 6, 7]])
    # one batch an epoch, and a rate that rises with 6 rows for 5
    words = {"epochs": 4, "batch_size": 6, "schedule": "constant"}
    once, _ = fit(build, X, Y, TrainConfig(**words, learning_rate=5e-4), rows=rows)
    again, _ = fit(
        lambda: Again(3, 2, hidden=[16]),
        X,
        Y,
        TrainConfig(**words, learning_rate=6e-4),
        rows=rows,
    )
    assert [one.weighs_samples for one in (once, again)] == [True, False]
    # float32: sums in another order, and the square root of Adam's slopes
    np.testing.assert_allclose(predict(once, X), predict(again, X), atol=2e-5)


def test_the_rate_rises_with_how_often_a_row_counts():
    config = TrainConfig(epochs=2, learning_rate=0.01, schedule="constant")
    _, history = fit(build, X, Y, config, rows=[0, 0, 0, 1, 2, 3])
    np.testing.assert_allclose(history.learning_rate, 0.015)


def test_rows_without_repeats_make_every_member_draw_what_it_drew():
    drawn = RNG.integers(0, 40, (5, 40))
    rows, counts = distinct(drawn)
    for row, count, draws in zip(rows, counts, drawn):
        told = np.bincount(row, weights=count[row], minlength=40)
        np.testing.assert_allclose(told, np.bincount(draws, minlength=40))
    assert rows.shape[1] == max(len(np.unique(draws)) for draws in drawn)


def test_held_out_rows_are_never_trained_on():
    held = np.array([[50.0], [60.0]])
    epochs = rows_of_epochs(TrainConfig(epochs=2), validation=(held, held))
    assert epochs.max() < 10


def test_batches_of_an_epoch_are_nearly_equal():
    model, _ = fit(
        Recorder, np.arange(10.0)[:, None], np.ones((10, 1)), TrainConfig(1, 4)
    )
    assert sorted(map(len, model.seen)) == [3, 3, 4]


def test_a_member_of_a_stack_learns_what_it_would_learn_alone():
    stack, together = fit(build, X, Y, QUICK, rows=np.tile(np.arange(40), (2, 1)))
    single, alone = fit(build, X, Y, QUICK)
    assert isinstance(stack, ModelStack)
    # float32: a batched product sums in another order
    np.testing.assert_allclose(predict(stack, X)[0], predict(single, X), atol=1e-5)
    np.testing.assert_allclose(together.loss[:, 0], alone.loss, rtol=1e-5)


def test_a_member_of_a_stack_keeps_the_batch_statistics_it_would_keep_alone():
    def normed():
        return CNN(12, 2, channels=[4], hidden=[8], batch_norm=True)

    x = RNG.normal(size=(40, 12))
    stack, _ = fit(normed, x, Y, QUICK, rows=np.tile(np.arange(40), (2, 1)))
    single, _ = fit(normed, x, Y, QUICK)
    first = stack.members()[0]
    torch.testing.assert_close(
        first.filters[1].running_var, single.filters[1].running_var
    )
    # a bias before batch norm does nothing, so that Adam follows the sign of rounding
    np.testing.assert_allclose(predict(stack, x)[0], predict(single, x), atol=5e-3)


def test_members_of_a_stack_start_from_different_weights():
    config = TrainConfig(epochs=1, learning_rate=1e-12)
    stack, _ = fit(build, X, Y, config, rows=np.tile(np.arange(40), (3, 1)))
    first = stack.members()[0].hidden[0].weight
    for member in stack.members()[1:]:
        assert (member.hidden[0].weight - first).std() > first.std()


def test_a_member_never_shown_a_row_does_not_know_it():
    # row 39 alone carries the target 100: only the member that sees it can say so
    y = np.zeros((40, 1))
    y[39] = 100
    rows = np.stack([np.arange(39), np.r_[np.full(38, 39), 0]])
    config = TrainConfig(epochs=60, batch_size=8, learning_rate=1e-2)
    stack, _ = fit(lambda: MLP(3, 1, hidden=[16]), X, y, config, rows=rows)
    ignorant, aware = predict(stack, X[39:])[:, 0, 0]
    assert abs(ignorant) < 1
    assert aware > 50


def test_the_best_weights_are_kept_member_by_member():
    rows = np.stack([RNG.integers(0, 40, 40) for _ in range(3)])
    held = X[:10], RNG.normal(size=(10, 2))
    config = TrainConfig(epochs=25, batch_size=8, learning_rate=0.02)
    stack, history = fit(build, X, Y, config, rows=rows, validation=held)
    assert history.validation.shape == (25, 3)
    np.testing.assert_array_equal(history.best_epoch, history.validation.argmin(0))
    tensors = [torch.as_tensor(a, dtype=torch.float32) for a in held]
    with torch.no_grad():
        kept = stack.loss(*tensors).numpy()
    np.testing.assert_allclose(kept, history.validation.min(0), rtol=1e-5)
    assert (history.validation.min(0) < history.validation[-1]).any()


def test_patience_stops_that_many_epochs_after_the_best():
    config = TrainConfig(
        epochs=400, batch_size=8, learning_rate=0.02, patience=4, schedule="constant"
    )
    noise = X[:10], RNG.normal(size=(10, 2))
    _, history = fit(build, X, Y, config, validation=noise)
    assert len(history) < 400
    assert len(history) == history.best_epoch + 1 + 4


def test_without_validation_the_last_weights_are_kept():
    _, history = fit(build, X, Y, QUICK)
    assert history.best_epoch == 2
    assert np.isnan(history.validation).all()


def test_patience_without_validation_is_refused():
    with pytest.raises(InputError, match="patience needs validation"):
        fit(build, X, Y, TrainConfig(patience=3))


def test_training_leaves_random_state_threads_and_dtype_alone():
    def world():
        return (
            torch.get_rng_state().tolist(),
            hash(str(np.random.get_state())),  # noqa: NPY002
            torch.get_num_threads(),
            torch.get_default_dtype(),
            torch.is_grad_enabled(),
            threading.active_count(),
        )

    before = world()
    fit(lambda: MLP(3, 2, hidden=[16], dropout=0.3), X, Y, QUICK)
    assert world() == before


def test_the_global_seed_does_not_change_the_result():
    torch.manual_seed(1)
    first, _ = fit(lambda: MLP(3, 2, hidden=[16], dropout=0.3), X, Y, QUICK)
    torch.manual_seed(2)
    second, _ = fit(lambda: MLP(3, 2, hidden=[16], dropout=0.3), X, Y, QUICK)
    np.testing.assert_array_equal(predict(first, X), predict(second, X))


@pytest.mark.parametrize("frozen", [False, True])
def test_slopes_of_a_stack_lie_in_memory_as_weights_do_and_are_those_of_members(frozen):
    torch.manual_seed(0)
    alone = [MLP(3, 2, n_waves=4, hidden=[8, 8]) for _ in range(4)]
    for one in alone:
        one.hidden[0].requires_grad_(not frozen)
    stack = ModelStack(alone)
    x, y = torch.randn(4, 6, 3), torch.randn(4, 6, 2)
    stack.loss(x, y).sum().backward()
    for member, features, targets in zip(alone, x, y):
        member.loss(features, targets).backward()
    pairs = [dict(one.named_parameters()) for one in alone]
    for name, weight in stack.model.named_parameters():
        slopes = [one[name].grad for one in pairs]
        if slopes[0] is None:
            assert weight.grad is None
            continue
        torch.testing.assert_close(weight.grad, torch.stack(slopes))
        assert weight.grad.stride() == weight.stride()


def test_dropout_differs_between_members_of_a_stack():
    stack = ModelStack([MLP(3, 2, hidden=[64], dropout=0.5)] * 2).train()
    a, b = stack(torch.ones(4, 3))
    assert not torch.equal(a, b)


def test_progress_is_told_after_every_epoch():
    told = []
    fit(build, X, Y, QUICK, progress=told.append)
    assert [report.epoch for report in told] == [0, 1, 2]
    assert all(report.epochs == 3 for report in told)


def test_a_watch_sees_every_epoch_and_the_model_as_it_is_then():
    seen = []

    def _watch(report, model):
        seen.append((report.epoch, predict(model, X)))

    model, _ = fit(build, X, Y, QUICK, watch=_watch)
    assert [epoch for epoch, _ in seen] == [0, 1, 2]
    assert (seen[0][1] != seen[1][1]).any()
    np.testing.assert_array_equal(seen[-1][1], predict(model, X))


def test_a_watch_changes_no_weight():
    watched, _ = fit(build, X, Y, QUICK, watch=lambda _, model: predict(model, X))
    alone, _ = fit(build, X, Y, QUICK)
    np.testing.assert_array_equal(predict(watched, X), predict(alone, X))


def test_what_a_watch_raises_ends_the_training():
    seen = []

    def _enough(report, model):
        seen.append(report.epoch)
        raise StopIteration("enough")

    with pytest.raises(StopIteration, match="enough"):
        fit(build, X, Y, QUICK, watch=_enough)
    assert seen == [0]


def test_the_rate_follows_the_schedule():
    _, history = fit(build, X, Y, TrainConfig(epochs=20, learning_rate=0.5))
    assert history.learning_rate.argmax() in (1, 2)
    assert history.learning_rate[-1] < 0.02 * history.learning_rate.max()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"rows": [[0, 40]]}, "rows go from 0 to 40: there are 40 sites"),
        ({"rows": [[-1, 3]]}, "rows go from -1 to 3"),
        ({"rows": [0.5]}, "rows must be whole numbers"),
        ({"rows": np.zeros((0, 3), int)}, "rows must be whole numbers"),
    ],
)
def test_rows_that_do_not_exist_are_refused(options, message):
    with pytest.raises(InputError, match=message):
        fit(build, X, Y, QUICK, **options)


def test_a_device_that_is_not_there_is_refused_with_a_sentence():
    with pytest.raises(InputError, match="device 'nowhere' cannot be used"):
        fit(build, X, Y, TrainConfig(epochs=1, device="nowhere"))


def test_a_loss_that_explodes_stops_the_training_with_a_sentence():
    config = TrainConfig(epochs=5, learning_rate=1e30, schedule="constant")
    with pytest.raises(
        InputError, match=r"no longer finite in epoch .* lower learning"
    ):
        fit(lambda: MLP(3, 2, hidden=[16], loss="mse"), X, 1e15 * Y, config)


def test_features_of_another_width_are_refused_in_prediction():
    model, _ = fit(build, X, Y, QUICK)
    with pytest.raises(InputError, match=r"features have shape \(40, 2\)"):
        predict(model, X[:, :2])


def test_a_model_with_its_own_training_step_needs_no_change_in_the_loop():
    class Odd(MLP):
        def training_step(self, features, targets, optimiser):
            for _ in range(2):  # two steps on every batch
                loss = super().training_step(features, targets, optimiser)
            return loss

    _, odd = fit(lambda: Odd(3, 2, hidden=[16]), X, Y, QUICK)
    _, plain = fit(build, X, Y, QUICK)
    assert odd.loss[-1] < plain.loss[-1]
