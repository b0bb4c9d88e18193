"""How long a bond in a crystal is, from a few numbers an element."""

import csv
from dataclasses import dataclass

import numpy as np

from xnet_lite.errors import one_of, within
from xnet_lite.texts import beside

#: whose edges are computed
METALS = ("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn")
#: Å: by how much a bond lengthens when its valence falls by a factor of e
SOFTNESS = 0.37
#: metals touch eight neighbors nearer than twelve
EIGHT = 0.97


@dataclass(frozen=True)
class Element:
    """What lengths of its bonds and charges in its compounds follow from.

    Attributes
    ----------
    r, c : float
        Size, Å, and power to attract electrons, of bond valences; NaN where none are
        needed.
    lowest, highest : int
        Charges as a cation, 0 where it is none.
    anion : int
        Charge as an anion, 0 where it is none.
    metallic : float
        Radius among twelve metal atoms, Å; that of C and N in the holes between them.
    """

    r: float
    c: float
    lowest: int
    highest: int
    anion: int
    metallic: float


def _read() -> dict[str, Element]:
    """Elements of the table beside this file."""
    rows = csv.DictReader(beside(__package__, "elements.csv").splitlines())
    return {
        row["element"]: Element(
            r=float(row["r"] or "nan"),
            c=float(row["c"] or "nan"),
            lowest=int(row["lowest"] or 0),
            highest=int(row["highest"] or 0),
            anion=int(row["anion"] or 0),
            metallic=float(row["metallic"] or "nan"),
        )
        for row in rows
    }


ELEMENTS = _read()


def bond_length(cation: str, anion: str, valence: float) -> float:
    """Return the length of a bond that carries some valence.

    R = r_i + r_j - r_i r_j (√c_i - √c_j)² / (c_i r_i + c_j r_j) - 0.37 ln s.

    Parameters
    ----------
    cation, anion : str
        Elements.
    valence : float
        s, the cation's charge divided by its number of bonds.

    Returns
    -------
    float
        Å.

    Raises
    ------
    InputError
        For an element that is not in the table, or a valence that is not positive.

    Source
    ------
    M. O'Keeffe, N. E. Brese, J. Am. Chem. Soc. 113, 3226 (1991),
    doi:10.1021/ja00009a002: formula and the numbers r and c.

    Differs: r of Cu is 1.085 Å, not 0.87 Å, by which CuO came out 12 % too small: that
    gives Cu(II)-O the R of its own table, 1.679 Å, N. E. Brese, M. O'Keeffe, Acta
    Cryst. B 47, 192 (1991), doi:10.1107/S0108768190011041.

    Example
    -------
    >>> round(bond_length("Fe", "O", 2 / 6), 2), round(bond_length("Zn", "S", 0.5), 2)
    (2.15, 2.34)
    """
    for one in (cation, anion):
        one_of("element", one, [k for k, v in ELEMENTS.items() if np.isfinite(v.r)])
    within("(0, inf)", valence=valence)
    i, j = ELEMENTS[cation], ELEMENTS[anion]
    apart = (np.sqrt(i.c) - np.sqrt(j.c)) ** 2
    whole = i.r + j.r - i.r * j.r * apart / (i.c * i.r + j.c * j.r)
    return float(whole - SOFTNESS * np.log(valence))


def touching_length(one: str, other: str, number: int = 12) -> float:
    """Return how far two atoms of a metal are apart, Å.

    Parameters
    ----------
    one, other : str
        Elements.
    number : int
        Atoms around: with eight, 0.97 of what it is with twelve.

    Raises
    ------
    InputError
        For an element that has no metallic radius in the table.

    Source
    ------
    Radii for twelve neighbors, the factor of Goldschmidt, and those of C and N in the
    holes of metals: A. F. Wells, Structural Inorganic Chemistry, 5th ed. (1984).

    Differs: nothing.

    Example
    -------
    >>> touching_length("Cu", "Cu"), round(touching_length("Fe", "Fe", 8), 2)
    (2.56, 2.44)
    """
    known = [k for k, v in ELEMENTS.items() if np.isfinite(v.metallic)]
    for element in (one, other):
        one_of("element", element, known)
    near = EIGHT if number == 8 else 1.0
    return near * (ELEMENTS[one].metallic + ELEMENTS[other].metallic)
