"""Widgets of the notebooks: sliders and 3-D views around the figures of plots."""

from xnet_lite.widgets.explorers import FeatureExplorer, SiteExplorer
from xnet_lite.widgets.viewer import view_site

__all__ = ["FeatureExplorer", "SiteExplorer", "view_site"]
