"""Space groups as files name them, and what they do to a point."""

from collections.abc import Iterable, Mapping, Sequence

import gemmi
import numpy as np
from ase.cell import Cell

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError

#: what a block of a file says: name in small letters -> values, "" for what is unknown
Items = Mapping[str, Sequence[str]]
#: a rotation and a translation in fractions of the cell
Operation = tuple[Array, Array]

_OPERATIONS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
_NAMES = (
    "_space_group_name_h-m_alt",
    "_symmetry_space_group_name_h-m",
    "_space_group_name_h-m_ref",
    "_space_group_name_h-m_full",
)
_HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
_NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
_SETTING = ("_space_group_it_coordinate_system_code", "_symmetry_space_group_setting")
_IDENTITY = (np.eye(3), np.zeros(3))


def first(items: Items, tags: Iterable[str]) -> str:
    """Return the first value that one of the tags has, "" without."""
    return next((items[tag][0] for tag in tags if any(items.get(tag, ()))), "")


def operations_of(
    items: Items, cell: Cell, name: str, notes: list[str]
) -> dict[str, list[Operation]]:
    """Return the operations of the space group that a file speaks of.

    The operations in the file count first, where they make a group; then Hall's symbol,
    the name of the group, and its number.

    Parameters
    ----------
    items : mapping
        Of one block.
    cell : ase.cell.Cell
        Its angles tell a hexagonal from a rhombohedral setting.
    name : str
        How messages call the file.
    notes : list of str
        Gets a sentence on what was assumed.

    Returns
    -------
    dict
        Name of the setting -> operations, the identity first. Two of them where the
        origin is left open.

    Raises
    ------
    InputError
        For a group or an operation that does not exist.

    Example
    -------
    >>> items = {"_space_group_name_h-m_alt": ["F d -3 m"]}
    >>> list(operations_of(items, Cell.new([8, 8, 8, 90, 90, 90]), "a.cif", []))
    ['F d -3 m:1', 'F d -3 m:2']
    """
    said, named = _named(items, cell)
    if listed := _listed(items, name):
        closed = _is_group(listed)
        found = gemmi.find_spacegroup_by_ops(gemmi.GroupOps(listed)) if closed else None
        if closed and (named is None or (found and found.number == named.number)):
            return {said: _matrices(listed)}
        fault = f"are not those of {said}" if closed else "make no group"
        if closed or named is None:
            notes.append(f"the symmetry operations in the file {fault}: check them")
            return {said: _matrices(listed)}
        notes.append(
            f"the symmetry operations in the file {fault}: those of {said} were taken"
        )
    elif hall := first(items, _HALL):
        try:
            return {said: _matrices(gemmi.symops_from_hall(hall))}
        except (RuntimeError, ValueError):
            notes.append(f"Hall's symbol {hall!r} is unknown and was passed over")
    number = first(items, _NUMBERS)
    if named is None and said:
        raise InputError(f"{name}: space group {said!r} is unknown, add its operations")
    if named is None and number.isdecimal() and 0 < int(number[:4]) <= 230:
        named = gemmi.find_spacegroup_by_number(int(number))
        said = named.hm
        notes.append(f"space group {number} was taken in its setting {named.xhm()}")
    if named is None:
        notes.append("no symmetry is named: all atoms of the cell were taken as listed")
        return {"": [_IDENTITY]}
    if named.ext in ("1", "2") and ":" not in said:
        names = [f"{named.hm}:{origin}" for origin in "12"]
        both = [gemmi.find_spacegroup_by_name(one) for one in names]
        return {x.xhm(): _matrices(x.operations()) for x in both if x is not None}
    return {said: _matrices(named.operations())}


def _named(items: Items, cell: Cell) -> tuple[str, gemmi.SpaceGroup | None]:
    """The name of the group with its setting, and the group where it is known."""
    said, setting = first(items, _NAMES), first(items, _SETTING).upper()
    if said and setting in ("1", "2", "H", "R") and ":" not in said:
        with_setting = f"{said}:{setting}"
        if gemmi.find_spacegroup_by_name(with_setting):
            said = with_setting
    alpha, _, gamma = cell.angles()
    plain = said.replace("(", "").replace(")", "").replace("_", "")
    return said, gemmi.find_spacegroup_by_name(plain, alpha, gamma) if said else None


def _listed(items: Items, name: str) -> list[gemmi.Op]:
    """The different operations in the file."""
    words = next((items[tag] for tag in _OPERATIONS if any(items.get(tag, ()))), ())
    try:
        operations = [gemmi.Op(word).wrap() for word in words if word]
    except RuntimeError as error:
        raise InputError(f"{name}: {error} in an operation, correct it") from None
    return list({one.triplet(): one for one in operations}.values())


def _is_group(operations: Sequence[gemmi.Op]) -> bool:
    """Whether each product of two operations is one of them."""
    group = gemmi.GroupOps(list(operations))
    n_kept = len(list(group))
    group.add_missing_elements()
    return len(operations) == n_kept == len(list(group))


def _matrices(operations: Iterable[gemmi.Op]) -> list[Operation]:
    """Operations as matrices in fractions of the cell, the identity first."""
    den = gemmi.Op.DEN
    others = [one for one in operations if one.wrap().triplet() != "x,y,z"]
    pairs = [(np.array(o.rot) / den, np.array(o.tran) / den) for o in others]
    return [_IDENTITY, *pairs]
