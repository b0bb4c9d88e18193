"""Every app in a real browser: a file is dropped, the answer is read from the page."""

from __future__ import annotations

import functools
import json
import os
import re
import signal
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ase.io
import numpy as np
import pytest
from ase.build import bulk

pytest.importorskip("playwright.sync_api", reason="needs playwright")
pytest.importorskip("voila", reason="needs voila")
from tests.browser import harness
from tests.inverse.test_inversion import scan_of
from xnet_lite.datasets import load
from xnet_lite.inverse import Shell
from xnet_lite.jobs import predict
from xnet_lite.spectra import read_spectrum
from xnet_lite.structures import read_site
from xnet_lite.studies.first_light import example_file
from xnet_lite.widgets.corpus_explorer import complexes

if not harness.CHROMIUM.exists():
    pytest.skip(
        f"needs {harness.CHROMIUM}: apt-get install chromium", allow_module_level=True
    )
pytestmark = pytest.mark.browser

SHOTS = Path(__file__).parents[2] / "out" / "browser" / "apps"
ANSWER_MS = 120_000
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1400, "height": 1000}
#: what the focus is on, in words: its own name, or that of its label
FOCUSED = """() => {
    const e = document.activeElement;
    const label = e.labels?.[0] ?? e.closest("label");
    const name = e.getAttribute("aria-label") || label?.innerText || e.innerText;
    return (name || e.tagName).slice(0, 80);
}"""
#: lines, points and bars of each figure
DRAWN = """() => [...document.querySelectorAll(".js-plotly-plot")].map(
    (plot) => plot.querySelectorAll(".scatterlayer .trace, .barlayer .trace").length)"""
#: what a file does that is let go over a box
LET_GO = """(box, [name, text]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name));
    box.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
}"""
WIDER = "() => document.documentElement.scrollWidth - innerWidth"


@dataclass
class Visit:
    """What was seen while an app was open."""

    said: dict[str, str] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    violations: dict[str, list[str]] = field(default_factory=dict)
    too_wide: dict[str, int] = field(default_factory=dict)
    drawn: list[int] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    stranger: str = ""
    n_faults: int = 0
    console_errors: list[str] = field(default_factory=list)
    external_requests: list[str] = field(default_factory=list)
    code: int | None = None
    printed: str = ""


def told(page: Any, words: str) -> str:
    """All that the page says, as soon as it says these words."""
    page.get_by_text(re.compile(words)).first.wait_for(timeout=ANSWER_MS)
    return page.locator("main").inner_text()


def drop(page: Any, path: Path) -> None:
    """Choose a file in the box for it."""
    page.locator(".xl-drop input").first.set_input_files(path)


def tabbed(page: Any, n: int = 60) -> set[str]:
    """The names of what Tab reaches, from the top of the page."""
    page.locator("#look").focus()
    found = set()
    for _ in range(n):
        page.keyboard.press("Tab")
        found.add(" ".join(str(page.evaluate(FOCUSED)).split()))
    return found


def use_predict(page: Any, visit: Visit, folder: Path) -> None:
    """Drop an XYZ, a CIF and what is neither; take the CSV away."""
    drop(page, example_file())
    visit.said["xyz"] = told(page, "fe-bpy3 Fe.*predicted by nine-metals")
    with page.expect_download() as loading:
        page.get_by_role("button", name="fe-bpy3.csv").click()
    visit.files["csv"] = Path(loading.value.path()).read_bytes()
    cif, junk = folder / "nio.cif", folder / "<b>junk.xyz"
    ase.io.write(cif, bulk("NiO", "rocksalt", a=4.18))
    junk.write_text("beam was down\n")
    box = page.locator(".xl-drop").first
    box.evaluate(LET_GO, [junk.name, junk.read_text()])
    visit.said["junk"] = told(page, "junk.xyz: ")
    drop(page, cif)
    visit.said["cif"] = told(page, "nio Ni.*predicted by nine-metals")
    draw(page, visit)
    drop(page, example_file())
    told(page, "fe-bpy3 Fe.*predicted by nine-metals")


def draw(page: Any, visit: Visit) -> None:
    """Build a complex of a ligand that is no library's, then one that is none."""
    words = page.get_by_label("ligands", exact=True)
    words.fill("4 Cc1cc[n:1]cc1 2 cl")
    page.get_by_role("button", name="build and ask").click()
    visit.said["drawn"] = told(page, r"\[Fe.C₆H₇N.₄Cl₂\].*predicted by")
    words.fill("6 bpx")
    page.get_by_role("button", name="build and ask").click()
    visit.said["undrawn"] = told(page, "bpx' is not in the library")


