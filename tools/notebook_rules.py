"""The house rules of a tutorial, each one a function that names its breaches."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from nbformat import NotebookNode

MOST_LINES, MOST_FUNCTION_LINES = 15, 5
FEWEST_CELLS, MOST_CELLS = 12, 35
FORBIDDEN_IMPORTS = frozenset(
    {"warnings", "subprocess", "urllib", "requests", "http", "socket", "pooch", "os"}
)
NETWORKS = frozenset({"MLP", "CNN", "LSTM", "GNN", "AEGAN"})
# by class, or by name in the catalogue
BASELINES = {"MeanSpectrum": "mean spectrum", "NearestNeighbor": "1-NN"}
# met in every notebook, or called by no reader: these need no introduction
NOT_INTRODUCED = frozenset(
    {
        "errors",
        "arrays",
        "faces",
        "saving",
        "provenance",
        "schemas",
        "sketch",
        "tables",
        "texts",
        "writing",
        "exercises",
        "parallel",
    }
    | {"cli", "widgets", "jobs", "making", "studies"}
)
FILE_BY_FILE = frozenset(
    {"descriptors", "inverse", "models", "strategies", "targets", "trust"}
)

#: a line of the `parameters` cell; a comment goes on in lines that begin with "#   "
_PARAMETER = re.compile(r"(?P<name>[A-Z][A-Z0-9_]*) = .+  # \w.*; (?P<range>[^;]+)")

Rule = Callable[[NotebookNode], Iterator[str]]


def tags(cell: NotebookNode) -> list[str]:
    """The tags of a cell."""
    return list(cell.metadata.get("tags", []))


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code that people wrote: every code cell but those of the builder."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and not {"colab", "range"} & set(tags(cell))
    ]


def prose(notebook: NotebookNode) -> str:
    """All Markdown of a notebook."""
    return "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")


def trees(notebook: NotebookNode) -> Iterator[ast.Module]:
    """The syntax tree of each code cell that is Python and nothing else."""
    for cell in code_cells(notebook):
        try:
            yield ast.parse(cell.source)
        except SyntaxError:
            continue


def only_imports(cell: NotebookNode) -> bool:
    """Whether nobody reads this cell aloud: it does nothing but import."""
    try:
        statements = ast.parse(cell.source).body
    except SyntaxError:
        return False
    return all(isinstance(one, ast.Import | ast.ImportFrom) for one in statements)


def length(notebook: NotebookNode) -> Iterator[str]:
    """12 to 35 cells; a code cell has at most 15 lines and functions of at most 5."""
    n_cells = sum("range" not in tags(cell) for cell in notebook.cells)
    if not FEWEST_CELLS <= n_cells <= MOST_CELLS:
        yield f"{n_cells} cells, the rule is {FEWEST_CELLS} to {MOST_CELLS}"
    for cell in code_cells(notebook):
        n_lines = len(cell.source.splitlines())
        free = only_imports(cell) or "parameters" in tags(cell)
        if n_lines > MOST_LINES and not free:
            first = cell.source.splitlines()[0]
            yield f"a code cell of {n_lines} lines, at most {MOST_LINES}: {first}"
    for tree in trees(notebook):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if n_lines > MOST_FUNCTION_LINES:
                    yield f"function {node.name} has {n_lines} lines, at most 5"


def only_python(notebook: NotebookNode) -> Iterator[str]:
    """No shell, pip, network, absolute path, warning filter; nothing stored."""
    for cell in code_cells(notebook):
        for line in cell.source.splitlines():
            if line.lstrip().startswith(("!", "%")):
                yield f"shell or magic: {line.strip()}"
    for tree in trees(notebook):
        for node in ast.walk(tree):
            for name in imported(node):
                if name.split(".")[0] in FORBIDDEN_IMPORTS:
                    yield f"imports {name}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if re.match(r"(/|~/|[A-Za-z]:\\)\w", node.value):
                    yield f"absolute path {node.value!r}"
                if re.search(r"\b(https?|ftp)://", node.value):
                    yield f"network address {node.value!r}"
    if any(cell.get("outputs") for cell in notebook.cells):
        yield "stored outputs"


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def parameters(notebook: NotebookNode) -> Iterator[str]:
    """One `parameters` cell: NAME = value  # unit or meaning; what it may be."""
    cells = [cell for cell in code_cells(notebook) if "parameters" in tags(cell)]
    if len(cells) != 1:
        yield f"{len(cells)} cells tagged parameters, the rule is one"
        return
    known = parameter_names(notebook)
    for line in re.sub(r"\n#   ", " ", cells[0].source).splitlines():
        if line.strip() and not _PARAMETER.fullmatch(line):
            yield f"parameter without name, unit or meaning, and range: {line}"
    for name in notebook.metadata["xnet_lite"]["fast"]:
        if name not in known:
            yield f"fast sets {name}, which is no parameter"


def parameter_ranges(notebook: NotebookNode) -> dict[str, str]:
    """What each parameter may be, by name: what stands behind the last semicolon."""
    for cell in code_cells(notebook):
        if "parameters" in tags(cell):
            lines = re.sub(r"\n#   ", " ", cell.source).splitlines()
            found = [_PARAMETER.fullmatch(line) for line in lines]
            return {one["name"]: one["range"] for one in found if one}
    return {}


