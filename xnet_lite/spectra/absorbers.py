"""Elements and edges, as people write them and where the tables have them."""

import re

from ase.data import atomic_names, chemical_symbols

from xnet_lite.errors import InputError

#: eV; how far a measured edge is looked for from where the tables have it
NEAR = 50.0
_UNSAID = ("", "nan", "none", "null", "unknown", "n/a", "na", "-", "?", "0")
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
_EDGE = re.compile(r"K|[LMNO][1-7]?")
_WORDY = re.compile(r"\s*[-_ ]?\s*edge\s*$", re.IGNORECASE)


def element_of(word: str) -> str | None:
    """Return the symbol of an element written as symbol, number or name.

    Returns
    -------
    str or None
        "" where nothing is said, None where the word is no element.

    Example
    -------
    >>> element_of("26"), element_of("iron"), element_of("FE"), element_of("Foo")
    ('Fe', 'Fe', 'Fe', None)
    """
    word = word.strip().strip("\"'")
    if word.lower() in _UNSAID:
        return ""
    if re.fullmatch(r"\d{1,3}(\.0*)?", word):
        number = int(float(word))
        return chemical_symbols[number] if number < len(chemical_symbols) else None
    if word.capitalize() in atomic_names:
        return chemical_symbols[atomic_names.index(word.capitalize())]
    known = word.capitalize() in chemical_symbols[1:]
    return word.capitalize() if known else None


def edge_of(word: str) -> str | None:
    """Return the name of an edge, however it is written; "" and None as `element_of`.

    Example
    -------
    >>> edge_of("k-edge"), edge_of("LIII"), edge_of("M5 edge"), edge_of("BAR")
    ('K', 'L3', 'M5', None)
    """
    word = _WORDY.sub("", word.strip().strip("\"'"))
    if word.lower() in _UNSAID:
        return ""
    word = word.upper().replace(" ", "")
    word = word[:1] + _ROMAN.get(word[1:], word[1:])
    return word if _EDGE.fullmatch(word) else None


def check_absorber(absorber: str, edge: str) -> None:
    """Refuse what is no element or no edge; "" stands for unknown.

    Raises
    ------
    InputError
        One sentence.

    Example
    -------
    >>> check_absorber("Fe", "L3")
    """
    if not (isinstance(absorber, str) and isinstance(edge, str)):
        raise InputError(
            f"absorber {absorber!r} and edge {edge!r}: give two texts, '' for unknown"
        )
    if absorber and absorber not in chemical_symbols[1:]:
        raise InputError(f"absorber {absorber!r} is no element, give 'Fe' … or ''")
    if edge and not _EDGE.fullmatch(edge):
        raise InputError(f"edge {edge!r} is none, give 'K', 'L1', 'L3', 'M1' … or ''")


def edges_of(absorber: str) -> dict[str, float]:
    """Return where the tables have the edges of an element, eV.

    Example
    -------
    >>> edges_of("Fe")["K"]
    7112.0
    """
    import xraydb  # takes long to load

    found = xraydb.xray_edges(absorber) if absorber else {}
    return {name: float(edge.energy) for name, edge in found.items()}


def where_edge_is(absorber: str, edge: str) -> tuple[float, float] | None:
    """Return where an edge is looked for, eV: 50 eV around, half-way to the next one.

    Returns
    -------
    (float, float) or None
        None where the tables do not have it.

    Example
    -------
    >>> where_edge_is("Fe", "K"), where_edge_is("Fe", "")
    ((7062.0, 7162.0), None)
    """
    edges = edges_of(absorber)
    if edge not in edges:
        return None
    here = edges.pop(edge)
    low = max([here - NEAR, *((here + e) / 2 for e in edges.values() if e < here)])
    high = min([here + NEAR, *((here + e) / 2 for e in edges.values() if e > here)])
    return low, high
