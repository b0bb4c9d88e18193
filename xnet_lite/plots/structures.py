"""Structures in three dimensions, to be turned."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from ase.data import covalent_radii
from ase.data.colors import jmol_colors
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints
from xnet_lite.plots.base import COLORS, empty_figure
from xnet_lite.structures import Site, bonded_pairs

BALL = 0.5  # diameter of an atom's ball, of its covalent radius
HALO, HALO_GROWTH = 0.7, 0.8  # Å, diameter of a halo: at least, and at most on top
PADDING = 0.8  # Å of room around the outermost atoms
CAMERA = {"x": 0.55, "y": -0.85, "z": 0.37}


def plot_structure(
    site: Site, *, weights: ArrayLike | None = None, title: str = "", height: int = 420
) -> go.Figure:
    """Draw a site as balls and sticks that can be turned.

    Parameters
    ----------
    site : Site
        Its atoms are drawn in the usual colours of the elements.
    weights : array, (n_atoms,), optional
        Atoms with a weight get a halo whose size grows with it (the largest is 1).
    height : int
        Height in pixels.

    Example
    -------
    >>> from ase import Atoms
    >>> plot_structure(Site(Atoms("FeO", [[0, 0, 0], [2, 0, 0]]), 0)).data[-1].type
    'scatter3d'
    """
    figure = empty_figure(title, height=height)
    positions, numbers = site.atoms.positions, site.atoms.numbers
    center = (positions.min(axis=0) + positions.max(axis=0)) / 2
    reach = np.linalg.norm(positions - center, axis=1).max() + PADDING  # Å
    pixels = height / (2.4 * reach)  # per Å, about
    sticks = bond_lines(positions, bonded_pairs(positions, numbers))
    figure.add_scatter3d(
        **dict(zip("xyz", sticks.T, strict=True)),
        mode="lines",
        line={"color": "#777777", "width": 6},
        hoverinfo="skip",
    )
    if weights is not None:
        add_halos(figure, positions, np.asarray(weights, dtype=float), pixels)
    figure.add_scatter3d(
        **dict(zip("xyz", positions.T, strict=True)),
        mode="markers",
        text=atom_labels(site),
        hovertemplate="%{text}<br>(%{x:.2f}, %{y:.2f}, %{z:.2f}) Å<extra></extra>",
        marker={
            "size": pixels * BALL * covalent_radii[numbers],
            "color": element_colors(numbers),
            "line": {"color": "#333333", "width": 1},
            "opacity": 1.0,
        },
    )
    figure.update_layout(scene=cube(center, reach), showlegend=False)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 40 if title else 0, "b": 0})
    return figure


def atom_labels(site: Site) -> list[str]:
    """Return what the pointer says of each atom: element, number, absorber or not.

    Example
    -------
    >>> from ase import Atoms
    >>> atom_labels(Site(Atoms("FeO", [[0, 0, 0], [2, 0, 0]]), 0))
    ['Fe 0 (absorber)', 'O 1']
    """
    return [
        f"{symbol} {i}{' (absorber)' if i == site.absorber_index else ''}"
        for i, symbol in enumerate(site.atoms.get_chemical_symbols())
    ]


def cube(center: Array, reach: float) -> dict[str, object]:
    """Return a scene without axes, as large as needed however it is turned.

    Parameters
    ----------
    center : array, (3,)
        Å.
    reach : float
        Half an edge, Å.

    Returns
    -------
    dict
        For `layout.scene`.

    Example
    -------
    >>> cube(np.zeros(3), 2.0)["xaxis"]["range"]
    [-2.0, 2.0]
    """
    axes = {
        f"{name}axis": {"visible": False, "range": [float(c - reach), float(c + reach)]}
        for name, c in zip("xyz", center, strict=True)
    }
    return {**axes, "aspectmode": "cube", "camera": {"eye": CAMERA}}


def element_colors(numbers: Ints) -> list[str]:
    """Return the usual colours of elements.

    Parameters
    ----------
    numbers : array, (n_atoms,)
        Atomic numbers.

    Returns
    -------
    list of str
        Colours that Plotly reads.

    Example
    -------
    >>> element_colors(np.array([8]))
    ['rgb(255,13,13)']
    """
    rows = (255 * jmol_colors[numbers]).astype(int)
    return [f"rgb({red},{green},{blue})" for red, green, blue in rows]


def bond_lines(positions: Array, pairs: Ints) -> Array:
    """Return the ends of all bonds, three rows a bond, the third one a gap.

    Parameters
    ----------
    positions : array, (n_atoms, 3)
        Å.
    pairs : array of int, (n_bonds, 2)
        Bonded atoms.

    Returns
    -------
    array, (3 n_bonds, 3)
        Å; rows of NaN break the line between bonds.

    Example
    -------
    >>> bond_lines(np.array([[0.0, 0, 0], [2.0, 0, 0]]), np.array([[0, 1]])).shape
    (3, 3)
    """
    lines = np.full((len(pairs), 3, 3), np.nan)
    lines[:, :2] = positions[pairs]
    return lines.reshape(-1, 3)


def add_halos(
    figure: go.Figure, positions: Array, weights: Array, pixels: float
) -> None:
    """Draw a translucent ball behind each atom that has a weight.

    Parameters
    ----------
    figure : Figure
        Changed in place.
    positions : array, (n_atoms, 3)
        Å.
    weights : array, (n_atoms,)
        Any unit; the largest absolute value gets the largest ball.
    pixels : float
        Per Å.

    Example
    -------
    >>> figure = empty_figure()
    >>> add_halos(figure, np.zeros((2, 3)), np.array([0.0, 1.0]), pixels=10.0)
    >>> figure.data[0].marker.size.tolist()
    [0.0, 15.0]
    """
    shares = np.abs(weights) / (np.abs(weights).max() or 1.0)
    # area, not diameter, tells the share; nothing at all below a thousandth
    sizes = np.where(shares > 1e-3, HALO + HALO_GROWTH * np.sqrt(shares), 0.0)
    figure.add_scatter3d(
        **dict(zip("xyz", positions.T, strict=True)),
        mode="markers",
        hoverinfo="skip",
        marker={
            "size": pixels * sizes,
            "color": COLORS["orange"],
            "opacity": 0.45,
            "line": {"width": 0},
        },
    )
