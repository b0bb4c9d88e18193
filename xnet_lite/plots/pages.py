"""What was found, each as a page that people keep: prediction, inversion, runs."""

from collections.abc import Sequence
from html import escape
from os.path import relpath
from pathlib import Path
from urllib.parse import quote

from xnet_lite.complexes import readable
from xnet_lite.inverse import Inversion
from xnet_lite.jobs.batch import Batch
from xnet_lite.jobs.comparison import LIKE, LIKE_STD, Comparison
from xnet_lite.jobs.prediction import Prediction
from xnet_lite.plots.beamline import plot_inversion, plot_readied
from xnet_lite.plots.predictions import plot_prediction
from xnet_lite.plots.report import STYLE, Page, section
from xnet_lite.plots.structures import plot_structure

#: structures of the nearest that a page shows
N_STRUCTURES = 4


def prediction_page(found: Prediction, comparison: Comparison | None = None) -> str:
    """Return a page with a prediction, its band, and the nearest known sites.

    Parameters
    ----------
    found : Prediction
    comparison : Comparison, optional
        What stands beside it.

    Returns
    -------
    str
        A whole document, see `Page.html`.
    """
    others = {} if comparison is None else comparison.columns()
    spread = others.pop(LIKE_STD, None)
    figure = plot_prediction(
        found.energy_rel,
        found.mu,
        found.std,
        others=others,
        others_std={} if spread is None else {LIKE: spread},
        known=found.beside,
    )
    tables = {"Nearest known sites": found.nearest, **compared(comparison)}
    title = f"{found.site.label}, predicted by {found.model['name']}"
    record = found.provenance
    lead = ". ".join(found.promise)
    return Page(
        title, figure, found.site, tables, found.warnings, lead=lead, record=record
    ).html()


def inversion_page(found: Inversion) -> str:
    """Return a page with a scan, what it is like, and how it was made ready.

    Parameters
    ----------
    found : Inversion

    Returns
    -------
    str
        A whole document, see `Page.html`.
    """
    notes = found.notes
    doubts = [note for note in notes if note.startswith("doubtful")]
    done = [{"what was done": note} for note in notes if note not in doubts]
    warnings = doubts if found.word == "known" else [found.sentence, *doubts]
    lead = found.told if warnings[:1] == [found.sentence] else f"{found.sentence}. "
    lead = lead if lead == found.told else lead + found.told
    lead = ". ".join(part for part in (lead, found.second_told) if part)
    more = {"The scan as it was measured": plot_readied(found.readied)}
    for site in found.sites[1:N_STRUCTURES]:
        more[f"Also near: {readable(site.name or site.label)}"] = plot_structure(site)
    return Page(
        f"{found.source.get('file', 'A scan')}, {found.known.absorber} edge",
        plot_inversion(found),
        found.sites[0],
        {
            "Most similar known spectra": found.nearest,
            "By every measure": found.by_measure,
            "Steps": done,
        },
        warnings,
        lead=lead,
        record=found.provenance,
        more=more,
    ).html()


def compared(comparison: Comparison | None) -> dict[str, list[dict[str, str]]]:
    """Return a table of what was done to compare, for a page; nothing for None.

    Example
    -------
    >>> compared(None)
    {'Compared': []}
    """
    notes = [] if comparison is None else comparison.notes
    return {"Compared": [{"what was done, and what it says": one} for one in notes]}


def runs_page(batches: Sequence[Batch], folder: str | Path) -> str:
    """Return a page with what runs of notebooks recorded, and which of them failed.

    Parameters
    ----------
    batches : sequence of Batch
    folder : str or Path
        Where the page is going to be: its links lead to executed notebooks from there.

    Returns
    -------
    str
        A whole document that opens without a network.

    Example
    -------
    >>> "0 runs" in runs_page([Batch("a", Path("."), [])], ".")
    True
    """
    n_runs = sum(len(one.runs) for one in batches)
    n_failed = sum(len(one.failed) for one in batches)
    title = f"Runs of {', '.join(one.notebook for one in batches)}"
    parts = [
        "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(title)}</h1><p>{n_runs} runs, {n_failed} failed</p>",
    ]
    for one in batches:
        parts.append(section(f"{one.notebook}, means over seeds", one.means().rows))
        parts += [_failed(run) for run in one.failed]
        parts.append(section(f"{one.notebook}, every run", one.table().rows))
        parts.append(_links(one, folder))
    return "\n".join([*parts, "</body></html>"])


def _failed(run: dict[str, object]) -> str:
    """A sentence on a run that failed."""
    said = f"{run['parameters']}: {run['error']}"
    return f'<p class="warning">{escape(said)}</p>'


def _links(batch: Batch, folder: str | Path) -> str:
    """A list that leads to the executed notebooks."""
    place = Path(relpath(batch.folder, folder))
    items = []
    for run in batch.runs:
        said = ", ".join(f"{name} {value}" for name, value in run["parameters"].items())
        target = quote((place / f"{run['key']}.ipynb").as_posix())
        items.append(f'<li><a href="{target}">{escape(said or "as it is")}</a></li>')
    return f"<p>Executed notebooks:</p><ul>{''.join(items)}</ul>"
