"""How Sphinx builds the site: `make docs`, or `python -m tools.site`."""

import os
import sys
from pathlib import Path

# the site is built from a copy of this folder: the repository is told
ROOT = Path(os.environ.get("XNET_LITE_ROOT", Path(__file__).resolve().parents[1]))
sys.path.insert(0, str(ROOT))

from xnet_lite import __version__  # noqa: E402

project = "xnet-lite"
author = copyright = "the xnet-lite authors"
version = release = __version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
    "tools.site.docstrings",
    "tools.site.maths",
]
exclude_patterns = ["measured/tables/*"]
templates_path = []

# -- pages ---------------------------------------------------------------------------
myst_enable_extensions = ["colon_fence", "deflist", "dollarmath", "attrs_inline"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_merge_streams = True
suppress_warnings = ["mystnb.unknown_mime_type", "toc.empty_glob", "ref.python"]
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

# -- reference -----------------------------------------------------------------------
default_role = "py:obj"
add_module_names = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
autodoc_mock_imports = ["dask_jobqueue"]
napoleon_google_docstring = False
napoleon_custom_sections = ["Source", "Differs"]
napoleon_use_rtype = False
napoleon_use_ivar = True

# -- looks ---------------------------------------------------------------------------
html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["figures.js"]
html_context = {"default_mode": "auto"}
html_favicon = "_static/favicon.svg"
html_title = "xnet-lite"
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "logo": {"text": "xnet-lite"},
    "header_links_before_dropdown": 6,
    "navbar_align": "left",
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "show_prev_next": True,
    "footer_start": ["copyright"],
    "footer_end": [],
    "back_to_top_button": False,
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
