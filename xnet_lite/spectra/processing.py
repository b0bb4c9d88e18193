"""What is done to spectra before anybody compares them; every step is pure."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import floats
from xnet_lite.errors import InputError, within
from xnet_lite.spectra.broadening import convolve_gaussian, convolve_lorentzian
from xnet_lite.spectra.spectrum import Spectrum, edge_energy
from xnet_lite.spectra.widths import arctangent_width

MAX_SHIFT, SHIFT_STEP = 15.0, 0.25  # eV; wider than any calibration error seen


def align(spectrum: Spectrum, reference: Spectrum | float) -> Spectrum:
    """Return the spectrum shifted in energy onto a reference.

    Parameters
    ----------
    spectrum : Spectrum
        What to shift.
    reference : Spectrum or float
        A number is the e0 that the spectrum shall have, eV. A spectrum is matched by
        least squares with a free factor, min over shift and a of Σ (a μ − μ_ref)²
        over the points both have, starting from equal e0 and ±15 eV around it.

    Returns
    -------
    Spectrum
        On its own grid shifted, `meta["energy_shift"]` in eV (a sum if repeated).

    Raises
    ------
    InputError
        If the two never overlap, or fit best at the end of the ±15 eV.

    Example
    -------
    >>> energy = np.linspace(0.0, 40.0, 161)
    >>> step = Spectrum(energy, np.arctan(energy - 12))
    >>> round(align(step, 7112.0).e0, 3)
    7112.0
    """
    e0 = edge_energy(spectrum)
    if isinstance(reference, Spectrum):
        shift = _best_shift(spectrum, reference, edge_energy(reference) - e0)
    else:
        within("(-inf, inf)", reference=reference)
        shift = float(reference) - e0
    total = float(spectrum.meta.get("energy_shift", 0.0)) + shift
    return replace(
        spectrum,
        energy=spectrum.energy + shift,
        e0=e0 + shift,
        meta={**spectrum.meta, "energy_shift": total},
    )


def resample(
    spectrum: Spectrum, energy: ArrayLike, *, extrapolate: bool = False
) -> Spectrum:
    """Return the spectrum on another grid, linear between its points.

    Parameters
    ----------
    spectrum : Spectrum
        On any grid.
    energy : array (n_energies,)
        New absolute energies, eV, increasing.
    extrapolate : bool
        Continue with the first and last value outside the range instead of refusing.

    Returns
    -------
    Spectrum

    Raises
    ------
    InputError
        If the new grid leaves the range of the old one.

    Example
    -------
    >>> resample(Spectrum([0.0, 2.0], [0.0, 1.0]), [0.5, 1.0]).mu.tolist()
    [0.25, 0.5]
    """
    grid = floats("energy", energy)
    if grid.ndim != 1 or len(grid) < 2 or not np.isfinite(grid).all():
        raise InputError(f"energy has shape {grid.shape}: give 2 or more finite ones")
    low, high = spectrum.energy[[0, -1]]
    slack = 1e-9 * max(abs(low), abs(high))  # what adding and subtracting e0 leaves
    outside = (grid < low - slack) | (grid > high + slack)
    if outside.any() and not extrapolate:
        raise InputError(
            f"{int(outside.sum())} of {grid.size} new energies, {grid[outside][0]:.2f} "
            f"eV first, lie outside the spectrum's {low:.2f} to {high:.2f} eV, choose "
            "a grid inside or extrapolate=True"
        )
    mu = np.interp(grid, spectrum.energy, spectrum.mu)
    return replace(spectrum, energy=grid, mu=mu)


def broaden(
    spectrum: Spectrum,
    fwhm: ArrayLike | None = None,
    *,
    arctangent: Mapping[str, float] | None = None,
    gaussian: float | None = None,
    e_cut: float | None = None,
) -> Spectrum:
    """Return the spectrum as a finite lifetime and an instrument show it.

    First the Lorentzian (one width, one per energy, or the arctangent model), then
    the Gaussian. The Lorentzian counts μ as zero below the first point and as
    constant past the last, so take a raw measured pre-edge off first (`normalise`).

    Parameters
    ----------
    spectrum : Spectrum
        Unbroadened.
    fwhm : float or array (n_energies,), optional
        Lorentzian full width at half maximum, eV.
    arctangent : mapping, optional
        Arguments of `arctangent_width` in its place; nothing is absorbed below the
        Fermi energy e0 + e_fermi.
    gaussian : float, optional
        Gaussian full width at half maximum, eV.
    e_cut : float, optional
        Absolute energy below which nothing is absorbed, eV.

    Returns
    -------
    Spectrum
        On the same grid.

    Raises
    ------
    InputError
        If no width is given, or two for the Lorentzian.

    Example
    -------
    >>> step = Spectrum([-50.0, 0.0, 1e-6, 50.0], [0, 0, 1, 1], e0=0.0)
    >>> broaden(step, fwhm=1.0).mu.round(2).tolist()
    [0.0, 0.5, 0.5, 1.0]
    """
    if fwhm is None and arctangent is None and gaussian is None:
        raise InputError("nothing to broaden with: give fwhm, arctangent or gaussian")
    if fwhm is not None and arctangent is not None:
        raise InputError("two Lorentzian widths: give either fwhm or arctangent")
    mu = spectrum.mu
    if arctangent is not None:
        e0 = edge_energy(spectrum)
        fwhm = arctangent_width(spectrum.energy - e0, **arctangent)
        e_cut = e0 + arctangent.get("e_fermi", 0.0) if e_cut is None else e_cut
    if fwhm is not None:
        mu = convolve_lorentzian(spectrum.energy, mu, fwhm, e_cut)
    if gaussian is not None:
        mu = convolve_gaussian(spectrum.energy, mu, gaussian)
    return replace(spectrum, mu=mu)


def _best_shift(spectrum: Spectrum, reference: Spectrum, start: float) -> float:
    """Shift of least squares, the scale of the spectrum left free."""

    def misfit(shift: float) -> float:
        energy = spectrum.energy + shift
        shared = (reference.energy >= energy[0]) & (reference.energy <= energy[-1])
        if shared.sum() < 2:
            return np.inf
        mu = np.interp(reference.energy[shared], energy, spectrum.mu)
        true = reference.mu[shared]
        factor = (mu @ true) / max(mu @ mu, np.finfo(float).tiny)
        return float(np.mean((factor * mu - true) ** 2) / np.mean(true**2))

    trial = start + np.arange(-MAX_SHIFT, MAX_SHIFT + SHIFT_STEP / 2, SHIFT_STEP)
    errors = [misfit(shift) for shift in trial]
    best = trial[int(np.argmin(errors))]
    if not np.isfinite(min(errors)):
        raise InputError("the two spectra never overlap, check their energies")
    if best in (trial[0], trial[-1]):
        raise InputError(
            f"the two spectra fit best at the end of what is tried, {MAX_SHIFT:g} eV "
            "from equal e0: they may be of other edges, shift one by hand, "
            "align(spectrum, e0)"
        )
    refined = scipy.optimize.minimize_scalar(
        misfit, bounds=(best - SHIFT_STEP, best + SHIFT_STEP), method="bounded"
    )
    return float(refined.x)
