"""Free atoms overlapped into the muffin-tin potential of a cluster."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from ase.units import Bohr
from scipy.integrate import cumulative_simpson
from scipy.interpolate import CubicSpline

from xnet_lite.arrays import Array, Ints
from xnet_lite.scattering.atom import DX, overlapping_atom

ATOM_CUT = 13.0  # bohr: beyond it a neutral atom adds nothing
SURROUNDINGS = 5.5  # Å of atoms beyond the scattering radius that overlap into it
NEIGHBORHOOD = 3.0  # Å beyond the scattering radius in which radii are needed
N_R, STEP = 253, 0.04  # r_i = R_mt exp((i - 250) 0.04), two points beyond R_mt
N_AT_RADIUS = 250
N_SMOOTH = 64  # points that carry the smooth sum over the neighbors
Atom = tuple[int, float, bool]  # what `overlapping_atom` takes


@dataclass(frozen=True)
class MuffinTins:
    """Spherical potentials of a cluster, one row for each kind of site.

    Attributes
    ----------
    kind : ndarray of int, shape (n_atoms,)
        Row of the arrays below for each scattering atom; atom 0 absorbs (row 0).
    z : ndarray of int, shape (n_kinds,)
        Nuclear charges.
    radius : ndarray, shape (n_kinds,)
        Muffin-tin radii, bohr.
    r : ndarray, shape (n_kinds, n_r)
        Radial grids, bohr.
    coulomb : ndarray, shape (n_kinds, n_r)
        Nuclear plus Hartree potential, Ha.
    density : ndarray, shape (n_kinds, n_r)
        Electrons per bohr³.
    core_1s : ndarray, shape (n_r,)
        Radial 1s function of the absorber on its own grid ``r[0]``.
    """

    kind: Ints
    z: Ints
    radius: Array
    r: Array
    coulomb: Array
    density: Array
    core_1s: Array


@dataclass(frozen=True)
class Place:
    """One atom with those around it, all neutral and free, about to overlap.

    Attributes
    ----------
    atom : tuple
        Of itself, as `overlapping_atom` takes it.
    distances : ndarray, shape (n_neighbors,)
        bohr, increasing.
    neighbors : sequence of tuple
        As `atom`, of each neighbor.
    """

    atom: Atom
    distances: Array
    neighbors: Sequence[Atom]

    @cached_property
    def around(self) -> CubicSpline:
        """Spherical average of all neighbors: potential and density, smooth in r."""
        top = self.distances[0] if len(self.distances) else 6.0
        r = top * (np.arange(N_SMOOTH) + 0.5) / (N_SMOOTH - 0.5)
        total = np.zeros((N_SMOOTH, 2))
        for atom in sorted(set(self.neighbors)):
            big = self.distances[[s == atom for s in self.neighbors]][:, None]
            integral = _integrals(atom)
            difference = integral(big + r) - integral(np.abs(big - r))
            total += (difference / (2 * r * big)[..., None]).sum(axis=0)
        return CubicSpline(r, total)

    def on_grid(self, r: Array) -> tuple[Array, Array]:
        """Return Coulomb potential and density on the radii `r`, bohr."""
        free = overlapping_atom(*self.atom)
        columns = np.stack([free.coulomb * free.r, free.density]).T
        coulomb, density = CubicSpline(np.log(free.r), columns)(np.log(r)).T
        around = self.around(np.minimum(r, self.around.x[-1]))
        return coulomb / r + around[:, 0], density + around[:, 1]

    def norman_radius(self) -> float:
        """Return the radius of the sphere that holds Z electrons, bohr."""
        r = np.exp(np.linspace(np.log(1e-3), np.log(self.around.x[-1]), 400))
        density = self.on_grid(r)[1]
        step = np.log(r[1] / r[0])
        charge = 4 * np.pi * cumulative_simpson(density * r**3, dx=step, initial=0)
        charge += 4 / 3 * np.pi * density[0] * r[0] ** 3
        return float(np.interp(self.atom[0], charge, r))


def muffin_tins(
    numbers: Ints,
    positions: Array,
    *,
    r_fms: float,
    overlap: float = 1.0,
    hole: float = 1.0,
    promoted: bool = False,
    radii: Mapping[int, float] | None = None,
) -> MuffinTins:
    """Overlap free atoms and cut the result into muffin-tin spheres.

    The potential of a neighbor at distance R, averaged over the sphere r about a
    site, is f̄(r) = [F(R + r) - F(|R - r|)] / (2 r R), F(x) = ∫₀ˣ f r′ dr′.

    Parameters
    ----------
    numbers : ndarray of int, shape (n_all,)
        Nuclear charges; row 0 is the absorber.
    positions : ndarray, shape (n_all, 3)
        Å; all atoms that overlap, also those beyond `r_fms`.
    r_fms : float
        Radius of the scattering cluster about the absorber, Å.
    overlap : float
        Factor on the touching radii: 1.10 for molecules, 1.15 for crystals.
    hole : float
        Share of a screened 1s hole on the absorber.
    promoted : bool
        Overlap atoms in their promoted configuration.
    radii : mapping of int to float, optional
        Muffin-tin radii by nuclear charge, bohr, in place of touching ones.

    Returns
    -------
    MuffinTins
        For the atoms within `r_fms`, in the order given.

    Notes
    -----
    Source: L. F. Mattheiss, Phys. Rev. 133, A1399 (1964), for the overlap;
    J. G. Norman, Mol. Phys. 31, 1191 (1976), for the radii.
    Differs: radii from the superposed density, no self-consistency.
    """
    xyz = np.asarray(positions, float) / Bohr
    reach = np.linalg.norm(xyz - xyz[0], axis=1) * Bohr
    atoms = [(int(z), 0.0 if i else hole, promoted) for i, z in enumerate(numbers)]
    kinds, kind = _group(atoms, xyz, np.flatnonzero(reach <= r_fms + NEIGHBORHOOD))
    inside = np.flatnonzero(reach <= r_fms)
    rows, compact = np.unique(kind[inside], return_inverse=True)
    if radii is None:
        norman = np.array([one.place.norman_radius() for one in kinds])
        touching = [_touching_radius(i, kinds, norman, kind) for i in rows]
        radius = overlap * np.array(touching)
    else:
        radius = np.array([radii[kinds[i].place.atom[0]] for i in rows])
    r = radial_grid(radius)
    tables = [kinds[i].place.on_grid(r[j]) for j, i in enumerate(rows)]
    absorber = overlapping_atom(*atoms[0])
    core = CubicSpline(absorber.r, absorber.core_1s)(r[0])
    return MuffinTins(
        kind=compact,
        z=np.array([kinds[i].place.atom[0] for i in rows]),
        radius=radius,
        r=r,
        coulomb=np.array([t[0] for t in tables]),
        density=np.array([t[1] for t in tables]),
        core_1s=core,
    )


def radial_grid(radius: Array, n_r: int = N_R) -> Array:
    """Return radii whose point `N_AT_RADIUS` is `radius`, (n_kinds, n_r), bohr."""
    grid: Array = radius[:, None] * np.exp((np.arange(n_r) - N_AT_RADIUS) * STEP)
    return grid


@dataclass(frozen=True)
class _Kind:
    """One kind of site: its place, and where its neighbors stand in the list."""

    place: Place
    rows: Ints


def _group(atoms: Sequence[Atom], xyz: Array, wanted: Ints) -> tuple[list[_Kind], Ints]:
    """Sort `wanted` atoms into kinds: like element, like 12 nearest neighbors."""
    kinds: list[_Kind] = []
    seen: dict[object, int] = {}
    kind = np.full(len(atoms), -1)
    for i in wanted:
        distances = np.linalg.norm(xyz - xyz[i], axis=1)
        near = np.argsort(distances, kind="stable")[1:]
        near = near[distances[near] < ATOM_CUT + 4.0]
        shell = sorted((round(distances[j] * Bohr, 2), atoms[j]) for j in near[:12])
        key = (i == 0, atoms[i], tuple(shell))
        if key not in seen:
            seen[key] = len(kinds)
            place = Place(atoms[i], distances[near], [atoms[j] for j in near])
            kinds.append(_Kind(place, near))
        kind[i] = seen[key]
    return kinds, kind


@lru_cache(maxsize=256)
def _integrals(atom: Atom) -> Callable[[Array], Array]:
    """Spline in ln r of F for (potential, density), columns of the result."""
    free = overlapping_atom(*atom)
    keep = free.r <= ATOM_CUT
    r = free.r[keep]
    f = np.stack([free.coulomb[keep], free.density[keep]], axis=1)
    start = f[0] * r[0] ** 2 * np.array([1.0, 0.5])
    integral = cumulative_simpson(f * r[:, None] ** 2, dx=DX, axis=0, initial=0)
    spline = CubicSpline(np.log(r), integral + start)
    low, high = r[0], r[-1]
    return lambda x: spline(np.log(np.clip(x, low, high)))


def _touching_radius(
    row: int, kinds: Sequence[_Kind], norman: Array, kind: Ints
) -> float:
    """Largest radius at which a sphere touches those of its neighbors, bohr."""
    site = kinds[row]
    known = kind[site.rows] >= 0
    if not known.any():
        return float(norman[row])
    other = norman[kind[site.rows[known]]]
    share = norman[row] / (norman[row] + other)
    return float(np.min(site.place.distances[known] * share))
