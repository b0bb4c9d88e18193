"""A notebook over a grid: refused early, run once, kept, collected."""

import json

import pytest

from xnet_lite.errors import InputError
from xnet_lite.jobs import batch
from xnet_lite.plots.pages import runs_page
from xnet_lite.tables import Table

PARAMETERS = "N = 1  # a number\nWORD = 'a'  # a word"
WORK = """
from xnet_lite.exercises import record
record(twice=2 * N, word=WORK + 'b')
assert N != 3, "three is too many"
""".replace("WORK", "WORD")


def cell(source, *tags):
    """A code cell."""
    facts = {"metadata": {"tags": list(tags)}, "outputs": [], "execution_count": None}
    return {
        "cell_type": "code",
        "id": f"c{abs(hash(source))}",
        "source": source,
    } | facts


def write(path, *cells):
    """A notebook with a parameters cell and others."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    content = {"cells": [cell(PARAMETERS, "parameters"), *cells]}
    content |= {"metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content))
    return path


@pytest.fixture(scope="module")
def toy(tmp_path_factory):
    """A notebook that fails for N = 3."""
    pytest.importorskip("papermill", reason="needs the extra 'tutorials'")
    path = tmp_path_factory.mktemp("toy") / "toy.ipynb"
    return write(path, cell(WORK))


def run(toy, *numbers, **options):
    """Run it for some numbers."""
    values = batch.grid({"WORD": "x"}, {"N": numbers})
    return batch.run_batch(toy, values, toy.parent / "out", progress=False, **options)


@pytest.fixture(scope="module")
def first(toy):
    """Two runs, of which one fails."""
    return run(toy, 2, 3, workers=2)


def test_what_runs_record_stands_beside_their_parameters(first):
    row = first.table().rows[0]
    assert (row["N"], row["WORD"], row["twice"], row["word"]) == (2, "x", 4, "xb")


def test_a_failure_is_kept_with_its_last_error(first):
    (failed,) = first.failed
    assert failed["error"] == "AssertionError: three is too many"
    assert failed["records"]["twice"] == 6
    assert (first.folder / f"{failed['key']}.ipynb").is_file()


def test_a_run_that_ends_well_is_done(first):
    assert first.runs[0]["state"] == "done"


def test_what_is_done_is_not_run_again_and_what_failed_is(first, toy):
    done = first.folder / f"{first.runs[0]['key']}.ipynb"
    written = done.stat().st_mtime_ns
    again = run(toy, 2, 3)
    assert again.n_known == 1
    assert done.stat().st_mtime_ns == written
    assert again.table().rows[0] == first.table().rows[0]


def test_nothing_half_is_left_in_the_folder(first):
    names = {path.suffix for path in first.folder.iterdir()}
    assert names == {".ipynb", ".json", ".csv"}
    assert not list(first.folder.glob(".*"))


def test_the_table_is_kept_as_csv(first):
    lines = (first.folder / batch.TABLE).read_text().splitlines()
    assert lines[0] == "WORD,N,twice,word,seconds,state"
    assert lines[1].startswith("x,2,4,xb,")


def test_another_notebook_parameter_or_version_is_another_run(monkeypatch):
    keys = {batch._key("cells", {"N": 1}), batch._key("others", {"N": 1})}
    keys |= {batch._key("cells", {"N": 2}), batch._key("cells", {"N": 1})}
    monkeypatch.setattr(batch, "__version__", "another")
    assert len(keys | {batch._key("cells", {"N": 1})}) == 4


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"M": 1}, "has no parameter 'M'; it has N, WORD"),
        ({"N": "many"}, "N is 'many'"),
        ({"WORD": 3}, "WORD is 3"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_runs(toy, values, said, tmp_path):
    with pytest.raises(InputError, match=said):
        batch.run_batch(toy, [values], tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("text", ["", "[]", '{"cells": 3}', "{"])
def test_a_file_that_is_no_notebook_is_one_sentence(toy, text, tmp_path):
    (tmp_path / "a.ipynb").write_text(text)
    with pytest.raises(InputError, match=r"a\.ipynb"):
        batch.run_batch(tmp_path / "a.ipynb", [{}], tmp_path / "new")


def test_without_papermill_the_extra_is_named(toy, without, tmp_path):
    without("papermill")
    with pytest.raises(InputError, match="tutorials"):
        batch.run_batch(toy, [{}], tmp_path / "new")


@pytest.mark.parametrize(
    ("fixed", "axes", "said"),
    [
        ({"N": 1}, {"N": [1]}, "keep one"),
        ({}, {"N": []}, "no values of N"),
        ({}, {"N": range(200), "M": range(200)}, "40000 runs"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(fixed, axes, said):
    with pytest.raises(InputError, match=said):
        batch.grid(fixed, axes)


def test_a_batch_without_runs_has_an_empty_table():
    assert Table([]).csv() == "\n"


def made(*runs):
    """A batch of runs with some parameters and records, and of one that failed."""
    facts = {"seconds": 1.0, "state": "done", "error": "", "key": "k"}
    done = [{"parameters": p, "records": r} | facts for p, r in runs]
    failed = {"parameters": {"SEED": 9}, "records": {"error": 99.0}} | facts
    return batch.Batch("n", None, [*done, failed | {"state": "failed"}])


def test_means_are_over_seeds_alone():
    found = made(
        ({"METAL": "Fe", "SEED": 0}, {"error": 4.0, "name": "a"}),
        ({"METAL": "Cu", "SEED": 0}, {"error": 2.0, "name": "b"}),
        ({"METAL": "Fe", "SEED": 1}, {"error": 6.0, "name": "c"}),
    ).means()
    assert found.rows == [
        {"METAL": "Fe", "runs": 2, "error": "5.00 ± 1.00"},
        {"METAL": "Cu", "runs": 1, "error": "2.00"},
    ]


def test_a_number_that_one_run_lacks_has_no_mean():
    found = made(({"SEED": 0}, {"error": 4.0}), ({"SEED": 1}, {}))
    assert found.means().rows == [{"runs": 2}]


def test_notebooks_share_a_grid_and_keep_folders_of_their_names(toy, tmp_path):
    other = write(tmp_path / "other.ipynb", cell(WORK))
    how = {"folder": tmp_path / "all", "progress": False}
    found = batch.run_batches([toy, other], [{"N": 2}], **how)
    assert [one.notebook for one in found] == ["toy", "other"]
    assert [one.runs[0]["records"]["twice"] for one in found] == [4, 4]
    again = batch.run_batches([toy, other], [{"N": 2}], **how)
    assert [one.n_known for one in again] == [1, 1]
    page = runs_page(found, tmp_path / "all")
    for name in ("toy", "other"):
        (executed,) = (tmp_path / "all" / name).glob("*.ipynb")
        assert f'href="{name}/{executed.name}"' in page


def test_nothing_runs_if_one_of_the_notebooks_lacks_a_parameter(toy, tmp_path):
    lacking = tmp_path / "lacking.ipynb"
    write(lacking)
    lacking.write_text(lacking.read_text().replace("N = 1", "M = 1"))
    with pytest.raises(InputError, match="no parameter 'N'"):
        batch.run_batches([toy, lacking], [{"N": 2}], tmp_path / "new")
    with pytest.raises(InputError, match="toy is given twice"):
        batch.run_batches([toy, toy], [{"N": 2}], tmp_path / "new")
    assert not (tmp_path / "new").exists()
