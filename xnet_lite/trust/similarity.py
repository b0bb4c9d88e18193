"""Has the model seen anything like this? The nearest known sites, and a warning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.predictor import Inputs, Predictor
from xnet_lite.predictor.places import nearest

#: a site further from all known ones than this percentage of these are from each other
#: is out of domain
DOMAIN_PERCENTILE = 99.0


class Nearest(NamedTuple):
    """The nearest known sites of some sites, nearest first, (n_sites, n_nearest)."""

    indices: Ints
    distances: Array
    names: list[list[str]]


@dataclass(frozen=True, repr=False)
class KnownSites(Face):
    """The training set as a place: what is near, and where it ends.

    Distances are Euclidean in scaled features over the root of their number, so that
    two sites which differ by one standard deviation in every feature are at 1.

    Attributes
    ----------
    predictor : Predictor
        A fitted one.
    scaled : array (n_known, n_features)
    names : list of str
    threshold : float
        Largest distance that counts as inside the domain.
    """

    predictor: Predictor
    scaled: Array
    names: list[str]
    threshold: float

    @classmethod
    def of(
        cls,
        predictor: Predictor,
        percentile: float = DOMAIN_PERCENTILE,
        threshold: float | None = None,
    ) -> KnownSites:
        """Return the known sites of a fitted predictor.

        The threshold is a percentile of the distances of training sites to their
        nearest other training site, unless it is known: of thousands of sites that
        takes longer than a prediction.

        Raises
        ------
        InputError
            If the percentile is out of range, or there is one known site only.

        Example
        -------
        >>> from xnet_lite.models import MeanSpectrum
        >>> x = np.array([[0.0], [1.0], [4.0]])
        >>> known = Predictor(model=MeanSpectrum()).fit(x, np.ones((3, 2)), [0.0, 1.0])
        >>> KnownSites.of(known).warnings(np.array([[1.0], [100.0]]))[0]
        ''
        """
        within("(0, 100]", percentile=percentile)
        scaled = predictor.known_places
        if len(scaled) < 2:
            raise InputError("there is one known site only: a domain needs 2 or more")
        names = predictor.meta_.get("names") or [
            f"site {i}" for i in range(len(scaled))
        ]
        if threshold is None:
            nearest_other = nearest(scaled, scaled, 2)[0][:, 1]
            threshold = float(np.percentile(nearest_other, percentile))
        return cls(predictor, scaled, list(names), threshold)

    def nearest(self, inputs: Inputs, n: int = 5) -> Nearest:
        """Return the n nearest known sites of each site.

        Parameters
        ----------
        inputs : Site, sequence of Site, or array (n_sites, n_features)
        n : int
            At most this many.
        """
        within("[1, inf)", whole=True, n=n)
        sites = self.predictor.place(inputs)
        distances, indices = nearest(sites, self.scaled, n)
        names = [[self.names[i] for i in row] for row in indices]
        return Nearest(indices, distances, names)

    def distance(self, inputs: Inputs) -> Array:
        """Return each site's distance to the nearest known one, (n_sites,)."""
        return self.nearest(inputs, 1).distances[:, 0]

    def warnings(self, inputs: Inputs) -> list[str]:
        """Return a sentence for each site that is out of domain, else ''."""
        return [self._warning(distance) for distance in self.distance(inputs)]

    def _warning(self, distance: float) -> str:
        """A sentence if this is too far, else ''."""
        if distance <= self.threshold:
            return ""
        return (
            f"out of domain: the nearest known site is at distance {distance:.2f}, "
            f"known ones lie within {self.threshold:.2f} of each other"
        )
