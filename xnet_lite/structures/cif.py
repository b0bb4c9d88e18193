"""Crystals as crystallographers hand them on: CIF, with what its authors left open."""

import re

import gemmi
import numpy as np
from ase import Atoms
from ase.cell import Cell
from ase.data import atomic_numbers, covalent_radii
from ase.neighborlist import neighbor_list

from xnet_lite.errors import InputError
from xnet_lite.structures.disorder import Listed, fill
from xnet_lite.structures.site import notes_of
from xnet_lite.structures.symmetry import Items, first, operations_of

LENGTHS = tuple(f"_cell_length_{x}" for x in "abc")
ANGLES = tuple(f"_cell_angle_{x}" for x in ("alpha", "beta", "gamma"))
#: what stands for an element in old files
NICKNAMES = {"D": "H", "T": "H", "Wa": "O"}
FORMULA_SLACK = 0.03  # share by which a count may miss that of the formula
# of the sum of covalent radii: from here on a distance is as good as a longer one
SENSIBLE = 0.8
EXACT = 0.05  # Å
LONGEST = 200  # characters of a value


def parse_cif(text: str, name: str) -> list[Atoms]:
    """Return every crystal of a CIF text.

    Symmetry comes from the operations in the file, else from Hall's symbol, the name of
    the group, or its number. Of disorder one alternative is taken (see `fill`). What
    was read is compared with the formula that the file states.

    Parameters
    ----------
    text, name : str
        As `xyz.parse_xyz` has them.

    Returns
    -------
    list of ase.Atoms
        One per block with atoms. `notes_of` tells what was assumed; `info["shared"]`
        as `fill` has it.

    Raises
    ------
    InputError
        In one sentence: what is wrong, and the remedy.

    Example
    -------
    >>> from ase.build import bulk
    >>> import io, ase.io
    >>> ase.io.write(file := io.BytesIO(), bulk("Fe"), format="cif")
    >>> parse_cif(file.getvalue().decode(), "fe.cif")[0].get_chemical_formula()
    'Fe'
    """
    notes = []
    if not re.search(r"^\s*data_", text, re.IGNORECASE | re.MULTILINE):
        notes.append("the line that begins a CIF (data_…) is missing and was added")
        text = f"data_added {text}"  # lines keep their numbers
    try:
        blocks = gemmi.cif.read_string(text, check_level=0)
    except (ValueError, RuntimeError) as error:
        reason = re.sub(r"^string:(\d+):.*?\): ?", r"line \1: ", str(error))
        raise InputError(
            f"{name}: is not CIF ({reason}), correct it or give another format"
        ) from None
    frames = [_crystal(_items(block), name) for block in blocks]
    found = [atoms for atoms in frames if atoms is not None]
    if not found:
        raise InputError(f"{name}: holds no atoms, give a file with a structure")
    for atoms in found:
        notes_of(atoms)[:0] = notes
    return found


def _items(block: gemmi.cif.Block) -> dict[str, list[str]]:
    """What a block says: name in small letters -> values, "" for what is unknown."""
    found: dict[str, list[str]] = {}
    for item in block:
        tags, values = [], []
        if item.loop is not None:
            tags, values = item.loop.tags, item.loop.values
        elif item.pair is not None:
            tags, values = [item.pair[0]], [item.pair[1]]
        words = [" ".join(gemmi.cif.as_string(x).split())[:LONGEST] for x in values]
        for i, tag in enumerate(tags):
            found[tag.lower().replace(".", "_")] = words[i :: len(tags)]
    return found


def _crystal(items: Items, name: str) -> Atoms | None:
    """The atoms of one block, None where it has none."""
    kind = next((x for x in ("fract", "cartn") if f"_atom_site_{x}_x" in items), None)
    if kind is None:
        return None
    notes: list[str] = []
    cell = _cell(items, name)
    listed = _listed(items, kind, cell, name, notes)
    if not listed:
        raise InputError(f"{name}: no atom has coordinates, give a file where they do")
    if cell is None:
        atoms = Atoms([x.elements[0] for x in listed], [x.position for x in listed])
        notes_of(atoms).extend(notes)
        return atoms
    groups = operations_of(items, cell, name, notes)
    said = next(iter(groups))
    if len(groups) > 1:
        # images that are merged only because they are near tell of the wrong origin
        tried = {said: fill(listed, groups[said], cell, EXACT) for said in groups}
        said = max(tried, key=lambda one: _likely(items, tried[one]))
        notes.append(
            "the file does not say which origin its space group has: "
            f"{said} was taken, after formula and distances"
        )
    atoms = fill(listed, groups[said], cell)
    notes_of(atoms)[:] = [*notes, *notes_of(atoms), *_misfit(items, atoms)]
    return atoms


