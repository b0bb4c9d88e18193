"""From structures to spectra of one grid: what a refinement asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.parallel import PROCESSES, Scheduler
from xnet_lite.spectra import broadener
from xnet_lite.structures import Site


class Forward(Protocol):
    """What turns structures into spectra of one grid: an engine, a network, both."""

    def __call__(self, sites: Sequence[Site]) -> tuple[Array, Array]:
        """Return energies from the edge, eV, and spectra (n_sites, n_energies)."""


def by_engine(
    engine: Any,
    *,
    arctangent: bool = False,
    workers: int = 1,
    scheduler: Scheduler = PROCESSES,
    checkpoint: str | Path | None = None,
) -> Forward:
    """Return what asks an engine, with `MultipleScattering.map` or its like.

    Its cluster must hold the molecule whole: where atoms cross its end a spectrum
    jumps, and no structure can be told from it.

    Parameters
    ----------
    engine : MultipleScattering
    arctangent : bool
        Widths that grow with energy, as `spectra.broadener` has them: for measured
        spectra.
    workers, scheduler, checkpoint
        As in `MultipleScattering.map`; a checkpoint serves several refinements.
    """

    def forward(sites: Sequence[Site]) -> tuple[Array, Array]:
        options = {"workers": workers, "scheduler": scheduler}
        found = engine.map(
            list(sites), checkpoint=checkpoint, progress=False, **options
        )
        energy_rel, spectra = found[0].energy_rel, np.array([one.mu for one in found])
        return energy_rel, broadener(energy_rel)(spectra) if arctangent else spectra

    return forward


def by_predictor(predictor: Any) -> Forward:
    """Return what asks a network, or whatever predicts: fast, and off as it is off."""

    def forward(sites: Sequence[Site]) -> tuple[Array, Array]:
        return predictor.energy_, predictor.predict(list(sites))

    return forward
