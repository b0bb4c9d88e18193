"""The built site in a real browser: nothing fetched from elsewhere, figures, axe."""

from __future__ import annotations

import functools
import http.server
import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

FOLDER = os.environ.get("XNET_LITE_SITE")
if not FOLDER:
    pytest.skip("needs the built site: make docs", allow_module_level=True)
pytest.importorskip("playwright.sync_api", reason="needs playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe")
from tests.browser import harness  # noqa: E402

if not harness.CHROMIUM.exists():
    pytest.skip(
        f"needs {harness.CHROMIUM}: apt-get install chromium", allow_module_level=True
    )
pytestmark = pytest.mark.browser

LOOKED_AT = [
    "index.html",
    "learn.html",
    "course/01_absorption.html",
    "measured/trust.html",
    "reference/descriptors.html",
    "reference/command.html",
    "glossary.html",
    "theory/engine.html",
    "how-to/own-data.html",
    "gallery.html",
]
THEMES = ("light", "dark")


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, without a line in the log for each."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the site is served."""
    handler = functools.partial(Quiet, directory=str(Path(FOLDER).resolve()))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    """A page, and what it is seen to do."""
    with harness.browser_page(tmp_path_factory.mktemp("profile")) as found:
        yield found


def visit(page: Any, address: str, theme: str = "light") -> None:
    """Open a page in a theme, and let its figures be drawn."""
    page.goto(address)
    page.evaluate(f"document.documentElement.dataset.theme = {theme!r}")
    if page.locator(".figure-live").count():
        page.locator(".figure-live").first.scroll_into_view_if_needed()
        page.wait_for_selector(".figure-live[data-drawn] .main-svg", timeout=20_000)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", LOOKED_AT)
def test_axe_finds_nothing_serious(page, address, name, theme):
    visit(page[0], f"{address}/{name}", theme)
    page[0].wait_for_timeout(400)  # colours fade over
    found = axe.Axe().run(page[0]).response["violations"]
    serious = {
        f"{one['id']}: {node['html'][:200]}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    }
    assert sorted(serious) == []


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_page_asks_no_other_host_and_reports_no_error(page, address, name):
    page[1].console_errors.clear()  # axe looks for style sheets where none are
    visit(page[0], f"{address}/{name}")
    assert page[1].external_requests == []
    assert page[1].console_errors == []


@pytest.mark.parametrize("name", LOOKED_AT)
def test_a_phone_need_not_scroll_sideways(page, address, name):
    page[0].set_viewport_size({"width": 390, "height": 800})
    visit(page[0], f"{address}/{name}")
    wide = page[0].evaluate("document.documentElement.scrollWidth")
    page[0].set_viewport_size({"width": 1400, "height": 1000})
    assert wide <= 390
