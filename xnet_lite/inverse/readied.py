"""A scan made ready to be read: every step of it kept, to look at and to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from xnet_lite import sketch
from xnet_lite.arrays import Array
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.spectra import Spectrum, normalise
from xnet_lite.spectra.normalisation import Range

#: share by which an edge step may hang on where its lines are fitted
STEADY = 0.05
#: of a step: noise above which fine structure is not read
NOISY = 0.03


@dataclass(frozen=True, eq=False, repr=False)
class Readied(Face):
    """A scan with its edge step, and what was done to it.

    Attributes
    ----------
    raw : Spectrum
        As it was read.
    normalised : Spectrum
        Without its pre-edge line, step 1, flat behind the edge.
    before, behind : ndarray, shape (n_energies,)
        The lines under and over the edge, in the unit of the raw scan.
    steps : (float, float)
        Least and largest step, in units of the one taken, if either line is fitted on
        either half of its range.
    noise : float
        Of a point behind the edge, in steps; from differences of neighboring points.
    """

    raw: Spectrum
    normalised: Spectrum
    before: Array
    behind: Array
    steps: tuple[float, float]
    noise: float

    @property
    def e0(self) -> float:
        """Edge energy, eV."""
        assert self.normalised.e0 is not None
        return self.normalised.e0

    @property
    def ranges(self) -> dict[str, Range]:
        """Where "pre" and "post" were fitted, eV from e0."""
        return {k: self.normalised.meta[f"{k}_range"] for k in ("pre", "post")}

    @property
    def notes(self) -> list[str]:
        """What was read and assumed, and what is doubtful, in sentences."""
        said = list(self.raw.meta.get("notes", ()))
        pre, post = self.ranges.values()
        step = self.normalised.meta["edge_step"]
        said.append(
            f"e0 is {self.e0:.2f} eV; edge step {step:.4g} by lines fitted from "
            f"{pre[0]:.0f} to {pre[1]:.0f} and {post[0]:.0f} to {post[1]:.0f} eV"
        )
        low, high = self.steps
        if high - low > STEADY:
            said.append(
                f"doubtful: fitted on halves of these ranges, the step is {low:.2f} to "
                f"{high:.2f} times that: look at the lines, give other ranges"
            )
        if self.noise > NOISY:
            said.append(
                f"doubtful: noise is {self.noise:.1%} of the step, so only the coarse "
                "features count: average more scans"
            )
        return said

    def _facts(self) -> dict[str, object]:
        return {
            "of": f"{self.raw.absorber} {self.raw.edge}".strip() or None,
            "e0": f"{self.e0:.2f} eV",
            "edge step": self.normalised.meta["edge_step"],
            "noise": f"{self.noise:.2%} of it",
        }

    def _notes(self) -> Sequence[str]:
        return self.notes

    def _sketch(self) -> str:
        one = self.normalised
        near = np.abs(one.energy_rel) < 100
        x, y = one.energy_rel[near], one.mu[near]
        unit = "energy from the edge / eV"
        return sketch.lines(x, {"normalised": y}, x_label=unit, mark=0.0)


def ready(
    scan: Spectrum,
    *,
    e0: float | None = None,
    pre: Range | None = None,
    post: Range | None = None,
) -> Readied:
    """Return a scan with an edge step of 1, and every step on the way.

    Parameters
    ----------
    scan : Spectrum
        As `read_spectrum` gives it.
    e0, pre, post
        As in `normalise`.

    Returns
    -------
    Readied

    Raises
    ------
    InputError
        As `normalise`.

    Example
    -------
    >>> from xnet_lite.spectra import read_spectrum
    >>> round(ready(read_spectrum("Fe_foil.xdi")).e0, 1)
    7112.0
    """
    plain = normalise(scan, e0, pre, post)
    flat = normalise(scan, plain.e0, pre, post, flatten=True)
    step = plain.meta["edge_step"]
    before = scan.mu - plain.mu * step
    behind = before + step * (1 + plain.mu - flat.mu)
    beyond = flat.mu[flat.energy_rel > 0]
    noise = float(np.median(np.abs(np.diff(beyond, 2)))) * 1.4826 / np.sqrt(6)
    ends = [step, *_other_steps(scan, plain)]
    steps = min(ends) / step, max(ends) / step
    return Readied(scan, flat, before, behind, steps, noise)


def _other_steps(scan: Spectrum, plain: Spectrum) -> list[float]:
    """Edge steps with either line fitted on either half of its range."""
    halves = []
    for name in ("pre", "post"):
        low, high = plain.meta[f"{name}_range"]
        middle = (low + high) / 2
        halves.append([(low, middle), (middle, high), (low, high)])
    found = []
    for pre, post in product(*halves):
        try:
            found.append(normalise(scan, plain.e0, pre, post).meta["edge_step"])
        except InputError:
            continue  # a half without points says nothing
    return [float(one) for one in found]
