"""Docstrings on their way to a page: sections by name, formulas drawn, marks kept.

They are written to be read in a terminal. Three things are done for a page: "Source: …"
and "Differs: …" become sections as numpydoc has them, a formula that has a line of its
own becomes a formula, and marks that reStructuredText would take for its own are kept.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from tools.site.maths import tex_of
from tools.site.reference import rooms

_SECTION = re.compile(r"(Source|Differs|References)[:.] *(.*)$")
# a letter or a short name, perhaps of something, and what it is
_FORMULA = re.compile(r"[^\W\d_][^\s=]{0,14}(?: [|([{][^=]*)? *[=≈] .*\S")
_MATHS = re.compile(r"[Σ∑∫Π√·²³⁻½^]|_\w|\bexp\(|\bcos\b")
_UNDERLINE = re.compile(r"-{3,}$")
# of an argument or an attribute: many have the same name, and a link would be a guess
_ARGUMENT = re.compile(r"`[a-z_0-9]+`")
_CODE = re.compile(r"(``.+?``|`[^`]+`_?)")


@cache
def public() -> frozenset[str]:
    """The names that rooms list."""
    found = [importlib.import_module(f"xnet_lite.{room}") for room in rooms()]
    return frozenset(name for one in found for name in getattr(one, "__all__", ()))


def indent_of(line: str) -> int:
    """How far a line stands in."""
    return len(line) - len(line.lstrip())


def sectioned(lines: list[str]) -> Iterator[str]:
    """The lines with "Source: …" as a section of that name."""
    for i, line in enumerate(lines):
        found = _SECTION.match(line)
        underlined = i + 1 < len(lines) and _UNDERLINE.match(lines[i + 1])
        if not found or underlined:
            yield line
            continue
        if i and lines[i - 1].strip():
            yield ""
        yield from (found[1], "-" * len(found[1]))
        if found[2]:
            yield found[2]


def _is_formula(line: str, alone: bool) -> bool:
    """Whether a line is one: by a bar before it, or by standing alone."""
    text = line.strip()
    if text.startswith("| "):
        return "=" in text and bool(_MATHS.search(text))
    if not (alone or line.startswith("    ")) or text.startswith(">>>"):
        return False
    words = re.findall(r"[a-z]{3,}", re.sub(r"_\w+|exp|cos|ln|sin", "", text))
    return bool(_FORMULA.match(text) and _MATHS.search(text)) and len(words) < 6


def kept(line: str) -> str:
    """A line of prose whose marks are letters: `x_`, |x|, *."""
    parts = _CODE.split(line)
    for i in range(1, len(parts), 2):
        if _ARGUMENT.fullmatch(parts[i]) and parts[i].strip("`") not in public():
            parts[i] = f"`{parts[i]}`"
    for i in range(0, len(parts), 2):
        text = re.sub(r"(?<=\w)_(?!\w)", r"\\_", parts[i])
        text = re.sub(r"(?<!\\)\|", r"\\|", text)
        parts[i] = re.sub(r"(?<![\w*\\])\*(?=[\s\w*])|(?<=\d)\*(?=\d)", r"\\*", text)
    return "".join(parts)


def formulas(lines: list[str]) -> Iterator[str]:
    """The lines with formulas as such, and the marks of all others kept."""
    in_example = in_literal = False
    for i, line in enumerate(lines):
        before = lines[i - 1].strip() if i else ""
        after = lines[i + 1].strip() if i + 1 < len(lines) else ""
        in_example = line.lstrip().startswith(">>>") or (in_example and bool(line))
        in_literal = before_literal(lines, i) or (
            in_literal and (not line.strip() or indent_of(line) > 0)
        )
        if in_example or in_literal:
            yield line
        elif _is_formula(line, not before and not after):
            text = line.strip().removeprefix("| ").rstrip(".,")
            yield from ("", ".. math::", "", f"   {tex_of(text)}", "")
        elif line.strip().startswith("| "):
            yield line
        else:
            yield kept(line)


def before_literal(lines: list[str], i: int) -> bool:
    """Whether a line of text above, with nothing between, ends in two colons."""
    above = next((line for line in reversed(lines[:i]) if line.strip()), "")
    return above.rstrip().endswith("::") and indent_of(lines[i]) > 0


def process(
    app: Any, what: str, name: str, obj: object, options: Any, lines: list[str]
) -> None:
    """Change a docstring in place, as Sphinx asks for it."""
    lines[:] = formulas(list(sectioned(list(lines))))


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx to ask, before sections are read."""
    app.connect("autodoc-process-docstring", process, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
