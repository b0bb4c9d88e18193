"""Every output says what made it, from what, when; and is as its schema says."""

import hashlib
import html
import json
import re
from datetime import datetime, timezone
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from xnet_lite import __version__
from xnet_lite.errors import InputError
from xnet_lite.jobs import TrainingJob
from xnet_lite.provenance import now
from xnet_lite.spectra import read_spectrum
from xnet_lite.structures import read_site

PAIR = "2\n\nFe 0 0 0\nO 0 0 1.9\n"
QUICK = ("--l-max", 1, "--r-fms", 3, "--order", 1)
MOMENT = "2023-11-14T22:13:20Z"


@pytest.fixture(autouse=True)
def moment(monkeypatch):
    """The time of all outputs."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


@pytest.fixture
def ridge(embedded, call, tmp_path):
    """The folder of a quick model."""
    words = ("--data", "tm-complexes-k-fe", "--model", "ridge", "--out", tmp_path / "m")
    assert call("train", *words).exit_code == 0
    return tmp_path / "m"


@pytest.fixture
def made(call, write, tmp_path, ridge):
    """Write the outputs of a verb with a suffix."""

    def run(verb, name, *more):
        words = QUICK if verb == "simulate" else ("--model", ridge)
        words = (write("pair.xyz", PAIR), *words, *more, "--out", tmp_path / name)
        result = call(verb, *words)
        assert result.exit_code == 0, result.stderr
        return tmp_path / name

    return run


def valid(path, name):
    """The content of a JSON file, after its schema has been held against it."""
    schema = json.loads(files("xnet_lite").joinpath(f"schemas/{name}.json").read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    content = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(content, schema)
    return content


@pytest.mark.parametrize(
    ("verb", "name"), [("predict", "prediction"), ("simulate", "simulation")]
)
def test_json_is_as_its_schema_says(verb, name, made):
    valid(made(verb, "x.json"), name)
    valid(made(verb, "y.json", "--fwhm", 2, "--arctan"), name)


def test_json_of_a_vote_is_as_its_schema_says(embedded, call, bpy3, tmp_path):
    figure = ("--figure", tmp_path / "x.svg")  # with its band
    assert call("predict", bpy3, "--out", tmp_path / "x.json", *figure).exit_code == 0
    content = valid(tmp_path / "x.json", "prediction")
    assert len(content["std"]) == len(content["mu"])
    assert content["provenance"]["units"].keys() == {"energy", "mu", "std"}


def test_a_trained_model_is_as_its_schema_says(ridge):
    content = valid(ridge / "model.json", "model")
    weights = (ridge / "model.safetensors").read_bytes()
    found = hashlib.sha256(weights).hexdigest()
    assert content["sha256"] == {"model.safetensors": found}


def test_an_evaluation_is_as_its_schema_says(ridge, call, tmp_path):
    result = call("evaluate", "--model", ridge, "--out", tmp_path / "e.json")
    assert result.exit_code == 0, result.stderr
    content = valid(tmp_path / "e.json", "evaluation")
    assert content["metrics"]["this model"]["a_median"] > 0
    settings = content["provenance"]["settings"]
    assert settings == {"data": "tm-complexes-k-fe", "split": "held-out"}


def test_a_job_that_was_found_is_as_its_schema_says_and_trains(embedded, call, write):
    pytest.importorskip("optuna", reason="needs the extra 'search'")
    bounds = {"hyperparameters.alphas": {"choices": [[0.1, 1.0], [1.0, 9.0]]}}
    space = write("space.json", json.dumps(bounds))
    words = ("--data", "tm-complexes-k-fe", "--model", "ridge", "--space", space)
    found = call("search", *words, "--trials", 2, "--folds", 2, "--out", "best.json")
    assert found.exit_code == 0, found.stderr
    content = valid(Path("best.json"), "search")
    settings = content["provenance"]["settings"]
    assert (settings["space"], settings["trials"]) == (bounds, 2)
    assert settings["start"]["hyperparameters"] == {}
    assert call("train", "best.json", "--out", "m").exit_code == 0
    assert TrainingJob.read("best.json").hyperparameters == content["hyperparameters"]


def test_a_prediction_names_its_model_by_the_hash_of_its_file(made, ridge):
    record = json.loads(made("predict", "x.json").read_text())["provenance"]
    weights = (ridge / "model.safetensors").read_bytes()
    assert record["model"]["sha256"] == hashlib.sha256(weights).hexdigest()
    assert record["model"]["model"] == "ridge"
    assert (record["version"], record["date"]) == (__version__, MOMENT)


def test_a_structure_is_named_by_the_hash_of_its_atoms(made, tmp_path):
    record = json.loads(made("simulate", "x.json").read_text())["provenance"]
    site = read_site(tmp_path / "pair.xyz", "Fe")
    assert record["structure"]["sha256"] == site.fingerprint()


def test_settings_say_what_was_asked_for(made):
    record = json.loads(made("simulate", "x.json", "--fwhm", 2).read_text())
    settings = record["provenance"]["settings"]
    assert (settings["order"], settings["r_fms"], settings["fwhm"]) == (1, 3.0, 2.0)
    assert "fwhm" not in record["engine"]  # the spectrum itself is not broadened


@pytest.mark.parametrize(
    ("verb", "name"),
    [("predict", "x.csv"), ("simulate", "x.csv"), ("simulate", "x.xdi")],
)
def test_columns_say_the_same_as_json_and_read_back_with_it(verb, name, made):
    record = json.loads(made(verb, "x.json").read_text())["provenance"]
    assert read_spectrum(made(verb, name)).meta["provenance"] == record


def test_xdi_has_the_fields_that_other_programs_look_for(made):
    lines = made("simulate", "x.xdi").read_text().splitlines()
    for line in (
        "# Element.symbol: Fe",
        "# Element.edge: K",
        "# Scan.edge_energy: 7112.0 eV",
        "# Sample.name: pair",
        "# Sample.stoichiometry: FeO",
    ):
        assert line in lines
    assert not any(line.startswith(("# Mono", "# Facility")) for line in lines)


@pytest.mark.parametrize("verb", ["predict", "simulate"])
def test_a_page_says_it_to_people_and_to_programs(verb, made):
    record = json.loads(made(verb, "x.json").read_text())["provenance"]
    page = made(verb, "x.html").read_text(encoding="utf-8")
    kept = re.search(r'<meta name="provenance" content="(.*?)">', page)
    assert json.loads(html.unescape(kept[1])) == record
    footer = page[page.index("<footer>") :]
    assert f"xnet_lite {__version__}" in footer
    assert MOMENT in footer
    assert record["structure"]["sha256"][:12] in footer


@pytest.mark.parametrize("verb", ["predict", "simulate"])
@pytest.mark.parametrize("name", ["x.json", "x.csv", "x.html", "f.svg", "f.png"])
def test_outputs_are_the_same_bytes_at_the_same_moment(verb, name, made, tmp_path):
    def once():
        out = "x.csv" if name.startswith("f") else name
        more = ("--figure", tmp_path / name) if name.startswith("f") else ()
        made(verb, out, *more)
        return (tmp_path / name).read_bytes()

    assert once() == once()


@pytest.mark.parametrize(
    ("name", "start"), [("f.svg", b"<?xml"), ("f.png", b"\x89PNG")]
)
def test_a_figure_holds_where_it_comes_from(name, start, made, tmp_path):
    made("simulate", "x.json", "--figure", tmp_path / name, "--fwhm", 2)
    record = json.loads((tmp_path / "x.json").read_text())["provenance"]
    contents = (tmp_path / name).read_bytes()
    assert contents.startswith(start)
    assert record["structure"]["sha256"].encode() in contents
    assert f"xnet_lite {__version__}".encode() in contents


def test_a_figure_of_another_kind_is_refused_before_any_work(call):
    result = call("simulate", "nowhere.xyz", "--figure", "x.pdf")
    assert result.exit_code == 2
    assert "x.pdf: cannot write '.pdf', give one of .svg, .png" in result.stderr


@pytest.mark.parametrize("epoch", ["yesterday", "1e30", "nan"])
def test_a_moment_that_is_none_is_refused(epoch, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(InputError, match="set it to seconds since 1970, or unset it"):
        now()


def test_without_a_moment_the_clock_is_asked(monkeypatch):
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    before = datetime.now(timezone.utc).replace(microsecond=0)
    said = datetime.strptime(now(), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)
    assert before <= said <= datetime.now(timezone.utc)
