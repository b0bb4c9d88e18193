"""The page of an app: its title, what it does, and a sentence where it cannot."""

from collections.abc import Callable
from html import escape

import ipywidgets

from xnet_lite.widgets.files import Answer, answered


class AppPage(ipywidgets.VBox):
    """A title, some words, and a widget; a sentence in its place where there is none.

    Parameters
    ----------
    title : str
    lead : str
        What is done, in plain words.
    make : callable
        Returns the widget.
    assumed : str
        What is assumed and computed, below.

    Example
    -------
    >>> AppPage("An app", "It does nothing.", ipywidgets.VBox).children[0].value
    '<h1>An app</h1><p>It does nothing.</p>'
    """

    def __init__(
        self,
        title: str,
        lead: str,
        make: Callable[[], ipywidgets.Widget],
        assumed: str = "",
    ) -> None:
        said = f"<h1>{escape(title)}</h1><p>{escape(lead)}</p>"
        parts, note = [ipywidgets.HTML(said)], Answer()
        if not answered(note.say, lambda: parts.append(make())):
            parts.append(note)
        if assumed:
            parts.append(ipywidgets.HTML(f"<h2>What is assumed</h2><p>{assumed}</p>"))
        super().__init__(parts)
