"""Which structure belongs to which spectrum: by their names, or as a table says."""

import csv
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from xnet_lite.errors import InputError
from xnet_lite.texts import contents_of, decoded, lines_of

#: endings of the names of files, without that of packed ones
STRUCTURES = (
    *(".xyz", ".extxyz", ".cif", ".vasp", ".poscar", ".pdb", ".mol", ".sdf", ".gen"),
    *(".xsf", ".res", ".cell"),
)
SPECTRA = (
    *(".txt", ".dat", ".csv", ".tsv", ".xdi", ".nor", ".norm", ".xmu", ".mu", ".flat"),
    *(".out", ".asc", ".spectrum"),
)
TABLES = (".csv", ".tsv", ".json")
#: a table or settings in a folder
IN_FOLDER = tuple(f"dataset{ending}" for ending in TABLES)
#: files of a folder, those in its folders too
MOST = 100_000
COLUMNS = ("structure", "spectrum", "absorber", "compound", "e0", "name", "frame")
SETTINGS = ("absorber", "edge", "e0", "grid", "compounds")
# what a frame of a series adds to the name of its compound
_FRAME = re.compile(r"[-_](frame)?[-_]?\d+$", re.IGNORECASE)


class Pair(NamedTuple):
    """The files of a structure and its spectrum.

    An absorber is an element or the index of an atom from 0, e0 an energy in eV, a
    frame one of several structures in a file; labels are the compound and whatever
    else a table says.
    """

    name: str
    structure: Path
    spectrum: Path
    absorber: str | None = None
    e0: float | None = None
    frame: int = 0
    labels: Mapping[str, str] = {}


@dataclass(frozen=True)
class Pairing:
    """Pairs, the files that have no partner, and how that was decided.

    Attributes
    ----------
    root : Path
        Folder that the names of files in the report are counted from.
    rules : list of str
        Sentences.
    pairs : list of Pair
    skipped : dict of str to str
        File or row, and why it is left out.
    settings : mapping
        Of SETTINGS, those that were given.
    """

    root: Path
    rules: list[str]
    pairs: list[Pair]
    skipped: dict[str, str]
    settings: Mapping[str, Any] = field(default_factory=dict)

    def called(self, path: Path) -> str:
        """Return the name of a file, from the root where it lies below it."""
        inside = path.is_relative_to(self.root)
        return printable((path.relative_to(self.root) if inside else path).as_posix())


def paired(path: Path) -> Pairing:
    """Return the pairs of a folder or of a table.

    A folder is paired by the names of its files, without their endings: in one folder
    first, then between folders. A `dataset.csv`, `.tsv` or `.json` in it is a table,
    or has settings.

    Parameters
    ----------
    path : Path
        A folder; or a CSV, TSV or JSON with the columns structure and spectrum, and
        absorber, compound, e0, name, frame where that is known.

    Raises
    ------
    InputError
        If nothing can be paired.
    """
    table, settings, rows = path, dict[str, Any](), None
    if path.is_dir():
        tables = [path / name for name in IN_FOLDER if (path / name).is_file()]
        if len(tables) > 1:
            names = " and ".join(one.name for one in tables)
            raise InputError(f"{path}: has {names}, keep one of them")
        table = tables[0] if tables else path
    if not table.is_dir():
        settings, rows = _table(table)
    if rows is None:
        found = _by_name(path if path.is_dir() else path.parent, settings)
    else:
        found = _by_table(table, rows, settings)
    if not found.pairs:
        first = next((f" ({k}: {why})" for k, why in found.skipped.items()), "")
        raise InputError(
            f"{path}: no structure has a spectrum{first}; give both the same name, "
            "as a.xyz and a.txt, or a table with columns structure and spectrum"
        )
    twice = {name for name, n in Counter(p.name for p in found.pairs).items() if n > 1}
    if twice:
        raise InputError(
            f"{path.name}: several pairs are called {min(twice)!r}, give a table with "
            "a column name that tells them apart"
        )
    return found


