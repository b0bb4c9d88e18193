"""Plotly figures: arrays and dataclasses in, a Figure out, nothing is shown here.

Every `plot_*` takes `title`, words above the figure, and returns a
`plotly.graph_objects.Figure`. Files follow the pipeline: `structures`, `spectra`,
`features`; `learning`; `predictions`, `parity`, `errors`; and back, `beamline`. `lines`
is for whatever has no figure of its own, `printed` is for print, `report` is a page,
`pages` are those of an answer, and all start from `base`.
"""

from xnet_lite.plots.base import ENERGY_TITLE, MU_TITLE
from xnet_lite.plots.beamline import plot_inversion, plot_readied
from xnet_lite.plots.errors import (
    plot_error_by_energy,
    plot_error_histogram,
    plot_errors,
    plot_scores,
)
from xnet_lite.plots.features import (
    plot_choices,
    plot_class_maps,
    plot_classes,
    plot_features,
    plot_map,
)
from xnet_lite.plots.learning import plot_convergence, plot_history, plot_learning_curve
from xnet_lite.plots.lines import plot_heat_map, plot_lines
from xnet_lite.plots.parity import (
    plot_coverage,
    plot_parity,
    plot_peak_parity,
    plot_reliability,
    plot_residuals,
)
from xnet_lite.plots.predictions import (
    plot_percentiles,
    plot_points,
    plot_points_by_site,
    plot_prediction,
)
from xnet_lite.plots.printed import printed
from xnet_lite.plots.report import Page
from xnet_lite.plots.spectra import plot_scan, plot_spectra
from xnet_lite.plots.structures import plot_structure
from xnet_lite.structures import bonded_pairs

__all__ = [
    "ENERGY_TITLE",
    "MU_TITLE",
    "Page",
    "bonded_pairs",
    "plot_choices",
    "plot_class_maps",
    "plot_classes",
    "plot_convergence",
    "plot_coverage",
    "plot_error_by_energy",
    "plot_error_histogram",
    "plot_errors",
    "plot_features",
    "plot_heat_map",
    "plot_history",
    "plot_inversion",
    "plot_learning_curve",
    "plot_lines",
    "plot_map",
    "plot_parity",
    "plot_peak_parity",
    "plot_percentiles",
    "plot_points",
    "plot_points_by_site",
    "plot_prediction",
    "plot_readied",
    "plot_reliability",
    "plot_residuals",
    "plot_scan",
    "plot_scores",
    "plot_spectra",
    "plot_structure",
    "printed",
]
