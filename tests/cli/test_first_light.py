"""`first-light`: the main job writes what it promises."""

import json
import re

import pytest


@pytest.fixture(scope="module")
def done(small, bpy3, tmp_path_factory):
    """The job on the small set with one split: result and folder."""
    from typer.testing import CliRunner

    from xnet_lite.cli import app
    from xnet_lite.datasets import listing

    out = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listing, "embedded_roots", lambda: [small.root])
        patch.setenv("XNET_LITE_CACHE", str(small.cache))
        words = ["first-light", str(bpy3), "--seeds", "1", "--out", str(out)]
        result = CliRunner(env={"COLUMNS": "120"}).invoke(app, words)
    assert result.exit_code == 0, result.stderr
    return result, out


def test_the_table_has_the_network_and_every_baseline(done):
    result, _ = done
    for row in ("mean spectrum", "1-NN", "ridge", "ARD", "quick MLP"):
        assert row in result.stdout


def test_it_says_which_command_to_try_next(done):
    result, _ = done
    assert "predict YOUR.xyz" in result.stdout


def test_the_json_holds_prediction_engine_and_table(done):
    _, out = done
    record = json.loads((out / "first_prediction.json").read_text())
    assert len(record["engine"]) == len(record["mu"]) == len(record["std"])
    assert [row["model"] for row in record["table"]][-1] == "quick MLP"
    assert 0 <= record["in_band"] <= 1


def test_the_page_opens_offline(done):
    _, out = done
    page = (out / "first_prediction.html").read_text(encoding="utf-8")
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=", page)
    assert "Models against baselines" in page


def test_an_element_it_does_not_know_is_refused(embedded, call, write):
    result = call("first-light", write("mo.xyz", "2\n\nMo 0 0 0\nO 0 0 2\n"))
    assert result.exit_code == 2
    assert "the default model knows Co, Cr, Cu" in result.stderr


def test_an_output_that_is_a_file_is_refused(embedded, call, write):
    result = call("first-light", "--out", write("taken", "x"))
    assert result.exit_code == 2
    assert "give another folder" in result.stderr