def printable(name: str) -> str:
    """Return the name of a file as any text may hold it: no quotes, no line breaks.

    Example
    -------
    >>> printable('a "b"\\nc')
    "a 'b' c"
    """
    plain = name.encode(errors="replace").decode().replace('"', "'")
    return " ".join(plain.split())


def compound_of(name: str) -> str:
    """Return a name without the number of a frame at its end.

    Example
    -------
    >>> compound_of("ferrocene_frame-012"), compound_of("fe-bpy3")
    ('ferrocene', 'fe-bpy3')
    """
    return _FRAME.sub("", name) or name


def _by_name(root: Path, settings: Mapping[str, Any]) -> Pairing:
    """Pair the files of a folder."""
    kinds: tuple[dict[str, list[Path]], dict[str, list[Path]]] = ({}, {})
    skipped = {}
    for file in _files(root):
        stem, ending = _parts(file)
        if ending in STRUCTURES + SPECTRA:
            kinds[ending in SPECTRA].setdefault(stem, []).append(file)
        else:
            skipped[printable(file.relative_to(root).as_posix())] = (
                f"{ending or 'no ending'!r} is the ending of neither a structure "
                "nor a spectrum"
            )
    pairs: list[Pair] = []
    for stem in sorted({*kinds[0], *kinds[1]}):
        chosen, left = _partners(*(kind.get(stem, []) for kind in kinds))
        pairs += [Pair(_name(a, stem, root, chosen), a, b) for a, b in chosen]
        for one, why in left.items():
            skipped[printable(one.relative_to(root).as_posix())] = why
    rules = ["structures and spectra are paired by the names of their files"]
    if settings.get("compounds") == "names":
        pairs = [p._replace(labels={"compound": compound_of(p.name)}) for p in pairs]
        rules.append("what differs by the number at the end of its name is a compound")
    else:
        rules.append("each pair is a compound of its own: no table says otherwise")
    return Pairing(root, rules, pairs, skipped, settings)


def _files(root: Path) -> Iterator[Path]:
    """The files of a folder and of those in it; hidden ones are passed over."""
    there = (Path(where, one) for where, _, names in os.walk(root) for one in names)
    found = list(islice(there, MOST + 1))
    if len(found) > MOST:
        raise InputError(f"{root}: holds more than {MOST} files, give a smaller folder")
    for file in sorted(found):
        hidden = any(part.startswith(".") for part in file.relative_to(root).parts)
        if not (hidden or file.name in IN_FOLDER):
            yield file


def _parts(file: Path) -> tuple[str, str]:
    """Name and ending, as if the file were not packed."""
    plain = Path(file.name.removesuffix(".gz"))
    return plain.stem, plain.suffix.lower()


def _partners(
    structures: Sequence[Path], spectra: Sequence[Path]
) -> tuple[list[tuple[Path, Path]], dict[Path, str]]:
    """Pairs among files of one name, and why the others have no partner."""
    folders = {file.parent for file in (*structures, *spectra)}
    left: tuple[list[Path], list[Path]] = ([], [])
    chosen = []
    for folder in sorted(folders):
        here = [
            [f for f in kind if f.parent == folder] for kind in (structures, spectra)
        ]
        if [len(kind) for kind in here] == [1, 1]:
            chosen.append((here[0][0], here[1][0]))
        else:
            for rest, kind in zip(left, here, strict=True):
                rest += kind
    if [len(rest) for rest in left] == [1, 1]:
        return [*chosen, (left[0][0], left[1][0])], {}
    why = {}
    for i, what in enumerate(("structure", "spectrum")):
        others = left[1 - i]
        for file in left[i]:
            other = ("structure", "spectrum")[1 - i]
            if not others:
                why[file] = f"no {other} has this name"
            else:
                several = f"{len(left[i])} × {what}, {len(others)} × {other}"
                why[file] = f"which belong together is not clear: {several}"
    return chosen, why


def _name(file: Path, stem: str, root: Path, chosen: Sequence[Any]) -> str:
    """What a pair is called; with its folder where several have one name."""
    if len(chosen) == 1:
        return printable(stem)
    return printable((file.parent.relative_to(root) / stem).as_posix())


