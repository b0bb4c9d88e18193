"""Which column is what: by name in every spelling, and never silently."""

import numpy as np
import pytest

from tests.spectra.scans import EDGE, ENERGY, I0, IF, IT, MU, table
from xnet_lite.errors import InputError
from xnet_lite.spectra import find_e0, normalise, read_scans

N = np.arange(len(ENERGY), dtype=float)
TIME = np.full(len(ENERGY), 0.5)


def is_the_edge(spectrum, close=2e-5):
    """Whether energies and absorption are those that were written."""
    np.testing.assert_allclose(spectrum.energy, ENERGY, atol=1e-5)
    np.testing.assert_allclose(spectrum.mu, MU, atol=close)
    return True


def notes(spectrum):
    return " | ".join(spectrum.meta.get("notes", ()))


@pytest.mark.parametrize(
    "label",
    [
        "# Energy(eV) I_0 I_T",
        "# photon_energy_eV\tIO\tItrans",
        "#  mono energy (eV)   Ion chamber 0   Ion chamber 1",
        "Energie/eV Monitor Transmission",
        "# Energy_readback * I0_eh1 * i1",
        "E[eV],ic0,ic1",
        "#L  E  i0  it\n# ------------",
        "# hv i0 it\n#\n# ===  ===  ===\n",
        "Weights:\n1 1 1\nData:\nAchieved energy\nI0\nI1\n",
        "# Column 1: Energy (eV)\n# Column 2: i0\n# Column 3: itrans\n#---",
    ],
)
def test_counts_before_and_behind_become_a_logarithm(read, label):
    spectrum = read(label + "\n" + table(ENERGY, I0, IT))
    assert is_the_edge(spectrum)
    assert spectrum.meta["mode"] == "transmission"
    assert "absorption is ln(" in notes(spectrum)


@pytest.mark.parametrize("name", ["If", "IFL", "iff", "fluo", "PIPS", "ifluor_1"])
def test_counts_of_what_is_emitted_become_a_ratio(read, name):
    spectrum = read(f"energy;i0;{name}\n" + table(ENERGY, I0, IF, separator=";"))
    np.testing.assert_allclose(spectrum.mu, 0.03 * MU, atol=1e-7)
    assert f"absorption is {name}/i0, fluorescence" in notes(spectrum)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("xmu", "column 'xmu' is taken as absorption as it is"),
        ("norm", "as it is, normalised"),
        ("flat", "as it is, normalised"),
        ("mu(E)", ""),
        ("Absorbance", "column 'Absorbance' is taken"),
        ("ln(I0/It)", "column 'ln(I0/It)' is taken"),
        ("MnO2 powder", "column 'MnO2 powder' is taken as absorption"),
        ("fluorescence", "column 'fluorescence' is taken as absorption"),
    ],
)
def test_absorption_that_is_there_is_taken_as_it_is_and_said(read, name, said):
    head = f"energy\tdwell\t{name}\n"
    spectrum = read(head + table(ENERGY, TIME, MU, separator="\t"))
    assert is_the_edge(spectrum, 1e-6)
    assert said in notes(spectrum)


def test_what_is_wanted_of_several_can_be_said(read):
    text = "# energy i0 it if ir\n" + table(ENERGY, I0, IT, IF, IT * np.exp(-MU))
    assert is_the_edge(read(text))
    assert "fluorescence is there too" in notes(read(text))
    np.testing.assert_allclose(read(text, signal="fluorescence").mu, 0.03 * MU, 1e-4)
    np.testing.assert_allclose(read(text, signal="reference").mu, MU, 1e-4)


@pytest.mark.parametrize(
    "columns",
    [
        {"energy": "a", "i0": "c", "it": "d"},
        {"energy": 0, "i0": 2, "it": -1},
        {"energy": "column 1", "i0": 2, "it": 3},
    ],
)
def test_columns_that_are_told_are_taken(read, columns):
    label = "" if "column 1" in columns.values() else "a,b,c,d\n"
    text = label + table(ENERGY, TIME, I0, IT, separator=",")
    if label:
        columns = {
            role: "abcd".index(c) if c in list("abcd") else c
            for role, c in columns.items()
        }
    assert is_the_edge(read(text, columns=columns))


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        ((0, 9), "no column is 9, only column 1, column 2"),
        (("x", "mu"), "no column is 'x'"),
        ({"mu": 1}, "columns are given as"),
        ({"energy": 0, "it": 1}, "need those before them, give 'i0' too"),
        ({"energy": 0, "muu": 1}, r"columns are given as .* not .'muu'."),
        ((True, 1), "no column is True"),
    ],
)
def test_columns_that_cannot_be_are_refused(read, columns, sentence):
    with pytest.raises(InputError, match=sentence):
        read(table(ENERGY, MU), columns=columns)


@pytest.mark.parametrize(
    "text",
    [
        "," + "energy,xmu\n" + table(N, ENERGY, MU, separator=",", form="{:.8g}"),
        "Point Energy(eV) mu\n" + table(N + 1, ENERGY, MU, form="{:.8g}"),
        table(N, ENERGY, MU, form="{:.8g}"),
        "energy mu\n" + table(N + 1, ENERGY, MU, form="{:.8g}"),
        "# xmu  energy\n# ~~~~ ~~~~\n" + table(MU, ENERGY, form="{:.8g}"),
    ],
    ids=["pandas", "point", "bare", "row names", "swapped, ruled"],
)
def test_a_column_that_counts_points_is_no_energy(read, text):
    assert is_the_edge(read(text))


