"""Local many-body tensor: spectra of distances and of angles, one a group of atoms."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy

from xnet_lite.arrays import Array, Ints
from xnet_lite.descriptors import base
from xnet_lite.descriptors.base import NeighborSums, cosine_cutoff
from xnet_lite.descriptors.sums.elements import Groups, Species
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.structures import NeighborBatch, Neighbors

DISTANCES = ("distance", "inverse_distance")
ANGLES = ("cosine", "angle")
UNITS = {"distance": " Å", "inverse_distance": " Å⁻¹", "cosine": "", "angle": "°"}
#: nearest neighbors that a grid of inverse distances shows, Å
NEAREST = 0.8


@dataclass(frozen=True)
class LMBTR(NeighborSums):
    """Distances to each group of elements, angles between each two, as spectra.

    | k2_a(x) = Σ_{j in a} w(r_ij) N(x − g(r_ij))
    | k3_ab(x) = Σ_{j<k, j in a, k in b} w(r_ij, r_ik, r_jk) N(x − h(θ_jik))

    N is a normal density averaged over the width of a grid point.

    Parameters
    ----------
    cutoff : float
        Å.
    species : tuple of str or of tuple of str, optional
        Elements, or groups of elements taken as one; None for `CLASSES`, eight groups
        of like chemistry that cover all but noble gases. The length of the vector
        hangs on this argument, not on the sites.
    n_k2, n_k3 : int
        Points of each spectrum; either may be 0.
    k2 : {"distance", "inverse_distance"}
        g: from 0.5 Å to the cutoff, or from 1/cutoff to 1/0.8 Å⁻¹.
    k3 : {"cosine", "angle"}
        h: from −1 to 1, or from 0° to 180°.
    weighting : {"smooth", "exp"}
        w: f_c(r_ij), and f_c(r_ij) f_c(r_ik) for a pair, zero at the cutoff; or
        exp(−s r_ij), and exp(−s (r_ij + r_jk + r_ki)) up to twice the cutoff.
    scale : float
        s of the "exp" weighting, Å⁻¹.
    spread : float
        σ in spacings of the grid.

    Raises
    ------
    InputError
        For an argument out of range, or an element that is in no group.

    Source: H. Huo and M. Rupp, Mach. Learn.: Sci. Technol. 3 (2022) 045017,
    doi:10.1088/2632-2153/aca005; as a local descriptor, L. Himanen et al., Comput.
    Phys. Commun. 247 (2020) 106949, doi:10.1016/j.cpc.2019.106949; review eqs 16, 17.
    Differs: of three-body terms, those with the absorber at the vertex, each pair once;
    a Gaussian is averaged over its bin. The review prints σ₁ before the Gaussians and
    σ₂ or σ₃ in them; it is one width, `spread`. With "exp" the
    numbers are dscribe 2.1.2's; its other weights of an LMBTR, unity apart, raise an
    error, and "exp" jumps at the cutoff. Hence this code, which needs no dscribe.

    Example
    -------
    >>> LMBTR().n_features, LMBTR().feature_names[-1]
    (1040, 'LMBTR metal-X-metal cosine=1')
    """

    cutoff: float = 6.0
    species: Species = None
    n_k2: int = 40
    n_k3: int = 20
    k2: str = "distance"
    k3: str = "cosine"
    weighting: str = "smooth"
    scale: float = 0.5
    spread: float = 1.0

    def __post_init__(self) -> None:
        """Check the arguments."""
        one_of("k2", self.k2, DISTANCES)
        one_of("k3", self.k3, ANGLES)
        one_of("weighting", self.weighting, ("smooth", "exp"))
        within(f"({NEAREST}, inf)", cutoff=self.cutoff)
        within("[0, inf)", scale=self.scale)
        within("(0, inf)", spread=self.spread)
        if min(self.n_k2, self.n_k3) < 0 or 1 in (self.n_k2, self.n_k3):
            counts = f"n_k2={self.n_k2}, n_k3={self.n_k3}"
            raise InputError(f"{counts}: give 0, or two points or more")
        n_groups = len(self._groups)
        n_pairs = n_groups * (n_groups + 1) // 2
        n_features = float(self.n_k2) * n_groups + float(self.n_k3) * n_pairs
        base.check_length(n_features, "give a smaller n_k2 or n_k3")

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """Groups, quantity and its value, for each number; X is the absorber."""
        labels = self._groups.labels
        pairs = [f"{a}-X-{b}" for i, a in enumerate(labels) for b in labels[i:]]
        return [
            f"LMBTR {label} {kind}={point:.4g}{UNITS[kind]}"
            for kind, spectra, points in (
                (self.k2, [f"X-{label}" for label in labels], self._k2_points),
                (self.k3, pairs, self._k3_points),
            )
            for label in spectra
            for point in points + 0.0
        ]

    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""
        features = np.empty((len(batch), self.n_features))
        groups, spread = self._groups.of(batch.numbers), self.spread
        n = len(self._groups)
        n_pairs = n * (n + 1) // 2
        for i in range(len(batch)):
            around, own = batch.of_site(i), groups[slice(*batch.offsets[i : i + 2])]
            k2 = _spectra(self._distances(around, own), n, self._k2_points, spread)
            k3 = _spectra(self._angles(around, own), n_pairs, self._k3_points, spread)
            features[i] = np.concatenate([k2, k3])
        return features

    def _distances(self, around: Neighbors, groups: Ints) -> tuple[Array, Array, Ints]:
        """What the k2 of one site adds up: values, their weights, their spectra."""
        r = around.distances
        smooth = self.weighting == "smooth"
        weights = cosine_cutoff(r, self.cutoff) if smooth else np.exp(-self.scale * r)
        found = r if self.k2 == "distance" else 1 / np.maximum(r, 1e-9)
        return found, weights, groups

    def _angles(self, around: Neighbors, groups: Ints) -> tuple[Array, Array, Ints]:
        """What the k3 of one site adds up, alike."""
        j, k = np.triu_indices(len(around) if self.n_k3 else 0, 1)
        r, vectors = around.distances, around.vectors
        if self.weighting == "exp":
            sides = r[j] + r[k] + np.linalg.norm(vectors[j] - vectors[k], axis=1)
            weights = np.exp(-self.scale * sides) * (sides <= 2 * self.cutoff)
        else:
            fade = cosine_cutoff(r, self.cutoff)
            weights = fade[j] * fade[k]
        products = np.maximum(r[j] * r[k], 1e-12)
        found = np.einsum("ij,ij->i", vectors[j], vectors[k]) / products
        found = np.clip(found, -1.0, 1.0)
        if self.k3 == "angle":
            found = np.degrees(np.arccos(found))
        one, other = groups[j], groups[k]
        first, second = np.minimum(one, other), np.maximum(one, other)
        pair = first * len(self._groups) - first * (first - 1) // 2 + second - first
        return found, weights, pair

    @cached_property
    def _groups(self) -> Groups:
        """Which elements are alike."""
        return Groups(self.species)

    @cached_property
    def _k2_points(self) -> Array:
        """Grid of the k2, Å or Å⁻¹."""
        if self.k2 == "distance":
            return np.linspace(0.5, self.cutoff, self.n_k2, dtype=np.float64)
        return np.linspace(1 / self.cutoff, 1 / NEAREST, self.n_k2, dtype=np.float64)

    @cached_property
    def _k3_points(self) -> Array:
        """Grid of the k3, of the cosine or in degrees."""
        ends = (-1.0, 1.0) if self.k3 == "cosine" else (0.0, 180.0)
        return np.linspace(*ends, self.n_k3, dtype=np.float64)


def _spectra(
    terms: tuple[Array, Array, Ints], n_groups: int, points: Array, spread: float
) -> Array:
    """Add each value found to the spectrum of its group, (n_groups · n_points,)."""
    if not len(points):
        return np.zeros(0)
    found, weights, groups = terms
    spacing = points[1] - points[0]
    edges = np.append(points - spacing / 2, points[-1] + spacing / 2)
    below = scipy.special.ndtr((edges - found[:, None]) / (spread * spacing))
    columns = np.arange(len(found) + 1)
    gather = scipy.sparse.csc_array(
        (weights, groups, columns), shape=(n_groups, len(found))
    )
    return (np.diff(gather @ below, axis=1) / spacing).ravel()
