# ruff: noqa: E501  (the table of families reads best with one family a line)
"""Which complexes are worth building: families of real coordination chemistry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np

from xnet_lite.errors import InputError

from .ligands import METALS
from .recipe import Recipe

# family, weight, geometry, rule, then slots `count:choices`. Rules: `usual` takes the
# usual oxidation states of the metal, `high` the oxo ones, `d0` the highest, `18` and `16` any state that
# leaves that many valence electrons. The weight is how often the family comes up against
# the others; the order of payoff is that of the real complexes a network must predict.
_FAMILIES = """
azine 7 octahedral usual 4:py,im,pz,mecn,nh3 2:ncs,ncse,nco,cl,br,cn,n3
azine 9 octahedral usual 2:bpy,phen,dab,pyim,biim,pypz,bpm,en 2:ncs,ncse,nco,cl,br,i,cn,n3
azine 11 octahedral usual 1:tpa,bpmen 2:ncs,ncse,nco,cl,br,cn,n3
azine 4 octahedral usual 1:tpa,bpmen 1:ncs,cl,cn 1:mecn,py,im,nh3,co
azine 4 octahedral usual 1:tpa,bpmen 1:pypza,pic,acac,oxine,salim
azine 5 octahedral usual 1:terpy,bpp,pdi,tpm,dien,tacn 1:py,im,mecn,nh3,pz 2:ncs,ncse,cl,br,cn
azine 7 octahedral usual 1:terpy,bpp,dien,tpm,tacn 1:bpy,pyim,biim,en,pypz,phen 1:ncs,ncse,cl,br,cn,n3,nco
azine 5 octahedral usual 1:terpy,bpp,pdi 1:pnpa,nno
azine 4 octahedral usual 1:tp 1:tp,tpm,tacn
azine 4 octahedral usual 1:tp 3:py,mecn,im,nh3,cnme
azine 5 octahedral usual 1:tp 1:bpy,pyim,biim,dab,en,bpm,pypz 1:ncs,cl,cn,n3,br
azine 5 octahedral usual 2:pypza 2:py,im,mecn,nh3,oh2
azine 4 octahedral usual 2:pypza 1:bpy,biim,en,pyim,pypz,dab
azine 5 octahedral usual 1:bpy,phen,biim,pyim 2:py,im,mecn,nh3 2:ncs,ncse,cl,cn
azine 2 octahedral usual 5:nh3,im,mecn 1:ncs,cl,cn,br
ring 5 half-sandwich 18 1:cp,cpme,cpstar 2:co 1:cl,br,i,me,cch,cn,ncs,sph,sme,ph,h,sime3,et
ring 3 half-sandwich 18 1:cp,cpme 1:co 1:pme3,ph3,pome3,cnme,nhc,mecn 1:cl,br,i,me,cn,h,sph
ring 4 half-sandwich 18 1:cp,cpme,cpstar 1:dmpe,dpe,dmpb,bpy,dab 1:cl,br,i,h,me,ncs,cch
ring 2 half-sandwich 18 1:cp,cpme 3:co,pme3,ph3,mecn,cnme,pome3
ring 3 half-sandwich 18 1:cp,cpme 1:dmpe,dpe,dmpb 1:co,mecn,n2,nh3,py,pme3,cnme
ring 3 half-sandwich 18 1:cp,cpme,cpstar 2:co 1:pme3,ph3,py,nh3,mecn,thf,oh2,c2h4,cnme,nhc,sme2
ring 5 half-sandwich 18 1:bd,chd,enone 3:co
ring 4 half-sandwich 18 1:bd,chd,enone 2:co 1:pme3,ph3,pome3,cnme,nhc,pme2ph
ring 2 half-sandwich 18 1:bd,chd 1:co 1:dmpe,dpe,dab,bpy
ring 3 half-sandwich 18 1:chdyl 2:co 1:co,pme3,ph3,cnme,cl,br,nhc
ring 3 half-sandwich 18 1:bz,tol 2:co,ph3,pme3,cnme,pome3
ring 3 half-sandwich 18 1:bz,tol 1:dab,bpy,dmpe,dpe,pyim,dabph
ring 2 half-sandwich 18 1:cp,cpme 1:no 1:co,pme3,cnme,nhc,ph3
ring 2 half-sandwich 18 1:allyl 3:co 1:cl,br,i,cn
ring 1 half-sandwich 18 1:allyl 2:co 1:no
ring 4 sandwich 18 1:cp,cpme,cpstar,chdyl 1:cp,cpme,chdyl
ring 2 sandwich 18 1:cp,cpme 1:bz,tol
ring 2 sandwich 18 1:bd,chd 1:bz,tol
carbonyl 3 trigonal-bipyramidal 18 3:co 2:pme3,ph3,pome3,cnme,nhc
carbonyl 3 trigonal-bipyramidal 18 4:co 1:co,pme3,ph3,pome3,py,nhc,cnme,c2h4,mecn,nh3,cn,cl,h,me
carbonyl 4 square-pyramidal 18 3:co 1:dmpe,dpe,dab,bpy,dmpb,pyim,phen
carbonyl 4 octahedral 18 2:co 2:pme3,ph3,pome3 2:cl,br,i,me,h,cn,ncs,sph
carbonyl 3 octahedral 18 4:co 2:cl,br,i,h,me,sime3,ph
carbonyl 2 octahedral 18 3:co 1:pme3,ph3,py,nh3,cnme,sme2 2:br,i,cl,me
carbonyl 5 octahedral 18 2:co 1:bpy,dmpe,dab,dpe,en,phen,pyim 2:cl,br,i,cn,me,sph,ncs
carbonyl 5 octahedral 18 1:pnp 1:co 2:cl,br,h,me,ncs
carbonyl 3 octahedral 18 1:pnp 1:co 1:h 1:cl,br,me
carbonyl 4 octahedral 18 1:pcp,pnpa 2:co 1:cl,br,i,h,me
carbonyl 3 octahedral 18 1:pcp,pnpa 1:co 1:pme3,ph3,cnme,py 1:cl,h,br
carbonyl 3 square-pyramidal 18 1:pnp,pdi,terpy,bpp,pdiph 2:co
carbonyl 2 square-pyramidal 16 1:pnpa,pcp 1:co 1:h,cl,br,me
carbonyl 3 octahedral 18 2:co 2:dtc,aet,acac,pic,salim,oxine
carbonyl 2 octahedral 18 1:bdt,edt 2:co 2:pme3,cnme,ph3
carbonyl 3 octahedral 18 1:tp 2:co 1:cl,br,me,ph,cn,i
carbonyl 2 octahedral 18 1:ppy 2:co 1:pme3,ph3,py,cnme 1:cl,br,i
macrocycle 6 octahedral usual 1:por,taa,salen,salophen,acacen 2:py,im,pz,nh3,oh2,thf,mecn,pme3,sme2,cnme,dmf
macrocycle 4 octahedral usual 1:por,taa,salen,acacen 1:co 1:py,im,nh3,thf,oh2
macrocycle 4 square-pyramidal usual 1:por,taa,salen,salophen,acacen 1:im,py,nh3,oh2,pme3,co,thf,dmf
macrocycle 5 square-pyramidal usual 1:por,taa,salen,salophen 1:cl,oh,ome,oph,f,br,ncs,cn,sme,h,me,ph,no
macrocycle 3 square-planar usual 1:por,taa,salen,salophen,acacen
macrocycle 4 octahedral usual 1:por,salen,taa 1:cl,ncs,cn,oph,sme 1:py,im,nh3
macrocycle 3 octahedral usual 1:cyclam 2:cl,br,ncs,cn,n3
macrocycle 4 octahedral usual 1:por,taa,salen,acacen 1:no 1:cl,im,ncs,py
oxygen 3 octahedral usual 4:oh2,dmf,dmso,thf 2:cl,br,ncs,formate,f,oph,no3
oxygen 5 octahedral usual 2:acac 2:oh2,py,nh3,thf,dmf,mecn,im,pme3,dmso,co,cnme
oxygen 2 octahedral usual 2:acac 1:acac,oac,pic,oxine,bpy,en,salim,gly
oxygen 2 octahedral usual 1:ox,cat 4:oh2,nh3,py,im
oxygen 2 octahedral usual 1:ox,cat 2:bpy,phen,en,dab
oxygen 2 octahedral usual 1:acac,oac,pic,salim,oxine,gly 2:bpy,phen,en,pyim,biim
oxygen 4 octahedral usual 2:pic,gly,oxine,salim 2:oh2,py,nh3,im,mecn
oxygen 3 octahedral usual 1:ono 3:py,oh2,im,nh3,dmso
oxygen 2 octahedral usual 1:ono 1:terpy,bpp,dien
oxygen 3 octahedral usual 2:nno
oxygen 3 octahedral usual 2:oac 2:py,im,oh2,nh3
oxygen 2 octahedral usual 1:bpy,phen,en 2:oac,pic,acac
oxygen 2 octahedral usual 2:formate,no3,oph,ome 4:py,im,nh3,oh2
oxygen 2 tetrahedral usual 2:oph,ome 2:py,nh3,thf,pme3,im
oxygen 2 square-pyramidal usual 2:salim,oxine,acac 1:py,cl,oh2,nh3,im,oph
oxygen 1 tetrahedral usual 2:salim,oxine
dihalide 8 tetrahedral usual 1:bpy,dab,dabph,pyim,phen,biim,bpm,en 2:cl,br,i,me,ncs,sph,oph
dihalide 5 tetrahedral usual 1:dmpe,dpe,dmpb 2:cl,br,i,me,ph
dihalide 10 square-pyramidal usual 1:pdi,pdiph,terpy,bpp,pnp 2:cl,br,i,me,ncs,sph
dihalide 3 trigonal-bipyramidal usual 1:pdi,dien,terpy,bpp,pdiph 2:cl,br,ncs
dihalide 7 tetrahedral usual 2:py,im,pz,nh3,pme3,ph3,nhc,thf,mecn 2:cl,br,i,ncs,sph,oph
dihalide 3 tetrahedral usual 3:cl,br,ncs 1:py,pme3,nhc,thf,nh3,mecn,dmf
dihalide 3 tetrahedral usual 1:nacnac,amidin 1:py,pme3,thf,nhc 1:cl,br,me,oph
dihalide 3 trigonal-planar usual 1:nacnac 1:cl,br,me,nme2,oph,sph,ph,nhph,nsi2
dihalide 3 tetrahedral usual 2:nacnac,amidin,ppy
dihalide 2 square-planar usual 2:ph,me,cch 2:pme3,py,nhc
dihalide 2 square-planar usual 1:pnpa,pcp 1:cl,br,me,oph,h,nhph
dihalide 3 trigonal-bipyramidal usual 1:tpa 1:cl,br,ncs,f,oh,sph,cn
dihalide 2 trigonal-bipyramidal usual 2:bpy,dmpe,dpe 1:cl,br,h
amide 3 linear usual 2:nsi2,nsiph,nhph,nme2
amide 2 linear usual 1:nsi2,nsiph 1:oph,sph,cl,nsiph,ph
amide 3 trigonal-planar usual 2:nsi2,nsiph 1:py,thf,pme3,nh3,mecn
amide 3 tetrahedral usual 2:nme2,nhph,nsiph 2:py,nh3,thf,pme3
amide 3 tetrahedral usual 2:nme2,nhph,nsiph 1:bpy,dab,en,dmpe,pyim
amide 1 trigonal-planar usual 3:nme2,nhph
sulfur 4 octahedral usual 2:dtc 2:py,co,pme3,nh3,cnme,im
sulfur 3 octahedral usual 2:dtc 1:bpy,phen,en,dmpe,dtc
sulfur 3 octahedral usual 2:aet 2:co,py,im,cnme,pme3
sulfur 2 octahedral usual 2:aet 1:bpy,phen,dmpe
sulfur 2 square-pyramidal usual 2:dtc 1:no,cl,py,br
sulfur 3 tetrahedral usual 2:sph,sme 2:py,pme3,im,nh3,nhc
sulfur 2 square-planar usual 1:bdt,edt 1:bpy,dmpe,dab,phen,en,dpe
sulfur 2 square-planar usual 1:bdt,edt 2:pme3,cnme,py
sulfur 1 square-planar usual 2:dtc,aet
sulfur 2 octahedral usual 2:sph,sme 2:bpy,phen,en
nitrosyl 3 tetrahedral 18 2:no 2:co,pme3,ph3,cnme,nhc,pome3
nitrosyl 3 tetrahedral 18 2:no 1:bpy,dmpe,dab,dpe,phen
nitrosyl 1 tetrahedral 18 1:no 3:co
nitrosyl 3 octahedral usual 3:cn 1:bpy,en,phen,dmpe,dab 1:no
nitrosyl 2 octahedral usual 1:no 1:tp 2:cl,cn,ncs
phosphine 5 octahedral usual 2:dmpe,dpe 2:cl,br,h,me,ncs,cn,i
phosphine 3 octahedral usual 2:dmpe,dpe 1:h,cl 1:n2,co,mecn,nh3,cnme
phosphine 3 octahedral usual 2:dmpe,dpe 1:h 1:cl,br,me,ncs
phosphine 3 octahedral usual 4:pme3,ph3 2:cl,h,me,cn,br
phosphine 2 octahedral usual 1:dpe,dmpe 2:ph3 2:cl,br,h,me
phosphine 2 trigonal-bipyramidal 18 2:dmpe,dpe 1:co,n2,c2h4,cnme
phosphine 1 trigonal-bipyramidal 18 5:ph3,pome3,pme3
cyanide 3 octahedral usual 2:cn,cl,br 4:cnme
cyanide 2 octahedral usual 5:cnme 1:cl,cn,br,me
cyanide 2 octahedral usual 3:cn 3:py,im,nh3,cnme
cyanide 2 octahedral 18 2:cn 2:co 2:pme3,ph3,cnme
cyanide 1 octahedral 18 2:cn 3:co 1:cl,h,br,me
cyanide 1 trigonal-bipyramidal 18 5:cnme
oxo 2 octahedral high 1:oxo 2:en,bpy,biim 1:cl,oh,f,ncs
oxo 2 octahedral high 1:oxo 1:por,salen,taa 1:im,py,nh3,oh2
oxo 1 square-pyramidal high 1:oxo 1:por,salen,taa,salophen
oxo 2 octahedral high 1:oxo 1:tpa 1:cl,oh,f
oxo 1 octahedral high 1:oxo 4:nh3,im 1:oh,cl,f
alkyl 2 octahedral usual 2:me,ph 2:bpy,dmpe,dpe
alkyl 2 octahedral usual 2:ppy 2:co,pme3,cnme,py
alkyl 2 octahedral usual 2:me,ph,cch 4:pme3,ph3
dihalide 9 tetrahedral usual 1:py,im,pz,nh3,nhc 1:pme3,ph3,thf,mecn,pome3,dmf,cnme 2:cl,br
dihalide 9 tetrahedral usual 1:bpy,dab,pyim,phen,biim,bpm,en,dmpe,dpe,dmpb 1:cl 1:br,i,me,ncs,sph,oph,ph
dihalide 6 square-pyramidal usual 1:pdi,terpy,bpp,pnp 1:cl 1:br,i,me,ncs,sph,h
oxygen 10 octahedral usual 1:bpy,phen,en,dab,pyim,biim 2:oh2,dmf,thf,dmso 2:cl,br,ncs,nco
oxygen 6 octahedral usual 1:terpy,bpp,tpm,tacn 1:oh2,dmf,thf,dmso 2:cl,br,ncs,cn
oxygen 4 octahedral usual 2:oh2,dmf,thf,dmso 2:py,im,mecn,nh3 2:cl,br,ncs
oxygen 3 tetrahedral usual 2:thf,dmf,oh2 2:cl,br,i,oph,sph
early 5 octahedral d0 4:cl,br,f,ome 2:py,nh3,thf,pme3,mecn,dmf,im,oh2
early 5 octahedral d0 4:cl,br,ome,oph 1:bpy,phen,en,dmpe,dab
early 6 octahedral d0 2:acac,oac,salim,oxine,pic,dtc 2:cl,br,f,ome,oph,ncs,me
early 6 octahedral d0 1:salen,por,taa,acacen,salophen 2:cl,f,ome,oph,br,ncs
early 3 octahedral d0 1:tp 3:cl,br,f,ome
early 4 octahedral d0 1:oxo 3:cl,f,ome 2:py,nh3,thf,mecn,im
early 4 tetrahedral d0 2:nme2,nsiph,ome,oph 2:cl,br,me,oph
early 2 tetrahedral d0 4:cl,br,ome,nme2,me,oph
early 5 half-sandwich d0 1:cp,cpme,cpstar 3:cl,br,f,ome,me,nme2
"""

# closed-shell-capable oxidation states (even dⁿ), the commonest first
_USUAL = {
    "Ti": (4, 2),
    "V": (3, 5),
    "Cr": (2, 4),
    "Mn": (1, 3),
    "Fe": (2,),
    "Co": (3, 1),
    "Ni": (2,),
    "Cu": (1, 3),
    "Zn": (2,),
}
# d10 copper holds four donors; more let go on relaxation
_MOST_SITES = {("Cu", 1): 4}
_HIGH = {"Ti": (4,), "V": (5,), "Cr": (4, 6), "Mn": (5, 3), "Fe": (4,)}
_EMPTY: dict[str, tuple[int, ...]] = {"Ti": (4,), "V": (5,)}
_STATES: dict[str, dict[str, tuple[int, ...]]]
_STATES = {"usual": _USUAL, "high": _HIGH, "d0": _EMPTY}
_ANY = tuple(sorted(range(-2, 7), key=abs))


@dataclass(frozen=True)
class Family:
    """One line of the table: a geometry and what may fill each of its slots.

    Parameters
    ----------
    name : str
        Chemical family.
    weight : float
        How often it comes up against the others.
    geometry : str
        Its geometry.
    rule : str
        How the oxidation state is chosen: ``usual``, ``high``, ``d0``, ``18`` or ``16``.
    slots : tuple of (int, tuple of str)
        Number of like ligands and the choices for them.
    """

    name: str
    weight: float
    geometry: str
    rule: str
    slots: tuple[tuple[int, tuple[str, ...]], ...]

    def ligand_lists(self) -> Iterator[tuple[str, ...]]:
        """Every way to fill the slots."""
        for chosen in product(*(choices for _, choices in self.slots)):
            counts = (n for n, _ in self.slots)
            yield tuple(
                name for n, name in zip(counts, chosen, strict=True) for _ in range(n)
            )


def families() -> list[Family]:
    """The table of families, parsed.

    Example
    -------
    >>> families()[0].name
    'azine'
    """
    out = []
    for line in _FAMILIES.strip().splitlines():
        name, weight, geometry, rule, *slots = line.split()
        parsed = tuple(
            (int(count), tuple(choices.split(",")))
            for count, choices in (slot.split(":") for slot in slots)
        )
        out.append(Family(name, float(weight), geometry, rule, parsed))
    return out


def _recipe(
    metal: str, family: Family, ligands: tuple[str, ...], max_charge: int
) -> Recipe | None:
    """The recipe with the least charge that its family's rule allows, if any."""
    states = _STATES.get(family.rule)
    options = _ANY if states is None else states.get(metal, ())
    best = None
    for state in options:
        recipe = Recipe(metal, state, family.geometry, ligands, family.name)
        counted = states is not None or recipe.valence_electrons == int(family.rule)
        if not counted or not recipe.is_even or not 0 <= recipe.d_electrons <= 10:
            continue
        if recipe.n_sites > _MOST_SITES.get((metal, state), 6):
            continue
        if abs(recipe.charge) > max_charge:
            continue
        if best is None or abs(recipe.charge) < abs(best.charge):
            best = recipe
    return best


