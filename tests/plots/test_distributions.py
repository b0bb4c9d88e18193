"""Histograms count every site; percentiles along the energies are those of the data."""

import numpy as np
import pytest

from xnet_lite import plots
from xnet_lite.errors import InputError
from xnet_lite.plots.base import ROLES

RNG = np.random.default_rng(4)
ERRORS = {"mean spectrum": RNG.gamma(9, 1, 250), "MLP": RNG.gamma(2, 1, 200)}
ENERGY = np.linspace(-10, 50, 5)
TRUE = RNG.random((40, 5)) + 1
PRED = TRUE * (1 + 0.1 * RNG.normal(size=TRUE.shape))


def panel(model: str) -> list:
    """Bars, median, lower and upper quartile of a model."""
    data = plots.plot_error_histogram(ERRORS).data
    first = next(i for i, trace in enumerate(data) if trace.name == model)
    return list(data[first : first + 4])


@pytest.mark.parametrize("model", sorted(ERRORS))
def test_every_site_is_in_the_bar_that_holds_its_error(model):
    bars = panel(model)[0]
    assert sum(bars.y) == len(ERRORS[model])
    below = ERRORS[model] < bars.x[9] + bars.width / 2
    assert sum(bars.y[:10]) == below.sum()


@pytest.mark.parametrize("model", sorted(ERRORS))
def test_lines_stand_at_the_median_and_the_quartiles(model):
    lines = panel(model)[1:]
    wanted = np.percentile(ERRORS[model], [50, 25, 75])
    np.testing.assert_allclose([line.x for line in lines], np.tile(wanted, (2, 1)).T)
    assert [line.line.dash for line in lines] == ["solid", "dot", "dot"]


def test_models_share_bins_and_the_axis():
    mean, mlp = (panel(model)[0] for model in ERRORS)
    np.testing.assert_allclose(mean.x, mlp.x)
    figure = plots.plot_error_histogram(ERRORS)
    assert figure.layout.xaxis.matches == "x2"


def test_a_panel_names_its_model_and_its_numbers():
    notes = plots.plot_error_histogram({"MLP": [1.0, 2.0, 3.0]}).layout.annotations
    words = "<b>MLP</b><br>median 2.0, quartiles 1.5 and 2.5"
    assert [note.text for note in notes] == [words]


def test_a_role_keeps_its_colour():
    line = panel("mean spectrum")[1].line
    assert line.color == ROLES["mean spectrum"]


def test_the_axis_has_its_title_below_the_last_panel():
    layout = plots.plot_error_histogram(ERRORS).layout
    assert layout.xaxis2.title.text == "relative spectral error / %"
    assert layout.yaxis.title.text == "sites"


def test_median_and_bands_are_percentiles_over_sites():
    outer, inner, median = plots.plot_error_by_energy(ENERGY, PRED, TRUE).data
    errors = 100 * np.abs(PRED / TRUE - 1)
    np.testing.assert_allclose(median.y, np.median(errors, axis=0))
    for band, (low, high) in ((outer, (5, 95)), (inner, (25, 75))):
        upper, lower = np.split(np.asarray(band.y), 2)
        np.testing.assert_allclose(upper, np.percentile(errors, high, axis=0))
        np.testing.assert_allclose(lower[::-1], np.percentile(errors, low, axis=0))


def test_points_where_the_truth_is_zero_have_no_error():
    true = TRUE.copy()
    true[:, 0], true[0, 1] = 0, 0
    median = plots.plot_error_by_energy(ENERGY, PRED, true).data[-1]
    np.testing.assert_allclose(median.x, ENERGY[1:])
    errors = 100 * np.abs(PRED / TRUE - 1)[1:, 1]
    assert median.y[0] == pytest.approx(np.median(errors))


def test_both_axes_of_the_errors_along_energies_have_a_title():
    layout = plots.plot_error_by_energy(ENERGY, PRED, TRUE).layout
    assert layout.xaxis.title.text
    assert layout.yaxis.title.text


def test_spectra_on_different_grids_are_refused():
    with pytest.raises(InputError, match="one energy grid"):
        plots.plot_error_by_energy(ENERGY, PRED[:, 1:], TRUE)
