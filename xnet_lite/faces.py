"""How things show themselves: one line in a terminal, a card in a notebook."""

import dataclasses
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from xnet_lite.tables import cell_text

#: characters that a line may have
LONGEST = 100
_CARD = "display:flex;flex-wrap:wrap;gap:.5em 2em;align-items:center;margin:.4em 0"
_FACTS = "border-collapse:collapse;border:0;margin:.2em 0;color:inherit"
_FACT = "text-align:left;vertical-align:top;padding:.1em 0;border:0;max-width:32em"
_NAME = f"{_FACT};padding-right:1.2em;font-weight:normal;white-space:nowrap;opacity:.7"


class Face:
    """Gives a class a short `repr`, and a card with a small figure in notebooks.

    A subclass names what is worth knowing in `_facts`, may say the line itself in
    `_line`, tells what was assumed in `_notes`, and draws in `_sketch`. Without them
    the fields of a dataclass are told, arrays by their shape. A dataclass needs
    `repr=False` to have this one.

    Example
    -------
    >>> @dataclasses.dataclass(repr=False)
    ... class Error(Face):
    ...     model: str
    ...     percent: float
    >>> Error("MLP", 4.747)
    Error(model MLP, percent 4.75)
    """

    def _facts(self) -> Mapping[str, object]:
        """What is worth knowing, by name; None is left out."""
        if not dataclasses.is_dataclass(self):
            return {}
        return {
            field.name.replace("_", " "): getattr(self, field.name)
            for field in dataclasses.fields(self)
        }

    def _line(self) -> str:
        """What stands in the brackets of `repr`."""
        return ", ".join(f"{name} {value}" for name, value in _told(self._facts()))

    def _notes(self) -> Sequence[str]:
        """Sentences on what was assumed: counted in the line, whole on the card."""
        return ()

    def _sketch(self) -> str:
        """A figure as SVG, or nothing."""
        return ""

    def __repr__(self) -> str:
        """One line."""
        n = len(self._notes())
        end = f", {n} note{'s' * (n > 1)})" if n else ")"
        line = f"{type(self).__name__}({self._line()}"
        return one_line(line, LONGEST - len(end)) + end

    def _repr_html_(self) -> str:
        """The card: what it is, the facts, and the figure beside them."""
        rows = "".join(
            f'<tr style="background:none"><th scope="row" style="{_NAME}">'
            f'{escape(name)}</th><td style="{_FACT}">{escape(value)}</td></tr>'
            for name, value in _told(self._facts())
        )
        notes = "".join(f"<li>{escape(note)}</li>" for note in self._notes())
        return (
            f'<div style="{_CARD}"><div><strong>{type(self).__name__}</strong>'
            f'<table style="{_FACTS}"><tbody>{rows}</tbody></table></div>'
            f"<div>{self._sketch()}</div>{notes and f'<ul>{notes}</ul>'}</div>"
        )


def one_line(text: str, longest: int = LONGEST) -> str:
    """Return text without line breaks, cut to a number of characters.

    Example
    -------
    >>> one_line("a long  line", 7)
    'a long…'
    """
    flat = " ".join(str(text).split())
    return flat if len(flat) <= longest else f"{flat[: longest - 1]}…"


def told(value: object) -> str:
    """Return a value in a few words: numbers short, arrays by shape, many by count.

    Example
    -------
    >>> told([1, 2, 3]), told(0.12345), told({"a": 1})
    ('3 items', '0.123', 'a')
    """
    if hasattr(value, "shape") and value.shape:
        return "×".join(map(str, value.shape)) + " array"
    if isinstance(value, Mapping):
        return one_line(", ".join(map(str, value)), 60)
    if isinstance(value, Sequence) and not isinstance(value, str):
        few = len(value) and all(isinstance(one, str) for one in value)
        said = ", ".join(map(str, value)) if few else ""
        return said if 0 < len(said) <= 60 else f"{len(value)} items"
    return one_line(cell_text(value))


def _told(facts: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Facts in words, without those that are not there."""
    said = ((name, told(value)) for name, value in facts.items() if value is not None)
    return [(name, words) for name, words in said if words]
