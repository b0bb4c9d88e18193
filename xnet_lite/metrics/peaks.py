"""Errors of the peaks: how far each is from its partner, and how many have one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import ArrayLike

from xnet_lite.arrays import Array, Ints, Mask
from xnet_lite.faces import Face
from xnet_lite.metrics.pointwise import pair, r2, rows

#: a peak counts when it stands out by this share of its spectrum's range
PEAK_PROMINENCE = 0.02
#: a predicted peak can be the true one when it lies this close, eV
PEAK_WINDOW = 2.0
#: place of the partner of a peak that has none
MISSED = -1


@dataclass(frozen=True, eq=False, repr=False)
class PeakParity(Face):
    """Every true peak of many spectra beside the predicted one it is matched to.

    Errors run over matched peaks alone, all spectra together, and are NaN where nothing
    is matched; peaks lie on points of the grid, so ΔE is a multiple of its step.

    Attributes
    ----------
    energy, energy_pred : array (n_peaks,)
        Energies of the true peaks and of their partners, NaN for a miss, eV.
    intensity, intensity_pred : array (n_peaks,)
        Absorption of the true spectrum at its peak and of the predicted one at its
        own, NaN for a miss.
    site : int array (n_peaks,)
        Row of the spectrum that the peak belongs to.
    window : float
        How far a partner could be, eV.

    Example
    -------
    >>> nan = float("nan")
    >>> parity = PeakParity([1, 5], [2, nan], [1, 1], [3, nan], [0, 0], window=2.0)
    >>> parity.mean_error, parity.hit_rate
    (1.0, 0.5)
    """

    energy: Array
    energy_pred: Array
    intensity: Array
    intensity_pred: Array
    site: Ints
    window: float

    def __post_init__(self) -> None:
        """Store float64 arrays."""
        for name in ("energy", "energy_pred", "intensity", "intensity_pred"):
            array = np.asarray(getattr(self, name), dtype=float)
            object.__setattr__(self, name, array)
        object.__setattr__(self, "site", np.asarray(self.site, dtype=np.intp))

    def __len__(self) -> int:
        """Return the number of true peaks."""
        return len(self.energy)

    @property
    def found(self) -> Mask:
        """Which true peaks have a partner, (n_peaks,)."""
        return np.isfinite(self.energy_pred)

    @property
    def errors(self) -> Array:
        """Predicted minus true energy of matched peaks, (n_matched,), eV."""
        return (self.energy_pred - self.energy)[self.found]

    @property
    def mean_error(self) -> float:
        """Mean of |ΔE|, eV."""
        return _mean_or_nan(np.abs(self.errors))

    @property
    def median_error(self) -> float:
        """Median of |ΔE|, eV."""
        return float(np.median(np.abs(self.errors))) if self.found.any() else np.nan

    @property
    def max_error(self) -> float:
        """Largest |ΔE|, eV; no larger than the window."""
        return float(np.abs(self.errors).max()) if self.found.any() else np.nan

    @property
    def std(self) -> float:
        """Standard deviation of ΔE with its sign, eV."""
        return float(self.errors.std()) if self.found.any() else np.nan

    @property
    def r2(self) -> float:
        """Coefficient of determination of the parity plot of energies."""
        return _r2_or_nan(self.energy_pred[self.found], self.energy[self.found])

    @property
    def hit_rate(self) -> float:
        """Share of true peaks that have a partner, 0 to 1."""
        return _mean_or_nan(self.found.astype(float))

    @property
    def intensity_error(self) -> float:
        """Median of |Δμ| between matched peaks, in the unit of the spectra."""
        gaps = np.abs(self.intensity_pred - self.intensity)[self.found]
        return float(np.median(gaps)) if len(gaps) else np.nan

    @property
    def intensity_r2(self) -> float:
        """Coefficient of determination of the parity plot of intensities."""
        return _r2_or_nan(self.intensity_pred[self.found], self.intensity[self.found])

    def _facts(self) -> dict[str, object]:
        return {
            "peaks": len(self.energy),
            "found": f"{100 * self.hit_rate:.0f} %",
            "mean |ΔE|": f"{self.mean_error:.2f} eV",
            "window": f"{self.window:g} eV",
        }


def match_peaks(
    mu_pred: ArrayLike,
    mu: ArrayLike,
    energy: ArrayLike,
    *,
    prominence: float = PEAK_PROMINENCE,
    window: float = PEAK_WINDOW,
) -> tuple[Array, Array]:
    """Return each true peak's energy and that of the predicted peak it is matched to.

    Peaks stand out by `prominence` times the range of their spectrum; each predicted
    one is used once, pairs are chosen for the least total distance within `window`.

    Parameters
    ----------
    mu_pred, mu : array (n_energies,)
    energy : array (n_energies,)
        eV.
    prominence : float
        Share of the spectrum's range.
    window : float
        eV; a true peak with no partner this close is a miss.

    Returns
    -------
    tuple of array (n_peaks,)
        Energies of the true peaks and of their partners, NaN for a miss, eV.

    Example
    -------
    >>> x = np.linspace(0, 10, 101)
    >>> match_peaks(np.exp(-((x - 5) ** 2)), np.exp(-((x - 4) ** 2)), x)
    (array([4.]), array([5.]))
    """
    grid = np.asarray(energy, dtype=float)
    true, partner = _matched(*pair(mu_pred, mu), grid, prominence, window)
    return grid[true], _values(grid, partner)


def peak_parity(
    spectra_pred: ArrayLike,
    spectra: ArrayLike,
    energy: ArrayLike,
    *,
    prominence: float = PEAK_PROMINENCE,
    window: float = PEAK_WINDOW,
) -> PeakParity:
    """Return true and predicted peaks of all spectra, matched as by `match_peaks`.

    Parameters
    ----------
    spectra_pred, spectra : array (n_sites, n_energies)
    energy, prominence, window
        As `match_peaks` has them.

    Returns
    -------
    PeakParity
        Its `mean_error`, `max_error`, `std`, `r2` and `hit_rate` are the columns of
        the paper's table and the share that its text gives.

    Raises
    ------
    InputError
        If the shapes of the spectra differ.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, Table II, Figs 12 and S17; C. D. Rankine, M. M. M. Madkhali
    and T. J. Penfold, J. Phys. Chem. A 124 (2020) 4263, doi:10.1021/acs.jpca.0c03723,
    Fig. 3.
    Differs: the papers print neither window nor prominence. Their largest |ΔE|, 5.33 eV
    at the Co edge, shows a window that wide or wider; with 2 eV a peak 3 eV off is a
    miss and not an error, so both mean and hit rate come out lower than theirs would.
    Their σ is taken for that of ΔE with its sign: it is 1.3 to 1.7 times the mean of
    |ΔE| in every row (1.25 for a Gaussian).

    Example
    -------
    >>> x = np.linspace(0, 10, 101)
    >>> pred, true = np.exp(-((x - 5) ** 2)), np.exp(-((x - 4) ** 2))
    >>> peak_parity([pred, pred], [pred, true], x).errors
    array([0., 1.])
    """
    grid = np.asarray(energy, dtype=float)
    columns: list[tuple[Array, ...]] = []
    for i, (pred, true) in enumerate(zip(*rows(spectra_pred, spectra), strict=True)):
        peak, partner = _matched(pred, true, grid, prominence, window)
        sides = (grid[peak], _values(grid, partner), true[peak], _values(pred, partner))
        columns.append((*sides, np.full(len(peak), i)))
    at, at_pred, mu, mu_pred, site = map(np.concatenate, zip(*columns, strict=True))
    return PeakParity(at, at_pred, mu, mu_pred, site.astype(np.intp), window)


def peak_energy_error(
    spectra_pred: ArrayLike, spectra: ArrayLike, energy: ArrayLike, **options: float
) -> Array:
    """Return the mean distance of matched peaks, eV, one number per spectrum.

    NaN where no peak is matched. `options` are those of `match_peaks`.
    """
    pairs = _pairs(spectra_pred, spectra, energy, options)
    return np.array([_mean_or_nan(np.abs(t - p)) for t, p in pairs])


def peak_hit_rate(
    spectra_pred: ArrayLike, spectra: ArrayLike, energy: ArrayLike, **options: float
) -> Array:
    """Return the share of true peaks found within the window, one per spectrum.

    NaN where the true spectrum has no peak. `options` are those of `match_peaks`.
    """
    pairs = _pairs(spectra_pred, spectra, energy, options)
    return np.array([_mean_or_nan(np.isfinite(p) * 1.0) for _, p in pairs])


def _pairs(
    spectra_pred: ArrayLike,
    spectra: ArrayLike,
    energy: ArrayLike,
    options: Mapping[str, float],
) -> Iterator[tuple[Array, Array]]:
    """True and predicted peaks of one spectrum after the other."""
    for pred, true in zip(*rows(spectra_pred, spectra), strict=True):
        yield match_peaks(pred, true, energy, **options)


def _matched(
    pred: Array, true: Array, energy: Array, prominence: float, window: float
) -> tuple[Ints, Ints]:
    """Places of the true peaks and of their partners, MISSED where there is none."""
    there, here = (_peaks(mu, prominence) for mu in (pred, true))
    gaps = np.abs(energy[here][:, None] - energy[there][None, :])
    # a pair outside the window costs more than all pairs inside it together
    cost = np.where(gaps <= window, gaps, window * (1 + len(here)))
    which, whom = scipy.optimize.linear_sum_assignment(cost)
    partner = np.full(len(here), MISSED)
    kept = gaps[which, whom] <= window
    partner[which[kept]] = there[whom[kept]]
    return here, partner


def _values(curve: Array, places: Ints) -> Array:
    """A curve at some places, NaN at those missed."""
    return np.where(places == MISSED, np.nan, curve[places])


def _peaks(mu: Array, prominence: float) -> Ints:
    """Indices of the peaks that stand out."""
    least = max(prominence * np.ptp(mu), 1e-12)
    return scipy.signal.find_peaks(mu, prominence=least)[0]


def _mean_or_nan(values: Array) -> float:
    """Mean over what is not NaN, or NaN without a warning."""
    kept = values[np.isfinite(values)]
    return float(kept.mean()) if len(kept) else np.nan


def _r2_or_nan(pred: Array, true: Array) -> float:
    """Coefficient of determination, NaN where the true values are all one."""
    return float(r2(pred, true)) if len(true) and np.ptp(true) else np.nan
