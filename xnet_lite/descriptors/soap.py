"""Smooth overlap of atomic positions: power spectrum of the density around a site."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from ase import Atoms

from xnet_lite.arrays import Array
from xnet_lite.descriptors import base
from xnet_lite.descriptors.base import NeighborSums
from xnet_lite.descriptors.sums.elements import Groups, Species
from xnet_lite.errors import InputError, missing, one_of, within
from xnet_lite.structures import NeighborBatch

COMPRESSIONS = ("mu1nu1", "mu2", "crossover", "off")
#: a density Gaussian is followed until it has fallen to this, as dscribe does
TAIL = 1e-3


@dataclass(frozen=True)
class SOAP(NeighborSums):
    """Power spectrum of the smeared density of each group of elements, by dscribe.

    | ρ_a(r) = Σ_{j in a} w(r_ij) exp(−|r − r_ij|²/(2σ²)) = Σ c_nlm^a g_nl(r) Y_lm
    | p_nn'l^ab = π √(8/(2l+1)) Σ_m c_nlm^a c_n'lm^b,  w(r) = 1 − 3 x² + 2 x³, x = r/r_c

    Only the absorber is a center, and its own Gaussian is left out unless `center`.

    Parameters
    ----------
    cutoff : float
        Å, above 1.
    species : tuple of str or of tuple of str, optional
        As `LMBTR` has it: the length of the vector hangs on it, not on the sites.
    n_max, l_max : int
        Radial functions g_nl (orthonormalised Gaussian-type orbitals), and the largest
        angular momentum, up to 20.
    sigma : float
        Width of an atom's Gaussian, Å.
    compression : {"mu1nu1", "mu2", "crossover", "off"}
        Which pairs of groups ab: each group with all atoms, all atoms with all, each
        group with itself, or every pair.
    smooth : bool
        Let atoms fade by w(r). It is 1 throughout otherwise, for atoms up to 3.7 σ
        beyond the cutoff, as dscribe does by itself.
    center : bool
        Count the absorber's own Gaussian too.

    Raises
    ------
    InputError
        For an argument out of range, an element that is in no group, or without
        dscribe.

    Source: A. P. Bartók, R. Kondor and G. Csányi, Phys. Rev. B 87 (2013) 184115,
    doi:10.1103/PhysRevB.87.184115, as the 2024 review's eqs 12 to 14; M. A. Caro, Phys.
    Rev. B 100 (2019) 024112, doi:10.1103/PhysRevB.100.024112, for w; J. P. Darby, J. R.
    Kermode and G. Csányi, npj Comput. Mater. 8 (2022) 166,
    doi:10.1038/s41524-022-00847-y, for compression.
    Differs: nothing from dscribe 2.1.2 with `smooth=False, center=True`. The 2024
    review's eq. 12 has f_c of r_ij too and does not say which. The default compression
    sets each group beside all atoms together, and so may not tell *cis* from *trans*.

    Example
    -------
    >>> SOAP().n_features, SOAP().feature_names[-1]
    (1440, "SOAP metal×all l=4 n=6 n'=6")
    """

    cutoff: float = 6.0
    species: Species = None
    n_max: int = 6
    l_max: int = 4
    sigma: float = 0.5
    compression: str = "mu1nu1"
    smooth: bool = True
    center: bool = False

    def __post_init__(self) -> None:
        """Check the arguments."""
        one_of("compression", self.compression, COMPRESSIONS)
        # Å, where the first radial function ends
        within("(1, inf)", cutoff=self.cutoff)
        within("(0, inf)", sigma=self.sigma)
        within("[1, inf)", whole=True, n_max=self.n_max)
        within("[0, 20]", whole=True, l_max=self.l_max)
        n_pairs = len(self._groups) ** (2 if self.compression == "off" else 1)
        n_features = float(self.n_max) ** 2 * (self.l_max + 1) * n_pairs
        base.check_length(n_features, "give a smaller n_max or l_max, or fewer groups")

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """Groups, angular momentum and radial functions of each number."""
        orders = range(1, self.n_max + 1)
        return [
            f"SOAP {pair} l={angular} n={n} n'={other}"
            for pair, symmetric in self._pairs()
            for angular in range(self.l_max + 1)
            for n in orders
            for other in orders
            if not symmetric or other >= n
        ]

    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""
        features = np.zeros((len(batch), self.n_features))
        groups = self._groups.of(batch.numbers)
        own = self._groups.of(batch.absorber_numbers) if self.center else groups
        for i in range(len(batch)):
            around = slice(batch.offsets[i], batch.offsets[i + 1])
            site_groups, vectors = groups[around], batch.vectors[around]
            if self.center:
                site_groups = np.append(own[i], site_groups)
                vectors = np.vstack([np.zeros((1, 3)), vectors])
            if len(vectors):
                # each group goes by the element of its number: order is kept
                atoms = Atoms(numbers=site_groups + 1, positions=vectors)
                features[i] = self._engine.create_single(atoms, [[0.0, 0.0, 0.0]])[0]
        return features

    @cached_property
    def _groups(self) -> Groups:
        """Which elements are alike."""
        return Groups(self.species)

    @property
    def _reach(self) -> float:
        """Up to where atoms are handed over, Å."""
        tail = self.sigma * np.sqrt(-2 * np.log(TAIL))
        return self.cutoff if self.smooth else self.cutoff + float(tail)

    def _pairs(self) -> Iterator[tuple[str, bool]]:
        """Pairs of groups in dscribe's order, and if n, n' and n', n are the same."""
        labels = self._groups.labels
        if self.compression == "mu2":
            yield "all×all", True
        for i, label in enumerate(labels):
            if self.compression == "mu1nu1":
                yield f"{label}×all", False
            elif self.compression != "mu2":
                yield f"{label}×{label}", True
            if self.compression == "off":
                yield from ((f"{label}×{other}", False) for other in labels[i + 1 :])

    @cached_property
    def _engine(self) -> Any:
        """dscribe's own object."""
        try:
            from dscribe.descriptors import SOAP as Peer
        except ImportError as error:
            raise missing("SOAP needs dscribe") from error
        fade: dict[str, Any] = {} if self.center else {"w0": 0.0}
        if self.smooth:
            fade |= {"function": "poly", "c": 1.0, "m": 1.0, "r0": self.cutoff}
        try:
            return Peer(
                r_cut=self.cutoff,
                n_max=self.n_max,
                l_max=self.l_max,
                sigma=self.sigma,
                weighting=fade or None,
                compression={"mode": self.compression, "species_weighting": None},
                species=range(1, len(self._groups) + 1),
            )
        except ValueError as error:
            raise InputError(
                f"dscribe cannot make {self.n_max} radial functions up to "
                f"{self.cutoff} Å, give a smaller n_max or a larger cutoff: {error}"
            ) from error
