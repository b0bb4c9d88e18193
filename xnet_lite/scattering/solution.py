"""What multiple scattering gives before it is broadened."""

from dataclasses import dataclass

import numpy as np

from xnet_lite import sketch
from xnet_lite.arrays import Array, ComplexArray, Ints
from xnet_lite.faces import Face
from xnet_lite.scattering.multiple_scattering import Cluster
from xnet_lite.scattering.problem import Problem
from xnet_lite.spectra import Spectrum

#: eV from the Fermi level: from here on amplitudes of paths are compared
PATHS_ABOVE = 5.0


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
    edge : float
        Where the Fermi level lies, eV from the tabulated edge.
    """

    energy: Array
    mu0: Array
    tensor: Array
    kinetic: Array
    cluster: Cluster
    radii: Array
    edge: float

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
        edge=problem.edge,
    )


@dataclass(frozen=True, eq=False, repr=False)
class TakenOut(Face):
    """A spectrum, and what it would be without some of the atoms that scatter.

    Attributes
    ----------
    whole : Spectrum
        With all atoms.
    groups : list of ndarray of int
        Atoms of the site that are taken out together.
    spectra : ndarray, shape (n_groups, n_energies)
        Absorption without each group, on the energies of `whole`.
    amplitudes : ndarray, shape (n_groups,)
        Root mean square of what single scattering off the group alone adds to χ,
        from `PATHS_ABOVE` on.
    double_amplitudes : ndarray, shape (n_groups,)
        The same of all paths of one or two events, one of them at least off the group.
    """

    whole: Spectrum
    groups: list[Ints]
    spectra: Array
    amplitudes: Array
    double_amplitudes: Array

    @property
    def change(self) -> Array:
        """What each group gives: with it less without it, (n_groups, n_energies)."""
        return self.whole.mu - self.spectra

    def _facts(self) -> dict[str, object]:
        largest = np.abs(self.change).mean(axis=1)
        facts: dict[str, object] = {"taken out": f"{len(self.groups)} times"}
        if len(largest):
            best = int(largest.argmax())
            atoms = ", ".join(map(str, self.groups[best][:8].tolist()))
            facts["largest mean change"] = f"{largest[best]:.3g}, without atom {atoms}"
        return facts


def path_amplitudes(problem: Problem, g: ComplexArray) -> Array:
    """Return the root mean square of χ of what some paths bring back, (n_groups,)."""
    average = np.trace(g, axis1=2, axis2=3) / 3
    chi = -np.imag(problem.strength * average) / problem.mu0
    above = problem.energy > PATHS_ABOVE
    found: Array = np.sqrt((chi[:, above] ** 2).mean(axis=1))
    return found
