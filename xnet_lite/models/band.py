"""A prediction and how far it can be trusted, point by point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Mask
from xnet_lite.errors import InputError
from xnet_lite.faces import Face

#: half width of a band, in standard deviations, where none is named
K = 2.0


@dataclass(frozen=True, eq=False, repr=False)
class Band(Face):
    """A mean, its standard deviation, and how they were found.

    Parameters
    ----------
    mean, std : array (..., n_energies)
        Of one shape, in the unit of what is predicted: (n_sites, n_energies) from a
        predictor, (n_sites, n_targets) from a regressor, (n_energies,) of one site.
    how : str
        What the standard deviation is of, for a legend: "15 members".

    Raises
    ------
    InputError
        If the shapes differ, or a standard deviation is negative.

    Example
    -------
    >>> low, high = Band([1.0, 2.0], [0.1, 0.2], how="by hand").interval(2)
    >>> low.tolist(), high.tolist()
    ([0.8, 1.6], [1.2, 2.4])
    """

    mean: Array
    std: Array
    how: str = ""

    def __post_init__(self) -> None:
        for name in ("mean", "std"):
            value = np.asarray(getattr(self, name), dtype=float)
            object.__setattr__(self, name, value)
        if self.mean.shape != self.std.shape or (self.std < 0).any():
            said = f"mean {self.mean.shape} and std {self.std.shape} make no band"
            raise InputError(f"{said}: give arrays of one shape, std not negative")

    @classmethod
    def of_members(cls, members: ArrayLike) -> Band:
        """Return mean and standard deviation (over n - 1) of several predictions.

        Parameters
        ----------
        members : array (n_members, ..., n_energies)

        Raises
        ------
        InputError
            If there is one only.
        """
        values = np.asarray(members, dtype=float)
        if len(values) < 2:
            said = "this predictor is a single model and has no spread"
            raise InputError(f"{said}: train it with xnet_lite.trust.bootstrap")
        how = f"{len(values)} members"
        return cls(values.mean(0), values.std(0, ddof=1), how)

    def interval(self, k: float = K) -> tuple[Array, Array]:
        """Return where the band of ± k standard deviations begins and ends."""
        return self.mean - k * self.std, self.mean + k * self.std

    @property
    def low(self) -> Array:
        """Lower end of the band of ± 2 standard deviations."""
        return self.interval()[0]

    @property
    def high(self) -> Array:
        """Upper end of the band of ± 2 standard deviations."""
        return self.interval()[1]

    def holds(self, values: ArrayLike, k: float = K) -> Mask:
        """Return which of the values lie within k standard deviations of the mean."""
        return np.abs(np.asarray(values, dtype=float) - self.mean) <= k * self.std

    def __getitem__(self, index: Any) -> Band:
        """Return the band of some sites, or of one."""
        return Band(self.mean[index], self.std[index], self.how)
