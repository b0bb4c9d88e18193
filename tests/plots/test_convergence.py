"""Convergence and learning curves show what was measured, where it was measured."""

from types import SimpleNamespace

import numpy as np
import pytest

from xnet_lite import plots
from xnet_lite.errors import InputError

NAN = float("nan")
ERROR = np.array([[NAN, NAN, NAN], [9, 8, 4], [NAN, NAN, NAN], [3, 5, 2.0]])
MANY = SimpleNamespace(
    error=ERROR,
    validation=10 * np.arange(12.0).reshape(4, 3) + 10,
    loss=np.ones((4, 3)),
    seconds=np.array([0.5, 1.0, 1.5, 2.0]),
)
ONE = SimpleNamespace(
    error=np.array([8.0, 4.0, 2.0]),
    validation=np.array([0.8, 0.4, 0.2]),
    loss=np.array([0.7, 0.3, 0.1]),
    seconds=np.array([10.0, 20.0, 30.0]),
)
CURVE = SimpleNamespace(
    sizes=np.array([50, 100, 200]),
    errors=np.array([[9.0, 7.0], [6.0, 4.0], [NAN, 2.0]]),
    seconds=np.array([[1.0, 3.0], [2.0, 4.0], [NAN, 8.0]]),
)


def without_error(history):
    """The same history, had no error been measured."""
    nothing = np.full_like(history.error, NAN)
    return SimpleNamespace(**{**vars(history), "error": nothing})


def test_only_epochs_that_were_measured_are_drawn():
    line = plots.plot_convergence({"MLP": MANY}).data[-1]
    np.testing.assert_allclose(line.x, [2, 4])


def test_members_are_their_median_in_a_band_from_least_to_largest():
    band, line = plots.plot_convergence({"MLP": MANY}).data
    np.testing.assert_allclose(line.y, [8, 3])
    upper, lower = np.split(np.asarray(band.y), 2)
    np.testing.assert_allclose(upper, [9, 5])
    np.testing.assert_allclose(lower[::-1], [4, 2])
    np.testing.assert_allclose(band.x, [2, 4, 4, 2])


def test_one_model_has_no_band():
    (line,) = plots.plot_convergence({"MLP": ONE}).data
    np.testing.assert_allclose(line.y, ONE.error)
    np.testing.assert_allclose(line.x, [1, 2, 3])


def test_against_seconds_the_clock_of_each_history_is_used():
    figure = plots.plot_convergence({"a": MANY, "b": ONE}, against="seconds")
    np.testing.assert_allclose(figure.data[1].x, [1.0, 2.0])
    np.testing.assert_allclose(figure.data[2].x, [10.0, 20.0, 30.0])
    assert figure.layout.xaxis.title.text == "training time / s"


def test_without_measured_errors_the_validation_loss_is_drawn():
    figure = plots.plot_convergence({"MLP": without_error(ONE)})
    np.testing.assert_allclose(figure.data[0].y, ONE.validation)
    assert figure.layout.yaxis.title.text == "validation loss"


def test_one_history_without_errors_brings_all_to_the_validation_loss():
    figure = plots.plot_convergence({"a": ONE, "b": without_error(MANY)})
    np.testing.assert_allclose(figure.data[0].y, ONE.validation)
    np.testing.assert_allclose(figure.data[2].y, np.median(MANY.validation, axis=1))


def test_a_history_of_an_older_kind_needs_no_field_for_errors():
    history = SimpleNamespace(validation=[NAN, NAN], loss=[3, 2], seconds=[1, 2])
    figure = plots.plot_convergence({"MLP": history})
    np.testing.assert_allclose(figure.data[0].y, [3, 2])
    assert figure.layout.yaxis.title.text == "training loss"


def test_histories_with_nothing_in_common_are_refused():
    history = SimpleNamespace(error=[NAN], validation=[NAN], loss=[NAN], seconds=[1])
    with pytest.raises(InputError, match="MLP have no measure in common"):
        plots.plot_convergence({"MLP": history})


