"""What a spectrum should look like, and what is doubted: element, edge, step."""

import warnings

import numpy as np
import pytest

from tests.spectra.scans import EDGE, ENERGY, I0, IT, MU, table
from xnet_lite.errors import Doubt, InputError
from xnet_lite.spectra import Spectrum, normalise

HEAD = "# XDI/1.0\n# Column.1: energy eV\n# Column.2: mutrans\n"
NOISE = np.random.default_rng(0).normal(0, 2e-3, len(ENERGY))


def scan(element="", edge="", energy=ENERGY, mu=MU):
    """An XDI file of an element and an edge."""
    said = [("symbol", element), ("edge", edge)]
    fields = "".join(f"# Element.{key}: {word}\n" for key, word in said if word)
    return HEAD + fields + table(energy, mu)


def doubts(read, text):
    """What is doubted of a file; it is issued as a warning too."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        spectrum = read(text)
    said = [n for n in spectrum.meta.get("notes", ()) if n.startswith("doubtful")]
    assert [str(w.message) for w in caught] == [f"a.txt: {n}" for n in said]
    assert {w.category for w in caught} <= {Doubt}
    return spectrum, " | ".join(said)


@pytest.mark.parametrize(
    ("element", "edge"),
    [
        ("Mn", "K"),
        ("25", "K-edge"),
        ("manganese", "k"),
        ("MN", "K edge"),
        ("mn", "K_edge"),
    ],
)
def test_elements_and_edges_are_read_as_people_write_them(read, element, edge):
    spectrum, doubt = doubts(read, scan(element, edge))
    assert (spectrum.absorber, spectrum.edge, doubt) == ("Mn", "K", "")


@pytest.mark.parametrize("word", ["Xx", "sample", "999", "Fe2O3", "3.5"])
def test_nonsense_for_an_element_is_unknown_and_doubted(read, word):
    spectrum, doubt = doubts(read, scan(word, word))
    assert (spectrum.absorber, spectrum.edge) == ("", "")
    assert f"element '{word}' is none" in doubt
    assert f"edge '{word}' is none" in doubt


@pytest.mark.parametrize("word", ["nan", "", "None", "unknown"])
def test_nothing_said_of_the_element_is_no_reason_to_doubt(read, word):
    spectrum, doubt = doubts(read, scan(word, word))
    assert (spectrum.absorber, spectrum.edge, doubt) == ("", "", "")


def test_an_edge_that_is_not_named_is_the_one_that_lies_inside(read):
    spectrum = read(scan("Mn"))
    assert spectrum.edge == "K"
    assert spectrum.meta["notes"] == ["no edge named: Mn K, 6539 eV, is inside"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (scan("Fe", "K"), "ends before the Fe K edge at 7112 eV"),
        (scan("Cr", "K"), "begins behind the Cr K edge at 5989 eV"),
        (scan("Mn", "K", ENERGY + 60), "is far from the Mn K edge at 6539 eV"),
        (scan("Mn", "K", ENERGY[ENERGY < 6530], MU[ENERGY < 6530]), "ends before the"),
        ("# energy mu\n" + table(ENERGY[ENERGY < 6540], MU[ENERGY < 6540]), "no step"),
        ("# energy mu\n" + table(ENERGY[ENERGY < 6534], MU[ENERGY < 6534]), "no step"),
        ("# energy mu\n" + table(ENERGY, 2 - 1e-3 * ENERGY), "falls all the way"),
        ("# energy mu\n" + table(ENERGY, 1 + NOISE), "no step is seen"),
        ("# energy (eV) mu\n" + table(ENERGY - EDGE, MU), "count from an edge"),
    ],
    ids=[
        "other",
        "behind",
        "shifted",
        "partial",
        "bare",
        "pre-edge",
        "falling",
        "noise",
        "relative",
    ],
)
def test_a_scan_without_its_edge_is_read_and_doubted(read, text, sentence):
    assert sentence in doubts(read, text)[1]


@pytest.mark.parametrize(
    "mu",
    [
        MU,
        MU + NOISE,
        30 * MU,
        MU - 1e-3 * (ENERGY - EDGE),
        MU + 1e-3 * (ENERGY - EDGE),
        MU + 1.5 * np.exp(-(((ENERGY - EDGE - 4) / 3) ** 2)),
        MU + 0.02 * np.sin(ENERGY / 8) * (ENERGY > EDGE + 20),
        0.02 * MU + 1,
    ],
    ids=["plain", "noise", "scaled", "down", "up", "white line", "wiggles", "dilute"],
)
def test_an_edge_is_not_doubted_whatever_stands_beside_it(read, mu):
    assert doubts(read, scan("Mn", "K", mu=mu))[1] == ""


def test_a_scan_that_stopped_before_its_edge_has_no_edge_step():
    short = ENERGY < EDGE + 1
    with pytest.raises(InputError, match="stopped before its edge"):
        normalise(Spectrum(ENERGY[short], MU[short]))


@pytest.mark.parametrize("factor", [1000.0, 1e5])
def test_energies_above_every_edge_are_refused(read, factor):
    with pytest.raises(InputError, match="above every edge"):
        read("# energy mu\n" + table(ENERGY * factor, MU))


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"absorber": "Qq"}, "absorber 'Qq' is no element"),
        ({"absorber": "Fe\n# x"}, "is no element"),
        ({"edge": "Q"}, "edge 'Q' is none"),
        ({"e0": True}, "e0 is True"),
        ({"e0": "7112"}, "e0 is 7112, give a finite"),
        ({"mu": MU + 1j}, "mu is complex"),
        ({"energy": ["a"] * len(MU)}, "energy holds what is no number"),
    ],
)
def test_a_spectrum_of_nonsense_is_refused(change, sentence):
    with pytest.raises(InputError, match=sentence):
        Spectrum(**({"energy": ENERGY, "mu": MU} | change))


def test_counts_in_an_xdi_file_are_looked_over_too(read):
    head = HEAD.replace("mutrans", "i0") + "# Column.3: i1\n# Element.symbol: Mn\n"
    spectrum, doubt = doubts(read, head + table(ENERGY, I0, IT))
    np.testing.assert_allclose(spectrum.mu, MU, atol=1e-5)
    assert doubt == ""
