"""Files that people bring, as text: a sentence with the remedy where they are not."""

import gzip
import json
import os
import re
import zlib
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from xnet_lite.errors import InputError, shortened

Thing = TypeVar("Thing")
#: bytes that a file may hold, unpacked
MOST = 256 * 2**20
_GZIP = b"\x1f\x8b"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_PADDING = "\x1a\0"  # end of file under DOS, and what fills its block
#: share of ASCII in a text whose other letters are of an alphabet that is not known
_MOSTLY = 0.9


def contents_of(path: Path, what: str, most: int = MOST) -> bytes:
    """Return what is in a file, unpacked where it is packed by gzip.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it should hold: "a structure".
    most : int
        Bytes that it may hold; no more than these are ever read or unpacked.

    Raises
    ------
    InputError
        If there is no such file, it is no ordinary one, it cannot be read, it is
        empty, or it holds more.
    """
    check_file(path, what)
    try:
        with open(path, "rb", opener=_at_once) as file:
            packed = _something(file.read(2)) == _GZIP
            file.seek(0)
            stream = gzip.GzipFile(fileobj=file) if packed else file
            contents = stream.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise _closed(path, error) from error
    if len(contents) > most:
        unpacked = " unpacked" if packed else ""
        said = f"{path.name}: holds more than {most / 2**20:.0f} MB{unpacked}"
        raise InputError(f"{said}, give a file with {what}")
    if not contents.strip():
        raise InputError(f"{path.name}: is empty, give a file with {what}")
    return contents


def path_of(path: object, what: str) -> Path:
    """Return a path as somebody gave it, as one that a file can have.

    Parameters
    ----------
    path : object
        A text or a path.
    what : str
        What should be there: "a structure".

    Raises
    ------
    InputError
        For anything else, or a name that no file can have.

    Example
    -------
    >>> path_of(7, "a structure")
    Traceback (most recent call last):
    xnet_lite.errors.InputError: 7 is no path, give that of a structure
    """
    if not isinstance(path, str | Path):
        raise InputError(f"{shortened(path)} is no path, give that of {what}")
    found = Path(path)
    try:
        found.stat()
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        pass  # what opens it says so
    except (OSError, ValueError) as error:
        raise _closed(found, error) from None
    return found


def beginning_of(path: Path, n_bytes: int) -> bytes:
    """Return the first bytes of a file, nothing of one that says nothing yet."""
    try:
        with open(path, "rb", opener=_at_once) as file:
            return file.read(n_bytes) or b""
    except OSError as error:
        raise _closed(path, error) from error


def check_file(path: Path, what: str) -> None:
    """Refuse what is no ordinary file: a folder, a pipe, a device, nothing.

    Parameters
    ----------
    path, what
        As in `contents_of`.

    Raises
    ------
    InputError
        One sentence.
    """
    try:
        if path.is_file():
            return
        path.stat()
    except FileNotFoundError:
        raise InputError(f"{path}: no such file, check the path") from None
    except (OSError, ValueError) as error:
        raise _closed(path, error) from None
    kind = "a folder" if path.is_dir() else "no ordinary file"
    raise InputError(f"{path.name}: is {kind}, give a file with {what}")


def decoded(contents: bytes, name: str, expected: str) -> str:
    """Return contents as text, whatever program wrote them.

    UTF-8, UTF-16, Windows-1252 and Latin-1 are tried; the end-of-file sign of DOS is
    dropped. In a text that is almost all ASCII, letters of another alphabet
    become question marks: numbers and names of columns stay.

    Parameters
    ----------
    contents : bytes
        Of a file.
    name, expected : str
        How the message calls the file, and what it should be: "an XYZ file".

    Raises
    ------
    InputError
        If it is not text.

    Example
    -------
    >>> decoded("1.9 Å".encode("latin-1"), "a.xyz", "an XYZ file")
    '1.9 Å'
    """
    for encoding in _encodings(contents):
        try:
            text = contents.decode(encoding)
        except UnicodeDecodeError:
            continue
        text = text.rstrip(_PADDING)
        if all(c.isprintable() or c.isspace() for c in text):
            return text
    text = contents.decode("ascii", errors="replace").rstrip(_PADDING)
    kept = sum(c.isprintable() or c.isspace() for c in text)
    if kept == len(text) and text.count("�") < (1 - _MOSTLY) * len(text):
        return text
    raise InputError(f"{name}: is not text, expected {expected}")


def json_of(path: str | Path, what: str) -> dict[str, Any]:
    """Return the mapping that a JSON file holds.

    Parameters
    ----------
    path : str or Path
        The file.
    what : str
        What it should hold: '{"data": "NAME", …}'.

    Raises
    ------
    InputError
        As `contents_of`; with the line where it is no JSON; if it is no mapping, or
        one too deep to be read.
    """
    path = Path(path)
    contents = contents_of(path, what)
    try:
        found = json.loads(contents)
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path.name}: line {error.lineno} is no JSON ({error.msg}), correct it"
        ) from None
    except (ValueError, RecursionError) as error:  # 5000 digits, 100 000 brackets
        raise InputError(
            f"{path.name}: is no JSON that can be read ({str(error)[:60]}), correct it"
        ) from None
    if not isinstance(found, dict):
        raise InputError(f"{path.name}: expected {what}")
    return found


def nth(several: Sequence[Thing], number: int, kind: str, name: str) -> Thing:
    """Return one of several things in a file, counted from 0, negative from the end.

    Raises
    ------
    InputError
        For a number that is none of them.

    Example
    -------
    >>> nth(["first", "last"], -1, "scan", "a.dat")
    'last'
    """
    n, whole = len(several), isinstance(number, int) and not isinstance(number, bool)
    if whole and -n <= number < n:
        return several[number]
    said = f"{name}: {kind} {number} is out of range, it holds {n}"
    raise InputError(f"{said} numbered from 0 to {n - 1}")


def beside(package: str, name: str) -> str:
    """Return the text of a file that ships with a package.

    Example
    -------
    >>> beside("xnet_lite.metrics", "metrics_in_print.json")[:1]
    '{'
    """
    return files(package).joinpath(name).read_text(encoding="utf-8")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text from any system."""
    return re.split(r"\r\n|\r|\n", text)


def number_of(word: str) -> float:
    """Return the number that a word is; Fortran's 1.0D+00 and 1.0*^-6 count too.

    Raises
    ------
    ValueError
        If it is none.

    Example
    -------
    >>> number_of("1.5d-1")
    0.15
    """
    return float(word.replace("D", "E").replace("d", "e").replace("*^", "e"))


def _at_once(path: str, flags: int) -> int:
    """Open a file without waiting for somebody to write into it."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _something(read: bytes | None) -> bytes:
    """What was read; a file that has nothing to say yet is none."""
    if read is None:
        raise OSError("nothing is there yet")
    return read


def _encodings(contents: bytes) -> tuple[str, ...]:
    """What the first bytes speak for; UTF-16 has a zero in every second place."""
    if contents[:2] in _UTF16:
        return ("utf-16",)
    for first, encoding in enumerate(("utf-16-be", "utf-16-le")):
        zeros = contents[first:2000:2]
        if zeros and zeros.count(0) > len(zeros) / 2:
            return (encoding,)
    return "utf-8-sig", "cp1252", "latin-1"


def _closed(path: Path, error: Exception) -> InputError:
    """What a file that does not open ends in."""
    reason = getattr(error, "strerror", None) or error
    return InputError(
        f"{path.name[:80]}: cannot be opened ({reason}), check that it is whole and "
        "that you may read it"
    )
