"""A complex on paper: metal, oxidation state, geometry and ligands, with its charge."""

from collections import Counter
from dataclasses import dataclass

from ase.data import atomic_numbers

from xnet_lite.errors import InputError, shortened

from .drawn import is_drawn
from .ligands import LIGANDS, Ligand, ligand

#: donors of one site each on the largest polyhedron
MOST_LIGANDS = 6
# ligands that a formula has without brackets
_SINGLE = frozenset({"F", "Cl", "Br", "I", "O", "H"})
_LOW = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_HIGH = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


@dataclass(frozen=True)
class Recipe:
    """What to build.

    Parameters
    ----------
    metal : str
        One of Ti … Zn.
    oxidation_state : int
        Of the metal, with every ligand counted as a closed shell (NO as NO⁺).
    geometry : str
        One of :data:`xnet_lite.complexes.polyhedra.GEOMETRIES`.
    ligands : tuple of str
        Names from the library, repeated as often as they bind.
    family : str
        Where in the catalogue it comes from; free text otherwise.

    Example
    -------
    >>> recipe = Recipe("Fe", 2, "octahedral", ("py",) * 4 + ("ncs",) * 2)
    >>> recipe.key, recipe.charge, recipe.n_atoms, recipe.is_even
    ('Fe+2 octahedral ncs2 py4', 0, 51, True)
    """

    metal: str
    oxidation_state: int
    geometry: str
    ligands: tuple[str, ...]
    family: str = ""

    @property
    def members(self) -> tuple[Ligand, ...]:
        """The ligands as library entries."""
        return tuple(ligand(name) for name in self.ligands)

    @property
    def ordered(self) -> list[Ligand]:
        """The ligands in the order in which they are placed, the widest first."""
        return sorted(self.members, key=lambda x: (-x.denticity, -x.n_atoms, x.name))

    @property
    def charge(self) -> int:
        """Total charge: oxidation state plus the charges of the ligands."""
        return self.oxidation_state + sum(one.charge for one in self.members)

    @property
    def d_electrons(self) -> int:
        """Valence electrons left on the metal, dⁿ."""
        return int(atomic_numbers[self.metal]) - 18 - self.oxidation_state

    @property
    def is_even(self) -> bool:
        """Whether the electron count is even, so that a singlet is possible."""
        return self.d_electrons % 2 == 0

    @property
    def valence_electrons(self) -> int:
        """Electrons around the metal as the 18-electron rule counts them."""
        return self.d_electrons + sum(one.electrons for one in self.members)

    @property
    def n_sites(self) -> int:
        """Vertices of the polyhedron that the ligands fill."""
        return sum(one.denticity for one in self.members)

    @property
    def coordination_number(self) -> int:
        """Electron pairs donated: a Cp⁻ or an arene counts three, a diene two."""
        return sum(one.electrons // 2 for one in self.members)

    @property
    def n_atoms(self) -> int:
        """Atoms of the complex, the metal included."""
        return 1 + sum(one.n_atoms for one in self.members)

    @property
    def formula(self) -> str:
        """The complex as chemists write it, ligands in the order of their names.

        Example
        -------
        >>> Recipe("Fe", 2, "octahedral", ("ncs", "bpy", "ncs", "bpy")).formula
        '[Fe(bpy)₂(NCS)₂]'
        >>> Recipe("Cu", 1, "square-planar", ("por",)).formula
        '[Cu(por)]⁻'
        """
        counted = sorted(Counter(self.ligands).items())
        inside = "".join(_piece(ligand(name).formula, n) for name, n in counted)
        size = f"{abs(self.charge)}" if abs(self.charge) > 1 else ""
        sign = f"{self.charge:+d}"[0] if self.charge else ""
        return f"[{self.metal}{inside}]" + f"{size}{sign}".translate(_HIGH)

    @property
    def key(self) -> str:
        """Name of the compound, the same for all its isomers and copies."""
        counted = sorted(Counter(self.ligands).items())
        names = " ".join(f"{name}{n if n > 1 else ''}" for name, n in counted)
        return f"{self.metal}{self.oxidation_state:+d} {self.geometry} {names}"


def _piece(written: str, n: int) -> str:
    """A ligand in a formula, so many times."""
    inside = written if written in _SINGLE else f"({written.translate(_LOW)})"
    return inside + (str(n).translate(_LOW) if n > 1 else "")


def ligands_of(words: str) -> tuple[str, ...]:
    """Return the ligands that a line of words names.

    Parameters
    ----------
    words : str
        Names of the library, or SMILES with numbered donors, each behind how often it
        binds if that is more than once.

    Returns
    -------
    tuple of str
        As `Recipe` has them.

    Raises
    ------
    InputError
        If there is none, or more than fit on any metal.

    Example
    -------
    >>> ligands_of("2 bpy ncs [Cl-:1]")
    ('bpy', 'bpy', 'ncs', '[Cl-:1]')
    """
    found: list[str] = []
    times = 1
    for word in words.replace(",", " ").split():
        if word.isdecimal():
            times = min(int(word), MOST_LIGANDS + 1)
            continue
        found += [word] * times
        times = 1
    if not found:
        raise InputError("no ligand is named: give some, for instance 2 bpy 2 ncs")
    if len(found) > MOST_LIGANDS:
        said = f"{len(found)} ligands and more are named"
        raise InputError(f"{said}: no metal here binds more than {MOST_LIGANDS}")
    for name in dict.fromkeys(found):
        if name not in LIGANDS and not is_drawn(name):
            raise InputError(
                f"ligand {shortened(name)} is not in the library: choose one there, or "
                "give a SMILES with its donors numbered, such as [n:1]1ccccc1"
            )
        ligand(name)
    return tuple(found)
