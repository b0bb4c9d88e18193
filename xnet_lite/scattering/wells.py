"""The level between the spheres: a potential taken apart into one well an atom."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.integrate import cumulative_simpson

from xnet_lite.arrays import Array
from xnet_lite.scattering.potential import N_AT_RADIUS, N_R, STEP, radial_grid
from xnet_lite.scattering.radii import lens_volume
from xnet_lite.scattering.species import Species

N_SWEEPS, DAMPING = 12, 0.5
INSIDE = slice(0, N_AT_RADIUS + 1)  # a well ends at the muffin-tin radius
SAME = 1e-4  # bohr: distances that count as one


@dataclass(frozen=True, eq=False)
class _Pair:
    """Neighbors of one species about another, whose wells reach into its sphere."""

    row: int
    distances: Array  # (n_distances, 1), bohr
    counts: Array  # (n_distances,)


class Wells:
    """Spheres about each species, and the wells of their neighbors in them.

    Parameters
    ----------
    species : sequence of Species
    norman, radius : ndarray, shape (n_species,)
        Norman and muffin-tin radii, bohr.

    Attributes
    ----------
    r : ndarray, shape (n_species, n_points)
        Radii from the nucleus to two points past the muffin-tin radius, bohr.
    between : float
        Volume between the spheres, bohr³ an atom.
    """

    def __init__(
        self, species: Sequence[Species], norman: Array, radius: Array
    ) -> None:
        self.share = np.array([one.share for one in species])
        self.charge = np.array([one.z for one in species])
        self.norman = norman
        self.r = radial_grid(radius, N_R)
        reach = np.maximum(norman, radius)
        self._pairs = [_pairs(s, reach[i], radius) for i, s in enumerate(species)]
        outside = 4 / 3 * np.pi * (norman**3 - radius**3)
        for i, one in enumerate(species):
            lens = lens_volume(radius[i], radius[one.rows], one.place.distances)
            outside[i] += lens.sum() / 2
        self.between = float(self.share @ outside)

    def level(self, values: Array, at_norman: Array) -> tuple[float, Array]:
        """Take a potential apart into a level and wells that add up to it.

        v_i(r) = V_i(r) - V₀ - Σ_j ⟨v_j⟩(r), a well within the sphere i, and
        V₀ = Σ x_i [V_i(R_N,i) - Σ_j ⟨v_j⟩(R_N,i)], ⟨v⟩ the average over a sphere.

        Parameters
        ----------
        values : ndarray, shape (n_species, n_points)
            Potential on `r`.
        at_norman : ndarray, shape (n_species,)
            Potential at the Norman radii.

        Returns
        -------
        level : float
        wells : ndarray, shape (n_species, n_points)
        """
        level = float(self.share @ at_norman)
        wells = values - level
        for _ in range(N_SWEEPS):
            inside, there = self._around(wells)
            level = float(self.share @ (at_norman - there))
            wells += DAMPING * (values - level - inside - wells)
        return level, wells

    def density(self, values: Array) -> float:
        """Return the density between the spheres: what its wells do not hold.

        Parameters
        ----------
        values : ndarray, shape (n_species, n_points)
            Electrons per bohr³ on `r`.

        Returns
        -------
        float
            Electrons per bohr³; none where nothing is between.
        """
        if self.between <= 0:
            return 0.0
        wells = values.copy()
        for _ in range(N_SWEEPS):
            wells += DAMPING * (values - self._around(wells)[0] - wells)
        weighted = (4 * np.pi * wells * self.r**3)[:, INSIDE]
        held = cumulative_simpson(weighted, dx=STEP, axis=1)[:, -1]
        return float(self.share @ (self.charge - held)) / self.between

    def _around(self, wells: Array) -> tuple[Array, Array]:
        """Average of the neighbors' wells on `r` and at the Norman radii."""
        r = self.r[:, INSIDE]
        integrals = cumulative_simpson(
            wells[:, INSIDE] * r**2, dx=STEP, axis=1, initial=0
        )
        inside, there = np.zeros_like(self.r), np.zeros(len(self.r))
        for i, pairs in enumerate(self._pairs):
            for pair in pairs:
                table, edge = integrals[pair.row], np.log(r[pair.row])
                far = pair.distances[0, 0] - r[pair.row, -1]
                start = np.searchsorted(self.r[i], far)
                s = np.append(self.r[i, start:], self.norman[i])
                outer = np.interp(np.log(pair.distances + s), edge, table)
                close = np.abs(pair.distances - s)
                inner = np.interp(np.log(np.maximum(close, 1e-9)), edge, table)
                sums = pair.counts @ ((outer - inner) / (2 * s * pair.distances))
                inside[i, start:] += sums[:-1]
                there[i] += sums[-1]
        return inside, there


def _pairs(one: Species, reach: float, radius: Array) -> list[_Pair]:
    """Neighbors whose spheres reach into that of a species."""
    found = []
    for row in np.unique(one.rows):
        d = one.place.distances[one.rows == row]
        d = d[d < reach + radius[row]]
        if len(d):
            _, first, counts = np.unique(
                np.round(d / SAME), return_index=True, return_counts=True
            )
            found.append(_Pair(int(row), d[first][:, None], counts.astype(float)))
    return found