def _by_table(
    table: Path, rows: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]
) -> Pairing:
    """Pair files as the rows of a table say."""
    there = dict.fromkeys(key for row in rows for key in row)
    for column in ("structure", "spectrum"):
        if column not in there:
            raise InputError(
                f"{table.name}: has no column {column!r}, add one to "
                f"{', '.join(there) or 'it and a row below'}"
            )
    pairs, skipped, seen = [], dict[str, str](), set()
    extra = [key for key in there if key not in COLUMNS]
    for number, row in enumerate(rows, start=1):
        try:
            pair = _pair(table.parent, row, [*extra, *({"compound"} & {*there})])
        except InputError as error:
            skipped[f"row {number}"] = str(error)
            continue
        key = (pair.structure, pair.spectrum, pair.absorber, pair.frame)
        if key in seen:
            skipped[f"row {number}"] = f"{pair.name} stands in a row above"
            continue
        seen.add(key)
        pairs.append(pair)
    rules = [f"pairs are the rows of {table.name}"]
    if "compound" not in there:
        rules.append("each pair is a compound of its own: no column says otherwise")
    return Pairing(table.parent, rules, pairs, skipped, settings)


def _pair(folder: Path, row: Mapping[str, Any], labels: Sequence[str]) -> Pair:
    """The pair of one row."""
    given = {key: str(value).strip() for key, value in row.items() if value is not None}
    files = []
    for column in ("structure", "spectrum"):
        if not given.get(column):
            raise InputError(f"names no {column}")
        files.append(folder / Path(given[column]).expanduser())
    absorber = given.get("absorber") or None
    name = printable(given.get("name") or _parts(files[0])[0])
    if "frame" in given and not given.get("name"):
        name += f":{given['frame']}"
    return Pair(
        name,
        files[0],
        files[1],
        absorber,
        _number_in(given, "e0"),
        int(_number_in(given, "frame") or 0),
        {label: given.get(label, "") for label in labels},
    )


def _number_in(given: Mapping[str, Any], key: str) -> float | None:
    """The number under a key; None where there is none."""
    value = given.get(key)
    if value in (None, ""):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not abs(number) < float("inf"):
        raise InputError(f"{key} is {value!r}: give a number")
    return number


def _table(path: Path) -> tuple[dict[str, Any], list[Mapping[str, Any]] | None]:
    """Settings and rows of a table; no rows where a JSON has settings alone."""
    text = decoded(contents_of(path, "a table"), path.name, "a table")
    if path.suffix.lower() != ".json":
        return {}, _separated(text, path)
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path.name}: is no JSON ({error}), correct it") from None
    settings, rows = (found, None) if isinstance(found, dict) else ({}, found)
    if isinstance(found, dict):
        settings = {key: value for key, value in found.items() if key != "pairs"}
        rows = found.get("pairs")
    unknown = [key for key in settings if key not in SETTINGS]
    right = isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
    if unknown or not (right or rows is None):
        raise InputError(
            f"{path.name}: expected a list of rows, or pairs (a list of rows) and "
            f"{', '.join(SETTINGS)}"
            + (f", not {', '.join(unknown)}" if unknown else "")
        )
    return settings, rows


def _separated(text: str, path: Path) -> list[Mapping[str, Any]]:
    """The rows of a text whose first line names the columns."""
    lines = [line for line in lines_of(text) if line.strip() and line[0] != "#"]
    mark = max("\t;,", key=(lines or [""])[0].count)
    head, *rows = csv.reader(lines, delimiter=mark) if lines else [[]]
    names = [name.strip().lower() for name in head]
    if len(set(names)) < len(names) or not all(names):
        raise InputError(f"{path.name}: its first line names no columns, one each")
    longer = next((i for i, row in enumerate(rows, 2) if len(row) != len(names)), None)
    if longer:
        raise InputError(
            f"{path.name}: row {longer} has not {len(names)} cells as the first line"
        )
    return [dict(zip(names, row, strict=True)) for row in rows]
