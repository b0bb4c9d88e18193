"""Files that people bring, as text: a sentence with the remedy where they are not."""

from __future__ import annotations

import gzip
import re
import zlib
from pathlib import Path

from xnet_lite.errors import InputError


def contents_of(path: Path, what: str) -> bytes:
    """Return what is in a file, unpacked where its name ends in ``.gz``.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it should hold: "a structure".

    Raises
    ------
    InputError
        If there is no such file, it cannot be read, or it is empty.
    """
    if path.is_dir():
        raise InputError(f"{path.name}: is a folder, give a file with {what}")
    try:
        contents = path.read_bytes()
        if path.suffix.lower() == ".gz":
            contents = gzip.decompress(contents)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file, check the path") from None
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{path.name}: cannot be opened ({error}), check that it is whole and "
            "that you may read it"
        ) from error
    if not contents.strip():
        raise InputError(f"{path.name}: is empty, give a file with {what}")
    return contents


def decoded(contents: bytes, name: str, expected: str) -> str:
    """Return contents as text, whatever program wrote them.

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
    for encoding in ("utf-8-sig", "latin-1"):
        try:
            text = contents.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(c.isprintable() or c.isspace() for c in text):
            return text
    raise InputError(f"{name}: is not text, expected {expected}")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text from any system."""
    return re.split(r"\r\n|\r|\n", text)


def number_of(word: str) -> float:
    """Return the number that a word is; Fortran's 1.0D+00 counts too.

    Raises
    ------
    ValueError
        If it is none.

    Example
    -------
    >>> number_of("1.5d-1")
    0.15
    """
    return float(word.replace("D", "E").replace("d", "e"))
