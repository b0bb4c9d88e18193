"""What every widget here starts from: the 3-D view, a figure that lives, a slider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets
import nglview
import plotly.graph_objects as go
from ase.data import chemical_symbols
from scipy.spatial.transform import Rotation

from xnet_lite.arrays import Array
from xnet_lite.plots import bonded_pairs
from xnet_lite.plots.base import LEGEND_ABOVE
from xnet_lite.structures import Site

HALO_COLOR = "#E69F00"
BALLS = {"aspect_ratio": 3.0, "bond_scale": 0.45, "multiple_bond": False}
# seen a little from the side and from above: along an axis, atoms hide each other
TILT: Array = Rotation.from_euler("zx", (-25.0, -65.0), degrees=True).as_matrix()
ZOOM = 0.4
FIGURE_WIDTH = 640  # pixels
#: layout of a figure with its legend above it
ABOVE: dict[str, Any] = {"legend": LEGEND_ABOVE, "margin": {"t": 60}}
#: looks of a slider as wide as the page
WIDE: dict[str, Any] = {
    "style": {"description_width": "initial"},
    "layout": {"width": "100%"},
}


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
        At most 999 atoms.

    Returns
    -------
    str
        Coordinates in Å, tilted as the view shows them, atoms in the site's order.

    Source
    ------
    Dalby, J. Chem. Inf. Comput. Sci. 32, 244 (1992), doi:10.1021/ci00007a012.

    Differs
    -------
    Every bond is single: nothing about bond orders is known or claimed.

    Example
    -------
    >>> from ase import Atoms
    >>> site_as_sdf(Site(Atoms("Fe"), 0)).splitlines()[3][:6]
    '  1  0'
    """
    numbers = site.atoms.numbers
    pairs = bonded_pairs(site.atoms.positions, numbers)
    counts = f"{len(numbers):3d}{len(pairs):3d}  0  0  0  0  0  0  0  0999 V2000"
    atoms = [
        f"{x:10.4f}{y:10.4f}{z:10.4f} {chemical_symbols[number]:<3s} 0  0"
        for (x, y, z), number in zip(as_seen(site), numbers, strict=True)
    ]
    bonds = [f"{i + 1:3d}{j + 1:3d}  1  0" for i, j in pairs]
    return "\n".join(["site", "", "", counts, *atoms, *bonds, "M  END", "$$$$", ""])


def view_site(
    site: Site, *, highlight: Sequence[int] = (), height: int = 320
) -> nglview.NGLWidget:
    """Show a site as balls and sticks in three dimensions.

    Parameters
    ----------
    site : Site
        At most 999 atoms.
    highlight : sequence of int
        Atoms that get a halo.
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
    return view


def shown(figure: go.Figure, **layout: Any) -> go.FigureWidget:
    """Return a figure whose lines can change while it is looked at.

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
    >>> shown(go.Figure(), height=300).layout.width
    640
    """
    figure.update_layout(width=FIGURE_WIDTH, **layout)
    return go.FigureWidget(data=figure.data, layout=figure.layout)


def side_by_side(figure: ipywidgets.Widget, view: ipywidgets.Widget) -> ipywidgets.Box:
    """Return a figure and a view in a row, the view below where the page is narrow.

    Example
    -------
    >>> len(side_by_side(ipywidgets.HTML(), ipywidgets.HTML()).children)
    2
    """
    # a figure widget does not follow its column: it keeps its width, the view the rest
    beside = ipywidgets.Box([view], layout={"flex": "1 1 280px", "overflow": "hidden"})
    layout = {"flex_flow": "row wrap", "width": "100%"}
    return ipywidgets.Box([figure, beside], layout=layout)


def viewer(site: Site, *, height: int) -> nglview.NGLWidget:
    """Return the bare 3-D view of a site, balls and sticks.

    Parameters
    ----------
    site : Site
        At most 999 atoms.
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
    structure = nglview.TextStructure(site_as_sdf(site), ext="sdf")
    view = nglview.NGLWidget(structure, default_representation=False)
    view.layout.width, view.layout.height = "100%", f"{height}px"
    view.add_ball_and_stick(**BALLS)
    view.center()
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
        Indices of atoms; none removes every halo.

    Example
    -------
    >>> from ase import Atoms
    >>> set_halos(viewer(Site(Atoms("Fe"), 0), height=200), [0])
    """
    view.clear_representations()
    view.add_ball_and_stick(**BALLS)
    if len(atoms):
        selection = "@" + ",".join(str(i) for i in atoms)
        view.add_spacefill(selection, color=HALO_COLOR, opacity=0.45, radius_scale=0.55)


def show_site(view: nglview.NGLWidget, site: Site) -> None:
    """Put another molecule in a view that is there already.

    Parameters
    ----------
    view : nglview.NGLWidget
        Changed in place: what it showed is gone. (A new view a molecule would soon
        have more canvases on the page than a browser keeps.)
    site : Site
        At most 999 atoms.

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
    structure = nglview.TextStructure(site_as_sdf(site), ext="sdf")
    view.add_structure(structure, default_representation=False)
    view.add_ball_and_stick(**BALLS)
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
    view.set_coordinates({0: as_seen(site)})