@pytest.mark.parametrize(
    "text",
    [
        "# energy in keV\n# nothing else\n" + table(ENERGY / 1000, MU),
        "E/keV mu\n" + table(ENERGY / 1000, MU),
        "# Column.1: energy (keV)\n# Column.2: mutrans\n" + table(ENERGY / 1000, MU),
        "# x axis: keV\n" + table(ENERGY / 1000, MU),
        "# energy mu\n# the edge of Mn is at 6.539 keV\n" + table(ENERGY, MU),
        "# a film on kevlar\n" + table(ENERGY, MU),
        "# energy mu\n# energy resolution below keV\n" + table(ENERGY, MU),
        "energy ekev i0 it\n" + table(ENERGY, ENERGY / 1000, I0, IT),
    ],
)
def test_kev_is_taken_where_it_is_said_of_the_energies_and_nowhere_else(read, text):
    assert is_the_edge(read(text), 1e-4)


@pytest.mark.parametrize(
    "head", ["", "energy mu\n", "# Column.1: energy eV\n# Column.2: mu\n"]
)
def test_energies_that_look_like_kev_are_refused_until_the_unit_is_told(read, head):
    text = head + table(ENERGY / 1000, MU)
    with pytest.raises(InputError, match=r"look like keV.*give unit='keV'"):
        read(text)
    assert is_the_edge(read(text, unit="keV"), 1e-4)


@pytest.mark.parametrize("unit", ["parsec", "nm", "(degrees)", "pixel"])
def test_energies_in_another_unit_are_refused(read, unit):
    text = f"# XDI/1.0\n# Column.1: energy {unit}\n# Column.2: mu\n" + table(ENERGY, MU)
    with pytest.raises(InputError, match="not eV or keV: give unit"):
        read(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# k chi\n" + table(N / 50, MU), "chi.k. is no absorption"),
        (
            "# k chi chik energy\n" + table(N / 50, MU, MU, ENERGY),
            "no absorption is am",
        ),
        ("298 1\n" + table(ENERGY, MU), "line 1 has the energy 298, far from all"),
        ("# wavelength mu\n" + table(12398 / ENERGY, MU), "no column is called energy"),
        ("# angle i0 it\n" + table(12 + N / 50, I0, IT), "no column is called energy"),
        ("# energy it\n" + table(ENERGY, IT), "no absorption is among"),
        (table(ENERGY, I0, IT), "as the counts of a detector are"),
        (table(ENERGY, TIME, I0, IT), "is 0.5 everywhere"),
        ("energy,mu,x\n7112,0.5,1\n7113,,1\n", "line 3 has a number that is not f"),
        ("# energy i0 it\n" + table(ENERGY, I0, IT - IT[90]), "is not positive .line"),
    ],
    ids=[
        "chi",
        "chi, energy",
        "head",
        "wave",
        "angle",
        "no i0",
        "counts",
        "dwell",
        "empty",
        "dark",
    ],
)
def test_what_is_no_absorption_over_energy_is_refused(read, text, sentence):
    with pytest.raises(InputError, match=sentence):
        read(text)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        (N[::-1], "ran downwards and was turned round"),
        (np.r_[0:90, 91, 90, 92 : len(N)], "steps back once, the points were sorted"),
        (np.r_[0, 0, 0, 1 : len(N)], "2 points have the energy of another"),
        (
            np.r_[len(N) - 1 : 50 : -1, 51, 50:-1:-1],
            "one point has the energy of another",
        ),
    ],
    ids=["downwards", "back step", "doubled", "downwards, doubled"],
)
def test_points_are_sorted_and_doubles_averaged_with_a_note(read, order, said):
    order = order.astype(int)
    spectrum = read("# energy mu\n" + table(ENERGY[order], MU[order]))
    assert is_the_edge(spectrum)
    assert said in notes(spectrum)


def test_doubles_are_averaged(read):
    spectrum = read("7112 1\n7112 3\n7113 4\n")
    assert spectrum.mu.tolist() == [2.0, 4.0]


@pytest.mark.parametrize("scan", [0, 1, -1])
def test_sweeps_below_one_another_are_scans_of_their_own(read, scan):
    sweeps = [table(ENERGY, MU * factor) for factor in (1.0, 2.0)]
    spectrum = read("# energy mu\n" + "".join(sweeps), scan=scan)
    np.testing.assert_allclose(spectrum.mu, MU * (2.0 if scan else 1.0), atol=1e-5)
    assert f"scan {abs(scan)} of 0 to 1" in notes(spectrum)


def test_a_scan_that_is_not_there_is_refused(read):
    with pytest.raises(InputError, match="scan 3 is out of range, it holds 1"):
        read(table(ENERGY, MU), scan=3)


def test_the_columns_can_be_looked_at_before_they_are_taken(tmp_path):
    path = tmp_path / "a.dat"
    path.write_text("# energy i0 it\n" + table(ENERGY, I0, IT))
    (scan,) = read_scans(path)
    assert scan.titles == ["energy", "i0", "it"]
    assert "columns energy, i0, it" in repr(scan)


def test_every_reading_ends_in_the_same_edge(read):
    spectrum = normalise(read("# energy i0 it\n" + table(ENERGY, I0, IT)))
    assert spectrum.e0 == pytest.approx(EDGE, abs=0.1)
    assert spectrum.meta["edge_step"] == pytest.approx(
        1.0, abs=0.05
    )  # its tails are long
    assert find_e0(spectrum.energy, spectrum.mu) == pytest.approx(EDGE, abs=0.1)
