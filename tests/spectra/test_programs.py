"""Files of programs and beamlines: FDMNES, FEFF, SPEC, 9809, Athena, HDF5."""

import gzip
import json
import sys

import numpy as np
import pytest

from tests.spectra.scans import EDGE, ENERGY, I0, IF, IT, MU, table
from xnet_lite.errors import Doubt, InputError
from xnet_lite.spectra import find_e0, read_spectra, read_spectrum
from xnet_lite.spectra.beamlines import HC

REL = np.arange(-20.0, 60.0, 0.5)
STEP = 0.5 + np.arctan(REL - 3) / np.pi
RAW = (
    "  {edge} {z} {n} {j} 1.2E-02 -4.9E+00 -2.0E-01 1 1 6.0E+02 0.0E+00 0.0E+00  "
    "= E_edge, Z, n_edge, j_edge, Abs_before_edge\n    Energy    <xanes>\n"
)


@pytest.mark.parametrize(
    ("z", "n", "j", "edge", "named"),
    [
        (25, 1, 1, 6539.0, "Mn K"),
        (29, 2, 3, 932.7, "Cu L3"),
        (58, 3, 5, 883.8, "Ce M5"),
    ],
)
def test_raw_output_of_fdmnes_becomes_absolute(read, z, n, j, edge, named):
    spectrum = read(RAW.format(edge=edge, z=z, n=n, j=j) + table(REL, STEP))
    np.testing.assert_allclose(spectrum.energy, REL + edge)
    assert f"{spectrum.absorber} {spectrum.edge}" == named
    assert any("which was added" in note for note in spectrum.meta["notes"])


def test_raw_output_of_fdmnes_that_is_absolute_stays_so(read):
    head = RAW.format(edge=6539.0, z=25, n=1, j=1)
    assert read(head + table(REL + 6539, STEP)).energy[0] == 6519.0


@pytest.mark.filterwarnings("ignore::xnet_lite.errors.Doubt")
def test_convoluted_output_of_fdmnes_is_said_to_be_relative(read):
    spectrum = read("    Energy    <xanes>\n" + table(REL, STEP))
    assert "count from an edge" in spectrum.meta["notes"][0]


def test_output_of_feff_is_known_without_its_header(read):
    k = np.sign(REL) * np.sqrt(abs(REL) * 0.2625)
    text = table(REL + 6545, REL, k, STEP, 0.9 + 0 * REL, STEP - 0.9)
    spectrum = read(text)
    np.testing.assert_allclose(spectrum.mu, STEP, atol=1e-6)
    assert "look like FEFF's" in spectrum.meta["notes"][0]


def test_an_atom_of_feff_that_is_none_is_doubted(read):
    head = "# Abs Z=999 Rmt= 1 K shell\n# omega e k mu mu0 chi\n"
    with pytest.warns(Doubt, match="element '999' is none"):
        spectrum = read(head + table(REL + 6545, REL, REL, STEP, STEP, STEP))
    assert (spectrum.absorber, spectrum.edge) == ("", "K")


def spec(*scans):
    """A SPEC file: command, labels parted by two spaces, columns."""
    text = "#F today\n#E 1600000000\n#O0 Theta  Mono Pitch\n"
    for number, (command, labels, *columns) in enumerate(scans, start=1):
        text += f"\n#S {number}  {command}\n#D Tue\n#N {len(columns)}\n"
        text += f"#L {'  '.join(labels)}\n" + table(*columns) + "#C ended\n"
    return text


def test_the_scans_over_the_energy_of_a_spec_file_are_found(tmp_path):
    path = tmp_path / "a.spec"
    labels = ["Energy", "Seconds", "Ion Chamber 0", "Ion Chamber 1"]
    one = np.ones(len(ENERGY))
    path.write_text(
        spec(
            ("ascan th 0 1", ["Theta", "I0"], REL, STEP),
            ("escan", labels, ENERGY, one, I0, IT),
            ("escan", labels, ENERGY[::-1], one, I0[::-1], IT[::-1]),
        )
    )
    spectra = read_spectra(path)
    assert len(spectra) == 2
    for spectrum in spectra:
        np.testing.assert_allclose(spectrum.mu, MU, atol=1e-5)
    assert "scan 1 of 0 to 1, scan 3  escan" in spectra[1].meta["notes"]
    assert any("1 scans not over the" in n for n in spectra[0].meta["notes"])


def test_a_spec_file_without_energies_is_refused(read):
    with pytest.raises(InputError, match=r"no scan is over the energy .*Theta"):
        read(spec(("ascan th 0 1", ["Theta", "I0"], REL, STEP)))


@pytest.mark.parametrize(("mode", "counts"), [(2, IT), (3, IF)])
def test_the_9809_format_is_read_from_its_angles(read, mode, counts):
    d = 1.63747
    angle = np.degrees(np.arcsin(HC / (2 * d * ENERGY)))
    head = (
        f"  9809     BL-7X\r\nMnO2 21.03.04\r\n Ring : 2.5 GeV 300 mA\r\n"
        f"Mono :   SI(311)       D=  {d} A    Initial angle= 40.0 deg\r\n"
        " Param file : Mn energy axis(2)     Block =    1\r\n\r\n"
        " Block      Init-Eng  final-Eng     Step/eV     Time/s       Num\r\n"
        "     1       6440.00    6900.00        2.00       1.00       298\r\n"
        " Ortec( 0)     NDCH = 3\r\n"
        "  Angle(c)  Angle(o)    time/s         1         2\r\n"
        f"      Mode         0         0         1         {mode}\r\n"
        "    Offset         0         0     0.000     0.000\r\n"
    )
    rows = table(angle, angle, np.ones(len(angle)), I0, counts, form="{:.9f}")
    spectrum = read(head + rows.replace("\n", "\r\n") + "\x1a")
    np.testing.assert_allclose(spectrum.energy, ENERGY, atol=1e-3)
    np.testing.assert_allclose(spectrum.mu, MU if mode == 2 else 0.03 * MU, atol=1e-6)


