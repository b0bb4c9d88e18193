"""Structures in three dimensions, to be turned."""

from typing import Any

import numpy as np
import plotly.graph_objects as go
from ase.data import covalent_radii
from ase.data.colors import jmol_colors
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError
from xnet_lite.plots.base import COLORS, empty_figure
from xnet_lite.structures import Site, bonded_pairs, cluster
from xnet_lite.structures.doubts import empty_share, molecule_in_cell

BALL = 0.5  # diameter of an atom's ball, of its covalent radius
HALO, HALO_GROWTH = 0.7, 0.8  # Å, diameter of a halo: at least, and at most on top
RING = 1.5  # of the ball of the absorber
ARROW, HEAD = 1.2, 0.35  # Å: the longest arrow, and the head of each
#: Å: what a model sees of a crystal, the cutoff of the usual descriptors
SEEN = 6.0
MOSTLY = 0.5  # share of a cell whose molecule is drawn alone
PADDING = 0.8  # Å of room around the outermost atoms
# from here a ball as wide as the cube's edge is seen whole: 1 / (2 sin 22.5°) away
CAMERA = {"x": 0.69, "y": -1.06, "z": 0.46}


def plot_structure(
    site: Site,
    *,
    weights: ArrayLike | None = None,
    arrows: ArrayLike | None = None,
    title: str = "",
    height: int = 420,
    radius: float = SEEN,
) -> go.Figure:
    """Draw a site as balls and sticks that can be turned.

    Parameters
    ----------
    site : Site
        Its atoms are drawn in the usual colours of the elements; of a crystal the
        cluster about the absorber, which has a ring, and the cell.
    weights : array, (n_atoms,), optional
        Atoms with a weight get a halo whose size grows with it (the largest is 1).
    arrows : array, (n_atoms, 3), optional
        In any unit; the longest is drawn with 1.2 Å. Of a molecule.
    radius : float
        Of the cluster, Å.
    height : int
        Height in pixels.

    Example
    -------
    >>> from ase import Atoms
    >>> plot_structure(Site(Atoms("FeO", [[0, 0, 0], [2, 0, 0]]), 0)).data[-1].type
    'scatter3d'
    """
    figure = empty_figure(title, height=height)
    drawn = seen(site, radius)
    positions, numbers = drawn.atoms.positions, drawn.atoms.numbers
    cell: Array = np.zeros((0, 3))
    if site.atoms.pbc.any():
        cell = cell_edges(site, positions[drawn.absorber_index])
    along = arrows_of(drawn, arrows)
    center, reach = _extent(np.vstack([positions, positions + along]), cell)
    pixels = height / (2.4 * reach)  # per Å, about
    sticks = bond_lines(positions, bonded_pairs(positions, numbers))
    _add_lines(figure, sticks, "#777777", 6)
    if weights is not None:
        shares = np.asarray(weights, dtype=float)[parents(drawn)]
        add_halos(figure, positions, shares, pixels)
    line, sizes = {"color": "#333333", "width": 1}, BALL * covalent_radii[numbers]
    marker = {"size": pixels * sizes, "color": element_colors(numbers), "line": line}
    said = "%{text}<br>(%{x:.2f}, %{y:.2f}, %{z:.2f}) Å<extra></extra>"
    words = {"text": atom_labels(drawn), "hovertemplate": said}
    _add_balls(figure, positions, marker | {"opacity": 1.0}, **words)
    if along.any():
        _add_arrows(figure, positions, along)
    if is_ringed(site):
        add_ring(figure, drawn, pixels)
    if len(cell):
        _add_lines(figure, cell, COLORS["grey"], 2)
    figure.update_layout(scene=cube(center, reach), showlegend=False)
    figure.update_layout(margin={"l": 0, "r": 0, "t": 40 if title else 0, "b": 0})
    return figure


def _extent(positions: Array, cell: Array) -> tuple[Array, float]:
    """Middle and reach of what is drawn, Å; of a cell that is not far larger too."""
    found = []
    for points in (positions, np.vstack([positions, cell[np.isfinite(cell[:, 0])]])):
        center = (points.min(axis=0) + points.max(axis=0)) / 2
        reach = np.linalg.norm(points - center, axis=1).max() + PADDING
        found.append((center, float(reach)))
    return found[1] if found[1][1] < 2 * found[0][1] else found[0]


def arrows_of(drawn: Site, arrows: ArrayLike | None) -> Array:
    """Return arrows as they are drawn, the longest `ARROW`, (n_drawn, 3), Å.

    Raises
    ------
    InputError
        If there is not one for each atom.
    """
    n_atoms = len(drawn.atoms)
    if arrows is None:
        return np.zeros((n_atoms, 3))
    given = np.asarray(arrows, dtype=float)
    if given.shape != (n_atoms, 3) or not np.isfinite(given).all():
        said = f"arrows of shape {given.shape} for {n_atoms} atoms"
        raise InputError(f"{said}: give a finite vector for each, of a molecule")
    found: Array = ARROW * given / (np.linalg.norm(given, axis=1).max() or 1.0)
    return found


