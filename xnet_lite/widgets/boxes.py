"""Boxes of a notebook where a learner guesses, answers and compares, live.

Each shows its question as plain text where there is no kernel. Every control has words,
every reply is announced (`role="status"`); Tab and the arrow keys reach all of it.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

import ipywidgets
import numpy as np
import plotly.graph_objects as go
from numpy.typing import ArrayLike

from xnet_lite import exercises
from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.exercises import answers
from xnet_lite.exercises.questions import Exercise, Open
from xnet_lite.exercises.questions import Guess as GuessQuestion
from xnet_lite.plots import plot_lines
from xnet_lite.plots.base import ENERGY_TITLE, MU_TITLE
from xnet_lite.widgets.base import ABOVE, WIDE, shown

_BOX = {"border": "1px solid rgba(128,128,128,.45)", "padding": ".6em", "width": "100%"}
_WORDS = {"description_width": "initial"}


class _Box(ipywidgets.VBox):
    """A question, controls, and a line that answers."""

    def __init__(
        self, head: str, question: str, controls: list[ipywidgets.Widget]
    ) -> None:
        self.text = f"{head}: {question}"
        words = f"<strong>{head}.</strong> {escape(question)}"
        self.words = ipywidgets.HTML(words)
        self.reply = ipywidgets.HTML()
        self._say("")
        super().__init__([self.words, *controls, self.reply], layout=_BOX)

    def _say(self, text: str) -> None:
        """Answer, so that it is heard, too."""
        told = escape(text)
        self.reply.value = f'<div role="status" aria-live="polite">{told}</div>'

    def _button(self, text: str, tip: str, press: Callable[[], str]) -> Any:
        """A button whose answer is said."""
        button = ipywidgets.Button(description=text, tooltip=tip)
        button.layout.width = "auto"

        def on_click(_: object) -> None:
            try:
                self._say(press())
            except (InputError, OSError) as error:
                self._say(str(error))

        button.on_click(on_click)
        return button

    def _repr_mimebundle_(self, **formats: Any) -> dict[str, Any]:
        """The widget; where nothing can show it, the question."""
        bundle = dict(super()._repr_mimebundle_(**formats) or {})
        bundle["text/plain"] = self.text
        bundle["text/html"] = f"<p>{escape(self.text)}</p>"
        return bundle


class Guess(_Box):
    """A box to commit to a prediction, before the figure that tells.

    Parameters
    ----------
    name : str
        Of a guess of the course.

    Attributes
    ----------
    choice, button, reply
        The parts.

    Example
    -------
    >>> box = Guess("13 one or three")
    >>> box.choice.value = "it falls for some"
    >>> box.button.click()
    >>> "Taken down: it falls for some." in box.reply.value
    True
    """

    def __init__(self, name: str) -> None:
        one = answers.question(name, GuessQuestion)
        self.choice = ipywidgets.RadioButtons(
            options=list(one.choices),
            value=None,
            description="I guess",
            layout={"width": "100%"},
            style=_WORDS,
        )
        tip = "Take my guess down; the first one counts"
        self.button = self._button("That is my guess", tip, self._press)
        self._name = name
        parts = f"{one.question} ({'; '.join(one.choices)}?)"
        super().__init__("Predict", one.question, [self.choice, self.button])
        self.text = f"Predict: {parts}"

    def _press(self) -> str:
        """Commit to what is chosen."""
        if self.choice.value is None:
            return "Choose one first: wrong guesses are welcome."
        return exercises.commit(self._name, self.choice.value)


class Ask(_Box):
    """A box for an exercise that is done by hand: with a slider, or with a widget.

    Parameters
    ----------
    name : str
        Of an exercise of the course that has a question.
    widget : ipywidgets.Widget, optional
        What the answer is found with, shown above the question.
    draw : callable, optional
        From the value of the slider to a figure, always with the same lines.
    span : (float, float, float), optional
        Low end, high end and step of a slider that is the answer; without it a number
        is typed, or a word chosen.
    start : float, optional
        Where the slider begins; its low end by default.
    **given
        What the right answer follows from.

    Attributes
    ----------
    answer, check, hint, reply, figure
        The parts.

    Example
    -------
    >>> zero = np.zeros(3)
    >>> draw = lambda v: go.Figure(go.Scatter(y=[v, v, v]))
    >>> how = {"draw": draw, "span": (-4, 4, 0.1), "start": 1.0}
    >>> given = {"curve": lambda v: zero + v, "target": zero, "values": [-1, 0, 1]}
    >>> box = Ask("06 a mere shift", **how, **given)
    >>> box.answer.value = 0.0
    >>> box.check.click()
    >>> "Right: 0 eV" in box.reply.value
    True
    """

    def __init__(
        self,
        name: str,
        widget: ipywidgets.Widget | None = None,
        *,
        draw: Callable[[float], go.Figure] | None = None,
        span: tuple[float, float, float] | None = None,
        start: float | None = None,
        **given: Any,
    ) -> None:
        one = answers.question(name, Exercise)
        self._name, self._given, self._draw = name, given, draw
        self.answer = self._control(one, span, start)
        tip = "Say whether this is right"
        self.check = self._button("Check", tip, self._press)
        tip = "A hint; the third one says nearly all"
        self.hint = self._button("Hint", tip, lambda: exercises.hint(name))
        buttons = ipywidgets.HBox([self.answer, self.check, self.hint])
        buttons.layout.flex_flow = "row wrap"
        self.figure = None if draw is None else shown(draw(self.answer.value), **ABOVE)
        above = [part for part in (widget, self.figure) if part is not None]
        super().__init__("Try it", one.question, [*above, buttons])
        if draw is not None:
            self.answer.observe(self._move, names="value")

    def _control(
        self,
        one: Exercise,
        span: tuple[float, float, float] | None,
        start: float | None,
    ) -> ipywidgets.Widget:
        """What the answer is given with."""
        words = f"answer / {one.unit}" if one.unit else "answer"
        if span is not None:
            ends = dict(zip(("min", "max", "step"), span, strict=True))
            value = span[0] if start is None else start
            return ipywidgets.FloatSlider(value, description=words, **ends, **WIDE)
        if one.choices:
            options = [("choose", None), *((c, c) for c in one.choices)]
            return ipywidgets.Dropdown(options=options, description=words, style=_WORDS)
        return ipywidgets.FloatText(None, description=words, style=_WORDS)

    def _press(self) -> str:
        """Check what stands in the control."""
        return exercises.check(self._name, self.answer.value, **self._given)

    def can_be_right(self) -> bool:
        """Whether some position of the control is right, and the figure still moves.

        For those who write pages, at the end of one: names that `draw` uses may have
        another meaning by then. The card notes nothing of it.
        """
        if self._draw is not None and self.figure is not None:
            lines = self._draw(self.answer.value).data
            both = zip(self.figure.data, lines, strict=True)
            if not all(np.array_equal(one.y, other.y) for one, other in both):
                return False
        one = answers.question(self._name, Exercise)
        right = one.right(**self._given)
        if isinstance(self.answer, ipywidgets.FloatSlider):
            step = self.answer.step
            inside = self.answer.min + step <= right <= self.answer.max - step
            return bool(inside and one.tolerance >= step / 2)
        if isinstance(self.answer, ipywidgets.Dropdown):
            return any(right == value for _, value in self.answer.options)
        return True

    def _move(self, change: dict[str, Any]) -> None:
        """Bring the lines to where the slider is."""
        assert self._draw is not None
        assert self.figure is not None
        new = self._draw(change["new"])
        with self.figure.batch_update():
            for line, other in zip(self.figure.data, new.data, strict=True):
                line.x, line.y = other.x, other.y
            self.figure.layout.title = new.layout.title


def match(
    name: str,
    x: ArrayLike,
    curve: Callable[[float], ArrayLike],
    target: ArrayLike,
    *,
    span: tuple[float, float, float],
    start: float | None = None,
    x_title: str = ENERGY_TITLE,
    y_title: str = MU_TITLE,
) -> Ask:
    """Return a box whose slider bends one line towards another: where are they nearest?

    Parameters
    ----------
    name : str
        Of an exercise of the course, which is given curve, target and values.
    x, target : array, (n_x,)
        The line that is to be met.
    curve : callable
        From the value of the slider to the other line.
    span : (float, float, float)
        Low end, high end and step of the slider.
    start : float, optional
        Its low end by default.
    x_title, y_title : str
        Axes, with their units.

    Returns
    -------
    Ask

    Example
    -------
    >>> how = {"span": (-4, 4, 0.1), "start": 0.0}
    >>> bend = lambda v: v * np.arange(3)
    >>> box = match("06 a mere shift", [0, 1, 2], bend, [0, 2, 4], **how)
    >>> box.answer.value = 2.0
    >>> box.figure.layout.title.text
    '0.00 % of the area lies between the lines'
    """
    goal = np.asarray(target, dtype=float)
    low, high, step = span
    values = low + step * np.arange(round((high - low) / step) + 1)
    # all of them now: a page may give the names in `curve` another meaning later on
    known = [np.asarray(curve(value), dtype=float) for value in values]

    def at(value: float) -> Array:
        return known[int(np.abs(values - value).argmin())]

    def draw(value: float) -> go.Figure:
        mine = at(value)
        off = 100 * np.abs(mine - goal).sum() / np.abs(goal).sum()
        return plot_lines(
            x,
            {"to be met": goal, "yours": mine},
            title=f"{off:.2f} % of the area lies between the lines",
            x_title=x_title,
            y_title=y_title,
        )

    given = {"curve": at, "target": goal, "values": values}
    return Ask(name, draw=draw, span=span, start=start, **given)


class Reflect(_Box):
    """A box for an open question: write, then hold it against three points.

    What is written stays in the page: nothing keeps it.

    Parameters
    ----------
    name : str
        Of an open question of the course.

    Attributes
    ----------
    answer, show, points, keep, reply
        The parts; the points appear when `show` is pressed.

    Example
    -------
    >>> box = Reflect("13 sceptic")
    >>> box.show.click()
    >>> box.points[0].value = True
    >>> box.keep.click()
    >>> "1 of 3 points" in box.reply.value
    True
    """

    def __init__(self, name: str) -> None:
        one = answers.question(name, Open)
        self._name = name
        self.answer = ipywidgets.Textarea(
            description="my answer",
            placeholder="in your own words, before you compare",
            layout={"width": "100%", "height": "6em"},
            style=_WORDS,
        )
        self.points = [
            ipywidgets.Checkbox(
                description=point, indent=False, layout={"width": "100%"}, style=_WORDS
            )
            for point in one.points
        ]
        tip = "Show three points that a good answer has"
        self.show = self._button("Compare", tip, self._open)
        tip = "Take down how many points my answer had"
        self.keep = self._button("Keep", tip, self._press)
        self._ticks = ipywidgets.VBox([*self.points, self.keep])
        self._ticks.layout.display = "none"
        parts: list[ipywidgets.Widget] = [self.answer, self.show, self._ticks]
        super().__init__("Say it in your own words", one.question, parts)

    def _open(self) -> str:
        """Show the points."""
        self._ticks.layout.display = ""
        return "Tick what your answer has; there is no single right one."

    def _press(self) -> str:
        """Take the ticks down."""
        return exercises.compare(self._name, [one.value for one in self.points])


class CardBox(_Box):
    """A box to begin a card of progress, or to see how far one is.

    Attributes
    ----------
    name, button, reply
        The parts.

    Example
    -------
    >>> box = CardBox()
    >>> box.name.value = "Kim"
    >>> box.button.click()
    >>> "Kim" in box.reply.value
    True
    """

    def __init__(self) -> None:
        self.name = ipywidgets.Text(
            exercises.card().learner, description="name on the card", style=_WORDS
        )
        tip = "Keep my progress in a file on this machine"
        self.button = self._button("Keep a card", tip, self._press)
        question = (
            "Shall your progress be kept? Under any name, on this machine alone; "
            "without a card it is forgotten with the kernel."
        )
        super().__init__("Your card", question, [self.name, self.button])

    def _press(self) -> str:
        """Begin the card, or rename it."""
        return f"{exercises.begin(self.name.value)!r}"
