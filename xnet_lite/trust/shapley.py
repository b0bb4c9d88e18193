"""What each feature gives to a prediction, by the shap library, over the distance.

Beside it stands what physics says: amplitudes of scattering paths, spread over the same
distances by the same Gaussians.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from xnet_lite.arrays import Array
from xnet_lite.errors import InputError, within
from xnet_lite.faces import Face
from xnet_lite.models import SpectrumModel
from xnet_lite.predictor import Inputs, Predictor
from xnet_lite.structures import Site
from xnet_lite.trust.attribution import Shares, Window, linear_parts

#: energies at which a prediction is taken apart, evenly spaced
N_ENERGIES = 20
#: a G2 by its name: where it stands, and how narrow it is
_RADIAL = re.compile(r"^G2 r=([\d.]+) Å η=([\d.e+-]+) Å⁻²")


@dataclass(frozen=True, eq=False, repr=False)
class Shapley(Face):
    """What each feature gives to the predictions for some sites.

    Attributes
    ----------
    names : list of str
        Of the features.
    energy : ndarray (n_energies,)
        eV from the edge.
    values : ndarray (n_sites, n_features, n_energies)
        They add up to the prediction less the mean one of the background.
    """

    names: list[str]
    energy: Array
    values: Array

    def size(self, window: Window | None = None) -> Array:
        """Return the mean |value| in a window, (n_sites, n_features): the local one.

        The mean over sites is the global one.
        """
        low, high = window or (self.energy[0], self.energy[-1])
        inside = (self.energy >= low) & (self.energy <= high)
        if not inside.any():
            raise InputError(f"no energy lies from {low:g} to {high:g} eV")
        found: Array = np.abs(self.values[..., inside]).mean(axis=-1)
        return found

    def by_distance(self, window: Window | None = None) -> tuple[Array, Array]:
        """Return where the G2 stand, Å, and the size of all that stand there.

        Returns
        -------
        ndarray (n_distances,), ndarray (n_sites, n_distances)
        """
        places, size = radial(self.names)[0], self.size(window)
        where = np.unique(places[np.isfinite(places)])
        found = [size[:, places == one].sum(axis=1) for one in where]
        return where, np.stack(found, axis=1)

    def _facts(self) -> dict[str, object]:
        size = self.size().mean(axis=0)
        largest = [f"{self.names[i]} {size[i]:.2g}" for i in np.argsort(-size)[:3]]
        return {
            "sites": len(self.values),
            "features": len(self.names),
            "largest mean": ", ".join(largest),
        }


def shapley(
    predictor: Predictor,
    inputs: Inputs,
    background: Inputs,
    *,
    energy: ArrayLike | None = None,
    n_samples: int = 200,
    seed: int = 0,
) -> Shapley:
    """Take predictions of a network apart by shap's `GradientExplainer`.

    Parameters
    ----------
    predictor : Predictor
        A network; of several members, their mean is taken apart.
    inputs : as in `Predictor.predict`
    background : as in `Predictor.predict`
        What a feature is held against, a hundred sites or so.
    energy : array (n_energies,), optional
        Energies of the model at which to do it; 20 evenly spaced by default.
    n_samples : int
        Points on paths between background and site, drawn by chance.
    seed : int

    Raises
    ------
    InputError
        If shap is missing, for another model, or targets that are no linear
        representation of spectra.

    Source: S. M. Lundberg, S.-I. Lee, Adv. Neural Inf. Process. Syst. 30 (2017) 4765;
    G. Erion et al., Nat. Mach. Intell. 3 (2021) 620; for spectra T. J. Penfold et al.,
    Mach. Learn.: Sci. Technol. 5 (2024) 021001, doi:10.1088/2632-2153/ad5074, Fig. 19.
    Differs: expected gradients, since shap's `DeepExplainer` has no rule for our
    activation; of spectra, whatever the network's targets are.
    """
    within("[1, inf)", whole=True, n_samples=n_samples)
    within("[0, inf)", whole=True, seed=seed)
    rows = _rows(predictor.energy_, energy)
    model = _Spectra(predictor, rows)
    x, around = (
        torch.as_tensor(predictor.scale(one), dtype=torch.float32)
        for one in (inputs, background)
    )
    state = np.random.get_state()  # noqa: NPY002  shap draws from the global stream
    try:
        explainer = _shap().GradientExplainer(model, around)
        found = explainer.shap_values(x, nsamples=n_samples, rseed=seed)
    finally:
        np.random.set_state(state)  # noqa: NPY002
    values = np.asarray(found, dtype=float).reshape(*x.shape, len(rows))
    return Shapley(predictor.feature_names, predictor.energy_[rows], values)


def radial(names: Sequence[str]) -> tuple[Array, Array]:
    """Return where each G2 stands (Å) and its η (Å⁻²); NaN for other features.

    Example
    -------
    >>> radial(["G1", "G2 r=1.5 Å η=4 Å⁻²"])[0]
    array([nan, 1.5])
    """
    found = [_RADIAL.match(name) for name in names]
    pairs = [
        tuple(map(float, one.groups())) if one else (np.nan, np.nan) for one in found
    ]
    places, narrow = np.array(pairs).reshape(-1, 2).T
    if not np.isfinite(places).any():
        raise InputError("no feature is a G2 that stands at a distance: use WACSF()")
    return places, narrow


def spread(shares: Shares, site: Site, names: Sequence[str]) -> Array:
    """Return sizes of atoms' shares over the distances where G2 stand, (n_distances,).

    Σ_j |share_j| exp(-η (r_j - r)²): with single or double scattering, what physics has
    where a network has its features.

    Parameters
    ----------
    shares : Shares
        Of `attribution.path_shares`, say.
    site : Site
    names : sequence of str
        Of features, as `Shapley.by_distance` has them.
    """
    places, narrow = radial(names)
    where, first = np.unique(places[np.isfinite(places)], return_index=True)
    eta = narrow[np.isfinite(places)][first]
    away = np.linalg.norm(
        site.atoms.positions - site.atoms.positions[site.absorber_index], axis=1
    )
    bells = np.exp(-eta[:, None] * (away - where[:, None]) ** 2)
    found: Array = bells @ shares.size()
    return found


class _Spectra(nn.Module):
    """From scaled features to spectra at some energies; members agree on the mean."""

    def __init__(self, predictor: Predictor, rows: Array) -> None:
        super().__init__()
        network, known = linear_parts(predictor)
        models: list[SpectrumModel] = network.model_.members()
        self.models = nn.ModuleList(models)
        mean = torch.as_tensor(network.target_mean_, dtype=torch.float32)
        known = known.rescaled(float(network.target_scale_), mean)
        self.matrix, self.offset = known.matrix[:, rows], known.offset[rows]

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, n_features) to (batch, n_energies)."""
        targets = torch.stack([model(x) for model in self.models]).mean(0)
        return targets @ self.matrix + self.offset


def _rows(grid: Array, energy: ArrayLike | None) -> Array:
    """Places on the grid of the energies that are asked for."""
    if energy is None:
        return np.unique(np.linspace(0, len(grid) - 1, N_ENERGIES).astype(int))
    wanted = np.atleast_1d(np.asarray(energy, dtype=float))
    rows = np.abs(grid - wanted[:, None]).argmin(axis=1)
    if not np.allclose(grid[rows], wanted):
        off = wanted[~np.isclose(grid[rows], wanted)][0]
        raise InputError(f"the model has no energy {off:g} eV: give some of energy_")
    return rows


def _shap() -> Any:
    """The library, which takes seconds to load."""
    try:
        import shap
    except ImportError:
        said = "shap is not there: pip install 'xnet-lite[explain]'"
        raise InputError(said) from None
    return shap
