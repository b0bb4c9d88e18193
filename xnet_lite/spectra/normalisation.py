"""Raw absorption to an edge step of 1, computed absorption to a mean of 1."""

from dataclasses import replace

import numpy as np

from xnet_lite.arrays import Array, floats
from xnet_lite.errors import InputError, within
from xnet_lite.spectra.spectrum import Spectrum, edge_energy

Range = tuple[float, float]
# eV from e0; chosen on 124 scans of the XAS Data Library so that the mean from 40 to
# 120 eV behind the edge is nearest to 1
PRE, POST = (-150.0, -30.0), (75.0, 600.0)
# eV from e0; computed spectra end too soon for an edge step, and are divided by their
# mean above it
NORMALISED_ABOVE = 15.0
# eV before e0 from which on a spectrum has a pre-edge that carries a line
LONG_BEFORE = 45.0
SHORTEST = 10.0  # eV behind e0 that a step needs
LINE_BEFORE, LINE_BEHIND, PARABOLA_BEHIND = 30.0, 50.0, 300.0  # eV that carry a degree


def normalise(
    spectrum: Spectrum,
    e0: float | None = None,
    pre: Range | None = None,
    post: Range | None = None,
    *,
    degrees: tuple[int, int] | None = None,
    flatten: bool = False,
) -> Spectrum:
    """Return the spectrum without its pre-edge line and with an edge step of 1.

    μ_norm(E) = (μ(E) − pre(E)) / (post(e0) − pre(e0)), polynomials fitted by least
    squares before and behind the edge.

    Parameters
    ----------
    spectrum : Spectrum
        Raw absorption.
    e0 : float, optional
        Edge energy, eV; the spectrum's own, or the steepest point.
    pre, post : (float, float), optional
        Where the polynomials are fitted, eV from e0. Without them: -150 to -30 and
        75 to 600 eV, in a shorter spectrum the outer two thirds of what there is.
    degrees : (int, int), optional
        Of the two polynomials. Without them: a line before the edge if the range
        spans 30 eV (else a constant), behind it a parabola from 300 eV, a line from
        50 eV, else a constant: a short range cannot carry more.
    flatten : bool
        Also take the bend of the post-edge polynomial out, so that the spectrum
        oscillates around 1 behind the edge.

    Returns
    -------
    Spectrum
        With `e0` set; `meta` has "edge_step", "pre_range" and "post_range".

    Raises
    ------
    InputError
        If a range holds too few points, the spectrum ends less than 10 eV behind e0, a
        degree is negative, or the step is not positive.

    Example
    -------
    >>> energy = np.arange(-100.0, 400.0)
    >>> raw = Spectrum(energy, 5 + 0.01 * energy + 3 * (energy > 0), e0=0.0)
    >>> bool(np.allclose(normalise(raw, flatten=True).mu, energy > 0))
    True
    """
    within("(-inf, inf)", optional=True, e0=e0)
    for name, ends in {"pre": pre, "post": post, "degrees": degrees}.items():
        if ends is not None and len(np.atleast_1d(floats(name, ends))) != 2:
            raise InputError(f"{name} is {ends!r}: give two numbers")
    e0 = edge_energy(spectrum) if e0 is None else float(e0)
    rel = spectrum.energy - e0
    first, last = float(rel[0]), float(rel[-1])
    if post is None and last < SHORTEST:
        raise InputError(
            f"the spectrum ends {last:.1f} eV behind e0 {e0:.2f} eV, too near for an "
            "edge step: was it stopped before its edge? Else give e0 or a range post"
        )
    pre = pre or (max(first, PRE[0]), max(first / 3, PRE[1]))
    post = post or (min(last / 3, POST[0]), min(last, POST[1]))
    degrees = degrees or _degrees(pre, post)
    for degree in degrees:
        within("[0, 9]", whole=True, degrees=degree)
    before = _fit(rel, spectrum.mu, pre, degrees[0], "pre")
    behind = _fit(rel, spectrum.mu, post, degrees[1], "post")
    step = behind(0.0) - before(0.0)
    if not step > 0:
        raise InputError(
            f"the edge step at e0 {e0:.2f} eV is {step:.3g}, not positive, check e0 "
            f"and the ranges pre {pre[0]:.1f} to {pre[1]:.1f} and post {post[0]:.1f} "
            f"to {post[1]:.1f} eV"
        )
    mu = np.asarray((spectrum.mu - before(rel)) / step, dtype=float)
    if flatten:
        bend = (behind(rel) - before(rel)) / step - 1
        mu -= np.where(rel > 0, bend, 0.0)
    ranges = {"pre_range": pre, "post_range": post}
    meta = {**spectrum.meta, "edge_step": float(step), **ranges}
    return replace(spectrum, mu=mu, e0=e0, meta=meta)