def use_invert(page: Any, visit: Visit, folder: Path) -> None:
    """Drop a scan made of a known spectrum, take a wrong column, and a text."""
    scan, junk = folder / "cu.dat", folder / "notes.txt"
    one = scan_of(load("tm-complexes-k-cu"), 7, shift=1.0)
    np.savetxt(scan, np.c_[one.energy, one.mu], header="energy mu")
    junk.write_text("beam was down\n")
    drop(page, scan)
    visit.said["scan"] = told(page, "first shell at")
    with page.expect_download() as loading:
        page.get_by_role("button", name="cu.json").click()
    visit.files["json"] = Path(loading.value.path()).read_bytes()
    page.get_by_label("signal", exact=True).select_option("energy")
    visit.said["column"] = told(page, "energy.*(give|columns)")
    drop(page, junk)
    visit.said["junk"] = told(page, "notes.txt")
    drop(page, scan)
    told(page, "first shell at")


def use_explore(page: Any, visit: Visit, folder: Path) -> None:
    """Walk to the next complex by keys, and take another metal."""
    visit.said["iron"] = told(page, "complexes of Fe")
    page.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    visit.said["next"] = told(page, "% from the spectrum of")
    page.get_by_label("metal", exact=True).select_option("Zn")
    visit.said["zinc"] = told(page, "complexes of Zn")


def use_importance(page: Any, visit: Visit, folder: Path) -> None:
    """Ask the networks, then the engine, what a molecule's spectrum depends on."""
    drop(page, example_file())
    visit.said["networks"] = told(page, "nine-metals. loses most without the shell")
    engine = "the engine (multiple scattering)"
    page.get_by_label("ask", exact=True).select_option(engine)
    visit.said["engine"] = told(page, "scattering. loses most without the shell")
    networks = "the networks (nine-metals)"  # from here on: they are quicker
    page.get_by_label("ask", exact=True).select_option(networks)
    told(page, "nine-metals. loses most without the shell")
    crystal = folder / "nio.cif"
    ase.io.write(crystal, bulk("NiO", "rocksalt", a=4.18))
    drop(page, crystal)
    visit.said["crystal"] = told(page, "give a? ?molecule")
    drop(page, example_file())
    told(page, "loses most without the shell")


USES: dict[str, Callable[[Any, Visit, Path], None]] = {
    "predict": use_predict,
    "invert": use_invert,
    "explore": use_explore,
    "importance": use_importance,
}


