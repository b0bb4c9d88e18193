"""XYZ text, read line by line so that a mistake can be told with its line."""

import io
import math
import re

import ase.io
from ase import Atoms
from ase.data import atomic_numbers, chemical_symbols

from xnet_lite.errors import InputError
from xnet_lite.structures.site import notes_of
from xnet_lite.texts import lines_of, number_of

_SYMBOL = re.compile(r"([A-Za-z]{1,2})\d*$")
_ISOTOPES = {"D": 1, "T": 1}
ISOTOPE_NOTE = "deuterium or tritium was read as hydrogen"


def parse_xyz(text: str, name: str) -> list[Atoms]:
    """Return every frame of an XYZ or extended XYZ text.

    The first column is an element (a number behind it, as in "Fe1", is passed
    over) or an atomic number; a running number before it, or its atomic number behind
    it, is passed over. Columns behind z are kept only when the second line declares
    them (`Properties=…`). Lines behind a frame that repeat one of its atoms word for
    word are passed over, and so is all that follows a frame and begins no other.

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
        `info["comment"]`. `notes_of` tells what was assumed.

    Raises
    ------
    InputError
        With the line and the remedy.

    Example
    -------
    >>> parse_xyz("1\\nan atom\\n26 0 0 0\\n", "fe.xyz")[0].get_chemical_formula()
    'Fe'
    """
    lines = lines_of(text.rstrip())
    frames: list[Atoms] = []
    block: list[str] = []
    at = 0
    while at < len(lines):
        # blank lines between frames, and the absorber's line once more, are common
        if frames and (not lines[at].strip() or lines[at] in block[2:]):
            at += 1
            continue
        if frames and not _is_count(lines[at]) and not _is_atom(lines[at]):
            more = lines[at + 1 :]
            behind = f"lines {at + 1} to {len(lines)}" if more else f"line {at + 1}"
            notes_of(frames[-1]).append(f"{behind} behind the atoms passed over")
            break
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


def _is_count(line: str) -> bool:
    """Whether a line can be the number of atoms that begins a frame."""
    return re.fullmatch(r"\s*0*[1-9][0-9]{0,8}\s*", line) is not None


def _is_atom(line: str) -> bool:
    """Whether a line begins like one more atom: an element and a place."""
    words = line.split()
    return len(words) > 3 and bool(_SYMBOL.match(words[0])) and _are_numbers(words[1:4])


def _are_numbers(words: list[str]) -> bool:
    """Whether every word is a number."""
    try:
        return all(math.isfinite(number_of(word)) for word in words)
    except ValueError:
        return False


def _atom_count(lines: list[str], at: int, name: str, frames: list[Atoms]) -> int:
    """Number of atoms that the line announces."""
    if _is_count(lines[at]):
        return int(lines[at])
    found = " ".join(lines[at].split())[:40]
    if frames:
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
        return _extended(block, at, name)
    table = [line.split() for line in block[2:]]
    for i, words in enumerate(table, start=at + 3):
        if len(words) < 4:
            raise InputError(
                f"{name}: line {i} has {len(words)} columns, expected element x y z"
            )
    table, notes = _usual_columns(table)
    numbers, positions = [], []
    for i, words in enumerate(table, start=at + 3):
        numbers.append(_number(words[0], i, name))
        positions.append([_coordinate(word, i, name) for word in words[1:4]])
    atoms = Atoms(numbers=numbers, positions=positions)
    atoms.info["comment"] = comment.strip()
    if any(_isotope(words[0]) for words in table):
        notes.append(ISOTOPE_NOTE)
    notes_of(atoms).extend(notes)
    return atoms


def _usual_columns(table: list[list[str]]) -> tuple[list[list[str]], list[str]]:
    """The table with element, x, y, z in front, and what was passed over."""
    if all(len(words) > 4 for words in table):
        running = [str(i + 1) for i in range(len(table))]
        numbered = [words[0] for words in table] == running
        if numbered and all(_SYMBOL.match(words[1]) for words in table):
            rows = [words[1:] for words in table]
            return rows, ["a running number in front was passed over"]
        if all(_is_number_of(words[0], words[1]) for words in table):
            rows = [[words[0], *words[2:]] for words in table]
            return rows, ["the atomic number behind each element was passed over"]
    return table, []


def _is_number_of(symbol: str, word: str) -> bool:
    """Whether a word is the atomic number of an element: 26 or 26.0 of Fe."""
    match = _SYMBOL.match(symbol)
    number = atomic_numbers.get(match[1].capitalize(), 0) if match else 0
    return number > 0 and word in (str(number), f"{number}.0", f"{number}.")


def _isotope(word: str) -> bool:
    """Whether a word is D or T, numbered or not."""
    match = _SYMBOL.match(word)
    return match is not None and match[1].capitalize() in _ISOTOPES


def _extended(block: list[str], at: int, name: str) -> Atoms:
    """A frame whose second line declares its columns, by ASE."""
    declared = re.search(r"Properties=(\S+)", block[1])
    parts = (declared[1] if declared else "species:S:1:pos:R:3").split(":")
    kinds = list(zip(parts[::3], parts[2::3]))
    names = [kind for kind, n in kinds for _ in range(int(n) if n.isdecimal() else 1)]
    column = names.index("species") if "species" in names else -1
    rows, isotopes = [], False
    for line in block[2:]:
        words = line.split()
        if 0 <= column < len(words) and words[column] in _ISOTOPES:
            words[column], isotopes = "H", True
            line = " ".join(words)
        rows.append(line)
    try:
        lines = io.StringIO("\n".join([*block[:2], *rows]) + "\n")
        atoms = next(ase.io.iread(lines, format="extxyz"))
    except Exception as error:
        raise InputError(
            f"{name}: the frame that begins in line {at + 1} is not what its "
            f"line {at + 2} declares ({brief(error)}), correct Properties, "
            "Lattice or the columns"
        ) from error
    if isotopes:
        notes_of(atoms).append(ISOTOPE_NOTE)
    return atoms


def _number(word: str, line: int, name: str) -> int:
    """Atomic number of an element, a labelled element, or a number."""
    if word.isdecimal():
        if 0 < int(word[:4]) < len(chemical_symbols):
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
        said = f"{name}: line {line} has the coordinate {word[:20]!r}"
        raise InputError(f"{said}, expected a finite number in Å")
    return value


def brief(error: Exception | Warning | str) -> str:
    """First line of an error, short."""
    text = (str(error).strip() or type(error).__name__).splitlines()[0]
    return text[:120]
