"""Files of spectra: every format, every round trip, every bad line."""

import numpy as np
import pytest

from xnet_lite.errors import InputError
from xnet_lite.spectra import Spectrum, find_e0, read_spectrum, write_spectrum

FEFF = """# # comment: a crystal
# # Abs   Z=29 Rmt= 1.325 Rnm= 1.386 L3 shell
#  omega    e    k    mu    mu0     chi     @#
    931.5    -11.9  -1.000  4.5E-02  6.2E-02 -1.6E-02
    932.0    -11.4  -0.960  4.8E-02  6.7E-02 -1.8E-02
"""
XDI = """# XDI/1.0
# Column.1: energy {unit}
# Column.2: {first}
# Column.3: {second}
# Element.symbol: Fe
# Element.edge: K
# Sample.name: hematite
# ///
# Remark.by: somebody
#-----
#  e a b
{low} {a} {b}
{high} {a} {b}
"""


def scan(first="mutrans", second="i0", a=1.0, b=2.0, unit="eV"):
    """An XDI file of two rows around the iron edge."""
    low, high = (7.1, 7.2) if "k" in unit.lower() else (7100.0, 7200.0)
    return XDI.format(
        first=first, second=second, a=a, b=b, unit=unit, low=low, high=high
    )


@pytest.mark.parametrize("program", ["FDMNES", "ORCA"])
def test_the_text_of_a_program_is_two_columns_under_its_name(read, program):
    rows = "  7097.00  5.3E-03\n  7097.33  5.4E-03\n"
    spectrum = read(f"    {program}\n    energy     <xanes>\n{rows}")
    assert spectrum.energy.tolist() == [7097.0, 7097.33]
    assert spectrum.mu.tolist() == [5.3e-3, 5.4e-3]
    assert spectrum.meta == {"format": program.lower()}


def test_xmu_dat_gives_omega_mu_absorber_and_edge(read):
    spectrum = read(FEFF, "xmu.dat")
    assert spectrum.energy.tolist() == [931.5, 932.0]
    assert spectrum.mu.tolist() == [0.045, 0.048]
    assert (spectrum.absorber, spectrum.edge) == ("Cu", "L3")


@pytest.mark.parametrize(
    "text",
    [
        "7112 0.5\n7113 0.6\n",
        "energy,mu\n7112,0.5\n7113,0.6\n",
        "mu,energy\n0.5,7112\n0.6,7113\n",
        "Energie (eV);Absorption\n7112,0;0,5\n7113,0;0,6\n",
        "# energy (keV) mu\n7.112\t0.5\n7.113\t0.6\n",
        "energy error mu\n7112 9 0.5\n7113 9 0.6\n",
        "! a title\n\n7112. 5.0D-01 8\n7113. 6.0D-01 8\n",
    ],
    ids=["bare", "csv", "swapped", "comma", "keV", "three named", "fortran"],
)
def test_columns_are_read_whatever_parts_them(read, text):
    spectrum = read(text)
    np.testing.assert_allclose(spectrum.energy, [7112, 7113])
    np.testing.assert_allclose(spectrum.mu, [0.5, 0.6])


def test_xdi_takes_absorption_that_is_given_before_counts(read):
    spectrum = read(scan())
    assert spectrum.mu.tolist() == [1.0, 1.0]
    assert (spectrum.absorber, spectrum.edge) == ("Fe", "K")
    assert spectrum.meta == {"Sample.name": "hematite", "mode": "transmission"}


def test_xdi_counts_become_transmission_or_fluorescence(read):
    through = read(scan("i0", "itrans", a=np.e, b=1.0))
    np.testing.assert_allclose(through.mu, 1.0)
    glowing = read(scan("ifluor", "i0", a=3.0, b=2.0))
    assert (glowing.mu[0], glowing.meta["mode"]) == (1.5, "fluorescence")


def test_xdi_is_known_by_its_first_line_and_not_by_its_name(read):
    assert read(scan(), "misnamed.xd").absorber == "Fe"
    assert read(scan(unit="keV"), "a.dat").energy.tolist() == [7100.0, 7200.0]


@pytest.mark.parametrize("suffix", [".csv", ".xdi"])
@pytest.mark.parametrize("e0", [None, 7112.123456789012])
def test_what_is_written_is_read_back_bit_for_bit(tmp_path, suffix, e0):
    rng = np.random.default_rng(0)
    meta = {"Sample.name": "ferrocene: pure", "order": [1, 2], "note": "two\nlines"}
    energy = 7000 + np.cumsum(rng.random(50))
    spectrum = Spectrum(energy, rng.normal(size=50) * 1e-7, e0, "Fe", "L3", meta)
    again = read_spectrum(write_spectrum(spectrum, tmp_path / f"a{suffix}"))
    np.testing.assert_array_equal(again.energy, spectrum.energy)
    np.testing.assert_array_equal(again.mu, spectrum.mu)
    assert (again.e0, again.absorber, again.edge) == (e0, "Fe", "L3")
    assert again.meta == meta


@pytest.mark.parametrize("suffix", [".csv", ".xdi"])
@pytest.mark.parametrize(
    "meta",
    [
        {"e0": 7000.0},
        {"Element.symbol": "Cu", "Element.edge": "L3", "element.symbol": "Zn"},
        {"Column.1": "angle", "Column.2": "mu"},
        {"Xnet_lite.e0": "9", "meta": {"a": 1}},
        {"Sample.name": " padded ", "Sample.note": "a\nb", "Sample.bell": "\x07"},
        {"Facility.name": "", "no field": True, "notes": ["eV is taken"]},
        {"Mono.d": 3.13551, "path": "#, ; C:\\a", "///": "x", "": None},
    ],
)
def test_no_entry_of_meta_is_taken_for_the_spectrum_itself(tmp_path, suffix, meta):
    spectrum = Spectrum([7111.0, 7113.0], [0.0, 1.0], 7112.5, "Fe", "K", meta)
    again = read_spectrum(write_spectrum(spectrum, tmp_path / f"a{suffix}"))
    assert (again.e0, again.absorber, again.edge) == (7112.5, "Fe", "K")
    assert again.energy.tolist() == [7111.0, 7113.0]
    assert again.meta == meta


