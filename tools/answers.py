"""Do the pages of learners hold an answer? Its value is looked for, not a marker.

A notebook with its answers is run first and tells their values in a last cell. The one
without answers then ends in a cell that looks for these values in all that it has made,
and in the numbers of its own text.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

import nbformat
import numpy as np
from nbformat import NotebookNode

from tools.notebook_rules import tags

#: kind of output that carries answers from one run to the other
ANSWERS = "application/vnd.xnet-lite.answers+json"
#: nobody reads an answer out of more numbers than these
MOST = 64
#: whole numbers up to this stand everywhere
SMALL = 100
_TELL = """\
import json
from IPython.display import display
told = {{name: globals()[name] for name in {names!r}}}
plain = {{k: v if isinstance(v, str) else float(v) for k, v in told.items()}}
from tools.answers import out_of_reach
found = out_of_reach()
assert not found, found
display({{{kind!r}: plain, "text/plain": "answers"}}, raw=True)"""
_LOOK = """\
from tools.answers import leaks
found = leaks(dict(globals()), {answers!r})
assert not found, found"""


def asked(notebook: NotebookNode) -> list[str]:
    """The names that the exercises of a notebook ask for: set to None there."""
    cells = [cell for cell in notebook.cells if "exercise" in tags(cell)]
    return [
        name
        for cell in cells
        for name in re.findall(r"^(\w+) = None", cell.source, re.MULTILINE)
    ]


def telling(notebook: NotebookNode) -> NotebookNode:
    """A copy of a notebook with answers that tells them in a last cell."""
    notebook = nbformat.from_dict(notebook)
    code = _TELL.format(names=asked(notebook), kind=ANSWERS)
    telling = nbformat.v4.new_code_cell(code, metadata={"tags": ["told"]})
    notebook.cells.append(telling)
    return notebook


def out_of_reach() -> list[str]:
    """Boxes of the page in this kernel whose control cannot give the right answer."""
    import ipywidgets

    from xnet_lite.widgets.boxes import Ask

    boxes = ipywidgets.Widget.get_manager_state()["state"]
    made = [ipywidgets.widgets.widget._instances.get(key) for key in boxes]
    found = []
    for box in made:
        if isinstance(box, Ask) and not box.can_be_right():
            found.append(f"{box.text}: the answer is out of reach")
    return found


def told(executed: NotebookNode) -> dict[str, Any]:
    """What a run of such a copy told."""
    for output in executed.cells[-1].outputs:
        if ANSWERS in output.get("data", {}):
            return dict(output.data[ANSWERS])
    raise ValueError("no answers were told")


def looking(notebook: NotebookNode, answers: Mapping[str, Any]) -> NotebookNode:
    """A copy of a notebook without answers that looks for them in a last cell."""
    notebook = nbformat.from_dict(notebook)
    code = _LOOK.format(answers=json.loads(json.dumps(dict(answers))))
    notebook.cells.append(nbformat.v4.new_code_cell(code))
    return notebook


def leaks(namespace: Mapping[str, Any], answers: Mapping[str, Any]) -> list[str]:
    """Names of what holds an answer, among all that a notebook has made."""
    return [
        f"{name} holds the answer to {asked}"
        for name, value in namespace.items()
        if not name.startswith("_") and name not in {*answers, "In", "Out", "found"}
        for asked, answer in answers.items()
        if any(_same(one, answer) for one in _scalars(value))
    ]


def written(notebook: NotebookNode, answers: Mapping[str, Any]) -> list[str]:
    """Numbers in the text of a page that are an answer, to the digits they have."""
    text = "\n".join(cell.source for cell in notebook.cells)
    found = []
    for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])", text):
        digits = len(number.partition(".")[2])
        if len(number.replace(".", "").lstrip("0")) < 3:
            continue
        for asked, answer in answers.items():
            telling = isinstance(answer, float) and _telling(answer)
            if telling and round(answer, digits) == float(number):
                found.append(f"{number} is the answer to {asked}")
    return found


def _scalars(value: Any) -> Iterator[Any]:
    """A value, or the few numbers and words that it holds."""
    if isinstance(value, str | int | float | np.number):
        yield value
    elif isinstance(value, np.ndarray) and value.size <= MOST:
        yield from value.ravel().tolist()
    elif isinstance(value, Mapping) and len(value) <= MOST:
        for one in value.values():
            yield from _scalars(one) if not isinstance(one, Mapping) else ()
    elif isinstance(value, list | tuple) and len(value) <= MOST:
        yield from (one for one in value if isinstance(one, str | int | float))


def _same(value: Any, answer: Any) -> bool:
    """Whether a value is the answer and cannot be so by chance."""
    if isinstance(answer, str) or isinstance(value, str | bool):
        return False
    return _telling(answer) and math.isclose(float(value), answer, rel_tol=1e-9)


def _telling(answer: float) -> bool:
    """Whether a number of this value is rarely met."""
    return not float(answer).is_integer() or abs(answer) > SMALL
