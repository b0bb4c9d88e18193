"""From structures to spectra of one grid: what a refinement asks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.parallel import PROCESSES, Scheduler
from xnet_lite.spectra import broadener, unit_mean
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


def by_delta(delta: Any, low: Forward) -> Forward:
    """Return what asks a low level and adds what it lacks, as a Δ has learnt it.

    Parameters
    ----------
    delta : DeltaPredictor
        Taught with a descriptor, since it is asked for structures.
    low : callable
        Its low level: `by_engine`, or `by_predictor` where that is a network. Spectra
        are put on the energies of Δ and divided by their mean, as embedded sets are.

    Raises
    ------
    InputError
        When asked, if the low level does not reach as far as Δ.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, eq. 19.
    Differs: that paper predicts by it, and fits nothing.
    """

    def forward(sites: Sequence[Site]) -> tuple[Array, Array]:
        wanted = delta.predictor.energy_
        energy_rel, spectra = low(sites)
        if energy_rel[0] > wanted[0] + 1e-6 or energy_rel[-1] < wanted[-1] - 1e-6:
            raise InputError(
                f"the low level ends at {energy_rel[0]:g} and {energy_rel[-1]:g} eV, Δ "
                f"at {wanted[0]:g} and {wanted[-1]:g} eV: compute it as far as that"
            )
        there = np.array([np.interp(wanted, energy_rel, mu) for mu in spectra])
        return wanted, delta.predict(list(sites), unit_mean(wanted, there))

    return forward
