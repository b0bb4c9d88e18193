"""What descriptors of scattering paths share: which paths there are, and their sums."""

from abc import abstractmethod
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.descriptors import base
from xnet_lite.descriptors.base import InParentCode, NeighborSums, gaussian_grid
from xnet_lite.descriptors.sums.elements import Channels, Weight
from xnet_lite.descriptors.sums.paths import PathRules, Paths, walk
from xnet_lite.descriptors.sums.sums import radial_sums
from xnet_lite.errors import one_of, within
from xnet_lite.structures import NeighborBatch

#: exponent at which a Gaussian is nothing: 4e-44
NOTHING = 100.0


class PathSums(InParentCode, NeighborSums):
    """Sums over paths from the absorber, by order; give `_counts`, `_bends`, `_add`."""

    r_min: float
    weight: Weight | tuple[Weight, ...]
    cutoff_beyond: str
    paths: str

    THEIRS = {"weight": 0.1, "cutoff_beyond": "xanesnet", "paths": "xanesnet"}

    def __post_init__(self) -> None:
        """Check the arguments."""
        one_of("cutoff_beyond", self.cutoff_beyond, ("zero", "xanesnet"))
        one_of("paths", self.paths, ("all", "xanesnet"))
        counts: dict[str, Any] = {f"n_s{i}": n for i, n in enumerate(self._counts, 2)}
        within("[0, inf)", whole=True, **counts)
        base.check_length(sum(self._counts), f"give smaller {', '.join(counts)}")
        within("(0, inf)", cutoff=self.cutoff)
        within("(-inf, inf)", r_min=self.r_min)
        _ = self._channels, self._grids, self._rules  # refuse what they cannot be

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """What each number is: order, length, angles, weight where it is not Z."""
        return [
            f"S{order} r={r:.4g} Å η={eta:.4g} Å⁻²{''.join(bends)}{label}"
            for order, grid in enumerate(self._grids, start=2)
            for label in self._channels.labels
            for eta, r in zip(*grid, strict=True)
            for bends in product(self._bends, repeat=order - 2)
        ]

    @property
    @abstractmethod
    def _counts(self) -> tuple[int, ...]:
        """Lengths of each order, from two atoms on."""

    @property
    @abstractmethod
    def _bends(self) -> list[str]:
        """What names say of each function of an angle."""

    @abstractmethod
    def _add(self, paths: Paths, sums: Array) -> None:
        """Add paths to the sums of their sites, (n_sites, n_channels, n, n_angular)."""

    def _batch(self, batch: NeighborBatch) -> Array:
        """Features of the sites of one batch, (n_sites, n_features)."""
        weights = self._channels.of(batch.numbers)
        sums = [
            np.zeros((len(batch), len(weights), n, len(self._bends) ** i))
            for i, n in enumerate(self._counts)
        ]
        strength = weights * self._rules.fade(batch.distances)
        sums[0][..., 0] += radial_sums(
            batch.offsets, batch.distances, strength, *self._grids[0]
        )
        n_atoms = 1 + max((i for i, n in enumerate(self._counts) if n), default=0)
        for found in walk(batch, weights, n_atoms, self._rules):
            self._add(found, sums[len(found.atoms) - 1][found.sites])
        return np.concatenate([part.reshape(len(batch), -1) for part in sums], axis=1)

    @cached_property
    def _channels(self) -> Channels:
        """What atoms count."""
        return Channels(self.weight)

    @cached_property
    def _grids(self) -> list[tuple[Array, Array]]:
        """η and r_shift of each order."""
        first, last = self.r_min + 0.5, self.cutoff - 0.5
        return [gaussian_grid("shifted", first, last, n) for n in self._counts]

    @cached_property
    def _rules(self) -> PathRules:
        """Which paths count."""
        limit = self.cutoff
        if self.cutoff_beyond == "xanesnet":
            ends = [r + np.sqrt(NOTHING / eta) for eta, r in self._grids[1:]]
            limit = float(np.concatenate(ends).max(initial=limit))
        return PathRules(self.cutoff, self.cutoff_beyond, self.paths, limit)
