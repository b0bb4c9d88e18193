"""What a chemist asks of a site before believing a model: is there anything like it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from ase.data import atomic_names, chemical_symbols, covalent_radii

from xnet_lite.arrays import Array, Arrays, Ints, Mask
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.structures import NeighborBatch, Site, stack_neighbors
from xnet_lite.structures.bonds import BOND_SLACK, NONMETALS
from xnet_lite.structures.doubts import lacks_hydrogen

#: times the sum of covalent radii, of what is in a first shell
SHELL_SLACK = 1.3
#: times the nearest distance, of the farthest other metal that is in a first shell:
#: those of an oxide or a cluster stand behind its bridges
METAL_SLACK = 1.25
#: neighbors that are kept of a first shell; Å within which a second metal counts
MOST, SECOND_METAL = 12, 4.0
#: an atom bonded to a nearer neighbor, and so much farther out (Å), stands behind it
BEHIND = 0.25
#: neighbors whose directions are compared: of more, most are the atoms of rings
MOST_DIRECTIONS = 6
#: Å beyond the least and the greatest known distance, and degrees (root mean square
#: over the angles) from the nearest known shape, that are nothing new
LENGTH_SLACK, ANGLE_SLACK = 0.05, 10.0
#: every check, in the order in which it is told
CHECKS = (
    "crystal",
    "second metal",
    "no hydrogen",
    "element",
    "number of one element",
    "coordination",
    "distance",
    "directions",
    "composition",
)
_COUNTS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_COUNTS += ["ten", "eleven", "twelve"]


@dataclass(frozen=True, eq=False, repr=False)
class Surroundings(Face):
    """What stands around the absorbers of some sites, as chemists count it.

    Bonded is what is nearer than 1.3 times the sum of covalent radii, without the
    hydrogen of ligands and without atoms that stand behind a nearer one: a metal does
    beyond 1.25 times the nearest distance.

    Attributes
    ----------
    absorbers : int array (n_sites,)
        Their atomic numbers.
    numbers : int array (n_sites, 12)
        Atomic numbers of the first shell, nearest first, 0 where there are fewer.
    vectors : array (n_sites, 12, 3)
        From the absorber, Å.
    facts : bool array (n_sites, 3)
        Whether it is periodic, has a second metal within 4 Å, and has carbon that
        misses hydrogen.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("ZnS2", [[0, 0, 0], [2.3, 0, 0], [-2.3, 0, 0]]), 0)
    >>> Surroundings.of([site]).formulas
    ['S2']
    """

    absorbers: Ints
    numbers: Ints
    vectors: Array
    facts: Mask

    @classmethod
    def of(cls, sites: Sequence[Site]) -> Surroundings:
        """Read them off structures."""
        if not len(sites):
            raise InputError("there is no site whose surroundings could be read")
        far = 2 * SHELL_SLACK * covalent_radii.max()
        around = stack_neighbors(sites, max(far, SECOND_METAL))
        shells = [_shell(around, row) for row in range(len(sites))]
        numbers = np.zeros((len(sites), MOST), dtype=np.int64)
        vectors = np.zeros((len(sites), MOST, 3))
        for row, kept in enumerate(shells):
            numbers[row, : len(kept)] = around.numbers[kept]
            vectors[row, : len(kept)] = around.vectors[kept]
        metal = ~np.isin(around.numbers, NONMETALS)
        near = metal & (around.distances < SECOND_METAL)
        second = np.bincount(around.site_index[near], minlength=len(sites)) > 0
        bare = [bool(lacks_hydrogen(site.atoms)) for site in sites]
        periodic = [bool(site.atoms.pbc.any()) for site in sites]
        facts = np.stack([periodic, second, bare], axis=1)
        return cls(around.absorber_numbers, numbers, vectors, facts)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, rows: Ints) -> Surroundings:
        return replace(
            self,
            absorbers=self.absorbers[rows],
            numbers=self.numbers[rows],
            vectors=self.vectors[rows],
            facts=self.facts[rows],
        )

    @property
    def formulas(self) -> list[str]:
        """Composition of each first shell, "N4O2"."""
        return [_formula(row) for row in self.numbers]

    @cached_property
    def lengths(self) -> Array:
        """Distances of the first shell, (n_sites, 12), Å; 0 where there are fewer."""
        found: Array = np.linalg.norm(self.vectors, axis=2)
        return found

    @cached_property
    def angles(self) -> Array:
        """Sorted angles between neighbors, (n_sites, 15), degrees; 0 where there are
        fewer; all 0 of a shell with more than six."""
        first = self.vectors[:, :MOST_DIRECTIONS]
        units = first / np.maximum(self.lengths[:, :MOST_DIRECTIONS, None], 1e-9)
        i, j = np.triu_indices(MOST_DIRECTIONS, 1)
        cosines = np.einsum("nik,njk->nij", units, units)[:, i, j]
        there = (self.numbers[:, i] > 0) & (self.numbers[:, j] > 0)
        degrees = np.degrees(np.arccos(cosines.clip(-1, 1)))
        few = self.numbers[:, MOST_DIRECTIONS] == 0
        found: Array = np.sort(np.where(there & few[:, None], degrees, 0.0), axis=1)
        return found

    @property
    def counts(self) -> Ints:
        """How many neighbors each has, up to 12."""
        return (self.numbers > 0).sum(axis=1)

    def arrays(self) -> Arrays:
        """Return what makes them again, as a predictor keeps it."""
        return {
            "absorbers": self.absorbers.astype(np.int8),
            "numbers": self.numbers.astype(np.int8),
            "vectors": self.vectors.astype(np.float32),
            "facts": self.facts.astype(np.int8),
        }

    @classmethod
    def from_arrays(cls, arrays: Arrays) -> Surroundings:
        """Make them again."""
        own = arrays.get("absorbers", np.zeros(len(arrays["numbers"])))
        return cls(
            own.astype(np.int64),  # files of before do not tell
            arrays["numbers"].astype(np.int64),
            arrays["vectors"].astype(float),
            arrays["facts"].astype(bool),
        )

    def _facts(self) -> dict[str, object]:
        shells = Counter(self.formulas).most_common(5)
        return {
            "sites": len(self),
            "first shells": ", ".join(f"{name} ×{n}" for name, n in shells),
        }


class KnownChemistry(Face):
    """What the training sites look like, and what of a new one they do not show.

    Parameters
    ----------
    known : Surroundings
        Of the training sites.

    Example
    -------
    >>> from ase import Atoms
    >>> def rod(name, length):
    ...     return Site(Atoms(f"Zn{name}", [[0, 0, 0], [length, 0, 0]]), 0)
    >>> known = KnownChemistry(Surroundings.of([rod("O", 1.9), rod("S", 2.3)]))
    >>> known.doubts(Surroundings.of([rod("O", 1.9), rod("F", 1.7)]))
    [{}, {'element': 'no known site has a fluorine neighbor'}]
    """

    def __init__(self, known: Surroundings) -> None:
        self.known = known
        self.formulas = set(known.formulas)
        self.counts = set(known.counts.tolist())
        self.seen = known.facts.any(axis=0)
        tallies = [Counter(row[row > 0].tolist()) for row in known.numbers]
        elements = {int(z) for tally in tallies for z in tally}
        self.most = {z: max(tally[z] for tally in tallies) for z in elements}
        pairs = np.broadcast_to(known.absorbers[:, None], known.numbers.shape)
        self.lengths = {
            (int(own), z): (float(all_of.min()), float(all_of.max()))
            for own in np.unique(known.absorbers)
            for z in elements
            for all_of in [known.lengths[(known.numbers == z) & (pairs == own)]]
            if all_of.size
        }

    def doubts(self, sites: Surroundings) -> list[dict[str, str]]:
        """Return of each site the checks that it fails, with a sentence each."""
        return [self._of_one(sites[np.array([row])]) for row in range(len(sites))]

    def _of_one(self, one: Surroundings) -> dict[str, str]:
        """The checks that one site fails."""
        found = dict(self._flags(one))
        numbers = one.numbers[0][one.numbers[0] > 0]
        tally = Counter(numbers.tolist())
        new = [z for z in tally if z not in self.most]
        more = [z for z, n in tally.items() if z not in new and n > self.most[z]]
        if new:
            known = " or ".join(f"a {_name(z)}" for z in sorted(new))
            found["element"] = f"no known site has {known} neighbor"
        elif more:
            told = " and ".join(_counted(z, tally[z]) for z in sorted(more))
            most = ", ".join(f"{self.most[z]} of {_name(z)}" for z in sorted(more))
            found["number of one element"] = (
                f"no known site has {told} neighbors: the most are {most}"
            )
        elif one.formulas[0] not in self.formulas and tally:
            told = " and ".join(_counted(z, n) for z, n in sorted(tally.items()))
            found["composition"] = f"no known site has {told} neighbors together"
        if len(numbers) not in self.counts:
            found["coordination"] = (
                f"no known site has {_word(len(numbers))} neighbors in its first shell"
            )
        else:
            found |= self._turned(one)
        return found | self._stretched(one)

    def _flags(self, one: Surroundings) -> Iterator[tuple[str, str]]:
        """What is there, or not, in no training site."""
        periodic, metal, bare = one.facts[0] & ~self.seen
        if periodic:
            yield "crystal", "this is a crystal, all known sites are in molecules"
        if metal:
            yield "second metal", "a second metal is within 4 Å, as in no known site"
        if bare:
            yield "no hydrogen", "carbon misses hydrogen, as in no known site"

    def _stretched(self, one: Surroundings) -> dict[str, str]:
        """A distance outside all that are known of the pair."""
        for z, length in zip(one.numbers[0], one.lengths[0], strict=True):
            pair = int(one.absorbers[0]), int(z)
            any_of = self.lengths.get((0, int(z)), (0.0, np.inf))
            low, high = self.lengths.get(pair, any_of)
            if not low - LENGTH_SLACK <= length <= high + LENGTH_SLACK:
                where = f"known are {low:.2f} to {high:.2f} Å"
                return {"distance": f"a {_name(z)} at {length:.2f} Å: {where}"}
        return {}

    def _turned(self, one: Surroundings) -> dict[str, str]:
        """Directions of neighbors that are far from those of every known site."""
        like = self.known.counts == one.counts[0]
        if not one.angles.any():
            return {}
        pairs = (one.angles > 0).sum()
        apart = self.known.angles[like] - one.angles
        least = float(np.sqrt((apart**2).sum(axis=1).min() / pairs))
        if least <= ANGLE_SLACK:
            return {}
        n = _word(int(one.counts[0]))
        return {
            "directions": f"its {n} neighbors stand as in no known site, {least:.0f}° "
            "from the nearest"
        }


def _shell(around: NeighborBatch, row: int) -> Ints:
    """Rows of the first shell of a site, nearest first."""
    rows = np.arange(around.offsets[row], around.offsets[row + 1])
    radii = covalent_radii[around.numbers[rows]]
    own = covalent_radii[around.absorber_numbers[row]]
    rows = rows[around.distances[rows] < SHELL_SLACK * (own + radii)]
    places, numbers = around.vectors[rows], around.numbers[rows]
    away = around.distances[rows]
    metal = ~np.isin(numbers, NONMETALS)
    beyond = metal & (away > METAL_SLACK * away.min(initial=np.inf))
    apart = np.linalg.norm(places[:, None] - places, axis=2)
    radii = covalent_radii[numbers]
    bonded = apart < BOND_SLACK * (radii[:, None] + radii)
    behind = bonded & (away[:, None] > away + BEHIND) & ~metal[:, None] & ~metal
    ligand = (numbers == 1) & (bonded & (numbers > 1) & ~metal).any(axis=1)
    return rows[~behind.any(axis=1) & ~ligand & ~beyond][:MOST]


def _formula(numbers: Ints) -> str:
    """Composition of a shell."""
    tally = Counter(chemical_symbols[z] for z in numbers if z)
    return "".join(f"{name}{n}" for name, n in sorted(tally.items()))


def _name(z: int) -> str:
    """An element as it is called in a sentence."""
    return str(atomic_names[z]).lower()


def _word(n: int) -> str:
    """A small number in words."""
    return _COUNTS[n] if n < len(_COUNTS) else str(n)


def _counted(z: int, n: int) -> str:
    """So many of an element, in words."""
    return f"{_word(n)} {_name(z)}"
