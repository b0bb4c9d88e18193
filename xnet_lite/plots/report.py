"""A page with a spectrum: one HTML file that opens without a network."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import plotly.graph_objects as go

from xnet_lite.faces import Face
from xnet_lite.plots.structures import SEEN, plot_structure
from xnet_lite.provenance import in_words
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
.note { border-left: 4px solid #0072B2; padding: .3rem .8rem; background: #eef5fa }
code { background: #f2f2f2; padding: .1rem .35rem; border-radius: 3px }
footer { color: #666; font-size: .85rem; margin: 2.5rem 0 1rem }
"""


@dataclass(frozen=True, repr=False)
class Page(Face):
    """A spectrum, its structure and what else is known, on one HTML page.

    Parameters
    ----------
    title : str
    figure : plotly.graph_objects.Figure
        Of the spectrum.
    site : Site
        The structure, absorber marked; above it, what was assumed when it was read.
    tables : mapping of str to sequence of mapping
        Titles and rows; the keys of a row are the column heads.
    warnings : sequence of str
        Sentences for the reader, for instance "far from every known site".
    lead : str
        What the figure shows.
    next_command : str
        The command to try next.
    facts : mapping of str to str
        Whatever else should be read: seconds, training set, split, version.
    radius : float
        How far a crystal is shown about the absorber, Å.
    record : mapping
        Where it comes from, as `provenance` returns it: said below, and kept for
        programs.
    more : mapping of str to plotly.graph_objects.Figure
        Figures below the tables, by their titles.
    """

    title: str
    figure: go.Figure
    site: Site
    tables: Mapping[str, Sequence[Mapping[str, object]]] = field(default_factory=dict)
    warnings: Sequence[str] = ()
    lead: str = ""
    next_command: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    radius: float = SEEN
    record: Mapping[str, Any] = field(default_factory=dict)
    more: Mapping[str, go.Figure] = field(default_factory=dict)

    def _facts(self) -> dict[str, object]:
        return {
            "title": self.title,
            "of": self.site.label,
            "tables": ", ".join(self.tables) or None,
        }

    def html(self) -> str:
        """Return a whole document of about 5 MB.

        plotly.js is inside, so that it opens and turns offline and asks no other
        machine for anything.

        Example
        -------
        >>> from ase import Atoms
        >>> page = Page("One atom", go.Figure(), Site(Atoms("Fe"), 0)).html()
        >>> "<script src=" in page
        False
        """
        title = escape(self.title)
        spectrum = html_figure(self.figure, "spectrum", library=True)
        atoms = plot_structure(self.site, height=360, radius=self.radius)
        structure = html_figure(atoms, "structure", library=False)
        said = {**self.facts, **(in_words(self.record) if self.record else {})}
        facts = " · ".join(f"{escape(k)}: {escape(v)}" for k, v in said.items())
        parts = [
            "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
            "<meta name='viewport' content='width=device-width, initial-scale=1'>",
            *_metadata(self.record),
            f"<title>{title}</title><style>{STYLE}</style></head><body>",
            f"<h1>{title}</h1>",
            f"<p>{escape(self.lead)}</p>" if self.lead else "",
            *(f'<p class="note">{escape(one)}</p>' for one in self.site.notes),
            *(f'<p class="warning">{escape(one)}</p>' for one in self.warnings),
            f"<div class='side'><div>{spectrum}</div><div>{structure}</div></div>",
            *(section(head, rows) for head, rows in self.tables.items()),
        ]
        for i, (head, figure) in enumerate(self.more.items(), start=1):
            below = html_figure(figure, f"figure{i}", library=False)
            parts.append(f"<h2>{escape(head)}</h2>{below}")
        if self.next_command:
            code = f"<code>{escape(self.next_command)}</code>"
            parts.append(f"<h2>Next</h2><p>{code}</p>")
        return "\n".join([*parts, f"<footer>{facts}</footer></body></html>"])


def _metadata(record: Mapping[str, Any]) -> list[str]:
    """Where a page comes from, for programs."""
    if not record:
        return []
    words = {
        "generator": f"{record['program']} {record['version']}",
        "dcterms.created": record["date"],
        "provenance": json.dumps(record, sort_keys=True),
    }
    return [f'<meta name="{k}" content="{escape(v)}">' for k, v in words.items()]


def html_figure(figure: go.Figure, div_id: str, *, library: bool) -> str:
    """Return a figure as a piece of HTML, with plotly.js inside or not.

    Example
    -------
    >>> 'id="spectrum"' in html_figure(go.Figure(), "spectrum", library=False)
    True
    """
    return str(
        figure.to_html(
            full_html=False,
            include_plotlyjs=library,
            div_id=div_id,
            config={
                "displaylogo": False,
                "responsive": True,
                "showSendToCloud": False,  # a button to another machine
            },
        )
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
