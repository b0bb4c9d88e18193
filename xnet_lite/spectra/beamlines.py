"""Text that beamlines and Athena write: SPEC, the 9809 format, Athena's projects."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from xnet_lite.errors import InputError
from xnet_lite.spectra.roles import role_of
from xnet_lite.spectra.scan import Scan, scan_of
from xnet_lite.spectra.table import parse_table
from xnet_lite.texts import lines_of

#: h c, eV Å
HC = 12398.419843
_SCAN = re.compile(r"^#S\s+(.*)$", re.MULTILINE)
_LABELS = re.compile(r"^#L\s+(.*?)\s*$", re.MULTILINE)
_ANALYSER = re.compile(r"^@.*(?:\n(?=\s*\d).*\\\s*$)*", re.MULTILINE)
_SPACING = re.compile(r"\bD\s*=\s*([\d.]+)\s*A", re.IGNORECASE)
_QUOTED = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"|([-+.\w]+)")
_ASSIGNED = re.compile(r"[$@](\w+)\s*=\s*(.*);\s*$")
# channels of the 9809 format by the number in its line Mode
_MODES = {1: "i0", 2: "it", 3: "if"}


def parse_spec(text: str, name: str) -> list[Scan]:
    """Return the scans over the energy of a SPEC file.

    Arguments are those of `parse_table`, and so is what is raised.

    Returns
    -------
    list of Scan
        Without the scans of other motors, and those that were stopped at once.

    Raises
    ------
    InputError
        If no scan is over the energy.

    Example
    -------
    >>> text = "#S 3 ascan energy\\n#L Energy  I0  Mono It\\n7112 9 3\\n7113 9 2\\n"
    >>> parse_spec(text, "a.spec")[0].names
    ['Energy', 'I0', 'Mono It']
    """
    starts = [*(match.start() for match in _SCAN.finditer(text)), len(text)]
    scans: list[Scan] = []
    passed, reason = 0, "no scan has points"
    for start, end in pairwise(starts):
        block = text[start:end]
        labels = _LABELS.search(block)
        names = re.split(r"\t+|\s{2,}", labels[1]) if labels else []
        try:
            line = text.count("\n", 0, start) + 1
            table = parse_table(_ANALYSER.sub("", block), name, start=line)
        except InputError as error:
            passed, reason = passed + 1, str(error)
            continue
        if len(names) != table.values.shape[1] and labels:
            names = labels[1].split()
        title = _SCAN.match(block)
        label = f"scan {title[1]}" if title else ""
        named = {"names": names} if len(names) == table.values.shape[1] else {}
        scan = scan_of(table, **named, label=label, meta={"format": "spec"})
        if "energy" in map(role_of, scan.names):
            scans.append(scan)
        else:
            passed, reason = passed + 1, f"columns {', '.join(scan.titles)}"
    if not scans:
        raise InputError(f"{name}: no scan is over the energy ({reason}), check it")
    said = [f"{passed} scans not over the energy are left out"] if passed else []
    return [replace(scan, notes=[*scan.notes, *said]) for scan in scans]


def parse_9809(text: str, name: str) -> Scan:
    """Return the scan of a 9809 file, as the Photon Factory and SPring-8 write them.

    The energy is h c / (2 d sin θ) with the spacing d of the monochromator's planes and
    its angle θ, as it was read back.

    Arguments are those of `parse_table`, and so is what is raised.

    Raises
    ------
    InputError
        If spacing or columns are not found.

    Source
    ------
    The header lines of the format: D=, Angle(c), Angle(o), Mode and Offset.

    Example
    -------
    >>> head = "  9809 BL\\nMono: SI(111) D= 3.13551 A\\n Mode 0 0 1 2\\n"
    >>> rows = " Offset 0 0 0 0\\n 16 16 1 90 30\\n 15.9 15.9 1 90 20\\n"
    >>> parse_9809(head + rows, "a.dat").values[:, 0].round(1).tolist()
    [7172.8, 7216.8]
    """
    lines = text.replace("\r\n", "\n").split("\n")
    at = next((i for i, line in enumerate(lines) if line.split()[:1] == ["Mode"]), None)
    spacing = _SPACING.search(text)
    if at is None or spacing is None:
        raise InputError(f"{name}: is no whole 9809 file, D= and Mode are missing")
    below = (lines[at + 1 : at + 2] or [""])[0].strip().lower()
    start = at + 1 + below.startswith("offset")
    table = parse_table("\n".join(lines[start:]), name, start=start + 1)
    values = table.values.copy()
    values[:, 0] = HC / (2 * float(spacing[1]) * np.sin(np.radians(values[:, 1])))
    modes = [int(word) for word in re.findall(r"\b\d+\b", lines[at])]
    n = values.shape[1] - 3
    said = f"energies are made of the angles read back and d = {spacing[1]} Å"
    channels = [_MODES.get(mode, "other") for mode in modes[len(modes) - n :]]
    return Scan(
        ["energy", "angle", "time", *channels[:n]],
        values,
        table.lines,
        "ev",
        meta={"format": "9809"},
        notes=[*table.notes, said],
    )


def parse_athena(text: str, name: str) -> list[Scan]:
    """Return the groups of an Athena project that are spectra.

    The project is read as text, never run: it is a list of assignments in Perl, or
    JSON.

    Arguments are those of `parse_table`, and so is what is raised.

    Returns
    -------
    list of Scan
        Without groups of chi(k).

    Raises
    ------
    InputError
        If no group is a spectrum.

    Example
    -------
    >>> text = "$old_group = 'a';\\n@args = ('label','foil','bkg_z','Fe');\\n"
    >>> text += "@x = ('7111','7112');\\n@y = ('0.1','0.2');\\n[record]\\n"
    >>> parse_athena(text, "a.prj")[0].label
    'foil'
    """
    parts = _json_groups(text, name) if text.lstrip()[:1] == "{" else _perl_groups(text)
    whole = [group for group in parts if {"x", "y"} <= group.keys()]
    known = [(group, _named(group.get("args"))) for group in whole]
    scans = [_group(group, args, name) for group, args in known if not _is_chi(args)]
    if not scans:
        raise InputError(f"{name}: no group of the project is a spectrum over energy")
    return scans


def _perl_groups(text: str) -> list[dict[str, Any]]:
    """Assignments by group; values are only cut out of their quotes."""
    groups: list[dict[str, Any]] = []
    for line in lines_of(text):
        match = _ASSIGNED.match(line)
        if match is None:
            continue
        if match[1] == "old_group":
            groups.append({})
        elif groups:
            words = [a or b or c for a, b, c in _QUOTED.findall(match[2])]
            groups[-1][match[1]] = words
    return groups


def _json_groups(text: str, name: str) -> list[dict[str, Any]]:
    """Groups of a project in JSON, as newer programs write them."""
    try:
        project = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise InputError(f"{name}: is no whole project, its JSON is spoilt") from None
    return [group for group in project.values() if isinstance(group, dict)]


def _named(args: Any) -> dict[str, str]:
    """Settings by name, of a mapping, or of a list of names and values in turn."""
    listed = args if isinstance(args, list) else []
    pairs = args.items() if isinstance(args, dict) else zip(listed[::2], listed[1::2])
    return {key: str(value) for key, value in pairs}


def _is_chi(args: Mapping[str, str]) -> bool:
    """Whether a group is chi(k), not absorption over the energy."""
    return args.get("datatype") == "chi" or args.get("is_chi") == "1"


def _group(group: Mapping[str, Any], args: Mapping[str, str], name: str) -> Scan:
    """One group as a scan."""
    label = args.get("label", "")
    try:
        x, y = (np.array(group[key], dtype=float) for key in "xy")
    except (TypeError, ValueError):
        raise InputError(f"{name}: group {label!r} holds what is no number") from None
    if x.ndim != 1 or x.shape != y.shape:
        raise InputError(
            f"{name}: group {label!r} has {x.size} energies and {y.size} absorptions"
        )
    normalised = args.get("datatype") == "norm" or args.get("is_nor") == "1"
    return Scan(
        ["energy", "norm" if normalised else "xmu"],
        np.column_stack([x, y]),
        unit="ev",
        absorber=args.get("bkg_z", ""),
        edge=args.get("fft_edge", ""),
        label=label,
        meta={"format": "athena", "label": label},
    )
