"""Lines grow epoch by epoch, seldom enough, and say when they are done."""

import time
from collections.abc import Iterable

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.models import MLP
from xnet_lite.plots import plot_convergence
from xnet_lite.plots.base import line_colors
from xnet_lite.predictor import Predictor
from xnet_lite.training import EpochReport, TrainConfig
from xnet_lite.widgets import TrainingMonitor

UNKNOWN = float("nan")


def reports(losses: Iterable[float], *, error: float = UNKNOWN) -> list[EpochReport]:
    """What a training tells, with this error in percent after every epoch."""
    known = [np.array(value) for value in losses]
    rest = np.array(UNKNOWN), np.array(error)
    return [EpochReport(i, len(known), loss, *rest) for i, loss in enumerate(known)]


def tell(monitor: TrainingMonitor, name: str, told: Iterable[EpochReport]) -> None:
    """Let a model report."""
    progress = monitor.progress(name)
    for report in told:
        progress(report)


def line(monitor: TrainingMonitor, name: str) -> tuple[list, list]:
    """What the figure shows of a model."""
    (trace,) = (trace for trace in monitor.figure.data if trace.name == name)
    return list(trace.x), list(trace.y)


@pytest.fixture
def monitor() -> TrainingMonitor:
    """Draws every epoch."""
    return TrainingMonitor(["MLP", "CNN"], redraw=0.0)


@pytest.fixture
def slow() -> TrainingMonitor:
    """Draws the first and the last epoch alone, unless an hour has passed."""
    return TrainingMonitor(["MLP"], redraw=3600.0)


def test_a_line_has_a_point_an_epoch(monitor):
    tell(monitor, "CNN", reports([3.0, 2.0, 1.0])[:2])
    assert line(monitor, "CNN") == ([1, 2], [3.0, 2.0])


def test_models_that_have_not_begun_have_empty_lines(monitor):
    tell(monitor, "CNN", reports([3.0, 2.0]))
    assert line(monitor, "MLP") == ([], [])


def test_lines_have_the_colours_of_the_static_figure(monitor):
    monitor.progress("LSTM")
    colors = [trace.line.color for trace in monitor.figure.data]
    assert colors == line_colors(["MLP", "CNN", "LSTM"])


def test_of_several_members_the_median_is_drawn(monitor):
    tell(monitor, "MLP", reports([[1.0, 2.0, 9.0]] * 2))
    assert line(monitor, "MLP")[1] == [2.0, 2.0]


def test_percents_are_shown_where_they_are_known(monitor):
    tell(monitor, "MLP", reports([3.0, 2.0], error=7.5))
    assert line(monitor, "MLP")[1] == [7.5, 7.5]
    assert "%" in monitor.figure.layout.yaxis.title.text
    assert monitor.note.value == "<b>MLP</b> done, 7.50 %"


def test_one_model_without_percents_turns_all_lines_to_the_loss(monitor):
    tell(monitor, "MLP", reports([3.0, 2.0], error=7.5))
    tell(monitor, "CNN", reports([4.0, 1.0]))
    assert line(monitor, "MLP")[1] == [3.0, 2.0]
    assert line(monitor, "CNN")[1] == [4.0, 1.0]
    assert monitor.figure.layout.yaxis.title.text == "training loss"


def test_epochs_that_follow_too_fast_wait_for_the_last_one(slow):
    told = reports([4.0, 3.0, 2.0, 1.0])
    progress = slow.progress("MLP")
    for report in told[:3]:
        progress(report)
    assert line(slow, "MLP") == ([1], [4.0])
    progress(told[3])
    assert line(slow, "MLP") == ([1, 2, 3, 4], [4.0, 3.0, 2.0, 1.0])


def test_the_figure_changes_again_when_the_time_has_passed(slow, monkeypatch):
    progress = slow.progress("MLP")
    first, second, _ = reports([4.0, 3.0, 2.0])
    progress(first)
    later = time.monotonic() + 3601.0
    monkeypatch.setattr(time, "monotonic", lambda: later)
    progress(second)
    assert line(slow, "MLP")[1] == [4.0, 3.0]


def test_a_model_that_stopped_early_is_drawn_to_its_end_when_the_next_begins(slow):
    tell(slow, "MLP", reports([4.0, 3.0, 2.0, 1.0])[:2])
    slow.progress("CNN")
    assert line(slow, "MLP")[1] == [4.0, 3.0]
    assert slow.note.value == "<b>MLP</b> stopped at epoch 2 of 4, training loss 3"


def test_a_name_used_again_begins_a_new_line(monitor):
    tell(monitor, "MLP", reports([4.0, 3.0]))
    tell(monitor, "MLP", reports([9.0, 8.0, 7.0])[:1])
    assert line(monitor, "MLP") == ([1], [9.0])


def test_a_single_epoch_is_a_point_that_can_be_seen(monitor):
    tell(monitor, "MLP", reports([4.0, 3.0])[:1])
    assert monitor.figure.data[0].mode == "markers"


def test_before_the_first_epoch_the_note_says_so(monitor):
    monitor.finish()
    assert monitor.note.value == "nothing has begun"


def test_a_real_training_is_told_as_its_history_has_it(monitor):
    rng = np.random.default_rng(0)
    x, mu = rng.random((20, 3)), 1 + rng.random((20, 5))
    learner = Predictor(None, None, MLP, TrainConfig(epochs=3, patience=3))
    learner.fit(x, mu, np.arange(5.0), progress=monitor.progress("MLP"))
    history = learner.regressor_.history_
    np.testing.assert_array_equal(line(monitor, "MLP")[1], history.error)
    np.testing.assert_array_equal(monitor.histories["MLP"].loss, history.loss)


def test_what_was_told_makes_the_static_figure(monitor):
    tell(monitor, "MLP", reports([4.0, 3.0]))
    figure = plot_convergence(monitor.histories)
    assert list(figure.data[0].y) == [4.0, 3.0]


def test_a_name_given_twice_is_refused():
    with pytest.raises(InputError, match="'CNN' is given twice"):
        TrainingMonitor(["CNN", "CNN"])


def test_a_negative_pause_is_refused():
    with pytest.raises(InputError, match="redraw is -1"):
        TrainingMonitor(redraw=-1.0)
