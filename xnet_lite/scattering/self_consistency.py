"""Potentials that find themselves: electrons fill the states which they make."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from ase import Atoms
from ase.units import Bohr, Hartree
from scipy.interpolate import CubicSpline

from xnet_lite import sketch
from xnet_lite.arrays import Array
from xnet_lite.errors import within
from xnet_lite.faces import Face
from xnet_lite.scattering.atom import overlapping_atom, xc_potential
from xnet_lite.scattering.filling import Filled, fill
from xnet_lite.scattering.green import CLUSTER, Green, sphere_weights
from xnet_lite.scattering.mixing import SHARE, Anderson
from xnet_lite.scattering.neutral_sphere import neutral_sphere_potential
from xnet_lite.scattering.potential import N_R
from xnet_lite.scattering.radii import muffin_tin_radii
from xnet_lite.scattering.species import Species, species_of
from xnet_lite.scattering.valence import part
from xnet_lite.scattering.wells import Wells
from xnet_lite.structures import Site

MOST_ROUNDS = 30
STEADY = 0.05  # eV: a round that moves no level by more is the last
FIRST_FERMI = -8.0  # eV
# numbers, positions, cell, and along which axes it repeats
_Structure = tuple[tuple[int, ...], bytes, bytes, tuple[bool, ...]]


@dataclass(frozen=True, eq=False)
class Round:
    """What one round found.

    Attributes
    ----------
    fermi, interstitial : float
        Fermi level, and potential between the spheres, eV from the vacuum.
    r_s : float
        Electron radius of the density between the spheres, bohr.
    charges : ndarray, shape (n_species,)
        Electrons that each Norman sphere lacks to be neutral.
    """

    fermi: float
    interstitial: float
    r_s: float
    charges: Array


@dataclass(frozen=True, eq=False, repr=False)
class SelfConsistent(Face):
    """The potentials of a structure, one for each element, and how they were found.

    Attributes
    ----------
    species : list of Species
        That of the absorber first.
    norman, radius : ndarray, shape (n_species,)
        Norman and muffin-tin radii, bohr.
    r : ndarray, shape (n_species, n_points)
        bohr; point `potential.N_AT_RADIUS` is the muffin-tin radius.
    coulomb, density : ndarray, shape (n_species, n_points)
        Coulomb potential, Ha, and electrons per bohr³, self-consistent.
    coulomb_change, density_change : ndarray, shape (n_species, n_points)
        What self-consistency has added to overlapped atoms.
    rounds : list of Round
    converged : bool
    """

    species: list[Species]
    norman: Array
    radius: Array
    r: Array
    coulomb: Array
    density: Array
    coulomb_change: Array
    density_change: Array
    rounds: list[Round]
    converged: bool

    @property
    def last(self) -> Round:
        """The last round, whose levels count."""
        return self.rounds[-1]

    @property
    def nucleus_potential(self) -> float:
        """Coulomb potential of all other atoms at the absorber's nucleus, eV."""
        return float(self.species[0].place.around(0.0)[0]) * Hartree

    def _facts(self) -> dict[str, object]:
        symbols = Atoms([one.z for one in self.species]).get_chemical_symbols()
        last = self.last
        spheres = zip(symbols, self.radius * Bohr, last.charges)
        how = "" if self.converged else ", not converged"
        return {
            "rounds": f"{len(self.rounds)}{how}",
            "Fermi level": f"{last.fermi:.2f} eV from the vacuum",
            "between the spheres": f"{last.interstitial:.2f} eV, r_s {last.r_s:.2f}",
            "spheres": ", ".join(f"{s} {r:.2f} Å {q:+.2f} e" for s, r, q in spheres),
        }

    def _sketch(self) -> str:
        curves = {
            "Fermi level": np.array([one.fermi for one in self.rounds]),
            "between the spheres": np.array([one.interstitial for one in self.rounds]),
        }
        x = np.arange(1.0, len(self.rounds) + 1)
        return sketch.lines(x, curves, x_label="round")


