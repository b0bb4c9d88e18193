"""Formulas of a page, without a script: TeX to MathML, which browsers draw themselves.

Docstrings have formulas as text (`G2 = Σ_j w_j f_c(r_ij) exp(−η (r_ij − r_shift)²)`),
which reads in a terminal; `tex_of` makes TeX of that.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from docutils.utils.math import latex2mathml
from sphinx.util import logging

logger = logging.getLogger(__name__)

FUNCTIONS = ("exp", "cos", "sin", "arctan", "ln", "log", "max", "min")
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ˣ", "0123456789-x", strict=True))
_RAISED = re.compile(f"[{''.join(_SUPERSCRIPTS)}]+")
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_LOWERED = re.compile(f"[{''.join(_SUBSCRIPTS)}]+")
_INDEX = re.compile(r"_(\{[^{}]*\}|\w[\w']*(?:,\w+)?|[^\s\w])")
_POWER = re.compile(r"\^(\([^()]*\)|\{[^{}]*\}|[^\W_]+)")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{2,}(?:[- ][A-Za-z]{2,})*")
# what TeX lets people leave out or write otherwise, and docutils does not know
_ONE = r"(\{[^{}]*\}|\\[A-Za-z]+|\w)"
_SPELLINGS = (
    (rf"\\[dt]?frac\s*{_ONE}\s*{_ONE}", r"\\frac{\1}{\2}"),
    (r"\{\\rm ([^{}]*)\}", r"\\mathrm{\1}"),
    (r"\\dots\b", r"\\ldots"),
)
_PLAIN = {"−": "-", "·": r"\cdot ", "…": r"\ldots ", "≠": r"\neq ", "≤": r"\leq "}
_PLAIN |= {"≥": r"\geq ", "≈": r"\approx ", "Σ": r"\sum ", "Π": r"\prod "}
_PLAIN |= {"∫": r"\int ", "√": r"\surd ", "∘": r"\circ ", "×": r"\times ", "%": r"\%"}
_PLAIN |= {"⟨": r"\langle ", "⟩": r"\rangle ", "&": r"\&", "#": r"\#", "′": "'"}
# of two letters or three, and yet indices: i, j of r_ij
_INDICES = re.compile(r"[ijklmn0-9N,′'″L]+$")


def _word(match: re.Match[str]) -> str:
    """Letters that belong together: a function, or upright words."""
    text = match[0]
    if text in FUNCTIONS:
        return rf"\{text} "
    return rf"\mathrm{{{text.replace(' ', '~')}}}"


def _grouped(mark: str, text: str) -> str:
    """What stands low or high, in braces."""
    inner = text[1:-1] if text[0] in "({" and text[-1] in ")}" else text
    if _INDICES.match(inner):
        return f"{mark}{{{' '.join(inner)}}}"
    return f"{mark}{{{_WORD.sub(_word, inner)}}}"


def tex_of(text: str) -> str:
    """Return a formula of a docstring as TeX.

    Example
    -------
    >>> tex_of("S2 = Σ_j w_j exp(−η (r_ij − r_shift)²)")
    'S2 = \\\\sum _{j} w_{j} \\\\exp (-η (r_{i j} - r_{\\\\mathrm{shift}})^{2})'
    """
    held: list[str] = []

    def hold(piece: str) -> str:
        held.append(piece)
        return f"\0{len(held) - 1}\0"

    text = re.sub(r" {2,}", lambda _: hold(r" \quad "), text.strip())
    text = re.sub(r"√\(((?:[^()]|\([^()]*\))*)\)", r"√{\1}", text)
    text = text.replace("^½", "^{1/2}").replace("½", r"\frac12 ")
    text = _INDEX.sub(lambda m: hold(_grouped("_", m[1])), text)
    text = _POWER.sub(lambda m: hold(_grouped("^", m[1])), text)
    text = _WORD.sub(lambda m: hold(_word(m)), text)
    text = re.sub(r"√\{", lambda _: hold(r"\sqrt") + "{", text)
    text = _RAISED.sub(lambda m: f"^{{{_turned(m[0], _SUPERSCRIPTS)}}}", text)
    text = _LOWERED.sub(lambda m: f"_{{{_turned(m[0], _SUBSCRIPTS)}}}", text)
    while "\0" in text:
        text = re.sub("\0(\\d+)\0", lambda m: held[int(m[1])], text)
    for mark, tex in _PLAIN.items():
        text = text.replace(mark, tex)
    return re.sub(" +", " ", text)


def _turned(text: str, letters: dict[str, str]) -> str:
    """Small letters as plain ones."""
    return "".join(letters[letter] for letter in text)


def mathml(tex: str, *, block: bool) -> str:
    """TeX as MathML; what docutils cannot read is a warning, and stays as written."""
    for form, same in _SPELLINGS:
        tex = re.sub(form, same, tex)
    try:
        return latex2mathml.tex2mathml(tex, as_block=block)
    except latex2mathml.MathError as error:
        logger.warning("%s in the formula %s", error, tex)
        return f"<code>{escape(tex)}</code>"


def visit_math(writer: Any, node: Any) -> None:
    """Write a formula within a line."""
    from docutils import nodes

    writer.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def visit_block(writer: Any, node: Any) -> None:
    """Write a formula that stands by itself."""
    from docutils import nodes

    lines = [line for line in node.astext().split("\n\n") if line.strip()]
    drawn = "".join(mathml(line, block=True) for line in lines)
    writer.body.append(f'<div class="formula">{drawn}</div>\n')
    raise nodes.SkipNode


def setup(app: Any) -> dict[str, bool]:
    """Tell Sphinx of the way that formulas are drawn."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_block, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
