"""What every widget here starts from: the 3-D view, a figure that lives, a slider."""

from collections.abc import Sequence
from typing import Any

import ipywidgets
import nglview
import numpy as np
import plotly.graph_objects as go
from ase.data import chemical_symbols
from numpy.typing import ArrayLike
from scipy.spatial.transform import Rotation

from xnet_lite.arrays import Array
from xnet_lite.plots import bonded_pairs
from xnet_lite.plots.base import LEGEND_ABOVE
from xnet_lite.plots.structures import (
    HEAD,
    arrows_of,
    cell_edges,
    is_ringed,
    parents,
    seen,
)
from xnet_lite.structures import Site

HALO_COLOR, MARK_COLOR = "#E69F00", "#0072B2"
#: red, green, blue of the edges of a cell; half their width, Å
ARROW_COLOR = [0.84, 0.37, 0.0]
CELL_COLOR, CELL_RADIUS = [0.5, 0.5, 0.5], 0.04
BALLS = {"aspect_ratio": 3.0, "bond_scale": 0.45, "multiple_bond": False}
# seen a little from the side and from above: along an axis, atoms hide each other
TILT: Array = Rotation.from_euler("zx", (-25.0, -65.0), degrees=True).as_matrix()
ZOOM = 0.4
#: layout of a figure with its legend above it
ABOVE: dict[str, Any] = {"legend": LEGEND_ABOVE, "margin": {"t": 60}}
#: looks of a slider as wide as the page
WIDE: dict[str, Any] = {
    "style": {"description_width": "initial"},
    "layout": {"width": "100%"},
}


#: the same of one that is heard on release, as what it moves takes a moment
ON_RELEASE: dict[str, Any] = WIDE | {"continuous_update": False}


def as_seen(site: Site) -> Array:
    """Return the positions with the absorber at the origin, tilted for the eye.

    Parameters
    ----------
    site : Site

    Returns
    -------
    array, (n_atoms, 3)
        Å; the site itself is not turned.

    Example
    -------
    >>> from ase import Atoms
    >>> as_seen(Site(Atoms("Fe", [[1, 2, 3]]), 0)).tolist()
    [[0.0, 0.0, 0.0]]
    """
    positions: Array = site.atoms.positions
    seen: Array = (positions - positions[site.absorber_index]) @ TILT.T
    return seen


def site_as_sdf(site: Site) -> str:
    """Return a site as an MDL molfile, with the bonds that the figures draw too.

    Parameters
    ----------
    site : Site
        Any number of atoms.

    Returns
    -------
    str
        Version V3000; coordinates in Å, tilted as the view shows them, atoms in the
        site's order.

    Source
    ------
    Dalby, J. Chem. Inf. Comput. Sci. 32, 244 (1992), doi:10.1021/ci00007a012, for the
    frame; BIOVIA, CTfile Formats (2020), for V3000, whose columns are of any width.

    Differs
    -------
    Every bond is single: nothing about bond orders is known or claimed.

    Example
    -------
    >>> from ase import Atoms
    >>> site_as_sdf(Site(Atoms("Fe"), 0)).splitlines()[5]
    'M  V30 COUNTS 1 0 0 0 0'
    """
    numbers = site.atoms.numbers
    pairs = bonded_pairs(site.atoms.positions, numbers)
    atoms = [
        f"{i} {chemical_symbols[number]} {x:.4f} {y:.4f} {z:.4f} 0"
        for i, ((x, y, z), number) in enumerate(zip(as_seen(site), numbers), start=1)
    ]
    bonds = [f"{n} 1 {i + 1} {j + 1}" for n, (i, j) in enumerate(pairs, start=1)]
    table = ["BEGIN CTAB", f"COUNTS {len(atoms)} {len(bonds)} 0 0 0"]
    table += ["BEGIN ATOM", *atoms, "END ATOM", "BEGIN BOND", *bonds, "END BOND"]
    rows = [f"M  V30 {row}" for row in (*table, "END CTAB")]
    head = ["site", "", "", "  0  0  0     0  0            999 V3000"]
    return "\n".join([*head, *rows, "M  END", "$$$$", ""])


def view_site(
    site: Site,
    *,
    highlight: Sequence[int] = (),
    arrows: ArrayLike | None = None,
    height: int = 320,
) -> nglview.NGLWidget:
    """Show a site as balls and sticks in three dimensions.

    Parameters
    ----------
    site : Site
        A molecule is shown whole; of a crystal the cluster about the absorber, which
        is marked, and the cell (see `plots.structures.seen`).
    highlight : sequence of int
        Atoms that get a halo, and all their images.
    arrows : array, (n_atoms, 3), optional
        As `plots.plot_structure` has them.
    height : int
        Height in pixels.

    Returns
    -------
    nglview.NGLWidget
        Drag to turn, scroll to zoom.

    Example
    -------
    >>> from ase import Atoms
    >>> view_site(Site(Atoms("Fe"), 0)).layout.height
    '320px'
    """
    view = viewer(site, height=height)
    if len(highlight):
        set_halos(view, highlight)
    along = arrows_of(view.drawn, arrows)
    long = np.linalg.norm(along, axis=1) > HEAD
    if long.any():
        start, along = as_seen(view.drawn)[long], along[long] @ TILT.T
        ends = zip(start.tolist(), (start + along).tolist(), strict=True)
        view._add_shape([("arrow", *pair, ARROW_COLOR, 0.12) for pair in ends])
    return view


