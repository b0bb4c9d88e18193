# ruff: noqa: E501  (the table of ligands has one long line a macrocycle)
"""The ligand library, as data: what binds, through which atoms, how far from Fe(II).

Every ligand is a SMILES whose donor atoms carry atom-map numbers 1, 2, … in the
order in which they sit around the metal. Distances are for low-spin six-coordinate
Fe(II); :func:`bond_lengths` carries them to other metals and geometries.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from xnet_lite.errors import InputError

METALS = ("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn")

# Å; single-bond covalent radii, P. Pyykkö and M. Atsumi, Chem. Eur. J. 15, 186 (2009),
# doi:10.1002/chem.200800987
SINGLE_BOND_RADII = dict(
    zip(METALS, (1.36, 1.34, 1.22, 1.19, 1.16, 1.11, 1.10, 1.12, 1.18), strict=True)
)

# Å; how much shorter an anionic donor binds where fewer donors compete with it
# (Cl: 2.19 at six, 2.11 at five, 2.01 at four in the 109 public Fe complexes)
ANION_CONTRACTION = {
    "square-pyramidal": 0.07,
    "trigonal-bipyramidal": 0.07,
    "square-planar": 0.07,
    "tetrahedral": 0.17,
    "trigonal-planar": 0.18,
    "linear": 0.19,
}

# share of that contraction: linear pseudohalides keep their distance
_CONTRACTS = {
    **dict.fromkeys(("thiocyanate", "selenocyanate", "cyanate", "cyanide"), 0.0),
    "azide": 0.0,
    "alkyl": 0.5,
}
# Å; rings and chains lie further out where the other side holds good acceptors
_STOOL_STRETCH = 0.05

PATTERNS = ("mono", "cis", "mer", "fac", "planar", "tripod", "open", "eta")


@dataclass(frozen=True)
class Ligand:
    """One ligand of the library.

    Parameters
    ----------
    name : str
        Short name used in recipes and labels, e.g. ``"bpy"``.
    kind : str
        Chemical family, e.g. ``"bipyridine"``: what the cards count.
    smiles : str
        SMILES of the free ligand; ``:1``, ``:2``, … mark the donor atoms.
    distances : tuple of float
        Metal–donor distance of each donor [Å], for low-spin octahedral Fe(II).
    charge : int
        Formal charge of the free, closed-shell ligand.
    n_atoms : int
        Number of atoms, hydrogens included.
    pattern : str
        How the donors sit: ``mono``, ``cis`` (two, side by side), ``mer`` and
        ``fac`` (three), ``planar`` (four around the equator), ``tripod`` (three and
        an apex), ``open`` (four, folded), ``eta`` (all on one side, one site).
    electrons : int
        Electrons given to the metal (two a donor unless stated; Cp⁻ gives six).

    Example
    -------
    >>> LIGANDS["bpy"].denticity, LIGANDS["cp"].denticity, LIGANDS["cp"].hapticity
    (2, 1, 5)
    """

    name: str
    kind: str
    smiles: str
    distances: tuple[float, ...]
    charge: int
    n_atoms: int
    pattern: str
    electrons: int

    @property
    def denticity(self) -> int:
        """Vertices of the polyhedron it takes: an η-ligand takes one."""
        return 1 if self.pattern == "eta" else len(self.distances)

    @property
    def hapticity(self) -> int:
        """Atoms bound to the metal."""
        return len(self.distances)


# name, pattern, kind, charge, atoms, distances [Å] (one for all donors, or each),
# SMILES, electrons given (where not two a donor). Distances: medians by donor type of
# the 109 public Fe complexes where they have it, else of closed-shell GFN2-xTB minima
# of 159 complexes from this builder (the public geometries are of that level too).
_LIBRARY = """
oh2      mono   aqua              0  3 2.18 [OH2:1]
oh       mono   hydroxide        -1  2 1.9 [OH-:1]
oxo      mono   oxide            -2  1 1.62 [O-2:1]
ome      mono   alkoxide         -1  5 1.88 C[O-:1]
oph      mono   phenolate        -1 12 1.99 [O-:1]c1ccccc1
formate  mono   carboxylate      -1  4 1.98 [O-:1]C=O
no3      mono   nitrate          -1  4 2.02 [O-:1][N+](=O)[O-]
dmf      mono   oxygen-donor      0 12 2.08 CN(C)C=[O:1]
thf      mono   oxygen-donor      0 13 2.24 C1CC[O:1]C1
dmso     mono   oxygen-donor      0 10 2.07 CS(C)=[O:1]
nh3      mono   ammine            0  4 2.12 [NH3:1]
py       mono   pyridine          0 11 1.98 c1cc[n:1]cc1
im       mono   azole             0  9 1.95 c1c[nH]c[n:1]1
pz       mono   azole             0  9 1.99 c1c[nH][n:1]c1
mecn     mono   nitrile           0  6 1.84 CC#[N:1]
n2       mono   dinitrogen        0  2 1.76 N#[N:1]
no       mono   nitrosyl          1  2 1.6 [N:1]#[O+]
ncs      mono   thiocyanate      -1  3 1.88 [N:1]#C[S-]
ncse     mono   selenocyanate    -1  3 1.88 [N:1]#C[Se-]
nco      mono   cyanate          -1  3 1.91 [N:1]#C[O-]
n3       mono   azide            -1  3 1.97 [N-:1]=[N+]=[N-]
nme2     mono   amide            -1  9 2.02 C[N-:1]C
nhph     mono   amide            -1 13 2.03 [NH-:1]c1ccccc1
nsiph    mono   amide            -1 25 2.06 C[Si](C)(C)[N-:1]c1ccccc1
nsi2     mono   amide            -1 27 2.05 C[Si](C)(C)[N-:1][Si](C)(C)C
f        mono   halide           -1  1 1.78 [F-:1]
cl       mono   halide           -1  1 2.17 [Cl-:1]
br       mono   halide           -1  1 2.33 [Br-:1]
i        mono   halide           -1  1 2.56 [I-:1]
co       mono   carbonyl          0  2 1.76 [C-:1]#[O+]
cn       mono   cyanide          -1  2 1.88 [C-:1]#N
cnme     mono   isocyanide        0  6 1.82 [C-:1]#[N+]C
h        mono   hydride          -1  1 1.48 [H-:1]
me       mono   alkyl            -1  4 2.07 [CH3-:1]
et       mono   alkyl            -1  7 2.05 C[CH2-:1]
ph       mono   alkyl            -1 11 2 [c-:1]1ccccc1
cch      mono   alkyl            -1  3 1.92 [C-:1]#C
nhc      mono   carbene           0 15 1.96 [C-:1]1=[N+](C)C=CN1C
sime3    mono   silyl            -1 13 2.32 C[Si-:1](C)C
ph3      mono   phosphine         0  4 2.16 [PH3:1]
pme3     mono   phosphine         0 13 2.2 C[P:1](C)C
pome3    mono   phosphine         0 16 2.15 CO[P:1](OC)OC
pme2ph   mono   phosphine         0 20 2.2 C[P:1](C)c1ccccc1
sme      mono   thiolate         -1  5 2.33 C[S-:1]
sph      mono   thiolate         -1 12 2.34 [S-:1]c1ccccc1
sme2     mono   thioether         0  9 2.33 C[S:1]C
bpy      cis    bipyridine        0 20 1.92 c1cc[n:1]c(c1)-c1cccc[n:2]1
phen     cis    bipyridine        0 22 1.92 c1c[n:1]c2c(c1)ccc1ccc[n:2]c12
dab      cis    diimine           0 14 1.9 C[N:1]=CC=[N:2]C
dabph    cis    diimine           0 28 1.92 c1ccccc1[N:1]=CC=[N:2]c1ccccc1
pyim     cis    diimine           0 17 1.92,1.93 C[N:1]=Cc1cccc[n:2]1
biim     cis    azole-chelate     0 16 1.95 c1c[nH]c([n:1]1)-c1[nH]cc[n:2]1
pypz     cis    azole-chelate     0 18 1.9 c1cc[n:1]c(c1)-n1ccc[n:2]1
bpm      cis    azole-chelate     0 19 1.96 C(n1ccc[n:1]1)n1ccc[n:2]1
pypza    cis    azole-chelate    -1 17 1.94,1.91 c1cc[n:1]c(c1)-c1cc[n][n-:2]1
en       cis    diamine           0 12 2.03 [NH2:1]CC[NH2:2]
nacnac   cis    amidinate        -1 22 1.94 C[N-:1]C(C)=CC(C)=[N:2]C
amidin   cis    amidinate        -1 15 2.07 C[N-:1]C(C)=[N:2]C
acac     cis    acetylacetonate  -1 14 2 [O-:1]C(C)=CC(C)=[O:2]
oac      cis    carboxylate      -1  7 2.1 CC(=[O:1])[O-:2]
ox       cis    carboxylate      -2  6 1.98 [O-:1]C(=O)C(=O)[O-:2]
pic      cis    carboxylate      -1 13 1.95,1.96 c1cc[n:1]c(c1)C(=O)[O-:2]
gly      cis    carboxylate      -1  9 2.07,2 [NH2:1]CC(=O)[O-:2]
cat      cis    phenolate        -2 12 1.92 [O-:1]c1ccccc1[O-:2]
salim    cis    phenolate        -1 18 1.95,1.93 C[N:1]=Cc1ccccc1[O-:2]
oxine    cis    phenolate        -1 17 1.98,1.97 c1c[n:1]c2c(c1)cccc2[O-:2]
dmpe     cis    phosphine         0 24 2.17 C[P:1](C)CC[P:2](C)C
dpe      cis    phosphine         0 12 2.15 [PH2:1]CC[PH2:2]
dmpb     cis    phosphine         0 28 2.18 C[P:1](C)c1ccccc1[P:2](C)C
dtc      cis    thiolate         -1 12 2.34 CN(C)C(=[S:1])[S-:2]
edt      cis    thiolate         -2  6 2.3 [S-:1]C=C[S-:2]
bdt      cis    thiolate         -2 12 2.3 [S-:1]c1ccccc1[S-:2]
aet      cis    thiolate         -1 10 2.08,2.3 [NH2:1]CC[S-:2]
ppy      cis    alkyl            -1 20 1.96,1.97 c1cc[n:1]c(c1)-c1cccc[c-:2]1
terpy    mer    pincer-NNN        0 29 1.93,1.81,1.93 c1cc[n:1]c(c1)-c1cccc([n:2]1)-c1cccc[n:3]1
bpp      mer    pincer-NNN        0 25 1.92,1.82,1.92 c1c[n:1]n(c1)-c1cccc([n:2]1)-n1ccc[n:3]1
pdi      mer    pincer-NNN        0 29 1.92,1.79,1.92 C[N:1]=C(C)c1cccc([n:2]1)C(C)=[N:3]C
pdiph    mer    pincer-NNN        0 37 1.97,1.83,1.97 c1ccccc1[N:1]=Cc1cccc([n:2]1)C=[N:3]c1ccccc1
dien     mer    diamine           0 20 2.03,1.99,2.03 [NH2:1]CC[NH:2]CC[NH2:3]
pnp      mer    pincer-PNP        0 33 2.14,1.95,2.14 C[P:1](C)Cc1cccc([n:2]1)C[P:3](C)C
pnpa     mer    pincer-PNP       -1 31 2.15,1.97,2.15 C[P:1](C)CC[N-:2]CC[P:3](C)C
pcp      mer    pincer-PNP       -1 33 2.16,2,2.16 c1cc(C[P:1](C)C)[c-:2]c(c1)C[P:3](C)C
nno      mer    phenolate        -1 23 1.92,1.9,2.02 [O-:1]c1ccccc1C=[N:2]CC[NH2:3]
ono      mer    phenolate        -2 25 1.92,1.9,1.92 [O-:1]c1ccccc1C=[N:2]c1ccccc1[O-:3]
tp       fac    scorpionate      -1 26 1.96 [BH-](n1ccc[n:1]1)(n1ccc[n:2]1)n1ccc[n:3]1
tpm      fac    scorpionate       0 26 1.96 C(n1ccc[n:1]1)(n1ccc[n:2]1)n1ccc[n:3]1
tacn     fac    diamine           0 24 2.01 C1C[NH:1]CC[NH:2]CC[NH:3]1
por      planar porphyrin        -2 36 1.99 C1=CC2=CC3=CC=C([N-:1]3)C=C4C=CC(=[N:2]4)C=C5C=CC(=CC1=[N:4]2)[N-:3]5
taa      planar porphyrin        -2 24 1.9 C1=C[N-:1]C=CC=[N:2]C=C[N-:3]C=CC=[N:4]1
salen    planar salen            -2 34 1.93,1.89,1.89,1.93 [O-:1]c1ccccc1C=[N:2]CC[N:3]=Cc1ccccc1[O-:4]
salophen planar salen            -2 38 1.93,1.88,1.88,1.93 [O-:1]c1ccccc1C=[N:2]c1ccccc1[N:3]=Cc1ccccc1[O-:4]
acacen   planar salen            -2 34 1.97,1.96,1.96,1.97 CC([O-:1])=CC(C)=[N:2]CC[N:3]=C(C)C=C(C)[O-:4]
cyclam   planar diamine           0 38 2.01 C1C[NH:1]CCC[NH:2]CC[NH:3]CCC[NH:4]1
tpa      tripod pyridylamine      0 40 1.91,1.91,1.91,1.98 c1cc[n:1]c(c1)C[N:4](Cc1cccc[n:2]1)Cc1cccc[n:3]1
bpmen    open   pyridylamine      0 42 1.92,1.99,1.99,1.92 c1cc[n:1]c(c1)C[N:2](C)CC[N:3](C)Cc1cccc[n:4]1
cp       eta    cyclopentadienyl -1 10 2.12 [cH-:1]1[cH:2][cH:3][cH:4][cH:5]1 6
cpme     eta    cyclopentadienyl -1 13 2.12 C[c-:1]1[cH:2][cH:3][cH:4][cH:5]1 6
cpstar   eta    cyclopentadienyl -1 25 2.12 C[c-:1]1[c:2](C)[c:3](C)[c:4](C)[c:5]1C 6
bz       eta    arene             0 12 2.12 [cH:1]1[cH:2][cH:3][cH:4][cH:5][cH:6]1 6
tol      eta    arene             0 15 2.12 C[c:1]1[cH:2][cH:3][cH:4][cH:5][cH:6]1 6
bd       eta    diene             0 10 2.15,2.12,2.12,2.15 [CH2:1]=[CH:2][CH:3]=[CH2:4] 4
chd      eta    diene             0 14 2.15,2.12,2.12,2.15 C1C[CH:1]=[CH:2][CH:3]=[CH:4]1 4
enone    eta    diene             0 11 2.15,2.12,2.12,2.15 C[CH:4]=[CH:3][CH:2]=[O:1] 4
chdyl    eta    dienyl           -1 13 2.26,2.14,2.1,2.14,2.26 C1[CH:1]=[CH:2][CH-:3][CH:4]=[CH:5]1 6
c2h4     eta    alkene            0  6 2.12 [CH2:1]=[CH2:2] 2
allyl    eta    allyl            -1  8 2.2,2.12,2.2 [CH2-:1][CH:2]=[CH2:3] 4
"""


def _read(row: str) -> Ligand:
    """One ligand from one line of the table."""
    name, pattern, kind, charge, n_atoms, lengths, smiles, *given = row.split()
    n_donors = len(set(re.findall(r":(\d+)\]", smiles)))
    distances = tuple(float(value) for value in lengths.split(","))
    if len(distances) == 1:
        distances *= n_donors
    return Ligand(
        name=name,
        kind=kind,
        smiles=smiles,
        distances=distances,
        charge=int(charge),
        n_atoms=int(n_atoms),
        pattern=pattern,
        electrons=int(given[0]) if given else 2 * n_donors,
    )


LIGANDS: dict[str, Ligand] = {
    one.name: one for one in map(_read, _LIBRARY.strip().splitlines())
}
"""The library by name."""


def ligand(name: str) -> Ligand:
    """Return the ligand of that name.

    Raises
    ------
    InputError
        If the library has no such ligand; the message lists the names.

    Example
    -------
    >>> ligand("co").distances
    (1.76,)
    """
    if name not in LIGANDS:
        raise InputError(
            f"there is no ligand {name!r}; choose one of {', '.join(sorted(LIGANDS))}."
        )
    return LIGANDS[name]


def bond_lengths(name: str, metal: str, geometry: str) -> tuple[float, ...]:
    """Metal–donor distances of a ligand on a metal in a geometry.

    d(M–X) = d(Fe–X) + r_M − r_Fe − c, with the single-bond covalent radii r and c the
    contraction of anionic donors at low coordination numbers (in full for one-site
    ligands, by half for two- and three-site chelates, none for neutral ligands and
    macrocycles); rings and chains of half-sandwiches lie 0.05 Å further out.

    Parameters
    ----------
    name : str
        Ligand of the library.
    metal : str
        One of Ti … Zn.
    geometry : str
        Name of a geometry, see :mod:`xnet_lite.complexes.polyhedra`.

    Returns
    -------
    tuple of float
        One distance a donor [Å], in the order of the atom-map numbers.

    Raises
    ------
    InputError
        If the metal or the ligand is unknown; the message lists the choices.

    Source
    ------
    P. Pyykkö and M. Atsumi, Chem. Eur. J. 15, 186 (2009),
    doi:10.1002/chem.200800987, for the radii.

    Differs
    -------
    Spin, trans influence and oxidation state are left out: a relaxation puts them in.

    Example
    -------
    >>> bond_lengths("cl", "Fe", "tetrahedral")
    (2.0,)
    """
    if metal not in SINGLE_BOND_RADII:
        raise InputError(
            f"there is no metal {metal!r}; use one of {', '.join(METALS)}."
        )
    one = ligand(name)
    shift = SINGLE_BOND_RADII[metal] - SINGLE_BOND_RADII["Fe"]
    if one.pattern == "eta" and geometry == "half-sandwich":
        shift += _STOOL_STRETCH
    elif one.charge < 0:
        share = {"mono": 1.0, "cis": 0.5, "mer": 0.5}.get(one.pattern, 0.0)
        share *= _CONTRACTS.get(one.kind, 1.0)
        shift -= share * ANION_CONTRACTION.get(geometry, 0.0)
    return tuple(round(distance + shift, 4) for distance in one.distances)