def _add_arrows(figure: go.Figure, positions: Array, along: Array) -> None:
    """Draw arrows that begin at atoms; what is shorter than a head is left out."""
    kept = np.linalg.norm(along, axis=1) > HEAD
    start, along = positions[kept], along[kept]
    pairs = np.arange(2 * len(start)).reshape(2, -1).T
    ends = bond_lines(np.vstack([start, start + along]), pairs)
    _add_lines(figure, ends, COLORS["vermillion"], 8)
    figure.add_cone(
        **dict(zip("xyz", (start + along).T, strict=True)),
        **dict(zip("uvw", along.T, strict=True)),
        anchor="tip",
        sizemode="raw",
        sizeref=HEAD,
        showscale=False,
        colorscale=[[0, COLORS["vermillion"]], [1, COLORS["vermillion"]]],
        hoverinfo="skip",
    )


def _add_lines(figure: go.Figure, ends: Array, color: str, width: int) -> None:
    """Draw lines, which rows of NaN break."""
    figure.add_scatter3d(
        **dict(zip("xyz", ends.T, strict=True)),
        mode="lines",
        line={"color": color, "width": width},
        hoverinfo="skip",
    )


def _add_balls(figure: go.Figure, at: Array, marker: Any, **said: Any) -> None:
    """Draw balls, silent under the pointer unless something is said of them."""
    places, said = dict(zip("xyz", at.T, strict=True)), said or {"hoverinfo": "skip"}
    figure.add_scatter3d(**places, mode="markers", marker=marker, **said)


def seen(site: Site, radius: float = SEEN) -> Site:
    """Return what of a site is drawn: a molecule whole, of a crystal what a model sees.

    Parameters
    ----------
    site : Site
    radius : float
        Å about the absorber of a crystal.

    Returns
    -------
    Site
        Not periodic, its absorber where it was.

    Example
    -------
    >>> from ase.build import bulk
    >>> len(seen(Site(bulk("Cu"), 0), 3.0).atoms)
    13
    """
    if not site.atoms.pbc.any():
        return site
    alone = molecule_in_cell(site)
    if alone is not None and empty_share(site.atoms) > MOSTLY:
        return alone
    return cluster(site, radius)


def parents(drawn: Site) -> Ints:
    """Return which atom of the site each atom that is drawn is, or is an image of."""
    rows = np.arange(len(drawn.atoms))
    return drawn.atoms.arrays.get("parent_index", rows)


def is_ringed(site: Site) -> bool:
    """Tell whether the absorber is marked: in crystals, and among its like.

    Example
    -------
    >>> from ase import Atoms
    >>> is_ringed(Site(Atoms("FeO", [[0, 0, 0], [2, 0, 0]]), 0))
    False
    """
    return bool(site.atoms.pbc.any() or site.atoms.symbols.count(site.absorber) > 1)


def cell_edges(site: Site, at: Array) -> Array:
    """Return the edges of the cell that the absorber is in.

    Parameters
    ----------
    site : Site
        Periodic.
    at : array, (3,)
        Where its absorber is drawn, Å.

    Returns
    -------
    array, (36, 3)
        Å; three rows an edge, as `bond_lines` has them.

    Example
    -------
    >>> from ase.build import bulk
    >>> cell_edges(Site(bulk("Po", "sc", a=3.3), 0), np.zeros(3)).shape
    (36, 3)
    """
    cell = site.atoms.cell.complete()
    inside = site.atoms.get_scaled_positions()[site.absorber_index]
    corners = np.array(list(np.ndindex(2, 2, 2)))
    steps = np.abs(corners[:, None] - corners).sum(axis=-1)
    pairs = np.argwhere(np.triu(steps == 1))
    return bond_lines(at + cell.cartesian_positions(corners - inside), pairs)


def add_ring(figure: go.Figure, drawn: Site, pixels: float) -> None:
    """Draw a ring about the absorber.

    Parameters
    ----------
    figure : Figure
        Changed in place.
    drawn : Site
    pixels : float
        Per Å.
    """
    row = [drawn.absorber_index]
    size = BALL * float(covalent_radii[drawn.atoms.numbers[row]].item())
    marker = {"symbol": "circle-open", "size": pixels * size * RING}
    marker |= {"color": COLORS["orange"], "line": {"width": 4}}
    _add_balls(figure, drawn.atoms.positions[row], marker)


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
    marker = {"size": pixels * sizes, "color": COLORS["orange"], "opacity": 0.45}
    _add_balls(figure, positions, marker | {"line": {"width": 0}})
