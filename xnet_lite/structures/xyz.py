"""XYZ text, read line by line so that a mistake can be told with its line."""

from __future__ import annotations

import io
import math
import re

import ase.io
from ase import Atoms
from ase.data import atomic_numbers, chemical_symbols

from xnet_lite.errors import InputError
from xnet_lite.texts import lines_of, number_of

_SYMBOL = re.compile(r"([A-Za-z]{1,2})\d*$")
_ISOTOPES = {"D": 1, "T": 1}


def parse_xyz(text: str, name: str) -> list[Atoms]:
    """Return every frame of an XYZ or extended XYZ text.

    The first column is an element (a number behind it, as in "Fe1", is passed
    over) or an atomic number; columns behind z are kept only when the second line
    declares them (`Properties=…`). Lines behind a frame that repeat one of its
    atoms word for word are passed over.

    Parameters
    ----------
    text : str
        What the file holds.
    name : str
        How messages name it.

    Returns
    -------
    list of ase.Atoms
        One per frame; plain XYZ is not periodic, its second line is kept as
        `info["comment"]`.

    Raises
    ------
    InputError
        With the line and the remedy.

    Example
    -------
    >>> parse_xyz("1\\nan atom\\n26 0 0 0\\n", "fe.xyz")[0].get_chemical_formula()
    'Fe'
    """
    lines = lines_of(text)
    frames: list[Atoms] = []
    block: list[str] = []
    at = 0
    while at < len(lines):
        # blank lines between frames, and the absorber's line once more, are common
        if frames and (not lines[at].strip() or lines[at] in block[2:]):
            at += 1
            continue
        n_atoms = _atom_count(lines, at, name, frames)
        block = lines[at : at + 2 + n_atoms]
        rows = [line for line in block[2:] if line.strip()]
        if len(rows) < n_atoms:
            raise InputError(
                f"{name}: line {at + 1} announces {n_atoms} atoms but {len(rows)} "
                "follow, correct the number or add the missing lines"
            )
        frames.append(_frame(block, at, name))
        at += len(block)
    return frames


def _atom_count(lines: list[str], at: int, name: str, frames: list[Atoms]) -> int:
    """Number of atoms that the line announces."""
    words = lines[at].split()
    if len(words) == 1 and words[0].isdecimal() and int(words[0]) > 0:
        return int(words[0])
    found = " ".join(words)[:40]
    if frames and len(words) >= 4:
        raise InputError(
            f"{name}: line {at + 1} ({found!r}) is one more atom than the "
            f"{len(frames[-1])} announced, correct the number of atoms"
        )
    raise InputError(
        f"{name}: line {at + 1} is {found!r}, expected the number of atoms in the frame"
    )


def _frame(block: list[str], at: int, name: str) -> Atoms:
    """One frame: the plain kind parsed here, the extended kind by ASE."""
    comment = block[1]
    if "Properties=" in comment or "Lattice=" in comment:
        try:
            lines = io.StringIO("\n".join(block) + "\n")
            return next(ase.io.iread(lines, format="extxyz"))
        except Exception as error:
            raise InputError(
                f"{name}: the frame that begins in line {at + 1} is not what its "
                f"line {at + 2} declares ({brief(error)}), correct Properties, "
                "Lattice or the columns"
            ) from error
    numbers, positions = [], []
    for i, line in enumerate(block[2:], start=at + 3):
        words = line.split()
        if len(words) < 4:
            raise InputError(
                f"{name}: line {i} has {len(words)} columns, expected element x y z"
            )
        numbers.append(_number(words[0], i, name))
        positions.append([_coordinate(word, i, name) for word in words[1:4]])
    atoms = Atoms(numbers=numbers, positions=positions)
    atoms.info["comment"] = comment.strip()
    return atoms


def _number(word: str, line: int, name: str) -> int:
    """Atomic number of an element, a labelled element, or a number."""
    if word.isdecimal():
        if 0 < int(word) < len(chemical_symbols):
            return int(word)
    elif match := _SYMBOL.match(word):
        symbol = match[1].capitalize()
        number = _ISOTOPES.get(symbol, atomic_numbers.get(symbol, 0))
        if number:
            return number
    raise InputError(
        f"{name}: line {line} names the unknown element {word[:20]!r}, expected a "
        f"symbol (Fe) or an atomic number (1 to {len(chemical_symbols) - 1})"
    )


def _coordinate(word: str, line: int, name: str) -> float:
    """A coordinate in Å."""
    try:
        value = number_of(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"{name}: line {line} has the coordinate {word[:20]!r}, expected a finite "
            "number in Å"
        )
    return value


def brief(error: Exception) -> str:
    """First line of an error, short."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return text[:120]