def parameter_names(notebook: NotebookNode) -> list[str]:
    """The names that the `parameters` cell sets."""
    for cell in code_cells(notebook):
        if "parameters" in tags(cell):
            return re.findall(r"^([A-Z][A-Z0-9_]*) = ", cell.source, re.MULTILINE)
    return []


def sections(notebook: NotebookNode) -> Iterator[str]:
    """Title, goals, summary, three questions with folded answers, references."""
    text = prose(notebook)
    for heading in ("# ", "## Summary", "## Three questions", "## References"):
        if not re.search(rf"^{heading}", text, re.MULTILINE):
            yield f"no heading {heading!r}"
    _, _, goals = text.partition("**You will be able to**")
    n_goals = len(re.findall(r"^- ", goals.split("\n\n## ")[0], re.MULTILINE))
    if not 3 <= n_goals <= 5:
        yield f"{n_goals} goals under **You will be able to**, the rule is 3 to 5"
    if text.count("<details>") != 3 or text.count("</details>") != 3:
        yield f"{text.count('<details>')} folded answers, the rule is three"
    if "doi" not in text.partition("## References")[2]:
        yield "no doi under References"
    if re.search(r"^(:::|```\{)", text, re.MULTILINE):
        yield "a MyST box, which Jupyter does not show"


def tagged_cells(notebook: NotebookNode) -> Iterator[str]:
    """Derivation, checks and exercises are there and are what their tag says."""
    cells = code_cells(notebook)
    exercises = [cell.source for cell in cells if "exercise" in tags(cell)]
    if not exercises:
        yield "no exercise"
    for text in exercises:
        if not text.startswith("# Your turn"):
            yield "an exercise that does not begin with `# Your turn`"
        if not re.search(r"^# solution\b", text, re.MULTILINE):
            yield "an exercise without `# solution`"
    if not any("check" in tags(c) and "assert" in c.source for c in cells):
        yield "no cell tagged check that asserts"
    derivations = [c.source for c in cells if "derivation" in tags(c)]
    if notebook.metadata["xnet_lite"]["introduces"]:
        if not derivations:
            yield "introduces a module and has no cell tagged derivation"
    elif derivations:
        yield "a derivation in a notebook that introduces nothing"
    if derivations and not any("assert" in text for text in derivations):
        yield "no derivation asserts that the library agrees"


def figures_beside_widgets(notebook: NotebookNode) -> Iterator[str]:
    """A widget has a static figure in the code cell before or after it."""
    cells = code_cells(notebook)
    made = set()
    for tree in trees(notebook):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module == "xnet_lite.widgets":
                made |= {alias.name for alias in node.names}
    for i, cell in enumerate(cells):
        is_widget = any(f"{name}(" in cell.source for name in made)
        if is_widget != ("widget" in tags(cell)):
            yield f"tag and use of a widget differ: {cell.source.splitlines()[0]}"
        around = cells[max(i - 1, 0) : i] + cells[i + 1 : i + 2]
        if is_widget and not any("figure" in tags(other) for other in around):
            yield "a widget with no cell tagged figure beside it"


def baselines(notebook: NotebookNode) -> Iterator[str]:
    """A network meets the mean spectrum and the nearest neighbor."""
    nodes = [node for tree in trees(notebook) for node in ast.walk(tree)]
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    texts = {node.value for node in nodes if isinstance(node, ast.Constant)}
    used = names & NETWORKS | (texts & NETWORKS if "recipe" in names else set())
    met = [one in names or text in texts for one, text in BASELINES.items()]
    if used and not all(met):
        yield f"{sorted(used)} without the baselines {sorted(BASELINES)}"


RULES: tuple[Rule, ...] = (
    length,
    only_python,
    parameters,
    sections,
    tagged_cells,
    figures_beside_widgets,
    baselines,
)


def broken_rules(name: str, notebook: NotebookNode) -> list[str]:
    """Every breach in one notebook, each led by the notebook's name."""
    return [f"{name}: {breach}" for rule in RULES for breach in rule(notebook)]


def modules_to_introduce(package: Path) -> set[str]:
    """What a reader meets, as dotted names below the package.

    A room of the house is one thing; in the folders that hold one file an idea, each
    file that the folder shows to the outside is a thing of its own.
    """
    names = set()
    for path in sorted(package.iterdir()):
        room = path.stem
        if room.startswith(("_", ".")) or room in NOT_INTRODUCED | {"py"}:  # py.typed
            continue
        if room not in FILE_BY_FILE:
            names.add(room)
            continue
        init = path / "__init__.py"
        text = init.read_text("utf-8") if init.exists() else ""
        shown = re.findall(
            rf"^from xnet_lite\.{room}\.(\w+) import", text, re.MULTILINE
        )
        names |= {f"{room}.{file}" for file in shown if file != "base"}
    return names


def introduced_once(introduced: list[tuple[str, str]], package: Path) -> list[str]:
    """Breaches of: each module is introduced by exactly one notebook.

    Naming a folder introduces every file that it shows.
    """
    modules = modules_to_introduce(package)
    counts: Counter[str] = Counter()
    found = []
    for notebook, name in introduced:
        covered = {m for m in modules if m == name or m.startswith(f"{name}.")}
        if not covered:
            found.append(f"{notebook}: introduces {name}, which does not exist")
        counts.update(covered)
    for module in sorted(modules):
        if counts[module] != 1:
            found.append(f"xnet_lite.{module}: introduced {counts[module]} times")
    return found