def shown(figure: go.Figure, **layout: Any) -> go.FigureWidget:
    """Return a figure whose lines can change while it is looked at.

    It is as wide as its place.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
    **layout
        What changes in its layout, for instance `ABOVE`.

    Returns
    -------
    plotly.graph_objects.FigureWidget

    Example
    -------
    >>> shown(go.Figure(), height=300).layout.height
    300
    """
    figure.update_layout(autosize=True, **layout)
    alive = go.FigureWidget(data=figure.data, layout=figure.layout)
    # without the button that would send a figure to somebody's cloud
    looks = {"responsive": True, "displaylogo": False, "showSendToCloud": False}
    alive._config = {**alive._config, **looks}
    return alive


def side_by_side(figure: ipywidgets.Widget, view: ipywidgets.Widget) -> ipywidgets.Box:
    """Return a figure and a view in a row, the view below where the page is narrow.

    Example
    -------
    >>> len(side_by_side(ipywidgets.HTML(), ipywidgets.HTML()).children)
    2
    """
    # each takes a share of the row; what is narrower than that has a row of its own
    shares = ((figure, "3 1 340px"), (view, "2 1 260px"))
    looks = {"overflow": "hidden", "min_width": "0"}
    boxes = [ipywidgets.Box([one], layout={"flex": x, **looks}) for one, x in shares]
    layout = {"flex_flow": "row wrap", "width": "100%"}
    return ipywidgets.Box(boxes, layout=layout)


def viewer(site: Site, *, height: int) -> nglview.NGLWidget:
    """Return the bare 3-D view of a site, balls and sticks.

    Parameters
    ----------
    site : Site
        As `view_site` shows it.
    height : int
        Height in pixels; the width follows the page.

    Returns
    -------
    nglview.NGLWidget

    Example
    -------
    >>> from ase import Atoms
    >>> viewer(Site(Atoms("Fe"), 0), height=200).layout.height
    '200px'
    """
    view = nglview.NGLWidget()
    view.layout.width, view.layout.height = "100%", f"{height}px"
    show_site(view, site)
    view.control.zoom(ZOOM)
    view.stage.set_parameters(clip_dist=0.1)  # by default the nearest 10 Å are cut
    return view


def set_halos(view: nglview.NGLWidget, atoms: Sequence[int]) -> None:
    """Draw translucent balls around these atoms, and around no other.

    Parameters
    ----------
    view : nglview.NGLWidget
        Changed in place.
    atoms : sequence of int
        Indices of atoms, whose images are meant too; none removes every halo.

    Example
    -------
    >>> from ase import Atoms
    >>> set_halos(viewer(Site(Atoms("Fe"), 0), height=200), [0])
    """
    view.clear_representations()
    view.add_ball_and_stick(**BALLS)
    site, drawn = view.site, view.drawn
    if is_ringed(site):
        _add_halo(view, [drawn.absorber_index], MARK_COLOR, 0.7)
    rows = np.flatnonzero(np.isin(parents(drawn), list(atoms)))
    if len(rows):
        _add_halo(view, rows.tolist(), HALO_COLOR, 0.55)


def _add_halo(
    view: nglview.NGLWidget, rows: Sequence[int], color: str, size: float
) -> None:
    """Draw translucent balls, in van der Waals radii, around atoms that are drawn."""
    selection = "@" + ",".join(str(i) for i in rows)
    view.add_spacefill(selection, color=color, opacity=0.45, radius_scale=size)


def show_site(view: nglview.NGLWidget, site: Site) -> None:
    """Put another structure in a view that is there already.

    Parameters
    ----------
    view : nglview.NGLWidget
        Changed in place: what it showed is gone. (A new view a molecule would soon
        have more canvases on the page than a browser keeps.)
    site : Site
        As `view_site` shows it.

    Example
    -------
    >>> from ase import Atoms
    >>> view = viewer(Site(Atoms("Fe"), 0), height=200)
    >>> show_site(view, Site(Atoms("FeO", [[0, 0, 0], [2, 0, 0]]), 0))
    >>> len(view._ngl_component_ids)
    1
    """
    for component in list(view._ngl_component_ids):
        view.remove_component(component)
    view.site, view.drawn = site, seen(site)
    structure = nglview.TextStructure(site_as_sdf(view.drawn), ext="sdf")
    view.add_structure(structure, default_representation=False)
    set_halos(view, [])
    if site.atoms.pbc.any():
        ends = cell_edges(site, np.zeros(3)).reshape(12, 3, 3)[:, :2] @ TILT.T
        tubes = [("cylinder", *edge, CELL_COLOR, CELL_RADIUS) for edge in ends.tolist()]
        view._add_shape(tubes, name="cell")
    view.center()


def move_atoms(view: nglview.NGLWidget, site: Site) -> None:
    """Put the atoms of a view where the site has them now.

    Parameters
    ----------
    view : nglview.NGLWidget
        Changed in place.
    site : Site
        The same atoms in the same order as when the view was made.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("Fe"), 0)
    >>> move_atoms(viewer(site, height=200), site)
    """
    if site.atoms.pbc.any():  # other images may have come near
        show_site(view, site)
    else:
        view.site = view.drawn = site
        view.set_coordinates({0: as_seen(site)})
