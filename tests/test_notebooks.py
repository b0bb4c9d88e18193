"""The notebooks are what their sources say, keep the house rules, and run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tools import answers, notebooks, parameters
from tools import notebook_rules as rules
from tools import notebook_runs as runs
from xnet_lite.exercises import check_parameters
from xnet_lite.exercises.course import COURSE
from xnet_lite.exercises.questions import Exercise, Guess, Open

NAMES = [source.stem for source in notebooks.sources()]
N_WORKERS = 2


def source_of(name: str) -> Path:
    """Where people edit a notebook."""
    return notebooks.TUTORIALS / "source" / f"{name}.py"


def git_status() -> str:
    """What git sees changed where notebooks live; nothing without a repository."""
    command = ["git", "status", "--porcelain", "--untracked-files=all"]
    command += ["--", "tutorials", "data"]
    found = subprocess.run(command, cwd=notebooks.ROOT, capture_output=True, text=True)
    return found.stdout


# -- what is built ---------------------------------------------------------------


def test_committed_notebooks_equal_their_rebuild():
    assert notebooks.stale_files() == []


def test_a_second_build_gives_the_same_bytes():
    assert notebooks.built_files() == notebooks.built_files()


def test_every_house_rule_holds():
    assert notebooks.all_broken_rules() == []


@pytest.mark.parametrize("name", NAMES)
def test_the_student_version_lacks_every_solution(name):
    student = notebooks.build(source_of(name), solutions=False)
    assert not any("# solution" in cell.source for cell in student.cells)


@pytest.mark.parametrize("name", NAMES)
def test_versions_differ_in_exercises_alone(name):
    pair = [notebooks.build(source_of(name), solutions=s) for s in (False, True)]
    for student, solution in zip(*(version.cells for version in pair), strict=True):
        free = {"exercise", "front-matter"} & set(rules.tags(solution))
        assert free or student == solution


@pytest.mark.parametrize("name", NAMES)
def test_cell_ids_are_unique(name):
    ids = [
        cell["id"] for cell in notebooks.build(source_of(name), solutions=True).cells
    ]
    assert len(set(ids)) == len(ids)


def test_a_cell_put_in_front_leaves_the_ids_of_the_others():
    texts = [nbformat.v4.new_markdown_cell(text) for text in ("a", "b", "a")]
    notebooks.set_ids(texts)
    longer = [nbformat.v4.new_markdown_cell(t) for t in ("new", "a", "b", "a")]
    notebooks.set_ids(longer)
    assert [cell["id"] for cell in longer][1:] == [cell["id"] for cell in texts]


def test_a_solution_is_cut_at_its_line_and_not_at_the_word():
    text = "# Your turn: no solution yet\nx = None\n# solution\nx = 1"
    assert notebooks.strip_solution(text) == "# Your turn: no solution yet\nx = None"


@pytest.mark.parametrize("name", NAMES)
def test_parameters_lie_in_their_ranges_in_full_and_in_fast_runs(name):
    notebook = notebooks.build(source_of(name), solutions=True)
    ranges = rules.parameter_ranges(notebook)
    usual = parameters.defaults(notebook)
    assert usual.keys() == ranges.keys()
    check_parameters(usual | runs.fast_values(notebook), ranges)
    for share in parameters.SHARES.values():
        check_parameters(parameters.setting(notebook, share), ranges)


# -- exercises -----------------------------------------------------------------------

#: kinds of question and how a page asks them
ASKED = {
    Guess: r'\bGuess\(\s*"([^"]+)"',
    Exercise: r'\b(?:check|Ask|match)\(\s*"([^"]+)"',
    Open: r'\bReflect\(\s*"([^"]+)"',
}


def asked(name: str) -> dict[type, set[str]]:
    """The questions of a notebook's code, by kind."""
    cells = rules.code_cells(notebooks.build(source_of(name), solutions=True))
    code = "\n".join(cell.source for cell in cells)
    return {kind: set(re.findall(words, code)) for kind, words in ASKED.items()}


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_asks_what_the_course_has_for_it_and_nothing_else(name):
    for kind, found in asked(name).items():
        there = {n for n, one in COURSE.get(name, {}).items() if isinstance(one, kind)}
        assert found == there


@pytest.mark.parametrize("name", NAMES)
def test_a_guess_is_looked_at_behind_its_box(name):
    cells = rules.code_cells(notebooks.build(source_of(name), solutions=True))
    for guess in asked(name)[Guess]:
        boxes = [i for i, c in enumerate(cells) if f'Guess("{guess}"' in c.source]
        looks = [i for i, c in enumerate(cells) if f'look("{guess}"' in c.source]
        assert len(boxes) == len(looks) == 1
        assert boxes < looks, guess


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_has_a_guess_a_task_in_code_one_by_hand_and_an_open_question(name):
    notebook = notebooks.build(source_of(name), solutions=True)
    found = asked(name)
    coded = [cell for cell in notebook.cells if "exercise" in rules.tags(cell)]
    by_hand = [n for n in found[Exercise] if COURSE[name][n].question]
    assert min(len(found[Guess]), len(coded), len(by_hand), len(found[Open])) >= 1
    assert len(found[Guess]) + len(coded) + len(by_hand) + len(found[Open]) >= 4


