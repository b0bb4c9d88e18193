"""Try the oldest and the newest Python that the project names, as far as is cheap.

usage: python -m tools.other_pythons [--torch]

Every file is compiled by each of them. Into a small environment goes all that the
package depends on; there run the tests, and the examples of docstrings, that need
nothing else and no PyTorch. With --torch the rooms where networks live are tried too:
that may be gigabytes for a Python without a small build. What is not tried is said. An
interpreter that this machine lacks is passed over.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from doctest import DocTestParser
from functools import cache
from pathlib import Path

import tomllib

from tools.running import printed

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("xnet_lite", "tests", "tools", "benchmarks")
LEFT_OUT = "torch"
# of tests that need it, those that are quick and touch most of it
ROOMS = ("models", "training", "predictor", "trust")
# loaded only when a file of their kind is read: no need of what merely leads there
ASKED_LATE = {"h5py", "hdf5plugin"}
IMPORTED_AS = {"scikit-learn": "sklearn", "typing-extensions": "typing_extensions"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
VERSION = re.compile(r"Programming Language :: Python :: (3\.\d+)")


def versions() -> list[str]:
    """The oldest and the newest Python of the classifiers, "3.10" for one."""
    named = [
        match[1] for line in PROJECT["classifiers"] if (match := VERSION.match(line))
    ]
    return sorted({named[0], named[-1]})


def interpreter(version: str) -> str | None:
    """Where an interpreter of this version lies: with pyenv or on the path."""
    kept = sorted(
        Path("~/.pyenv/versions").expanduser().glob(f"{version}.*/bin/python")
    )
    return str(kept[-1]) if kept else shutil.which(f"python{version}")


def requirements() -> list[str]:
    """What the package depends on but PyTorch, and what runs its tests."""
    needed = [one for one in PROJECT["dependencies"] if name_of(one) != LEFT_OUT]
    return [*needed, "pytest"]


def name_of(requirement: str) -> str:
    """The name in a requirement."""
    return re.split(r"[<>=!~ ;\[]", requirement)[0]


# -- what can be tried -----------------------------------------------------------------


@cache
def imported(path: Path) -> list[str]:
    """Every module that a file imports, wherever in it, by its full name."""
    package = list(path.relative_to(ROOT).parts[:-1])
    names = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names += [f"{base}.{alias.name}" for alias in node.names]
    return names


def in_examples(path: Path) -> list[str]:
    """Every module that the examples of a file import."""
    examples = DocTestParser().get_examples(path.read_text())
    return re.findall(
        r"^(?:from|import) ([\w.]+)", "".join(e.source for e in examples), re.M
    )


@cache
def files_of(module: str) -> tuple[Path, ...]:
    """The files of ours that importing a name runs: its packages' and its own."""
    parts = module.split(".")
    if parts[0] not in FOLDERS:
        return ()
    places = [ROOT.joinpath(*parts[:n]) for n in range(1, len(parts) + 1)]
    found = [path for p in places for path in (p / "__init__.py", p.with_suffix(".py"))]
    return tuple(path for path in found if path.is_file())


def packages(start: Path) -> set[str]:
    """All packages of others that a file needs, itself or through files of ours."""
    seen: set[Path] = set()
    waiting, others = [start, *read_before(start)], set(in_examples(start))
    waiting += [path for module in others for path in files_of(module)]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for module in imported(path):
            files = files_of(module)
            waiting += files
            package = module.split(".")[0]
            if not files and (path == start or package not in ASKED_LATE):
                others.add(package)
    ours = {*sys.stdlib_module_names, *FOLDERS, "conftest"}
    return {name.split(".")[0] for name in others} - ours


def read_before(path: Path) -> list[Path]:
    """What runs before a file: the packages it lies in, and pytest's fixtures."""
    names = ("__init__.py", "conftest.py")
    inside = [above for above in path.parents if above.is_relative_to(ROOT)]
    return [p for above in inside for name in names if (p := above / name).is_file()]


def tried() -> tuple[list[Path], list[Path], list[Path]]:
    """Modules with examples and tests that need nothing left out; tests of networks."""
    there = {IMPORTED_AS.get(name_of(one), name_of(one)) for one in requirements()}
    modules = [
        p for p in sorted(ROOT.glob("xnet_lite/**/*.py")) if packages(p) <= there
    ]
    # what a test runs in an interpreter of its own cannot be seen from here
    files = [
        path
        for path in sorted(ROOT.glob("tests/**/test_*.py"))
        if "subprocess" not in imported(path)
    ]
    tests = [path for path in files if packages(path) <= there]
    networks = [
        path
        for path in files
        if path.parent.name in ROOMS and packages(path) - there == {LEFT_OUT}
    ]
    return modules, tests, networks


# -- trying it -------------------------------------------------------------------------


def run(*command: str | Path) -> str:
    """What a command prints that imports from this checkout."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": str(ROOT)}
    return printed(command, ROOT, environment)


COMPILE = """
import sys, warnings
warnings.simplefilter("error", SyntaxWarning)
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        compile(file.read(), name, "exec")
"""


def try_one(version: str, found: str, files: list[Path], networks: list[Path]) -> str:
    """Compile everything and run the tests; return the line that says how it went."""
    sources = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    run(found, "-c", COMPILE, *sources)
    environment = ROOT / f".venv-{version}"
    python = environment / "bin" / "python"
    if not python.exists():
        run(found, "-m", "venv", environment)
    pip = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    run(*pip, "-c", "constraints.txt", *requirements())
    said = ""
    if networks:
        said = f", {len(networks)} files of tests of networks among them"
        run(*pip, "-c", "constraints.txt", LEFT_OUT)
    files = [*files, *networks]
    tests = run(python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *files)
    number = run(python, "-c", "import platform; print(platform.python_version())")
    done = f"{len(sources)} files compile; {tests.splitlines()[-1]}{said}"
    return f"Python {number}: {done}"


def main() -> int:
    """Try all there are, print a line each, and return the exit code."""
    modules, tests, networks = tried()
    there = {version: interpreter(version) for version in versions()}
    print(
        f"tried without {LEFT_OUT}: {len(modules)} modules with their examples and "
        f"{len(tests)} files of tests; with --torch {len(networks)} more, of "
        f"{', '.join(ROOMS)}; the others need more of it, or an extra"
    )
    failed = not (
        tests and networks
    )  # else a new import somewhere could empty the list unseen
    networks = networks if "--torch" in sys.argv[1:] else []
    with ThreadPoolExecutor() as pool:
        jobs = {
            version: pool.submit(try_one, version, found, modules + tests, networks)
            for version, found in there.items()
            if found
        }
    for version in there:
        if version not in jobs:
            print(f"Python {version}: not on this machine, not tried")
        elif problem := jobs[version].exception():
            failed = True
            print(f"Python {version}: {problem}")
        else:
            print(jobs[version].result())
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