def _cell(items: Items, name: str) -> Cell | None:
    """The cell, None without one."""
    if not any(first(items, (tag,)) for tag in LENGTHS):
        return None
    numbers = {tag: _number(first(items, (tag,))) for tag in LENGTHS + ANGLES}
    for tag, value in numbers.items():
        if not 0 < value < (180 if tag in ANGLES else np.inf):
            raise InputError(
                f"{name}: {tag} is {first(items, (tag,)) or 'missing'}, give a "
                f"positive {'angle below 180°' if tag in ANGLES else 'length in Å'}"
            )
    try:
        return Cell.fromcellpar(list(numbers.values()))
    except AssertionError:
        raise InputError(f"{name}: its cell has no volume, correct angles") from None


def _number(word: str) -> float:
    """A number without its uncertainty; nan for none."""
    return float(gemmi.cif.as_number(word))


def _listed(
    items: Items, kind: str, cell: Cell | None, name: str, notes: list[str]
) -> list[Listed]:
    """The atoms of the list that have a place."""
    rows = len(items[f"_atom_site_{kind}_x"])
    blank = [""] * rows
    keys = (*(f"{kind}_{x}" for x in "xyz"), "label", "type_symbol", "occupancy")
    keys += ("disorder_assembly", "disorder_group", "calc_flag")
    table = [items.get(f"_atom_site_{key}", blank) for key in keys]
    found, placeless, isotopes = [], [], False
    for x, y, z, label, symbol, share, assembly, group, flag in zip(*table):
        label = label or symbol
        occupancy = _number(share) if share else 1.0
        if flag.lower() == "dum" or occupancy <= 0:
            notes.append(f"{label} is a dummy or never there and was left out")
            continue
        place = np.array([_number(word) for word in (x, y, z)])
        if not all((x, y, z)):
            placeless.append(label)
            continue
        if not np.isfinite(place).all():
            raise InputError(
                f"{name}: atom {label} has the coordinates {x}, {y}, {z}, give numbers"
            )
        if kind == "cartn" and cell is not None:
            place = cell.scaled_positions(place)
        elements = _elements(symbol or label, label, name)
        isotopes |= re.match(r"[DT](?![a-z])", symbol or label) is not None
        group = "" if group == "0" else group
        found.append(Listed(label, elements, place, occupancy, assembly, group))
    if placeless:
        listed = ", ".join(placeless[:8]) + (" …" if placeless[8:] else "")
        notes.append(f"without coordinates and left out: {listed}")
    if isotopes:
        notes.append("deuterium or tritium was read as hydrogen")
    return found


def _elements(symbol: str, label: str, name: str) -> tuple[str, ...]:
    """The elements that a symbol names: "Fe3+", "FE", "Zn,Fe"."""
    found = []
    for part in re.split(r"[,/]", symbol):
        letters = re.match(r"\s*([A-Za-z]{1,2})", part)
        word = letters[1].capitalize() if letters else ""
        for one in (word, word[:1]):
            one = NICKNAMES.get(one, one)
            if atomic_numbers.get(one, 0):
                found.append(one)
                break
    if not found:
        raise InputError(f"{name}: atom {label}: {symbol!r} is no element, correct it")
    return tuple(dict.fromkeys(found))


def _formula(items: Items, atoms: Atoms) -> dict[str, float]:
    """Atoms of the cell after the file's formula, empty without one."""
    words = first(items, ("_chemical_formula_sum",))
    pairs = re.findall(r"([A-Z][a-z]?)\s*([\d.]*)", words)
    wanted: dict[str, float] = {}
    for symbol, count in pairs:
        symbol = NICKNAMES.get(symbol, symbol)
        wanted[symbol] = wanted.get(symbol, 0.0) + (_number(count) if count else 1.0)
    units = _number(first(items, ("_cell_formula_units_z",)))
    if not units > 0:
        shares = [atoms.symbols.count(x) / n for x, n in wanted.items() if n > 0]
        units = max(shares, default=0.0)
    return {symbol: units * count for symbol, count in wanted.items()}


def _misfit(items: Items, atoms: Atoms) -> list[str]:
    """A sentence where what was read is not what the formula says."""
    wanted = _formula(items, atoms)
    if not wanted or not np.isfinite(list(wanted.values())).all():
        return []
    read = {symbol: atoms.symbols.count(symbol) for symbol in set(atoms.symbols)}
    wrong = [
        x
        for x in sorted({*wanted, *read})
        if abs(read.get(x, 0) - wanted.get(x, 0)) > FORMULA_SLACK * wanted.get(x, 0)
    ]
    if not wrong:
        return []
    said = " ".join(f"{x}{wanted.get(x, 0):.4g}" for x in wrong)
    got = " ".join(f"{x}{read.get(x, 0)}" for x in wrong)
    return [
        f"the cell should hold {said} after the file's formula "
        f"{first(items, ('_chemical_formula_sum',))}, but {got} was read: check its "
        "disorder, symmetry and missing atoms"
    ]


def _likely(items: Items, atoms: Atoms) -> tuple[bool, float]:
    """How well a reading fits: formula first, then its shortest distance."""
    i, j, away = neighbor_list("ijd", atoms, 2.0)
    radii = covalent_radii[atoms.numbers]
    shortest = np.min(away / (radii[i] + radii[j]), initial=SENSIBLE)
    return not _misfit(items, atoms), float(shortest)