def project(*groups):
    """An Athena project as it is written: Perl that assigns."""
    lines = ["# Athena project file -- Demeter version 0.9.26", ""]
    for label, words, x, y in groups:
        pairs = ",".join(f"'{w}'" for pair in words.items() for w in pair)
        lines += [f"$old_group = '{label}';", f"@args = ('label','{label}',{pairs});"]
        for name, values in (("x", x), ("y", y)):
            lines.append(f"@{name} = ({','.join(map(repr, map(str, values)))});")
        lines += ["[record]   # create object and set arrays in ifeffit", ""]
    return "\n".join([*lines, "@journal = ('');", "1;", ""])


MN = {"bkg_z": "Mn", "fft_edge": "k", "datatype": "xmu"}


@pytest.mark.parametrize("packed", [False, True])
def test_the_groups_of_an_athena_project_are_scans(tmp_path, packed):
    path = tmp_path / "a.prj"
    text = project(
        ("it\\'s MnO", MN, ENERGY, MU),
        ("chi", {"datatype": "chi"}, REL, STEP),
        ("MnO2", MN | {"datatype": "norm"}, ENERGY, MU),
    )
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    first, second = read_spectra(path)
    assert (first.absorber, first.edge, second.meta["label"]) == ("Mn", "K", "MnO2")
    np.testing.assert_allclose(first.mu, MU)
    assert any("normalised" in note for note in second.meta["notes"])


def test_an_athena_project_is_never_run(read):
    evil = "@x = (system('touch /tmp/never'),'6539');"
    text = project(("a", MN, ENERGY, MU)).replace("@y =", f"{evil}\n@y =")
    with pytest.raises(InputError, match="group 'a' holds what is no number"):
        read(text)


def test_a_project_in_json_is_read(read):
    group = {"args": {"label": "MnO"} | MN, "x": ENERGY.tolist(), "y": MU.tolist()}
    text = json.dumps({"_____header1": "# Athena project file", "abcd": group})
    assert read(text).meta["label"] == "MnO"
    with pytest.raises(InputError, match="its JSON is spoilt"):
        read(text[:-9])


@pytest.fixture
def hdf5(tmp_path):
    """Writes groups of series into an HDF5 file, and returns its path."""
    h5py = pytest.importorskip("h5py")

    def make(groups, name="a.h5", **said):
        path = tmp_path / name
        with h5py.File(path, "w") as file:
            for group, columns in groups.items():
                for key, values in columns.items():
                    file[f"{group}/{key}"] = values
            for key, value in said.items():
                file[key.replace("__", "/")] = value
        return path

    return make


def test_every_group_with_energies_of_an_hdf5_file_is_a_scan(hdf5):
    counts = {"energy_enc": ENERGY, "I0": I0, "I1": IT, "image": np.zeros((4, 4))}
    path = hdf5(
        {"1.1/measurement": counts, "2.1/measurement": {"th": REL, "I0": STEP}},
        entry__element__symbol="Mn",
    )
    (spectrum,) = read_spectra(path)
    np.testing.assert_allclose(spectrum.mu, MU, atol=1e-9)


def test_units_and_element_of_a_nexus_file_are_taken(hdf5):
    path = hdf5(
        {"entry/data": {"energy": ENERGY / 1000, "mu": MU}}, entry__element="25"
    )
    h5py = pytest.importorskip("h5py")
    with h5py.File(path, "a") as file:
        file["entry/data/energy"].attrs["units"] = "keV"
        file["entry/again"] = h5py.SoftLink("/entry/data")
        file["entry/elsewhere"] = h5py.ExternalLink("/etc/passwd", "/")
    spectrum = read_spectrum(path)
    assert spectrum.absorber == "Mn"
    assert find_e0(spectrum.energy, spectrum.mu) == pytest.approx(EDGE, abs=0.1)


def test_an_hdf5_file_that_was_cut_or_has_no_energies_is_refused(hdf5, tmp_path):
    whole = hdf5({"a": {"energy": ENERGY, "mu": MU}}).read_bytes()
    cut = tmp_path / "cut.h5"
    cut.write_bytes(whole[:2000])
    with pytest.raises(InputError, match=r"cut\.h5: cannot be read as HDF5"):
        read_spectrum(cut)
    with pytest.raises(InputError, match="no group holds a series of energies"):
        read_spectrum(hdf5({"a": {"time": REL}}, "b.h5"))


def test_without_h5py_a_sentence_says_how_to_get_it(hdf5, monkeypatch):
    path = hdf5({"a": {"energy": ENERGY, "mu": MU}})
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(InputError, match=r"needs h5py.*xnet-lite\[beamline\]"):
        read_spectrum(path)
