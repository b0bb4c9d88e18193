"""`predict` and `simulate`: files in, spectra out, or one sentence."""

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from tests.datasets import own
from xnet_lite.spectra import read_spectrum

PAIR = "2\n\nFe 0 0 0\nFe 0 0 2.3\n"
BAD = {
    "short.xyz": "3\n\nFe 0 0 0\nO 1.9 0\nO 0 1.9 0\n",
    "empty.xyz": "",
    "binary.xyz": bytes(range(256)) * 8,
    "overlap.xyz": "2\n\nFe 0 0 0\nFe 0 0 0\n",
    "nometal.xyz": "2\n\nC 0 0 0\nO 1.1 0 0\n",
}


@pytest.fixture
def predicted(embedded, call, bpy3, tmp_path):
    """The JSON of a prediction, and what was printed."""
    result = call("predict", bpy3, "--out", tmp_path / "x.json")
    assert result.exit_code == 0, result.stderr
    return json.loads((tmp_path / "x.json").read_text()), result


# --- what is refused --------------------------------------------------------------


@pytest.mark.parametrize("verb", ["predict", "simulate"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_sentence_with_its_name(verb, name, call, write, embedded):
    result = call(verb, write(name, BAD[name]))
    assert result.exit_code == 2
    assert name in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_a_missing_file_is_named(verb, call, embedded):
    result = call(verb, "nowhere.xyz")
    assert result.exit_code == 2
    assert "nowhere.xyz: no such file" in result.stderr


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_an_output_of_unknown_kind_is_refused_before_any_work(verb, call):
    result = call(verb, "nowhere.xyz", "--out", "x.docx")
    assert result.exit_code == 2
    assert "x.docx: cannot write '.docx'" in result.stderr


def test_an_element_without_a_model_is_told_what_exists_and_how_to_train(
    call, bpy3, write
):
    other = write("mo.xyz", re.sub("^Fe", "Mo", bpy3.read_text(), flags=re.M))
    result = call("predict", other)
    assert result.exit_code == 2
    assert "the default model knows Co, Cr, Cu, Fe, Mn, Ni, Ti, V, Zn" in result.stderr
    assert "xnet-lite train --data NAME" in result.stderr


def test_a_folder_without_a_model_is_refused(embedded, call, bpy3, tmp_path):
    assert "no such folder" in call("predict", bpy3, "--model", "nowhere").stderr
    result = call("predict", bpy3, "--model", tmp_path)
    assert result.exit_code == 2
    assert "model.json is missing" in result.stderr


def test_an_unknown_preset_is_bad_input(call, bpy3):
    result = call("simulate", bpy3, "--preset", "psychic")
    assert result.exit_code == 2
    assert "preset 'psychic' is not one of" in result.stderr


# --- what a prediction says -------------------------------------------------------


def test_the_json_has_the_promised_keys(predicted):
    record, _ = predicted
    assert set(record) == {
        "format",
        "energy",
        "mu",
        "std",
        "e0",
        "absorber",
        "absorber_index",
        "band_coverage",
        "verdict",
        "neighbors",
        "notes",
        "warnings",
        "provenance",
    }
    assert record["absorber"] == "Fe"
    assert record["absorber_index"] == 0
    assert len(record["energy"]) == len(record["mu"]) == len(record["std"]) == 226
    assert record["energy"][0] == pytest.approx(record["e0"] - 15)
    assert min(record["std"]) > 0
    assert [set(one) for one in record["neighbors"]] == [
        {"name", "formula", "distance", "mu"}
    ] * 5


def test_the_nearest_known_sites_are_printed_nearest_first(predicted):
    record, result = predicted
    distances = [one["distance"] for one in record["neighbors"]]
    assert distances == sorted(distances)
    assert all(one["formula"] in result.stdout for one in record["neighbors"])


def test_the_model_is_named_in_every_output(predicted, embedded, call, bpy3, tmp_path):
    record, result = predicted
    assert record["provenance"]["model"]["name"] == "nine-metals"
    assert "predicted by nine-metals" in result.stdout
    own = tmp_path / "mine"
    call("train", "--data", "tm-complexes-k-fe", "--model", "ridge", "--out", own)
    for out in ("x.json", "x.csv", "x.html"):
        said = call("predict", bpy3, "--model", own, "--out", tmp_path / out)
        assert "predicted by mine" in said.stdout
        assert "mine" in (tmp_path / out).read_text(encoding="utf-8")


def test_a_prediction_trains_nothing_and_writes_nothing(call, bpy3, monkeypatch, write):
    monkeypatch.setenv("XNET_LITE_CACHE", str(write("file", "x") / "cache"))
    result = call("predict", bpy3)
    assert result.exit_code == 0
    assert result.stderr.count("\n") <= 2  # where to keep it, and what is doubtful


def test_the_csv_reads_back_as_the_spectrum(predicted, embedded, call, bpy3, tmp_path):
    record, _ = predicted
    call("predict", bpy3, "--out", tmp_path / "x.csv")
    spectrum = read_spectrum(tmp_path / "x.csv")
    assert spectrum.absorber == "Fe"
    assert spectrum.e0 == record["e0"]
    np.testing.assert_array_equal(spectrum.mu, record["mu"])
    std = np.loadtxt(tmp_path / "x.csv", delimiter=",", skiprows=6)[:, 2]
    np.testing.assert_array_equal(std, record["std"])


def test_the_page_asks_nothing_of_the_network(embedded, call, bpy3, tmp_path):
    call("predict", bpy3, "--out", tmp_path / "deep" / "x.html")
    page = (tmp_path / "deep" / "x.html").read_text(encoding="utf-8")
    assert "± 2σ" in page or "\\u00b1 2\\u03c3" in page
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)


def test_what_is_unlike_all_known_sites_is_warned_of(embedded, call, write, tmp_path):
    alone = write("alone.xyz", "1\n\nFe 0 0 0\n")
    result = call("predict", alone, "--out", tmp_path / "x.json")
    assert "warning: out of domain" in result.stderr
    record = json.loads((tmp_path / "x.json").read_text())
    verdict, said = record["verdict"], record["warnings"]
    assert verdict["word"] == "far"
    assert said[0].startswith("far: expect an error of")
    assert any(one.startswith("out of domain") for one in said)
    assert verdict["doubts"]["coordination"] in " ".join(said)


def test_a_verdict_is_printed_with_the_error_to_expect_and_how_often_it_is_wrong(
    predicted,
):
    record, result = predicted
    verdict = record["verdict"]
    said = " ".join((result.stdout + result.stderr).split())
    low, high = verdict["interval_percent"]
    assert low <= verdict["expected_error_percent"] <= high
    error = f"expect an error of {verdict['expected_error_percent']:.1f} %"
    assert f"{verdict['word']}: {error}" in said
    share = record["band_coverage"]["compounds"]
    assert f"of compounds never seen {share:.0%}" in said
    assert (
        f"{verdict['rates']['far']['false_alarms']:.0%} of what was right" in said
        or (verdict["word"] != "far")
    )


def test_the_csv_and_the_page_hold_the_spectra_of_the_nearest_known_sites(
    predicted, embedded, call, bpy3, tmp_path
):
    record, _ = predicted
    call("predict", bpy3, "--out", tmp_path / "x.csv")
    columns = np.genfromtxt(
        tmp_path / "x.csv", delimiter=",", names=True, skip_header=5
    )
    for i, one in enumerate(record["neighbors"], 1):
        np.testing.assert_allclose(columns[f"near_{i}"], one["mu"])
    assert '"verdict"' in (tmp_path / "x.csv").read_text(encoding="utf-8")
    call("predict", bpy3, "--out", tmp_path / "x.html")
    page = (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "known 1: " in page
    assert "expect an error of" in page


def test_a_model_of_0_1_0_predicts_and_says_that_it_carries_no_verdict(
    call, bpy3, tmp_path
):
    old = Path(__file__).parents[1] / "predictor" / "saved_by_0_1_0" / "vote"
    result = call("predict", bpy3, "--model", old, "--out", tmp_path / "x.json")
    assert result.exit_code == 0, result.stderr
    assert "warning: the model was kept without a verdict" in result.stderr
    record = json.loads((tmp_path / "x.json").read_text())
    assert record["verdict"] is None
    assert len(record["mu"]) == 226


def test_a_second_atom_of_the_element_is_mentioned_unless_one_is_chosen(
    embedded, call, write
):
    pair = write("pair.xyz", PAIR)
    assert "2 atoms are Fe, 0 was taken" in call("predict", pair).stderr
    assert "was taken" not in call("predict", pair, "--absorber", "1").stderr


# --- beside a measured spectrum ------------------------------------------------------

QUICK = ("--l-max", 1, "--r-fms", 3, "--order", 1)


@pytest.fixture
def scan(write):
    """A measured spectrum of an iron edge."""
    return write("scan.dat", own.spectrum())


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_a_scan_and_an_experiment_like_curve_stand_in_the_json(
    verb, embedded, call, write, scan, tmp_path
):
    out = tmp_path / "x.json"
    words = ("--compare", scan, "--fwhm", 1.5, "--arctan", "--align", "--out", out)
    more = QUICK if verb == "simulate" else ()
    result = call(verb, write("pair.xyz", PAIR), *words, *more)
    assert result.exit_code == 0, result.stderr
    record = json.loads(out.read_text())
    found = record["comparison"]
    assert set(found["errors_percent"]) == {"raw", "experiment-like"}
    assert len(found["experiment_like"]) == len(found["scan"]) == len(record["mu"])
    assert ("experiment_like_std" in found) == (verb == "predict")
    assert all(note in result.stdout for note in found["notes"])


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_the_csv_with_a_scan_still_reads_back_as_the_spectrum(
    verb, embedded, call, write, scan, tmp_path
):
    more = QUICK if verb == "simulate" else ()
    words = (verb, write("pair.xyz", PAIR), *more)
    call(*words, "--out", tmp_path / "plain.csv")
    out = tmp_path / "x.csv"
    call(*words, "--compare", scan, "--fwhm", 1, "--out", out)
    found, plain = read_spectrum(out), read_spectrum(tmp_path / "plain.csv")
    np.testing.assert_array_equal(found.mu, plain.mu)
    head = next(line for line in out.read_text().splitlines() if line[0] != "#")
    like = ["experiment_like", "experiment_like_std", "scan"]
    like = [name for name in like if verb == "predict" or name != "experiment_like_std"]
    assert head.endswith(",".join(like))


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_the_page_draws_both_beside_the_raw_one(
    verb, embedded, call, write, scan, tmp_path
):
    out = tmp_path / "x.html"
    more = QUICK if verb == "simulate" else ()
    words = ("--compare", scan, "--fwhm", 1, "--out", out)
    assert call(verb, write("pair.xyz", PAIR), *words, *more).exit_code == 0
    page = out.read_text(encoding="utf-8")
    assert '"name":"experiment-like"' in page
    assert '"name":"scan"' in page
    assert ('"name":"experiment-like, ' in page) == (verb == "predict")
    assert "±0.5 eV" in page


def test_a_scan_that_cannot_be_read_is_told_before_any_work(embedded, call, write):
    result = call("predict", write("a.xyz", PAIR), "--compare", write("bad.dat", "x\n"))
    assert result.exit_code == 2
    assert "bad.dat" in result.stderr
    assert "training" not in result.stderr


def test_alignment_without_a_scan_is_refused(embedded, call, write):
    result = call("predict", write("a.xyz", PAIR), "--align")
    assert result.exit_code == 2
    assert "give --compare FILE" in result.stderr


# --- physics ----------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".csv", ".xdi"])
def test_a_computed_spectrum_reads_back_with_its_settings(
    suffix, call, write, tmp_path
):
    out = tmp_path / f"x{suffix}"
    words = ("--l-max", 1, "--r-fms", 3, "--order", 1, "--no-hole", "--out", out)
    result = call("simulate", write("pair.xyz", PAIR), *words)
    assert result.exit_code == 0, result.stderr
    spectrum = read_spectrum(out)
    assert (spectrum.absorber, spectrum.e0) == ("Fe", 7112.0)
    assert spectrum.meta["order"] == 1
    assert spectrum.meta["hole"] is False


def test_polarisation_along_and_across_a_pair_differ(call, write, tmp_path):
    pair, spectra = write("pair.xyz", PAIR), []
    for i, direction in enumerate([("0", "0", "1"), ("1", "0", "0")]):
        out = tmp_path / f"{i}.json"
        words = ("--polarisation", *direction, "--l-max", 1, "--out", out)
        assert call("simulate", pair, *words).exit_code == 0
        spectra.append(json.loads(out.read_text())["mu"])
    assert np.abs(np.subtract(*spectra)).max() > 0.05


# --- what was assumed -------------------------------------------------------------

TWICE = "2\n\nFe 0 0 0\nO 0 0 1.7\n2\n\nFe 0 0 0\nD 0 0 1.6\n"
BOXED = (
    '2\nLattice="20 0 0 0 20 0 0 0 20" Properties=species:S:1:pos:R:3 pbc="T T T"\n'
    "Fe 10 10 10\nO 10 10 11.7\n"
)


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_what_was_assumed_is_printed_and_kept(verb, embedded, call, write, tmp_path):
    file = write("two.xyz", TWICE)
    for kind in ("json", "html"):
        result = call(verb, file, "--frame", "1", "--out", tmp_path / f"x.{kind}")
        assert result.exit_code == 0, result.stderr
        assert "note: structure 1 was taken of the 2 in the file" in result.stderr
        assert "note: deuterium or tritium was read as hydrogen" in result.stderr
        assert "deuterium or tritium" in (tmp_path / f"x.{kind}").read_text()


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_a_molecule_in_a_box_is_told_what_the_box_does(verb, embedded, call, write):
    result = call(verb, write("box.xyz", BOXED))
    assert "in a molecule of 2 atoms in a periodic cell" in result.stderr
    assert "by 3 to 24 % (python -m benchmarks.boxes)" in result.stderr


def test_an_xdi_with_notes_is_read_again(call, write, tmp_path):
    call("simulate", write("box.xyz", BOXED), "--out", tmp_path / "x.xdi")
    assert "periodic cell" in str(read_spectrum(tmp_path / "x.xdi").meta)


@pytest.mark.parametrize("absorber", ["²", "+-0"])
def test_an_absorber_that_only_looks_like_a_number_is_refused(call, write, absorber):
    result = call("simulate", write("two.xyz", TWICE), "--absorber", absorber)
    assert result.exit_code == 2
    assert "no atom of element" in result.stderr


def test_a_file_name_that_is_not_utf8_is_computed_and_kept(call, tmp_path):
    file = tmp_path / os.fsdecode(b"caf\xe9.xyz")
    file.write_text("2\n\nFe 0 0 0\nO 0 0 1.7\n")
    result = call("simulate", file, "--out", tmp_path / "x.html")
    assert result.exit_code == 0, result.stderr
    assert "caf?" in (tmp_path / "x.html").read_text()


def test_a_file_name_that_is_too_long_is_one_sentence(call):
    result = call("simulate", "x" * 300 + ".xyz")
    assert result.exit_code == 2
    assert "cannot be opened" in result.stderr
