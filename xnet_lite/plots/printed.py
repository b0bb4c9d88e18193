"""A spectrum as a figure for print: SVG or PNG, drawn without a browser."""

import io
import json
from collections.abc import Mapping
from typing import Any

from xnet_lite.arrays import Array
from xnet_lite.errors import missing
from xnet_lite.plots.base import COLORS, ENERGY_TITLE, MU_TITLE, line_colors

SIZE = (6.0, 3.6)  # inches
DPI = 200


def printed(
    kind: str,
    curves: Mapping[str, tuple[Array, Array]],
    std: Array | None = None,
    *,
    title: str = "",
    record: Mapping[str, Any] | None = None,
) -> bytes:
    """Return a figure of spectra as a file's contents.

    Parameters
    ----------
    kind : {"svg", "png"}
    curves : mapping of str to pair of arrays (n_energies,)
        eV from the edge and absorption, by the names in the legend, the most important
        one first.
    std : array (n_energies,), optional
        Of the first curve, drawn twice to either side.
    title : str
        Words above.
    record : mapping, optional
        What `provenance` returns; it is kept in the file.

    Returns
    -------
    bytes
        The same for the same figure and record.

    Raises
    ------
    InputError
        Without Matplotlib.

    Example
    -------
    >>> printed("png", {"engine": (np.arange(3.0), np.ones(3))})[1:4]
    b'PNG'
    """
    try:
        from matplotlib import rc_context
        from matplotlib.figure import Figure
    except ImportError:
        raise missing("a figure for print needs matplotlib") from None
    with rc_context({"svg.hashsalt": "xnet_lite"}):
        figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        axes = figure.add_subplot(title=title, xlabel=ENERGY_TITLE, ylabel=MU_TITLE)
        colors = line_colors(list(curves))
        for (name, line), color in zip(curves.items(), colors, strict=True):
            axes.plot(*line, color=color, label=name, linewidth=1.5)
        if std is not None:
            (energy_rel, mu), color = next(iter(curves.values())), colors[0]
            low, high = mu - 2 * std, mu + 2 * std
            axes.fill_between(
                energy_rel, low, high, color=color, alpha=0.2, lw=0, label="± 2σ"
            )
        axes.axvline(0.0, color=COLORS["grey"], linewidth=0.5)
        axes.legend(frameon=False)
        file = io.BytesIO()
        figure.savefig(file, format=kind, metadata=_metadata(kind, record or {}))
    return file.getvalue()


def _metadata(kind: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """A record in the words of a format."""
    words = {"Description": json.dumps(record, sort_keys=True)}
    program = " ".join(str(record.get(key, "")) for key in ("program", "version"))
    if kind == "svg":
        return words | {"Creator": program.strip(), "Date": record.get("date")}
    return words | {"Software": program.strip()}
