"""Files between a page and Python: one dropped here, some to take away."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import anywidget
import ipywidgets
import traitlets

from xnet_lite.errors import InputError
from xnet_lite.writing import write

HERE = Path(__file__).parent
#: of a file that is dropped; a page holds it in memory twice
MEGABYTES = 64


class FileDrop(anywidget.AnyWidget):
    """A box to drop a file on; Tab reaches it, Space opens the browser's own dialogue.

    Parameters
    ----------
    then : callable
        Is given the name of the file and its bytes.
    label : str
        What is read on it.
    accept : str
        Suffixes that the dialogue offers, as HTML has them: ".xyz,.cif".

    Example
    -------
    >>> FileDrop(print, "a scan").take("a.dat", b"1 2")
    a.dat b'1 2'
    """

    _esm = HERE / "file_drop.js"
    label = traitlets.Unicode().tag(sync=True)
    accept = traitlets.Unicode().tag(sync=True)
    megabytes = traitlets.Int(MEGABYTES).tag(sync=True)

    def __init__(
        self, then: Callable[[str, bytes], object], label: str, accept: str = ""
    ) -> None:
        super().__init__(label=label, accept=accept)
        self._then = then
        self.on_msg(self._received)

    def take(self, name: str, content: bytes) -> None:
        """Do what a drop of this file does."""
        self._then(name, content)

    def _received(self, _: Any, message: Mapping[str, Any], buffers: list[Any]) -> None:
        """Take what the page sent."""
        self.take(str(message["name"]), bytes(buffers[0]))


class Downloads(anywidget.AnyWidget):
    """Buttons that hand over files, made when they are asked for.

    Parameters
    ----------
    makers : mapping of str to callable
        What makes the text of each file, by its name.

    Example
    -------
    >>> Downloads({"a.txt": lambda: "here"}).made("a.txt")
    b'here'
    """

    _esm = HERE / "downloads.js"
    names = traitlets.List(traitlets.Unicode()).tag(sync=True)

    def __init__(self, makers: Mapping[str, Callable[[], str]]) -> None:
        super().__init__(names=list(makers))
        self.add_class("xl-downloads")
        self._makers = dict(makers)
        self.on_msg(self._asked)

    def made(self, name: str) -> bytes:
        """Return the bytes of a file."""
        return self._makers[name]().encode()

    def _asked(self, _: Any, message: Mapping[str, Any], buffers: object) -> None:
        """Send the file that the page asks for."""
        name = message["name"]
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        self.send({"name": name, "type": kind}, buffers=[self.made(name)])


class Answer(ipywidgets.HTML):
    """Words that are read out as they change; a fault stands out.

    Example
    -------
    >>> answer = Answer()
    >>> answer.say("a < b")
    >>> "a &lt; b" in answer.value
    True
    """

    def __init__(self) -> None:
        super().__init__()
        self.add_class("xl-live")  # the page of an app has it read out

    def say(self, *sentences: str, fault: bool = False) -> None:
        """Write sentences, of which the first is the one that counts."""
        told = "".join(f"<p>{escape(one)}</p>" for one in sentences)
        kind = "xl-fault" if fault else "xl-said"
        self.value = f'<div class="{kind}">{told}</div>'


def answered(say: Callable[..., object], work: Callable[[], None]) -> bool:
    """Do some work; say in a sentence why it could not be done.

    Parameters
    ----------
    say : callable
        Of an `Answer`, or like it.
    work : callable

    Returns
    -------
    bool
        Whether it was done.

    Example
    -------
    >>> def refuse():
    ...     raise InputError("no atoms: give some")
    >>> answer = Answer()
    >>> answered(answer.say, refuse), "no atoms: give some" in answer.value
    (False, True)
    """
    try:
        work()
    except InputError as error:
        say(str(error), fault=True)
        return False
    except Exception as error:  # a page has no other place to say it
        said = " ".join(f"failed: {error} ({type(error).__name__})".split())
        say(f"{said}; the command tells more with --debug", fault=True)
        return False
    return True


def on_disk(name: str, content: bytes, read: Callable[[Path], Any]) -> Any:
    """Return what a reader of files makes of one that came over a page.

    Parameters
    ----------
    name : str
        As it was called there; where it was is left out.
    content : bytes
    read : callable
        Is given the path of a copy, which is gone afterwards.

    Example
    -------
    >>> on_disk("../a.txt", b"here", lambda path: (path.name, path.read_text()))
    ('a.txt', 'here')
    """
    with TemporaryDirectory() as folder:
        plain = Path(name.replace("\\", "/")).name or "file"
        return read(write(Path(folder, plain), content))
