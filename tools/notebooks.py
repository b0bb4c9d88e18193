"""Build the notebooks: `tutorials/source/NN_noun.py` -> student and solution `.ipynb`.

The source (py:percent) is what people edit. From it come, byte for byte repeatable::

    tutorials/NN_noun.ipynb             answers below `# solution` taken out
    tutorials/solutions/NN_noun.ipynb   answers left in

Cells tagged `check-full` are in neither: a full run alone has them. Both get badges, a
table of the front matter and a cell that only acts on Colab; neither stores an output.
Usage::

    python -m tools.notebooks             build (and report broken house rules)
    python -m tools.notebooks --check     exit 1 if a committed file is not its rebuild
    python -m tools.notebooks --run fast  execute both versions with papermill
    python -m tools.notebooks --run full  the same with usual values, held to them
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from tools.notebook_rules import broken_rules, introduced_once, parameter_ranges
from tools.notebook_runs import run_all

ROOT = Path(__file__).resolve().parents[1]
TUTORIALS = ROOT / "tutorials"
PACKAGE = ROOT / "xnet_lite"
#: cells that are true of the usual values alone, for the author
REGRESSION = "check-full"
SOLUTION = re.compile(r"^# solution\b", re.MULTILINE)

#: as pyproject's extra `tutorials` has it
NGLVIEW = "nglview==4.0"
COLAB_CELL = """\
# Only on Google Colab: fetch the package and switch on its widgets.
try:
    from google.colab import output
except ImportError:
    pass
else:
    import subprocess, sys
    pip = [sys.executable, "-m", "pip", "install", "-q"]
    subprocess.run([*pip, "xnet-lite[colab] @ git+{repository}@{tag}"], check=True)
    # it names a notebook server that Colab has not and nothing here needs
    subprocess.run([*pip, "--no-deps", "{nglview}"], check=True)
    output.enable_custom_widget_manager()"""


@dataclass(frozen=True)
class FrontMatter:
    """The first cell of a source: what the notebook is for and how to run it fast."""

    introduces: tuple[str, ...]
    needs: tuple[str, ...]
    minutes: int
    level: str
    fast: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, notebook: NotebookNode) -> FrontMatter:
        """Read it from a notebook's metadata; a missing or unknown key is an error."""
        raw = dict(notebook.metadata["xnet_lite"])
        for key in ("introduces", "needs"):
            raw[key] = tuple(raw[key])
        return cls(**raw)


def repository_address(pyproject: Path = ROOT / "pyproject.toml") -> str:
    """The project's address, the one written in pyproject's [project.urls]."""
    found = re.search(r'^Repository = "(.+?)"', pyproject.read_text("utf-8"), re.M)
    if found is None:
        raise ValueError(f"{pyproject.name} has no Repository under [project.urls]")
    return found[1]


def release_tag(package: Path = PACKAGE / "__init__.py") -> str:
    """The tag of this version: what other machines install does not move under them."""
    found = re.search(r'^__version__ = "(.+?)"', package.read_text("utf-8"), re.M)
    if found is None:
        raise ValueError(f"{package} has no __version__")
    return f"v{found[1]}"


def sources() -> list[Path]:
    """Every source, in the order of the course."""
    return sorted((TUTORIALS / "source").glob("[0-9][0-9]_*.py"))


def read_source(path: Path) -> NotebookNode:
    """A source as a notebook: cells with tags, front matter in the metadata."""
    return jupytext.read(path, fmt="py:percent")


def strip_solution(text: str) -> str:
    """The text above the line `# solution` (all of it where there is none)."""
    found = SOLUTION.search(text)
    return text if found is None else text[: found.start()].rstrip()


def header_cell(front: FrontMatter, path: str, repository: str) -> NotebookNode:
    """Links that open the notebook elsewhere, and the front matter as a table."""
    slug, tag = repository.removeprefix("https://github.com/"), release_tag()
    binder = f"https://mybinder.org/v2/gh/{slug}/{tag}?urlpath=lab/tree/{path}"
    colab = f"https://colab.research.google.com/github/{slug}/blob/{tag}/{path}"
    needs = ", ".join(f"[{n}]({n}.ipynb)" for n in front.needs) or "nothing"
    introduces = ", ".join(f"`xnet_lite.{name}`" for name in front.introduces)
    # links and not badge images: an image would be a request to another machine
    text = (
        f"**[▶ Binder]({binder})** · **[▶ Colab]({colab})**\n\n"
        "| introduces | needs | level | minutes |\n|---|---|---|---|\n"
        f"| {introduces or '–'} | {needs} | {front.level} | {front.minutes} |"
    )
    return nbformat.v4.new_markdown_cell(text, metadata={"tags": ["front-matter"]})


