"""What multiple scattering gives before it is broadened."""

from dataclasses import dataclass

import numpy as np

from xnet_lite import sketch
from xnet_lite.arrays import Array, ComplexArray
from xnet_lite.faces import Face
from xnet_lite.scattering.multiple_scattering import Cluster
from xnet_lite.scattering.problem import Problem


@dataclass(frozen=True, repr=False)
class Solution(Face):
    """What the physics gives before any broadening but η.

    Attributes
    ----------
    energy : ndarray, shape (n_points,)
        eV from the Fermi level, uneven.
    mu0 : ndarray, shape (n_points,)
        Absorption of the absorber alone in its muffin tin, arbitrary unit.
    tensor : ndarray, shape (n_points, 3, 3)
        Absorption tensor, x y z; the average spectrum is a third of its trace.
    kinetic : ndarray, shape (n_points,)
        Energy above the interstitial level, eV.
    cluster : Cluster
        The scattering problem that was solved.
    radii : ndarray, shape (n_atoms,)
        Muffin-tin radii of the scattering atoms, Å.
    """

    energy: Array
    mu0: Array
    tensor: Array
    kinetic: Array
    cluster: Cluster
    radii: Array

    @property
    def mu(self) -> Array:
        """Polarisation average, shape (n_points,)."""
        average: Array = np.trace(self.tensor, axis1=1, axis2=2) / 3
        return average

    @property
    def chi(self) -> Array:
        """Fine structure μ/μ₀ - 1, shape (n_points,)."""
        return self.mu / self.mu0 - 1

    def _sketch(self) -> str:
        curves = {"μ": self.mu, "μ₀": self.mu0}
        return sketch.lines(
            self.energy, curves, x_label="energy from the Fermi level / eV"
        )


def solution_of(problem: Problem, g: ComplexArray) -> Solution:
    """Absorption tensor from the scattered propagator."""
    scattered = np.imag(problem.strength[:, None, None] * g)
    return Solution(
        energy=problem.energy,
        mu0=problem.mu0,
        tensor=problem.mu0[:, None, None] * np.eye(3) - scattered,
        kinetic=problem.kinetic,
        cluster=problem.cluster,
        radii=problem.radii,
    )