# -- the rules catch what they forbid ----------------------------------------------


@pytest.fixture
def good() -> nbformat.NotebookNode:
    """A notebook that keeps every rule, to be spoilt."""
    return notebooks.build(source_of("03_features"), solutions=True)


def spoil_code(notebook: nbformat.NotebookNode, text: str) -> None:
    """Write into the last plain code cell."""
    cells = [cell for cell in rules.code_cells(notebook) if not rules.tags(cell)]
    cells[-1].source = text


@pytest.mark.parametrize(
    ("code", "breach"),
    [
        ("!pip install numpy", "shell or magic"),
        ("%matplotlib inline", "shell or magic"),
        ("import subprocess", "imports subprocess"),
        ("from urllib.request import urlopen", "imports urllib.request"),
        ("import warnings", "imports warnings"),
        ("open('/home/me/x.xyz')", "absolute path"),
        ("open('~/x.xyz')", "absolute path"),
        (r"open('C:\\x.xyz')", "absolute path"),
        ("a = 'https://example.org'", "network address"),
        ("x = 1\n" * 16, "a code cell of 16 lines"),
        (
            "def f():\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n    return a",
            "function f",
        ),
        ("FeatureExplorer(1)", "tag and use of a widget differ"),
    ],
)
def test_forbidden_code_is_named(good, code, breach):
    spoil_code(good, code)
    found = rules.broken_rules("x", good)
    assert any(breach in line for line in found), found


@pytest.mark.parametrize(
    "code", ["model = MLP(97, 30)", "model = recipe('MLP').predictor()"]
)
def test_a_network_that_meets_no_baseline_is_named(code):
    notebook = notebooks.build(source_of("01_absorption"), solutions=True)
    spoil_code(notebook, code)
    (found,) = rules.broken_rules("x", notebook)
    assert "without the baselines" in found


@pytest.mark.parametrize(
    ("tag", "breach"),
    [
        ("parameters", "0 cells tagged parameters"),
        ("exercise", "no exercise"),
        ("check", "no cell tagged check that asserts"),
        ("derivation", "has no cell tagged derivation"),
        ("figure", "no cell tagged figure beside it"),
    ],
)
def test_a_missing_tag_is_named(good, tag, breach):
    for cell in good.cells:
        cell.metadata["tags"] = [t for t in rules.tags(cell) if t != tag]
    found = rules.broken_rules("x", good)
    assert any(breach in line for line in found), found


@pytest.mark.parametrize(
    ("old", "new", "breach"),
    [
        ("## Summary", "## The end", "no heading '## Summary'"),
        ("<details>", "<p>", "folded answers"),
        ("doi", "see", "no doi"),
        ("- ", "", "goals under"),
        ("SEED = 3  # of", "SEED = 3  ", "parameter without name, unit or meaning"),
        ("# Your turn", "# Try", "does not begin with"),
    ],
)
def test_missing_words_are_named(good, old, new, breach):
    for cell in good.cells:
        cell.source = cell.source.replace(old, new)
    found = rules.broken_rules("x", good)
    assert any(breach in line for line in found), found


def test_a_notebook_too_short_is_named(good):
    del good.cells[10:]
    assert "x: 9 cells, the rule is 12 to 35" in rules.broken_rules("x", good)


def test_stored_outputs_are_named(good):
    rules.code_cells(good)[0].outputs = [nbformat.v4.new_output("stream", text="1")]
    assert "x: stored outputs" in rules.broken_rules("x", good)


def test_a_fast_value_without_its_parameter_is_named(good):
    good.metadata["xnet_lite"]["fast"] = {"N_NOTHING": 3}
    assert "x: fast sets N_NOTHING, which is no parameter" in rules.broken_rules(
        "x", good
    )


@pytest.mark.parametrize(
    ("introduced", "count"), [([], 0), ([("a", "room"), ("b", "room")], 2)]
)
def test_a_module_is_introduced_exactly_once(tmp_path, introduced, count):
    (tmp_path / "room.py").touch()
    found = rules.introduced_once(introduced, tmp_path)
    assert found == [f"xnet_lite.room: introduced {count} times"]


# -- running -------------------------------------------------------------------------


def test_an_unknown_parameter_is_refused(good):
    with pytest.raises(ValueError, match=r"unknown parameters \['EPOCH'\]"):
        runs.with_values(good, {"EPOCH": 3})


def test_papermill_is_not_asked_about_an_unknown_parameter(tmp_path, good):
    path = tmp_path / "x.ipynb"
    nbformat.write(good, path)
    with pytest.raises(ValueError, match="unknown parameters"):
        runs.execute(path, {"EPOCH": 3}, tmp_path / "out.ipynb", tmp_path)


def test_values_are_set_right_behind_the_parameters(good):
    cells = runs.with_values(good, {"N_G2": 8}).cells
    at = next(i for i, cell in enumerate(cells) if "parameters" in rules.tags(cell))
    assert cells[at + 1].source == "N_G2 = 8"


