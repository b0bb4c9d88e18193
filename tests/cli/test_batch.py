"""`batch`: how parameters are given, and notebooks found."""

import pytest

from xnet_lite.jobs import batch


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the library is asked for, in place of running it."""
    seen = []

    def run(paths, values, folder, workers, scheduler):
        assert scheduler == "processes"
        seen.append(([path.name for path in paths], values, workers))
        record = {"parameters": {"N": 1}, "records": {}, "seconds": 1.0, "key": "a"}
        runs = [record | {"state": "failed", "error": "no luck"}]
        return [batch.Batch(path.stem, tmp_path, runs) for path in paths]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(batch, "run_batches", run)
    return seen


def test_parameters_are_given_as_name_and_value_or_with_a_sign(asked, call):
    words = ("-p", "EPOCHS", 3, "-p", "N_SITES=64", "--grid", "SEED=0,1")
    call("batch", "10_first_network", *words, "--workers", 2)
    name, values, workers = asked[0]
    assert (name, workers) == (["10_first_network.ipynb"], 2)
    assert values == [{"EPOCHS": 3, "N_SITES": 64, "SEED": seed} for seed in (0, 1)]


def test_a_failed_run_is_told_and_ends_in_exit_code_1(asked, call):
    result = call("batch", "10_first_network")
    assert result.exit_code == 1
    assert "failed: N=1: no luck (a.ipynb)" in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("99_nothing",), "no notebook is called '99_nothing'"),
        (("10_first_network", "-p", "A"), "'A' is no parameter"),
        (("10_first_network", "-p", "A=1", "2"), "'2' belongs to no name"),
        (("10_first_network", "--grid", "SEED"), "'SEED' is no parameter"),
    ],
)
def test_what_cannot_be_understood_is_one_sentence(asked, call, words, said):
    result = call("batch", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not asked


def test_several_notebooks_go_over_one_grid_and_onto_one_page(asked, call, tmp_path):
    result = call("batch", "10_first_network,05_data", "--grid", "SEED=0,1")
    names, values, _ = asked[0]
    assert names == ["10_first_network.ipynb", "05_data.ipynb"]
    assert values == [{"SEED": 0}, {"SEED": 1}]
    page = tmp_path / "out" / "batch" / "10_first_network,05_data" / "report.html"
    text = page.read_text()
    assert "2 runs, 2 failed" in text
    assert "{&#x27;N&#x27;: 1}: no luck" in text
    assert str(page.relative_to(tmp_path)) in result.stderr.replace("\n", "")
