"""One site to turn with the mouse."""

from __future__ import annotations

from collections.abc import Sequence

import nglview

from xnet_lite.structures import Site
from xnet_lite.widgets.base import set_halos, viewer


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