def colab_cell(repository: str) -> NotebookNode:
    """The one cell that may install anything; it does nothing outside Colab."""
    metadata = {"tags": ["colab"], "jupyter": {"source_hidden": True}}
    code = COLAB_CELL.format(repository=repository, tag=release_tag(), nglview=NGLVIEW)
    return nbformat.v4.new_code_cell(code, metadata=metadata)


def range_cell(notebook: NotebookNode) -> NotebookNode:
    """The cell behind the parameters that refuses what is outside of their ranges."""
    known = parameter_ranges(notebook)
    listed = "".join(f"\n    {name!r}: {text!r}," for name, text in known.items())
    code = (
        "# Only what stands behind a parameter is taken: this cell checks it.\n"
        "from xnet_lite.exercises import check_parameters\n"
        f"check_parameters(globals(), {{{listed}\n}})"
    )
    metadata = {"tags": ["range"], "jupyter": {"source_hidden": True}}
    return nbformat.v4.new_code_cell(code, metadata=metadata)


def set_ids(cells: list[NotebookNode]) -> None:
    """Ids from the cells' text, so that an untouched cell keeps its own."""
    seen: dict[str, int] = {}
    for cell in cells:
        digest = hashlib.sha256(cell.source.encode()).hexdigest()[:8]
        seen[digest] = seen.get(digest, 0) + 1
        cell["id"] = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def build(source: Path, *, solutions: bool, regressions: bool = False) -> NotebookNode:
    """One notebook from its source: student version, or with the solutions in.

    What its author holds the usual values to is on no page; a full run has it.
    """
    raw = read_source(source)
    front = FrontMatter.of(raw)
    folder = "tutorials/solutions" if solutions else "tutorials"
    address = repository_address()
    path = f"{folder}/{source.stem}.ipynb"
    cells = [header_cell(front, path, address), colab_cell(address)]
    for cell in raw.cells:
        tags = cell.metadata.get("tags", [])
        if REGRESSION in tags and not regressions:
            continue
        text = cell.source.rstrip()
        if "exercise" in tags and not solutions:
            text = strip_solution(text)
        is_code = cell.cell_type == "code"
        new = nbformat.v4.new_code_cell if is_code else nbformat.v4.new_markdown_cell
        cells.append(new(text, metadata={"tags": list(tags)} if tags else {}))
        if "parameters" in tags:
            cells.append(range_cell(raw))
    set_ids(cells)
    metadata = {
        "kernelspec": {
            "display_name": "Python 3",
            "language": "python",
            "name": "python3",
        },
        "language_info": {"name": "python"},
        "xnet_lite": dict(raw.metadata["xnet_lite"]),
    }
    notebook = nbformat.v4.new_notebook(cells=cells, metadata=metadata)
    nbformat.validate(notebook)
    return notebook


def built_files(*, regressions: bool = False) -> dict[Path, str]:
    """Every file that `make notebooks` writes, with its text."""
    files = {}
    for source in sources():
        for folder, solutions in ((TUTORIALS, False), (TUTORIALS / "solutions", True)):
            notebook = build(source, solutions=solutions, regressions=regressions)
            text = nbformat.writes(notebook, version=4) + "\n"
            files[folder / f"{source.stem}.ipynb"] = text
    return files


def stale_files() -> list[Path]:
    """Notebooks on disk that differ from their rebuild, lack it, or are missing."""
    files = built_files()
    stale = [
        path
        for path, text in files.items()
        if not path.exists() or path.read_text("utf-8") != text
    ]
    on_disk = [*TUTORIALS.glob("*.ipynb"), *TUTORIALS.glob("solutions/*.ipynb")]
    return sorted({*stale, *(path for path in on_disk if path not in files)})


def all_broken_rules() -> list[str]:
    """Every breach of the house rules, in one line each."""
    found, introduced = [], []
    for source in sources():
        notebook = build(source, solutions=True, regressions=True)
        found += broken_rules(source.stem, notebook)
        front = FrontMatter.of(read_source(source))
        introduced += [(source.stem, name) for name in front.introduces]
    return found + introduced_once(introduced, PACKAGE)


def write_files() -> None:
    """Write every built notebook, and remove those that lost their source."""
    files = built_files()
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8", newline="\n")
    for path in stale_files():
        path.unlink()
    print(f"{len(files)} notebooks built from {len(sources())} sources")


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--run", choices=("fast", "full"), help="execute by papermill")
    parser.add_argument("--workers", type=int, default=2, help="processes for --run")
    options = parser.parse_args(arguments)
    if options.run:
        files = built_files(regressions=options.run == "full")
        return run_all(files, options.run, options.workers)
    problems = all_broken_rules()
    if options.check:
        stale = [str(path.relative_to(ROOT)) for path in stale_files()]
        problems += [f"{path}: not its rebuild, run `make notebooks`" for path in stale]
    else:
        write_files()
    print("\n".join(problems) or "every house rule holds")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
