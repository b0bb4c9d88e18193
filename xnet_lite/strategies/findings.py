"""What a campaign of active learning found, and the log of its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset
from xnet_lite.faces import Face
from xnet_lite.metrics import relative_spectral_error
from xnet_lite.strategies.curves import Curve
from xnet_lite.strategies.sampling import Protocol


@dataclass(frozen=True, eq=False, repr=False)
class Findings(Face):
    """What a campaign found, and why it did what it did.

    Attributes
    ----------
    dataset : XASDataset
        Computed sites in the order in which they were chosen, with features and, as a
        label, the "batch" each belongs to.
    rows : int array (n_known,)
        Their places in the pool.
    log : list of dict
        A row for each decision, for `tables.Table`; the last says why it ended.
    spent : array (n_batches,)
        CPU seconds after each batch.
    left_out : dict of str to str
        Sites that the oracle refused, and its words.
    """

    dataset: XASDataset
    rows: Ints
    log: list[dict[str, Any]]
    spent: Array
    left_out: Mapping[str, str]
    protocol: Protocol = field(repr=False)
    seed: int = 0

    @property
    def why(self) -> str:
        """Why it ended."""
        return str(self.log[-1]["decision"])

    @property
    def sizes(self) -> Ints:
        """Known sites after each batch, (n_batches,)."""
        batch = self.dataset.labels["batch"]
        return np.searchsorted(batch, np.unique(batch), side="right")

    @property
    def batches(self) -> list[Ints]:
        """Their places in the pool, batch by batch."""
        return np.split(self.rows, self.sizes[:-1])

    def picks(self) -> list[dict[str, Any]]:
        """Return a row for each site: when it came, and how far from what was known.

        Distances are in the scaled features of all known sites; NaN at the start.
        """
        assert self.dataset.features is not None
        space = self.protocol.scaler.fit_transform(self.dataset.features)
        rows = []
        batch = self.dataset.labels["batch"]
        for i, one in enumerate(self.dataset.sites or ()):
            before = space[batch < batch[i]]
            far = float(cdist(space[[i]], before).min()) if len(before) else np.nan
            rows.append({"batch": int(batch[i]), "site": one.name, "from known": far})
        return rows

    def curve(self, test: XASDataset) -> Curve:
        """Return how the error of the model falls on sites with spectra, by batch.

        Parameters
        ----------
        test : XASDataset
            With features as the campaign describes sites.
        """
        assert test.features is not None
        errors, mse = [], []
        for size in self.sizes:
            learnt = self.protocol.model.fresh([self.seed]).fit(self.dataset[:size])
            mu = learnt.predict(test.features)
            errors.append(relative_spectral_error(mu, test.spectra))
            mse.append(((mu - test.spectra) ** 2).mean())
        return Curve(self.sizes, np.array(errors), np.array(mse), self.rows)

    def _facts(self) -> Mapping[str, object]:
        return {
            "known sites": len(self.dataset),
            "batches": len(self.spent),
            "spent": f"{self.spent[-1]:.1f} CPU s",
            "ended as": self.why,
        }

    def _notes(self) -> list[str]:
        return [f"{name} left out: {said}" for name, said in self.left_out.items()]