@pytest.mark.parametrize("suffix", [".csv", ".xdi"])
def test_an_unknown_absorber_and_edge_come_back_unknown(tmp_path, suffix):
    path = write_spectrum(Spectrum([1, 2], [0, 1], edge=""), tmp_path / f"a{suffix}")
    assert (read_spectrum(path).absorber, read_spectrum(path).edge) == ("", "")


def test_what_the_version_before_wrote_is_read_as_it_was(read):
    text = (
        "# XDI/1.0 xnet_lite/0.1.0\n# Column.1: energy eV\n# Column.2: mu\n"
        "# Element.symbol: Fe\n# Element.edge: K\n# Sample.name: foil\n"
        "# Xnet_lite.e0: 7112.5\n# Xnet_lite.order: [1, 2]\n# ---\n# energy mu\n"
        "7111.0 0.0\n7113.0 1.0\n"
    )
    spectrum = read(text, "a.xdi")
    assert (spectrum.e0, spectrum.meta) == (
        7112.5,
        {"Sample.name": "foil", "order": [1, 2]},
    )


@pytest.mark.parametrize(
    "line",
    ["e0: true", 'e0: "7112"', "absorber: 26", "meta: [1]", "edge: null", "e0: ["],
)
def test_a_spoilt_header_of_our_own_is_refused(read, line):
    with pytest.raises(InputError, match="is not as it was written, restore or remove"):
        read(f"# xnet_lite spectrum\n# {line}\nenergy,mu\n7111,0\n7113,1\n")


def test_arrays_in_meta_are_written_as_lists(tmp_path):
    spectrum = Spectrum([1, 2], [0, 1], meta={"tensor": np.eye(2), "n": np.int64(3)})
    again = read_spectrum(write_spectrum(spectrum, tmp_path / "a.csv"))
    assert again.meta == {"tensor": [[1.0, 0.0], [0.0, 1.0]], "n": 3}


def test_another_suffix_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"a\.xlsx: cannot write '\.xlsx', give \.csv"):
        write_spectrum(Spectrum([1, 2], [0, 1]), tmp_path / "a.xlsx")


BAD = {
    "empty": ("", "is empty, give a file with a spectrum"),
    "words": ("no numbers\nat all\n", "no line holds numbers, expected energy"),
    "one column": ("7112 0.5\n7113\n", "line 2 has 1 column of numbers, expected"),
    "text below": ("7112 0.5\n7113 0.6\nend\n", "line 3 .'end'. is no row of numbers"),
    "nan": ("7112 0.5\n7113 nan\n", "line 2 has a number that is not finite"),
    "one row": ("7112 0.5\n", "a spectrum of 1 points, give at least 2"),
    "noise": (bytes(range(256)), "is not text, expected columns energy and mu"),
    "no energy": (scan().replace("energy", "angle"), "no column is called energy"),
    "no mu": (scan("i0", "k"), "no absorption is among the columns energy, i0, k"),
    "dark": (scan("i0", "itrans", b=0.0), "row 1 of the data has a count that is not"),
    "spoilt": (
        "# xnet_lite spectrum\n# e0: ?\n1,2\n2,3\n",
        "header line 'e0' is not as it",
    ),
}


@pytest.mark.parametrize(("contents", "sentence"), BAD.values(), ids=BAD)
def test_a_bad_file_gives_one_sentence_with_its_name(read, contents, sentence):
    with pytest.raises(InputError, match=f"^bad.txt: .*{sentence}") as caught:
        read(contents, "bad.txt")
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_an_unknown_format_are_refused(read, tmp_path):
    with pytest.raises(InputError, match=r"none\.txt: no such file, check the path"):
        read_spectrum(tmp_path / "none.txt")
    with pytest.raises(InputError, match="format 'origin' is not one of columns"):
        read("1 2\n2 3\n", format="origin")


def test_every_public_scan_is_read_and_has_its_edge_where_its_element_has_it(mirror):
    xraydb = pytest.importorskip("xraydb")
    paths = sorted((mirror("XraySpectroscopy/XASDataLibrary") / "data").glob("*/*.xd*"))
    assert len(paths) == 124
    for path in paths:
        spectrum = read_spectrum(path)
        assert spectrum.absorber == path.parent.name
        tabulated = xraydb.xray_edge(spectrum.absorber, spectrum.edge).energy
        # oxidation moves an edge up by as much as 21 eV in this library
        assert -5 < find_e0(spectrum.energy, spectrum.mu) - tabulated < 22


def test_every_public_computed_spectrum_is_read(mirror):
    data = mirror("NewcastleRSE/XANESNET") / "data"
    iron = [read_spectrum(path) for path in data.glob("fe/xanes_*/*.txt")]
    sulfur = [read_spectrum(path) for path in data.glob("graph-set/xanes_*/*.txt")]
    assert {(len(s), s.meta["format"]) for s in iron} == {(226, "fdmnes")}
    assert {(len(s), s.meta["format"]) for s in sulfur} == {(400, "orca")}
    assert (len(iron), len(sulfur)) == (110, 110)
