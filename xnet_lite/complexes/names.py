"""Names of complexes as chemists write them, [Fe(bpy)₂(NCS)₂], for people to read."""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

from xnet_lite.errors import InputError

from .ligands import LIGANDS
from .polyhedra import GEOMETRIES, polyhedron
from .recipe import Recipe

#: electrons around the metal of a half-sandwich
EIGHTEEN = 18
# a compound's key, then what tells its copies apart: isomer, frame, absorber
_NAME = re.compile(
    rf"([A-Z][a-z]?)([+-]\d+) ({'|'.join(GEOMETRIES)}) ((?:[a-z0-9]+ )*?[a-z0-9]+)"
    r"((?: (?:isomer|trajectory|elongation|leaving) .*?)?)( [A-Z][a-z]?\[\d+\] \w+)?"
)


def readable(name: str) -> str:
    """Return the name of a site of the embedded sets as chemists write it.

    Parameters
    ----------
    name : str
        `Site.name` or `Site.label`; a name of another kind comes back as it is.

    Returns
    -------
    str
        Formula and geometry; also the isomer where it is not the least strained one,
        or the frame.

    Example
    -------
    >>> readable("Fe+2 octahedral bpy ncs2 nh32 isomer 1")
    '[Fe(bpy)(NCS)₂(NH₃)₂] octahedral, isomer 1'
    >>> readable("Cu+1 square-planar por isomer 0 Cu[0] K")
    '[Cu(por)]⁻ square-planar'
    >>> readable("fe-bpy3")
    'fe-bpy3'
    """
    found = _NAME.fullmatch(name)
    if found is None:
        return name
    metal, state, geometry, words, copy, _ = found.groups()
    fits = []
    for ligands in _read(words.split()):
        recipe = Recipe(metal, int(state), geometry, ligands)
        with suppress(InputError):
            polyhedron(geometry, recipe.n_sites)
            fits.append(recipe)
    if not fits:
        return name
    # oh2 is one OH₂ or two OH, as there is room; a half-sandwich has room for both
    likely = min(fits, key=lambda one: abs(one.valence_electrons - EIGHTEEN))
    more = copy.removeprefix(" isomer 0").strip()
    return f"{likely.formula} {geometry}" + (f", {more}" if more else "")


def _read(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """All lists of ligands that words as in `Recipe.key` can mean."""
    if not words:
        yield ()
        return
    for name in LIGANDS:
        count = words[0].removeprefix(name)
        if words[0] == name or (words[0].startswith(name) and count.isdigit()):
            for others in _read(words[1:]):
                yield (name,) * int(count or 1) + others
