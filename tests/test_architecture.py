"""The house stands as it is drawn: storeys, light imports, no state, sizes."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import xnet_lite

tomllib = pytest.importorskip("tomllib", reason="part of Python from 3.11 on")
pytest.importorskip("torch", reason="every room is imported, most need it")

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "xnet_lite"
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS = {one["containers"][0]: one for one in CONTRACTS["contracts"]}
SOURCES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in sorted(PACKAGE.rglob("*.py"))
}
MODULES = sorted(
    ".".join(Path(name).with_suffix("").parts).removesuffix(".__init__")
    for name in SOURCES
    if not name.endswith("__main__.py")
)
MOST_FILE_LINES, MOST_BODY_LINES, MOST_POSITIONAL = 400, 40, 6


def python(code: str, *arguments: str) -> object:
    """What a fresh interpreter prints, as JSON."""
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


# -- storeys -------------------------------------------------------------------------


def storeys(contract: dict[str, object]) -> list[set[str]]:
    """The names on each storey of a contract, from the top."""
    return [set(layer.split(" | ")) for layer in contract["layers"]]


def drawn() -> dict[int, set[str]]:
    """The storeys of the picture, by their numbers, as they stand."""
    line = re.compile(r"^ +(\d+) +(\w+(?: · \w+)*)(?:  |$)", re.MULTILINE)
    found = line.findall(xnet_lite.__doc__)
    return {int(number): set(rooms.split(" · ")) for number, rooms in found}


def test_the_picture_and_the_contract_have_the_same_rooms_in_the_same_order():
    assert list(drawn().values()) == storeys(LAYERS["xnet_lite"])


def test_the_storeys_of_the_picture_are_counted_down_to_the_ground():
    assert list(drawn()) == list(range(len(drawn())))[::-1]


def test_the_picture_names_every_room():
    rooms = {path.stem for path in PACKAGE.iterdir() if path.suffix in ("", ".py")}
    unseen = {
        "__init__",
        "__main__",
        "__pycache__",
        "_data",
        "_models",
        "py",
        "schemas",
    }
    assert set().union(*drawn().values()) == rooms - unseen


def folders() -> list[str]:
    """Every folder of the package, as import-linter spells it."""
    inits = PACKAGE.rglob("__init__.py")
    return [".".join(path.parent.relative_to(ROOT).parts) for path in sorted(inits)]


@pytest.mark.parametrize("folder", folders())
def test_every_folder_has_a_contract_that_leaves_out_no_file(folder):
    assert LAYERS[folder]["type"] == "layers"
    assert LAYERS[folder]["exhaustive"]


# -- what an import brings along -------------------------------------------------------

LOADED = """
import importlib, json, sys
found = []
for modules in json.loads(sys.argv[1]):
    for name in modules:
        importlib.import_module(name)
    found.append(sorted(sys.modules))
print(json.dumps(found))
"""


def loaded(*stages: list[str]) -> list[list[str]]:
    """Every module that is loaded after each stage of imports."""
    return python(LOADED, json.dumps(stages))


@pytest.fixture(scope="module")
def stages() -> list[list[str]]:
    """What is loaded after all below figures, all below widgets, and everything."""
    return loaded(below("plots"), below("widgets"), MODULES)


FIGURES, WIDGETS = {"plotly"}, {"ipywidgets", "nglview", "anywidget"}


def below(room: str) -> list[str]:
    """The modules of all storeys below that of a room."""
    layers = storeys(LAYERS["xnet_lite"])
    storey = next(i for i, layer in enumerate(layers) if room in layer)
    rooms = set().union(*layers[storey + 1 :])
    return [name for name in MODULES if rooms & set(name.split(".")[1:2])]


def test_the_package_itself_loads_nothing():
    (found,) = loaded(["xnet_lite"])
    assert not {"numpy", "torch", "ase", "scipy", "plotly"} & set(found)


def test_the_command_loads_nothing_heavy_before_it_is_asked():
    (found,) = loaded(["xnet_lite.cli"])
    assert not ({"numpy", "torch", "sklearn"} | FIGURES | WIDGETS) & set(found)


def test_what_trains_and_predicts_loads_no_figures(stages):
    assert not (FIGURES | WIDGETS) & set(stages[0])


def test_figures_load_no_widgets(stages):
    assert not WIDGETS & set(stages[1])


# -- an import changes nothing ---------------------------------------------------------

# all that others bring is imported first: what changes after that is of our making
CHANGES = """
import contextlib, importlib, json, locale, logging, os, random, sys, threading
import warnings

modules = sys.argv[2:]
for name in json.loads(sys.argv[1]):
    with contextlib.suppress(Exception):
        importlib.import_module(name)
import numpy, torch
import plotly.io

