"""Peaks stand where they are, missed ones too; panels show the sites they name."""

import numpy as np
import pytest

from xnet_lite import plots
from xnet_lite.errors import InputError
from xnet_lite.metrics import PeakParity
from xnet_lite.plots.base import ROLES

NAN = float("nan")
PARITY = PeakParity(
    energy=[10, 30, 20, 40],
    energy_pred=[11, 29.5, NAN, 40],
    intensity=[1, 1, 1, 1],
    intensity_pred=[1, 1, NAN, 1],
    site=[0, 0, 1, 2],
    window=2.0,
)
ENERGY = np.linspace(-10, 50, 7)
TRUE = np.random.default_rng(0).random((11, 7)) + 1
ERRORS = np.array([5, 3, 8, 1, 9, 0, 2, 10, 4, 7, 6.0])  # the rank of each site
PRED = TRUE * (1 + ERRORS[:, None] / 100)


def peak_traces() -> dict:
    """Traces of the parity plot by the first word of their name."""
    figure = plots.plot_peak_parity(PARITY)
    return {trace.name.split()[0]: trace for trace in figure.data}


def percentiles(**options):
    """The figure of the sites above, and the sites that it draws."""
    figure = plots.plot_percentiles(ENERGY, PRED, TRUE, ERRORS, **options)
    return figure, [t.meta for t in figure.data if t.name == "prediction"]


def test_found_peaks_stand_at_true_and_predicted_energy_and_know_their_site():
    found = peak_traces()["found"]
    np.testing.assert_allclose(found.x, [10, 30, 40])
    np.testing.assert_allclose(found.y, [11, 29.5, 40])
    np.testing.assert_array_equal(found.customdata, [0, 0, 2])
    assert found.name == "found (3)"


def test_missed_peaks_stand_at_the_border_below_every_found_one():
    traces, layout = peak_traces(), plots.plot_peak_parity(PARITY).layout
    missed = traces["missed"]
    np.testing.assert_allclose(missed.x, [20])
    np.testing.assert_array_equal(missed.customdata, [1])
    low = layout.yaxis.range[0]
    assert low < missed.y[0] < min(traces["found"].y)
    assert missed.y[0] - low < 0.1 * np.ptp(layout.yaxis.range)


def test_the_window_runs_beside_the_diagonal():
    lines = plots.plot_peak_parity(PARITY).data[:3]
    gaps = [np.unique(np.subtract(line.y, line.x)).tolist() for line in lines]
    assert gaps == [[0], [2], [-2]]


def test_hit_rate_mean_error_and_r2_are_written():
    (note,) = plots.plot_peak_parity(PARITY).layout.annotations
    assert "hit rate 75.0 %" in note.text
    assert "mean |ΔE| 0.50 eV" in note.text
    assert f"R² {PARITY.r2:.4f}" in note.text


def test_spectra_without_peaks_make_a_figure_all_the_same():
    figure = plots.plot_peak_parity(PeakParity([], [], [], [], [], window=2.0))
    assert [len(trace.x) for trace in figure.data[-2:]] == [0, 0]


def test_panels_run_from_the_best_site_to_the_worst():
    _, sites = percentiles(percentiles=(0, 50, 100))
    assert ERRORS[sites].tolist() == [0, 5, 10]


def test_a_percentile_takes_the_site_nearest_in_rank():
    _, sites = percentiles(percentiles=(31, 74))
    assert ERRORS[sites].tolist() == [3, 7]


def test_several_sites_of_a_percentile_are_neighbors_in_rank_in_one_row():
    figure, sites = percentiles(percentiles=(0, 50, 100), n_each=3)
    assert ERRORS[sites].tolist() == [0, 1, 2, 4, 5, 6, 8, 9, 10]
    first, third, fourth = (figure.layout[f"yaxis{i}"].domain for i in ("", 3, 4))
    assert first == third
    assert fourth[1] < first[0]


def test_a_panel_says_percentile_error_and_name():
    names = [f"complex {i}" for i in range(len(TRUE))]
    figure, _ = percentiles(percentiles=(0, 20, 50, 100), names=names)
    assert [note.text for note in figure.layout.annotations] == [
        "best · 0.0 %<br>complex 5",
        "percentile 20 · 2.0 %<br>complex 6",
        "median · 5.0 %<br>complex 0",
        "worst · 10.0 %<br>complex 7",
    ]


def test_truth_is_black_and_the_prediction_coloured_and_both_are_the_sites_own():
    figure, (site,) = percentiles(percentiles=[90])
    truth, prediction = figure.data
    np.testing.assert_allclose(truth.y, TRUE[site])
    np.testing.assert_allclose(prediction.y, PRED[site])
    assert truth.line.color == ROLES["truth"]
    assert prediction.line.color == ROLES["prediction"]


def test_the_band_reaches_two_standard_deviations_to_either_side():
    std = 0.1 * TRUE
    figure, (site,) = percentiles(percentiles=[50], spectra_std=std)
    upper, lower = np.split(np.asarray(figure.data[0].y), 2)
    np.testing.assert_allclose(upper - PRED[site], 2 * std[site])
    np.testing.assert_allclose(PRED[site] - lower[::-1], 2 * std[site])


def test_the_legend_names_every_line_once():
    figure, _ = percentiles()
    shown = [trace.name for trace in figure.data if trace.showlegend]
    assert shown == ["truth", "prediction"]


def test_axes_are_named_at_the_outer_panels():
    layout = percentiles()[0].layout
    assert layout.yaxis.title.text
    assert layout.xaxis4.title.text
    assert layout.xaxis.title.text is None


def test_more_sites_than_there_are_cannot_be_drawn():
    with pytest.raises(InputError, match="n_each is 12: give a whole number"):
        percentiles(n_each=12)


def test_errors_of_other_sites_are_refused():
    with pytest.raises(InputError, match=r"shape \(10,\) for 11 spectra"):
        plots.plot_percentiles(ENERGY, PRED, TRUE, ERRORS[1:])