def look(page: Any, visit: Visit, name: str) -> None:
    """Photograph the page wide and narrow, light and dark; hold it to axe's rules."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    for looks, size in (("light", DESK), ("dark", DESK), ("dark phone", PHONE)):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=looks.split()[0])
        page.wait_for_timeout(700)  # figures follow a moment later
        shot = SHOTS / f"{name} {looks}.png".replace(" ", "-")
        page.screenshot(path=str(shot), full_page=True)
        visit.too_wide[looks] = page.evaluate(WIDER)
        if looks != "dark":
            visit.violations[looks] = harness.violations(page)


def visited(name: str, fresh: Path) -> Visit:
    """Open an app, use it, look at it, and end it by Ctrl-C."""
    visit = Visit()
    with harness.app(name, fresh) as (address, server):
        with urllib.request.urlopen(address.split("?")[0], timeout=10) as answer:
            visit.stranger = answer.url + answer.read().decode()
        with harness.browser_page(fresh / "profile") as (page, seen):
            page.goto(address, wait_until="commit")
            page.locator("h1").first.wait_for(timeout=ANSWER_MS)
            USES[name](page, visit, fresh)
            visit.reached = tabbed(page)
            look(page, visit, name)
            visit.drawn = page.evaluate(DRAWN)
            visit.n_faults = page.locator(
                ".jp-mod-error, .jupyter-widgets-error"
            ).count()
            visit.console_errors = seen.console_errors
            visit.external_requests = seen.external_requests
        os.kill(server.pid, signal.SIGINT)
        visit.code = server.wait(timeout=30)
        visit.printed = (fresh / "app.log").read_text()
    return visit


@pytest.fixture(scope="module")
def visits(tmp_path_factory) -> Callable[[str], Visit]:
    """What was seen in an app; each is opened once, also where that fails."""

    @functools.cache
    def outcome(name: str) -> Visit | Exception:
        try:
            return visited(name, tmp_path_factory.mktemp(name))
        except Exception as error:
            return error

    def of(name: str) -> Visit:
        found = outcome(name)
        if isinstance(found, Exception):
            raise found
        return found

    return of


@pytest.fixture(params=USES)
def visit(request, visits) -> Visit:
    """What was seen in each app."""
    return visits(request.param)


# --- all of them --------------------------------------------------------------------


def test_nobody_without_the_token_is_answered(visit):
    assert "/login" in visit.stranger
    assert "rendered_cells" not in visit.stranger


def test_no_other_machine_is_asked_for_anything(visit):
    assert visit.external_requests == []


def test_the_console_stays_free_of_errors_and_the_page_of_red_boxes(visit):
    assert (visit.console_errors, visit.n_faults) == ([], 0)


def test_no_page_breaks_a_rule_of_accessibility(visit):
    assert visit.violations == {"light": [], "dark phone": []}


def test_no_page_scrolls_sideways(visit):
    assert max(visit.too_wide.values()) <= 0


def test_no_figure_is_empty(visit):
    assert visit.drawn
    assert min(visit.drawn) > 0


def test_ctrl_c_closes_it(visit):
    assert visit.code == 0, visit.printed
    assert visit.printed.endswith(": closed\n")


# --- predict ------------------------------------------------------------------------


def test_a_dropped_xyz_is_answered_as_the_command_answers(visits):
    said, found = visits("predict").said["xyz"], predict(read_site(example_file()))
    assert "61, C30H24FeN6" in said
    assert "N 1.91 Å" in said
    for sentence in [*found.promise, found.neighbors[0]["formula"]]:
        assert sentence in said


def test_a_dropped_cif_has_its_assumptions_beside_its_answer(visits):
    said = visits("predict").said["cif"]
    assert "O 2.09 Å" in said
    assert "periodic" in said
    assert re.search("far|near|known", said)


def test_a_file_that_is_no_structure_is_one_sentence(visits):
    said = visits("predict").said["junk"]
    assert "Traceback" not in said
    assert "N 1.91 Å" not in said  # the answer to the file before is gone


def test_the_file_that_is_taken_away_holds_the_prediction(visits, tmp_path):
    kept = tmp_path / "taken.csv"
    kept.write_bytes(visits("predict").files["csv"])
    found = predict(read_site(example_file()))
    np.testing.assert_allclose(read_spectrum(kept).mu, found.mu, atol=1e-6)


def test_a_drawn_complex_is_answered_and_what_is_none_is_told(visits):
    said = visits("predict").said
    assert "built, not relaxed" in said["drawn"]
    assert "isomer 0 of 2" in said["drawn"]
    assert "predicted by" not in said["undrawn"]


# --- invert -------------------------------------------------------------------------


def test_a_dropped_scan_tells_the_shell_of_the_compound_that_it_was_made_of(visits):
    site = load("tm-complexes-k-cu").sites[7]
    said, found = (
        visits("invert").said["scan"],
        json.loads(visits("invert").files["json"]),
    )
    assert f"first shell at {found['first_shell']['distance']:.2f}" in said
    assert found["first_shell"]["distance"] == pytest.approx(
        Shell.of(site).distance, abs=0.1
    )
    assert found["nearest"][0]["name"] == site.name
    assert found["verdict"]["word"] in said
    assert "e0 is" in said


def test_columns_that_are_no_spectrum_are_told_and_nothing_is_answered(visits):
    for case in ("column", "junk"):
        assert "first shell at" not in visits("invert").said[case]
        assert "Traceback" not in visits("invert").said[case]


# --- explore, importance ------------------------------------------------------------


def test_a_walk_over_the_map_tells_where_it_has_come(visits):
    said = visits("explore").said
    assert f"{len(complexes('Fe'))} complexes of Fe" in said["iron"]
    assert f"{len(complexes('Zn'))} complexes of Zn" in said["zinc"]


def test_networks_and_engine_lose_most_without_the_first_shell(visits):
    said = visits("importance").said
    for one in ("networks", "engine"):
        assert "without the shell 1.5 to 2 Å" in said[one]
        assert "N4, 1.91 Å" in said[one]
    assert "loses most" not in said["crystal"]


# --- by keys ------------------------------------------------------------------------

KEYS = {
    "predict": (
        *("A structure: XYZ", "absorber", "frame", "metal", "geometry", "ligands"),
        *("build and ask", "structure shown", "fe-bpy3.csv"),
    ),
    "invert": (
        *("A scan", "element", "known spectra", "energy", "signal", "structure shown"),
        *("line before the edge / eV, lower end", "cu.json"),
    ),
    "explore": ("metal", "colour by", "map of spectra by", "site number"),
    "importance": (
        *("ask", "A structure: XYZ", "build and ask", "depends on", "atom"),
        "window / eV from the edge, upper end",
    ),
}


@pytest.mark.parametrize("name", KEYS)
def test_keys_reach_every_part(name, visits):
    wanted, reached = KEYS[name], visits(name).reached
    missed = [one for one in wanted if not any(one in name for name in reached)]
    assert not missed, reached