def test_an_unknown_axis_is_refused_and_the_known_ones_named():
    with pytest.raises(InputError, match="'steps' is not one of epochs, seconds"):
        plots.plot_convergence({"MLP": ONE}, against="steps")


def test_a_reference_is_a_line_across_the_figure_in_a_colour_of_its_own():
    figure = plots.plot_convergence({"MLP": ONE}, references={"kernel ridge": 2.5})
    line = figure.data[-1]
    assert (line.x, list(line.y)) == ((1, 3), [2.5, 2.5])
    assert line.name == "kernel ridge"
    assert line.line.color != figure.data[0].line.color


def test_a_learning_curve_is_the_mean_over_repetitions():
    (line,) = plots.plot_learning_curve({"MLP": CURVE}).data
    np.testing.assert_allclose(line.x, [50, 100, 200])
    np.testing.assert_allclose(line.y, [8, 5, 2])


def test_bars_are_one_standard_deviation_over_repetitions():
    (line,) = plots.plot_learning_curve({"MLP": CURVE}).data
    one = np.std([9, 7], ddof=1)
    np.testing.assert_allclose(line.error_y.array, [one, one, 0])


def test_a_single_repetition_has_no_bars():
    once = SimpleNamespace(sizes=[5, 9], errors=[[4.0], [2.0]], seconds=[[1.0], [2.0]])
    (line,) = plots.plot_learning_curve({"MLP": once}).data
    assert line.error_y.array is None


def test_the_pointer_finds_the_mean_training_time():
    (line,) = plots.plot_learning_curve({"MLP": CURVE}).data
    assert list(line.customdata) == ["2", "3", "8"]


def test_times_that_were_not_measured_do_not_hide_an_error():
    curve = SimpleNamespace(sizes=[5, 9], errors=[[4.0], [2.0]], seconds=[[NAN], [1]])
    (line,) = plots.plot_learning_curve({"MLP": curve}).data
    assert list(line.y) == [4, 2]
    assert list(line.customdata) == ["nan", "1"]


def test_sizes_that_were_never_tried_are_left_out():
    errors = np.array([[9.0, 7.0], [NAN, NAN], [2.0, 2.0]])
    curve = SimpleNamespace(sizes=CURVE.sizes, errors=errors, seconds=errors)
    (line,) = plots.plot_learning_curve({"MLP": curve}).data
    np.testing.assert_allclose(line.x, [50, 200])


def test_references_stand_beside_learning_curves():
    references = {"mean spectrum": 11.0}
    figure = plots.plot_learning_curve({"MLP": CURVE}, references=references)
    assert (figure.data[-1].x, list(figure.data[-1].y)) == ((50, 200), [11.0, 11.0])


@pytest.mark.parametrize(
    "figure",
    [
        plots.plot_convergence({"MLP": ONE}),
        plots.plot_learning_curve({"MLP": CURVE}),
    ],
    ids=["convergence", "learning curve"],
)
def test_both_axes_are_logarithmic_with_titles_and_readable_ticks(figure):
    for axis in (figure.layout.xaxis, figure.layout.yaxis):
        assert axis.type == "log"
        assert axis.title.text
    low, high = min(figure.data[0].x), max(figure.data[0].x)
    ticks = np.asarray(figure.layout.xaxis.tickvals)
    assert ((ticks >= low) & (ticks <= high)).sum() >= 2
    assert [float(t) for t in figure.layout.xaxis.ticktext] == pytest.approx(ticks)


def test_many_decades_have_one_tick_each():
    curve = SimpleNamespace(sizes=[1, 10**6], errors=[[5], [1]], seconds=[[1], [1]])
    ticks = plots.plot_learning_curve({"MLP": curve}).layout.xaxis.tickvals
    assert set(np.diff(np.log10(ticks)).round(9)) == {1.0}