@pytest.mark.parametrize("solutions", [False, True])
def test_what_the_author_holds_usual_values_to_is_on_no_page(solutions):
    source = source_of("01_absorption")
    page = notebooks.build(source, solutions=solutions)
    held = notebooks.build(source, solutions=solutions, regressions=True)
    there = [cell for cell in held.cells if notebooks.REGRESSION in rules.tags(cell)]
    assert there
    assert all("assert" in cell.source for cell in there)
    left = [cell.source for cell in page.cells]
    assert left == [one.source for one in held.cells if one not in there]


def test_a_file_left_behind_is_an_error(tmp_path, good):
    code = "from pathlib import Path; Path('left.txt').touch()"
    cells = [nbformat.v4.new_code_cell(code)]
    metadata = {"kernelspec": good.metadata["kernelspec"], "xnet_lite": {"fast": {}}}
    path = tmp_path / "x.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=metadata), path)
    run = runs.timed(path, {}, tmp_path / "out.ipynb")
    assert run.error == "left files behind: ['left.txt']"


# versions differ in exercises alone: the one with answers is run by papermill, the one
# without by nbval, so that each file is run once and each of the two ways is tried


@pytest.fixture(scope="module")
def fast_runs(tmp_path_factory) -> dict[str, runs.Run]:
    """Every notebook with its answers, executed with its fast values."""
    output = tmp_path_factory.mktemp("executed")
    before = git_status()
    paths = []
    for name in NAMES:
        notebook = notebooks.build(source_of(name), solutions=True)
        paths.append(output / f"{name}.ipynb")
        nbformat.write(answers.telling(notebook), paths[-1])
    done = runs.run_many(paths, fast=True, output=output, workers=N_WORKERS)
    assert git_status() == before, "a notebook left files in the repository"
    runs.TESTED.mkdir(parents=True, exist_ok=True)
    for run in done:
        if not run.error:
            shutil.copy(run.executed, runs.TESTED / run.path.name)
    return {run.path.stem: run for run in done}


@pytest.mark.parametrize("name", NAMES)
def test_a_fast_run_by_papermill_ends_well(fast_runs, name):
    assert fast_runs[name].error == ""


@pytest.fixture(scope="module")
def right(fast_runs) -> dict[str, dict[str, object]]:
    """The right answers of every notebook, as its fast run found them."""
    executed = {name: run.executed for name, run in fast_runs.items()}
    return {
        name: answers.told(nbformat.read(path, as_version=4))
        for name, path in executed.items()
    }


@pytest.fixture(scope="module")
def nbval(
    tmp_path_factory, right
) -> tuple[subprocess.CompletedProcess[bytes], list[str]]:
    """What nbval says of every notebook without answers, and what it left behind."""
    folder = tmp_path_factory.mktemp("nbval")
    for name in NAMES:
        notebook = notebooks.build(source_of(name), solutions=False)
        fast = runs.with_values(notebook, runs.fast_values(notebook))
        alert = answers.looking(fast, right[name])
        nbformat.write(alert, folder / f"{name}.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env"]
    command += ["--nbval-cell-timeout", "60", "-p", "no:cacheprovider", "-q"]
    command += ["-n", str(N_WORKERS), "--dist", "loadfile", "--rootdir", str(folder)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = str(notebooks.ROOT)  # to look for answers
    for _ in range(2):
        done = subprocess.run(
            [*command, str(folder)], cwd=folder, env=environment, capture_output=True
        )
        if runs.NO_KERNEL.encode() not in done.stdout:
            break
    return done, sorted(path.name for path in folder.iterdir())


def test_nbval_finds_no_failing_cell(nbval):
    done, _ = nbval
    assert done.returncode == 0, done.stdout.decode()[-4000:]


@pytest.mark.parametrize("name", NAMES)
def test_no_page_has_an_answer_in_its_text(right, name):
    page = notebooks.build(source_of(name), solutions=False)
    assert right[name]
    assert answers.written(page, right[name]) == []


@pytest.mark.parametrize(
    "leak", [{"right": 2.1374}, {"scores": [5.0, 2.1374]}, {"by": {"MLP": 2.1374}}]
)
def test_an_answer_that_a_page_holds_is_found(leak):
    assert answers.leaks(leak, {"bond": 2.1374})
    assert not answers.leaks({"bond": 2.1374, "other": 2.1375}, {"bond": 2.1374})


def test_an_answer_that_is_printed_is_found():
    page = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("2.14 Å")])
    assert answers.written(page, {"bond": 2.1374})
    assert not answers.written(page, {"bond": 2.1474})


def test_a_notebook_without_answers_leaves_no_file(nbval):
    assert nbval[1] == [f"{name}.ipynb" for name in NAMES]


# -- Binder ----------------------------------------------------------------------------


def test_the_start_script_hands_over_to_its_command():
    command = [notebooks.ROOT / "binder" / "start", "printenv", "OMP_NUM_THREADS"]
    assert subprocess.run(command, capture_output=True, text=True).stdout == "1\n"
