"""Draw the picture of the README: a complex, its spectrum told, and computed.

The complex is tris(bipyridine)iron of `data/examples`, which is in no embedded set; its
spectrum is told by the network that is shipped, and computed by the engine. Usage::

    python -m tools.picture        writes docs/_static/picture.png
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from ase.data import covalent_radii
from ase.data.colors import jmol_colors
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from tools.notebooks import ROOT
from xnet_lite.jobs.default_model import default_model
from xnet_lite.jobs.prediction import predict_site
from xnet_lite.plots.base import ENERGY_TITLE, MU_TITLE, line_colors
from xnet_lite.structures import Site, read_site
from xnet_lite.structures.bonds import bonded_pairs
from xnet_lite.studies.first_light import example_file, physics
from xnet_lite.writing import write

PICTURE = ROOT / "docs" / "_static" / "picture.png"
INCHES, DPI = (9.0, 3.0), 120
BALL = 0.5  # share of its covalent radius that an atom is drawn with


def draw_site(axes: Any, site: Site) -> None:
    """Atoms and bonds, seen across their two longest axes, far ones first."""
    numbers = site.atoms.numbers
    there = site.atoms.positions - site.atoms.positions.mean(0)
    turned = there @ np.linalg.svd(there, full_matrices=False)[2].T
    for pair in bonded_pairs(site.atoms.positions, numbers):
        x, y, depth = turned[pair].T
        axes.plot(x, y, color="0.55", linewidth=2, zorder=depth.min())
    for (x, y, depth), number in zip(turned, numbers, strict=True):
        radius, color = BALL * covalent_radii[number], jmol_colors[number]
        axes.add_patch(
            Circle((x, y), radius, facecolor=color, edgecolor="0.3", zorder=depth)
        )
    axes.set_aspect("equal")
    axes.autoscale_view()
    axes.set_axis_off()


def picture() -> bytes:
    """The picture as PNG."""
    site, predictor = read_site(example_file()), default_model()
    told = predict_site(predictor, site)
    assert told.std is not None  # the shipped model has a band
    energy, low, high = told.energy_rel, told.mu - 2 * told.std, told.mu + 2 * told.std
    first, second = line_colors(["told", "computed"])
    figure = Figure(figsize=INCHES, dpi=DPI, layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1, 2.4))
    draw_site(left, site)
    right.fill_between(energy, low, high, color=first, alpha=0.25, lw=0)
    right.plot(energy, told.mu, color=first, label="told by the network, ± 2σ")
    right.plot(energy, physics(site, predictor), "--", color=second, label="computed")
    right.set(xlabel=ENERGY_TITLE, ylabel=MU_TITLE, xlim=(energy[0], energy[-1]))
    right.legend(frameon=False, loc="lower right")
    right.spines[["top", "right"]].set_visible(False)
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


if __name__ == "__main__":
    print(f"written: {write(PICTURE, picture())}")