def recipes(
    metal: str, *, seed: int = 0, max_atoms: int = 66, max_charge: int = 1
) -> list[Recipe]:
    """Distinct complexes of a metal, in an order whose every prefix is a fair mixture.

    The k-th complex of a family of weight w comes at time (k + u)/w, with u drawn once
    a family; complexes are listed by time. Electron counts are even and charges small,
    so that each can be a closed shell.

    Parameters
    ----------
    metal : str
        One of Ti … Zn.
    seed : int
        Of the order.
    max_atoms : int
        Largest complex.
    max_charge : int
        Largest absolute charge.

    Returns
    -------
    list of Recipe
        No two with the same key.

    Raises
    ------
    InputError
        If the metal is not one of Ti … Zn.

    Example
    -------
    >>> len(recipes("Fe")) > 800
    True
    """
    if metal not in METALS:
        raise InputError(
            f"there is no metal {metal!r}; use one of {', '.join(METALS)}."
        )
    rng = np.random.default_rng([seed, METALS.index(metal)])
    timed: dict[str, tuple[float, Recipe]] = {}
    for family in families():
        found = [
            recipe
            for ligands in family.ligand_lists()
            if (recipe := _recipe(metal, family, ligands, max_charge))
            and recipe.n_atoms <= max_atoms
        ]
        order = rng.permutation(len(found))
        late = rng.uniform()
        for k, index in enumerate(order):
            entry = ((k + late) / family.weight, found[index])
            timed.setdefault(entry[1].key, entry)
    return [recipe for _, recipe in sorted(timed.values(), key=lambda pair: pair[0])]