def state():
    loggers = [logging.root, *logging.root.manager.loggerDict.values()]
    return {
        "environment": dict(os.environ),
        "working folder": os.getcwd(),
        "search path": list(sys.path),
        "locale": locale.setlocale(locale.LC_ALL),
        "hooks": [repr(hook) for hook in (sys.excepthook, sys.displayhook)],
        "threads": threading.active_count(),
        "warnings": repr(warnings.filters),
        "logging": [
            (one.name, one.level, len(one.handlers))
            for one in loggers
            if isinstance(one, logging.Logger) and not one.name.startswith("xnet_lite")
        ],
        "random": repr(random.getstate()),
        "numpy random": repr(numpy.random.get_state()),
        "numpy printing": numpy.get_printoptions(),
        "numpy errors": numpy.geterr(),
        "torch random": torch.get_rng_state().tolist(),
        "torch dtype": str(torch.get_default_dtype()),
        "torch threads": (torch.get_num_threads(), torch.get_num_interop_threads()),
        "torch gradients": torch.is_grad_enabled(),
        "torch determinism": torch.are_deterministic_algorithms_enabled(),
        "torch precision": torch.get_float32_matmul_precision(),
        "plotly template": plotly.io.templates.default,
    }

found = []
for name in modules:
    before = state()
    importlib.import_module(name)
    after = state()
    found += [f"{name}: {kind}" for kind in after if after[kind] != before[kind]]
print(json.dumps(found))
"""


def test_importing_any_module_changes_no_global_state(stages):
    others = [name for name in stages[-1] if name.split(".")[0] != "xnet_lite"]
    assert python(CHANGES, json.dumps(others), *MODULES) == []


RUDE = """
import os, random, warnings
import numpy, torch
os.environ["OMP_NUM_THREADS"] = "7"
random.seed(0)
warnings.simplefilter("ignore")
numpy.random.seed(0)
torch.set_default_dtype(torch.float64)
"""


def test_a_module_that_changes_state_is_named_with_all_it_changes(tmp_path):
    (tmp_path / "rude.py").write_text(RUDE)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + CHANGES
    kinds = ("environment", "warnings", "random", "numpy random", "torch dtype")
    assert python(code, "[]", "rude") == [f"rude: {kind}" for kind in kinds]


# -- what no source holds ------------------------------------------------------------

TREES = {name: ast.parse(text) for name, text in SOURCES.items()}


def breaches(rule: Callable[[ast.Module], list[str]]) -> dict[str, list[str]]:
    """What a rule finds in each file; files that keep it are left out."""
    found = {name: rule(tree) for name, tree in TREES.items()}
    return {name: broken for name, broken in found.items() if broken}


def imports_of_picklers(tree: ast.Module) -> list[str]:
    """The imports of what runs code on load, at the top of a file or anywhere in it."""
    picklers = {"pickle", "cloudpickle", "dill", "joblib", "marshal", "shelve"}
    names = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.append(node.module or "")
    return [name for name in names if name.split(".")[0] in picklers]


def calls_that_run_code(tree: ast.Module) -> list[str]:
    """The calls that would run what a string or a file says."""
    running = r"(torch\.(load|save)|eval|exec|compile)\(|.*allow_pickle=True"
    calls = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if re.match(running, call)]


def globals_written(tree: ast.Module) -> list[str]:
    """The `global` statements."""
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Global)]
    return [ast.unparse(node) for node in found]


@pytest.mark.parametrize(
    "rule", [imports_of_picklers, calls_that_run_code, globals_written]
)
def test_no_file_does_what_nobody_should(rule):
    assert breaches(rule) == {}


def test_the_types_are_shipped():
    assert (PACKAGE / "py.typed").is_file()


# -- sizes ---------------------------------------------------------------------------


def functions(tree: ast.Module) -> list[ast.FunctionDef]:
    """Every function and method of a file."""
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def long_functions(tree: ast.Module) -> list[str]:
    """Functions whose bodies, docstrings apart, are longer than the limit."""
    found = []
    for function in functions(tree):
        body = function.body[ast.get_docstring(function) is not None :]
        n_lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
        if n_lines > MOST_BODY_LINES:
            found.append(f"{function.name}: {n_lines} lines")
    return found


def crowded_functions(tree: ast.Module) -> list[str]:
    """Functions with more arguments by position than the limit; by name is free."""
    found = []
    for function in functions(tree):
        arguments = function.args.posonlyargs + function.args.args
        if len([a for a in arguments if a.arg != "self"]) > MOST_POSITIONAL:
            found.append(f"{function.name}: {len(arguments)} arguments by position")
    return found


def test_a_file_is_short_enough_to_be_one_idea():
    lengths = {name: len(text.splitlines()) for name, text in SOURCES.items()}
    assert {name: n for name, n in lengths.items() if n > MOST_FILE_LINES} == {}


@pytest.mark.parametrize("rule", [long_functions, crowded_functions])
def test_a_function_fits_on_a_screen_and_its_arguments_in_a_head(rule):
    assert breaches(rule) == {}
