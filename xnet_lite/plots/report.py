"""The page of the first prediction: one HTML file that opens without a network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
import plotly.graph_objects as go

from xnet_lite.faces import Face
from xnet_lite.plots.predictions import plot_prediction
from xnet_lite.plots.structures import plot_structure
from xnet_lite.structures import Site
from xnet_lite.tables import Table

STYLE = """
body { font: 16px/1.55 system-ui, sans-serif; color: #222; background: #fff;
       max-width: 70rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.6rem; margin: 0 0 .3rem } h2 { font-size: 1.15rem; margin-top: 2rem }
.side { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr) }
@media (min-width: 60rem) {
  .side { grid-template-columns: minmax(0, 5fr) minmax(0, 3fr) } }
.warning { border-left: 4px solid #D55E00; padding: .3rem .8rem; background: #fdf3ec }
code { background: #f2f2f2; padding: .1rem .35rem; border-radius: 3px }
footer { color: #666; font-size: .85rem; margin: 2.5rem 0 1rem }
"""


@dataclass(frozen=True, repr=False)
class FirstPrediction(Face):
    """What the page shows: one site, its predicted spectrum and what stands beside it.

    Parameters
    ----------
    site : Site
        The structure, absorber marked.
    energy_rel : array, (n_energies,)
        Energy from the edge, eV.
    spectrum_pred, spectrum_std : array, (n_energies,)
        Prediction and its spread.
    others : mapping of str to array, (n_energies,)
        "engine", "nearest neighbor", "mean spectrum": same energies.
    neighbors : sequence of mappings
        Nearest known sites, a row each; the keys are the column heads.
    table : sequence of mappings
        Models against baselines, a row each; the keys are the column heads.
    warnings : sequence of str
        Sentences for the reader, for instance "far from every known site".
    facts : mapping of str to str
        Whatever else should be read: seconds, training set, split, version.
    next_command : str
        The command to try next.

    Example
    -------
    >>> from ase import Atoms
    >>> report = FirstPrediction(Site(Atoms("Fe"), 0), [0, 1], [0, 1], [0.1, 0.1])
    >>> report.others
    {}
    """

    site: Site
    energy_rel: np.ndarray
    spectrum_pred: np.ndarray
    spectrum_std: np.ndarray
    others: Mapping[str, np.ndarray] = field(default_factory=dict)
    neighbors: Sequence[Mapping[str, object]] = ()
    table: Sequence[Mapping[str, object]] = ()
    warnings: Sequence[str] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    next_command: str = ""


def first_prediction_figure(report: FirstPrediction) -> go.Figure:
    """Draw the prediction with its band, over the engine's spectrum and the baselines.

    Parameters
    ----------
    report : FirstPrediction

    Returns
    -------
    plotly.graph_objects.Figure

    Example
    -------
    >>> from ase import Atoms
    >>> report = FirstPrediction(Site(Atoms("Fe"), 0), [0, 1], [0, 1], [0.1, 0.1])
    >>> first_prediction_figure(report).data[-1].name
    'prediction'
    """
    figure = plot_prediction(
        report.energy_rel,
        report.spectrum_pred,
        report.spectrum_std,
        others=report.others,
    )
    figure.update_layout(
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        margin={"t": 40},
    )
    return figure


def first_prediction_page(report: FirstPrediction) -> str:
    """Write the page: figure, structure, tables, warnings, the next command.

    Parameters
    ----------
    report : FirstPrediction

    Returns
    -------
    str
        A whole HTML document of about 5 MB: plotly.js is inside, so that it opens
        and turns offline and asks no other machine for anything.

    Example
    -------
    >>> from ase import Atoms
    >>> report = FirstPrediction(Site(Atoms("Fe"), 0), [0, 1], [0, 1], [0.1, 0.1])
    >>> "<script src=" in first_prediction_page(report)
    False
    """
    name = escape(report.site.atoms.get_chemical_formula())
    spectrum = html_figure(first_prediction_figure(report), "spectrum", library=True)
    atoms = plot_structure(report.site, height=360)
    structure = html_figure(atoms, "structure", library=False)
    warnings = "".join(f'<p class="warning">{escape(w)}</p>' for w in report.warnings)
    facts = " · ".join(f"{escape(k)}: {escape(v)}" for k, v in report.facts.items())
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
        "<meta name='viewport' content='width=device-width, initial-scale=1'>",
        f"<title>First prediction: {name}</title><style>{STYLE}</style></head><body>",
        f"<h1>First prediction: {name}, {escape(report.site.absorber)} "
        f"{escape(report.site.edge)} edge</h1>",
        "<p>Blue is the network, with twice its spread to either side; black is the "
        "physics it was trained to imitate. Dotted are the two baselines it has to "
        "beat. Drag to zoom, double-click to go back, click a name to hide a line.</p>",
        warnings,
        f"<div class='side'><div>{spectrum}</div>",
        f"<div>{structure}</div></div>",
        section("Models against baselines", report.table),
        section("Nearest known sites", report.neighbors),
    ]
    if report.next_command:
        parts.append(f"<h2>Next</h2><p><code>{escape(report.next_command)}</code></p>")
    parts.append(f"<footer>{facts}</footer></body></html>")
    return "\n".join(parts)


def html_figure(figure: go.Figure, div_id: str, *, library: bool) -> str:
    """Return a figure as a piece of HTML, with plotly.js inside or not.

    Example
    -------
    >>> 'id="spectrum"' in html_figure(go.Figure(), "spectrum", library=False)
    True
    """
    return figure.to_html(
        full_html=False,
        include_plotlyjs=library,
        div_id=div_id,
        config={"displaylogo": False, "responsive": True},
    )


def section(title: str, rows: Sequence[Mapping[str, object]]) -> str:
    """Return rows as a titled HTML table; nothing where there is no row.

    Example
    -------
    >>> section("Sites", [])
    ''
    """
    if not rows:
        return ""
    return f"<h2>{escape(title)}</h2>{Table(rows)._repr_html_()}"
