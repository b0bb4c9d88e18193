"""Words of the glossary, linked where a page of the course first has them."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

import nbformat

_BLOCK = re.DOTALL | re.MULTILINE
_GLOSSARY = re.compile(r"```\{glossary\}\n(.*?)```", re.DOTALL)
# what is no prose: code, links, headings, tables, HTML, roles, formulas, quotes' marks
_APART = re.compile(
    r"(```.*?```|``.*?``|`[^`]*`|\[[^\]]*\]\([^)]*\)|<[^>]+>|\$[^$]*\$|^#[^\n]*$|^\|[^\n]*$)",
    re.DOTALL | re.MULTILINE,
)


def terms_of(text: str) -> list[str]:
    """The words of a glossary, long ones first."""
    found = _GLOSSARY.search(text)
    lines = found[1].splitlines() if found else []
    words = [line for line in lines if line[:1].strip() and not line.startswith(":")]
    return sorted(words, key=len, reverse=True)


def linked(text: str, left: list[str]) -> str:
    """Text with the first place of each word linked; that word leaves the list."""
    for term in list(left):
        pattern = re.compile(rf"(?<![\w-]){re.escape(term)}s?(?![\w-])", re.IGNORECASE)
        parts = _APART.split(text)
        for i in range(0, len(parts), 2):
            if found := pattern.search(parts[i]):
                role = f"{{term}}`{found[0]} <{term}>`"
                parts[i] = parts[i][: found.start()] + role + parts[i][found.end() :]
                left.remove(term)
                text = "".join(parts)
                break
    return text


def link_notebooks(source: Path, names: Collection[str]) -> None:
    """Link what pages call a notebook by its name, `00_welcome`, to its page."""
    known = re.compile(rf"`({'|'.join(map(re.escape, names))})`")
    for path in source.rglob("*.md"):
        parts = re.split(r"(^```.*?^```)", path.read_text("utf-8"), flags=_BLOCK)
        for i in range(0, len(parts), 2):
            parts[i] = known.sub(r"{doc}`\1 </course/\1>`", parts[i])
        path.write_text("".join(parts), "utf-8")


def link_terms(course: Path, glossary: Path) -> None:
    """Link words in every notebook of the folder."""
    terms = terms_of(glossary.read_text("utf-8"))
    for path in sorted(course.glob("*.ipynb")):
        notebook, left = nbformat.read(path, as_version=4), list(terms)
        for cell in notebook.cells[2:]:
            if cell.cell_type == "markdown":
                cell.source = linked(cell.source, left)
        nbformat.write(notebook, path)
