"""The built site: nothing from elsewhere, no dead link, every page has what it should.

`make docs` builds it and says where by XNET_LITE_SITE.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

FOLDER = os.environ.get("XNET_LITE_SITE")
if not FOLDER:
    pytest.skip("needs the built site: make docs", allow_module_level=True)
SITE = Path(FOLDER).resolve()
#: what a browser fetches by itself, by tag
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "embed": "src",
}
COURSE = sorted(path.stem for path in Path("tutorials/source").glob("[0-9]*.py"))


class Read(HTMLParser):
    """What a page links to, fetches and can be linked at."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag refers to."""
        has = {name: value or "" for name, value in attrs}
        self.anchors |= {has[name] for name in ("id", "name") if name in has}
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        if tag in FETCHED and FETCHED[tag] in has:
            self.fetched.append(has[FETCHED[tag]])
        if tag == "link" and has.get("rel") not in ("canonical", "index", "search"):
            self.fetched.append(has.get("href", ""))


PAGES = {path: Read(path.read_text("utf-8")) for path in sorted(SITE.rglob("*.html"))}


def outside(address: str) -> bool:
    """Whether an address leads to another machine."""
    return bool(urlsplit(address).netloc)


def dead(page: Path, address: str) -> bool:
    """Whether a link of a page to the site leads nowhere."""
    parts = urlsplit(address)
    target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return True
    anchor = unquote(parts.fragment)
    return bool(anchor and target in PAGES and anchor not in PAGES[target].anchors)


def test_no_page_fetches_anything_from_another_host():
    found = defaultdict(set)
    for page, read in PAGES.items():
        for address in filter(outside, read.fetched):
            found[address].add(page.name)
    assert dict(found) == {}


def test_no_style_and_no_script_of_ours_names_another_host():
    ours = [*SITE.glob("_static/*.css"), SITE / "_static" / "figures.js"]
    fetching = re.compile(r"(?:@import|url\()\s*[\"']?(?:https?:)?//")
    assert [path.name for path in ours if fetching.search(path.read_text())] == []


def test_every_link_within_the_site_leads_somewhere():
    found = {
        f"{page.relative_to(SITE)}: {address}"
        for page, read in PAGES.items()
        for address in read.links
        if not outside(address) and not address.startswith(("mailto:", "data:"))
        if dead(page, address)
    }
    assert sorted(found) == []


def test_every_link_to_elsewhere_is_a_whole_address():
    found = {
        address
        for read in PAGES.values()
        for address in filter(outside, read.links)
        if not re.fullmatch(r"https?://[\w.-]+\.[a-z]{2,}(?:[/?#]\S*)?", address)
    }
    assert sorted(found) == []


@pytest.mark.parametrize("name", COURSE)
def test_a_page_of_the_course_shows_what_its_run_left(name):
    text = (SITE / "course" / f"{name}.html").read_text("utf-8")
    assert 'class="figure-live"' in text
    assert "Traceback (most recent call last)" not in text
    assert "mybinder.org" in text
    assert "colab.research" in text


def test_plotly_lies_beside_the_pages():
    assert (SITE / "_static" / "plotly.min.js").stat().st_size > 1e6


def test_formulas_are_drawn_and_no_script_is_asked_to():
    page = (SITE / "reference" / "descriptors.html").read_text("utf-8")
    assert "<math" in page
    assert "MathJax" not in page