def self_consistent(
    site: Site, *, reach: float = CLUSTER, mixing: float = SHARE
) -> SelfConsistent:
    """Let the electrons of a structure fill the states that their potential makes.

    From overlapped neutral atoms on: the potential taken apart into wells, the Green
    function of every element in a small cluster, states filled along a contour until
    no electron is left, the potential of the new density, a share of it mixed in.

    Parameters
    ----------
    site : Site
        Molecule or crystal; one place stands for each element, that nearest to the
        absorber, weighed as in the formula. There is no core hole.
    reach : float
        Radius of the clusters, Å.
    mixing : float
        Share of a change that goes into the next round.

    Returns
    -------
    SelfConsistent
        Converged where the last round moved no level by more than 0.05 eV.

    Notes
    -----
    Source: A. L. Ankudinov et al., Phys. Rev. B 58, 7565 (1998), section III.
    Differs: one place an element; no charge of one sphere is seen by another; l up
    to 2; f electrons stay in their atom; no spin.

    Example
    -------
    >>> from ase.build import bulk
    >>> copper = self_consistent(Site(bulk("Cu"), 0))
    >>> copper.converged, round(copper.last.fermi), round(copper.last.interstitial)
    (True, -6, -15)
    """
    within("(0, inf)", reach=reach)
    within("(0, 1]", mixing=mixing)
    atoms = site.atoms
    where = atoms.positions.tobytes(), atoms.cell[:].tobytes(), tuple(atoms.pbc)
    structure = tuple(atoms.numbers.tolist()), *where
    return _found(structure, site.absorber_index, float(reach), float(mixing))


@lru_cache(maxsize=64)
def _found(
    structure: _Structure, absorber: int, reach: float, mixing: float
) -> SelfConsistent:
    """`self_consistent`, which remembers the last structures."""
    numbers, positions, cell, pbc = structure
    places = np.frombuffer(positions).reshape(-1, 3)
    box = np.frombuffer(cell).reshape(3, 3)
    atoms = Atoms(numbers, places, cell=box, pbc=pbc)
    return _Search(Site(atoms, absorber), reach).run(mixing)


class _Search:
    """What stays the same from round to round."""

    def __init__(self, site: Site, reach: float) -> None:
        self.species = species_of(site)
        places = [one.place for one in self.species]
        self.z = np.array([one.z for one in self.species])
        self.share = np.array([one.share for one in self.species])[:, None]
        self.norman = np.array([place.norman_radius() for place in places])
        self.radius = muffin_tin_radii(self.species, self.norman)
        self.wells = Wells(self.species, self.norman, self.radius)
        self.green = Green(self.species, self.radius, reach=reach)
        self.r = self.green.r
        tables = [place.on_grid(r) for place, r in zip(places, self.r)]
        self.coulomb, self.density = np.array(tables).swapaxes(0, 1)
        self.parted = part([overlapping_atom(*p.atom) for p in places], self.r)
        self.count = sphere_weights(self.r, self.norman)

    def run(self, mixing: float) -> SelfConsistent:
        """Go round until the levels stay."""
        inside = self.r <= self.norman[:, None]
        mix = Anderson(np.sqrt(self.r**3 * self.share) * inside, mixing)
        density, rounds = self.density, list[Round]()
        still, steady = True, False
        while still and not steady:
            fermi = rounds[-1].fermi if rounds else FIRST_FERMI
            one, filled = self._round(density, fermi)
            if rounds:
                before = rounds[-1].fermi, rounds[-1].interstitial
                moved = np.subtract((one.fermi, one.interstitial), before)
                steady = bool(np.abs(moved).max() < STEADY) and filled.missing == 0
            rounds.append(one)
            still = bool(np.isfinite(one.fermi)) and len(rounds) < MOST_ROUNDS
            if still and not steady:
                density = mix(density, self.parted.core + filled.density)
        coulomb = self._coulomb(density)
        return SelfConsistent(
            species=self.species,
            norman=self.norman,
            radius=self.radius,
            r=self.r,
            coulomb=coulomb,
            density=density,
            coulomb_change=coulomb - self.coulomb,
            density_change=density - self.density,
            rounds=rounds,
            converged=steady,
        )

    def _coulomb(self, density: Array) -> Array:
        """Coulomb potential of a density, by what changes in each sphere."""
        spheres = (
            neutral_sphere_potential(self.r, one, self.z)
            for one in (density, self.density)
        )
        return self.coulomb + np.subtract(*spheres)

    def _round(self, density: Array, guess: float) -> tuple[Round, Filled]:
        """Levels of a density, and the density that fills its states."""
        potential = self._coulomb(density) + xc_potential(density)
        rows = zip(self.norman, self.r, potential)
        ends = [CubicSpline(np.log(r), v)(np.log(end)) for end, r, v in rows]
        level, wells = self.wells.level(potential[:, :N_R], np.array(ends))
        between = self.wells.density(density[:, :N_R])
        filled = fill(
            lambda energy: self.green(wells + level, level, energy),
            self.count * self.share,
            float(self.share[:, 0] @ self.parted.electrons),
            self.parted.start,
            guess / Hartree,
        )
        electrons = (self.count * (self.parted.core + filled.density)).sum(axis=1)
        r_s = float((3 / (4 * np.pi * max(between, 1e-9))) ** (1 / 3))
        levels = filled.fermi * Hartree, level * Hartree
        return Round(*levels, r_s, self.z - electrons), filled