def without_pre_edge(spectrum: Spectrum, e0: float) -> Spectrum:
    """Return a spectrum without its pre-edge line, if it begins 45 eV before e0.

    A shorter one, as most computed ones are, is returned as it is.

    Parameters
    ----------
    spectrum : Spectrum
    e0 : float
        Edge energy, eV.

    Example
    -------
    >>> raw = Spectrum(np.arange(-60.0, 60.0), 5 + 0.01 * np.arange(120.0))
    >>> bool(np.allclose(without_pre_edge(raw, 0.0).mu, 0))
    True
    """
    within("(-inf, inf)", e0=e0)
    rel = spectrum.energy - e0
    if rel[0] > -LONG_BEFORE:
        return spectrum
    pre = max(rel[0], PRE[0]), max(rel[0] / 3, PRE[1])
    line = _fit(rel, spectrum.mu, pre, 1, "pre")
    return replace(spectrum, mu=np.asarray(spectrum.mu - line(rel), dtype=float))


def unit_mean(energy_rel: Array, mu: Array, above: float = NORMALISED_ABOVE) -> Array:
    """Divide spectra by their mean above an energy: the scale of every embedded set.

    Parameters
    ----------
    energy_rel : ndarray, shape (n_energies,)
        eV from the edge.
    mu : ndarray, shape (..., n_energies)
        Absorption; any number of spectra that share the grid.
    above : float
        eV from the edge.

    Returns
    -------
    ndarray, shape (..., n_energies)

    Raises
    ------
    InputError
        If no energy lies above.

    Example
    -------
    >>> unit_mean(np.array([0.0, 20.0, 30.0]), np.array([0.0, 1.0, 3.0])).tolist()
    [0.0, 0.5, 1.5]
    """
    beyond = energy_rel > above
    if not beyond.any():
        raise InputError(
            f"the energies end at {np.max(energy_rel):g} eV from the edge, so nothing "
            f"lies above {above:g} eV to divide by: give a longer grid"
        )
    return mu / mu[..., beyond].mean(axis=-1, keepdims=True)


def _degrees(pre: Range, post: Range) -> tuple[int, int]:
    """Degrees that the lengths of the two ranges can carry."""
    length = post[1] - post[0]
    behind = int(length >= LINE_BEHIND) + int(length >= PARABOLA_BEHIND)
    return int(pre[1] - pre[0] >= LINE_BEFORE), behind


def _fit(
    rel: Array, mu: Array, limits: Range, degree: int, name: str
) -> np.polynomial.Polynomial:
    """Least-squares polynomial over a range, and a sentence when it has no points."""
    inside = (rel >= limits[0]) & (rel <= limits[1])
    if inside.sum() <= degree:
        raise InputError(
            f"the {name}-edge range {limits[0]:.1f} to {limits[1]:.1f} eV holds "
            f"{int(inside.sum())} points, give a range {name}=(…, …) with at least "
            f"{degree + 1} inside {rel[0]:.1f} to {rel[-1]:.1f} eV"
        )
    return np.polynomial.Polynomial.fit(rel[inside], mu[inside], degree)
