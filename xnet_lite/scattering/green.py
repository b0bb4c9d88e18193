"""The electrons of each species: the Green function at its nucleus, over energies."""

from collections.abc import Sequence

import numpy as np
import torch
from ase.units import Bohr
from scipy.interpolate import CubicSpline

from xnet_lite.arrays import Array, ComplexArray, Ints
from xnet_lite.parallel import one_thread
from xnet_lite.scattering.multiple_scattering import Returning
from xnet_lite.scattering.phases import Spheres, free_waves, radial_solutions
from xnet_lite.scattering.potential import N_AT_RADIUS, N_R, STEP, radial_grid
from xnet_lite.scattering.species import Species

CLUSTER = 3.6  # Å about each species
N_BEYOND = 12  # points past the muffin-tin radius, to where the Norman sphere ends
L_MAX, L_LIGHT, LIGHT = 2, 1, 6  # l of the count; less below this nuclear charge


class Green:
    """The Green function G(r, r; E) of every species in its surroundings.

    G = -2ik Σ_l [(2l+1) R_l H_l + R_l² Σ_m g_lm,lm]: what the atom alone has, and
    what the atoms within `CLUSTER` scatter back; R → j + w h and H → h go on beyond
    the muffin-tin radius. The density is -(2/π) Im ∫G dE / 4π.

    Parameters
    ----------
    species : sequence of Species
    radius : ndarray, shape (n_species,)
        Muffin-tin radii, bohr.
    reach : float
        Radius of the clusters, Å.
    dtype : torch.dtype

    Attributes
    ----------
    r : ndarray, shape (n_species, n_points)
        Radii where G is known, bohr.
    """

    def __init__(
        self,
        species: Sequence[Species],
        radius: Array,
        *,
        reach: float = CLUSTER,
        dtype: torch.dtype = torch.complex64,
    ) -> None:
        self.r = radial_grid(radius, N_AT_RADIUS + 1 + N_BEYOND)
        self.l_max = np.array([_highest(one.z) for one in species])
        self._rows: list[Ints] = []
        self._returning = []
        for i, one in enumerate(species):
            near = one.place.distances < reach / Bohr
            rows = np.append(i, one.rows[near])
            positions = np.vstack([np.zeros(3), one.vectors[near]])
            self._rows.append(rows)
            self._returning.append(Returning(positions, self.l_max[rows], dtype))

    def __call__(
        self, potential: Array, level: float, energy: ComplexArray
    ) -> ComplexArray:
        """Return G(r, r) times 4π, averaged over directions.

        Parameters
        ----------
        potential : ndarray, shape (n_species, N_R)
            Potential inside the spheres, Ha, and smoothly on past their radius.
        level : float
            Potential between the spheres, Ha.
        energy : ndarray of complex, shape (n_energies,)
            Ha, Im > 0.

        Returns
        -------
        ndarray of complex, shape (n_energies, n_species, n_points)
        """
        r = self.r[:, :N_R]
        spheres = Spheres(r, potential, None, energy, level)
        k = spheres.wave_number
        waves = [self._waves(spheres, ell) for ell in range(L_MAX + 1)]
        amplitude = np.stack([w for w, *_ in waves], axis=-1)  # (n_energies, n, l)
        result = np.zeros((len(energy), *self.r.shape), complex)
        with one_thread():
            for i, (rows, returning) in enumerate(zip(self._rows, self._returning)):
                each = [amplitude[:, j, : self.l_max[j] + 1] for j in rows]
                back = returning(each, k)
                for ell in range(self.l_max[i] + 1):
                    _, regular, irregular = (x[..., i] for x in waves[ell])
                    own = (2 * ell + 1) * regular * irregular
                    result[:, i] += (own + regular**2 * back[:, ell]).T
        result *= (-2j * k)[:, None, None]
        return result

    def _waves(self, spheres: Spheres, ell: int) -> tuple[ComplexArray, ...]:
        """w, R and H of one l, on all points."""
        w, regular, irregular = radial_solutions(spheres, ell)
        inside = slice(0, N_AT_RADIUS + 1)
        beyond = self.r[:, N_AT_RADIUS + 1 :].T[:, None]
        j, h = free_waves(ell, spheres.wave_number[:, None] * beyond)
        regular = np.concatenate([regular[inside], j + w * h])
        return w, regular, np.concatenate([irregular[inside], h])


def _highest(z: int) -> int:
    """Angular momentum up to which electrons of an element are counted."""
    return L_MAX if z >= LIGHT else L_LIGHT


def sphere_weights(r: Array, radius: Array) -> Array:
    """Return the weights of ∫4πr²f dr from the first point to a radius.

    Parameters
    ----------
    r : ndarray, shape (n_species, n_points)
        Logarithmic grids of step `STEP`.
    radius : ndarray, shape (n_species,)

    Returns
    -------
    ndarray, shape (n_species, n_points)
        Exact for cubic splines of r³f over ln r.
    """
    x = np.arange(r.shape[1]) * STEP
    basis = CubicSpline(x, np.eye(len(x))).antiderivative()
    ends = np.log(radius / r[:, 0])
    weights: Array = 4 * np.pi * r**3 * np.array([basis(end) for end in ends])
    return weights
