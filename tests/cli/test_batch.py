"""`batch`: how parameters are given, and notebooks found."""

import pytest

from xnet_lite.jobs import batch


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """What the library is asked for, in place of running it."""
    seen = []

    def run(path, values, folder, workers, scheduler):
        assert scheduler == "processes"
        seen.append((path.name, values, workers))
        record = {"parameters": {"N": 1}, "records": {}, "seconds": 1.0, "key": "a"}
        runs = [record | {"state": "failed", "error": "no luck"}]
        return batch.Batch(path.stem, tmp_path, runs)

    monkeypatch.setattr(batch, "run_batch", run)
    return seen


def test_parameters_are_given_as_name_and_value_or_with_a_sign(asked, call):
    words = ("-p", "EPOCHS", 3, "-p", "N_SITES=64", "--grid", "SEED=0,1")
    call("batch", "10_first_network", *words, "--workers", 2)
    name, values, workers = asked[0]
    assert (name, workers) == ("10_first_network.ipynb", 2)
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
