"""Which atom made this? Shares of the atoms in a predicted spectrum, and in a true one.

A share is a spectrum: what an atom gives at every energy. Where to move an atom is told
by slopes, the change of a spectrum as it moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from ase import Atoms
from torch import Tensor

from xnet_lite.arrays import Array, Ints
from xnet_lite.descriptors import NeighborGraph
from xnet_lite.errors import InputError, one_of, within
from xnet_lite.faces import Face
from xnet_lite.metrics import spearman
from xnet_lite.models import GNN
from xnet_lite.models.losses import SpectraMap
from xnet_lite.predictor import Network, Predictor
from xnet_lite.scattering import TakenOut
from xnet_lite.structures import Site

Window = tuple[float, float]
#: points of the path from no neighbors to all of them
STEPS = 16


@dataclass(frozen=True, eq=False, repr=False)
class Shares(Face):
    """What each atom gives to the spectrum of a site.

    Attributes
    ----------
    how : str
        By which method.
    energy : ndarray (n_energies,)
        eV from the edge.
    values : ndarray (n_atoms, n_energies)
        In the unit of the spectrum; 0 for the absorber.
    symbols : list of str
        Of the atoms.
    """

    how: str
    energy: Array
    values: Array
    symbols: list[str]

    def size(self, window: Window | None = None) -> Array:
        """Return the mean |share| of each atom in a window, (n_atoms,)."""
        low, high = window or (self.energy[0], self.energy[-1])
        inside = (self.energy >= low) & (self.energy <= high)
        if not inside.any():
            raise InputError(f"no energy lies from {low:g} to {high:g} eV")
        found: Array = np.abs(self.values[:, inside]).mean(axis=1)
        return found

    def _facts(self) -> dict[str, object]:
        size = self.size()
        order = np.argsort(-size)[:3]
        largest = ", ".join(f"{self.symbols[i]}{i} {size[i]:.2g}" for i in order)
        return {"by": self.how, "atoms": len(size), "largest mean": largest}


def true_shares(out: TakenOut, site: Site, energy: Array) -> Shares:
    """Return what each atom gives in truth: the engine with it less without it.

    Parameters
    ----------
    out : TakenOut
        `MultipleScattering.take_out(site)`: all else is held fixed.
    site : Site
    energy : array (n_energies,)
        eV from the edge.
    """
    values = np.zeros((len(site.atoms), len(energy)))
    for group, change in zip(out.groups, out.change, strict=True):
        values[group] = np.interp(energy, out.whole.energy_rel, change)
    return _shares("engine without the atom", site, energy, values)


def path_shares(out: TakenOut, site: Site, energy: Array, *, events: int = 1) -> Shares:
    """Return the amplitude of short paths by each atom, alike at all energies.

    Called as `true_shares`, with

    Parameters
    ----------
    events : {1, 2}
        Single scattering off the atom; or all paths of one or two events, one of them
        at least off the atom.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, Fig. 19.
    Differs: amplitudes are those of the potential of the whole structure.
    """
    values = np.zeros((len(site.atoms), len(energy)))
    one_of("events", events, (1, 2))
    amplitudes = out.amplitudes if events == 1 else out.double_amplitudes
    for group, amplitude in zip(out.groups, amplitudes, strict=True):
        values[group] = amplitude
    how = "single scattering" if events == 1 else "single and double scattering"
    return _shares(how, site, energy, values)


def occlusion(predictor: Predictor, site: Site) -> Shares:
    """Return a prediction less that of the structure without each atom.

    Raises
    ------
    InputError
        If the predictor has no descriptor.
    """
    others = np.setdiff1d(np.arange(len(site.atoms)), site.absorber_index)
    cut = [_without(site, int(atom)) for atom in others]
    spectra = predictor.predict([site, *cut])
    values = np.zeros((len(site.atoms), spectra.shape[1]))
    values[others] = spectra[0] - spectra[1:]
    return _shares("occlusion", site, predictor.energy_, values)


def integrated_gradients(
    predictor: Predictor, site: Site, *, steps: int = STEPS
) -> Shares:
    """Return shares of a graph network that add up, by integrated gradients.

    Neighbors come in together, from not there to there, and each is given what the
    spectrum gains by its own coming: ∫₀¹ ∂μ/∂p_j dt on p = (t, … t). Shares add up to
    the prediction less that of the absorber alone, but for the steps, which are even
    in u of t = u³: the spectrum changes most at the beginning of the path.

    Parameters
    ----------
    predictor : Predictor
        Of a `GNN` and a `NeighborGraph`; of several members, the mean.
    site : Site
    steps : int
        Midpoints on the path.

    Raises
    ------
    InputError
        For another network, or targets that are no linear representation of spectra.

    Source: M. Sundararajan et al., Proc. Mach. Learn. Res. 70 (2017) 3319.
    Differs: the path is one of presence, since half an atomic number is no element.
    """
    within("[1, inf)", whole=True, steps=steps)
    u = (torch.arange(steps) + 0.5) / steps
    return _by_presence(predictor, site, u**3, 3 * u**2, "integrated gradients")


def presence_gradients(predictor: Predictor, site: Site) -> Shares:
    """Return the slope of a graph network's spectrum with each atom's presence, at 1.

    Takes and raises what `integrated_gradients` does.
    """
    one = torch.ones(1)
    return _by_presence(predictor, site, one, one, "gradient of presence")


def position_slopes(predictor: Predictor, site: Site) -> Array:
    """Return how a predicted spectrum changes as each atom moves.

    Parameters
    ----------
    predictor : Predictor
        A network, with a descriptor that has a `gradient`: `WACSF`, `NeighborGraph`.
    site : Site

    Returns
    -------
    ndarray (n_energies, n_atoms, 3)
        In the unit of the spectrum per Å.

    Raises
    ------
    InputError
        For another model or descriptor, or targets that are not linear.
    """
    network, known = linear_parts(predictor)
    moved = moved_features(predictor, site)
    x = torch.as_tensor(predictor.scale([site]), dtype=torch.float32)
    slopes = np.mean(
        [
            torch.func.jacrev(lambda row, m=model: m(row[None])[0])(x[0]).detach()
            for model in network.model_.members()
        ],
        axis=0,
    )  # (n_targets, n_features)
    targets = np.einsum("tf,fax->tax", slopes, moved)
    spectra = np.einsum("te,tax->eax", known.matrix.numpy(), targets)
    found: Array = spectra * network.target_scale_
    return found


def moved_features(predictor: Predictor, site: Site) -> Array:
    """Return how what a network reads changes as each atom moves.

    Takes and raises what `position_slopes` does; ndarray (n_features, n_atoms, 3).
    """
    gradient = getattr(predictor.descriptor, "gradient", None)
    if gradient is None:
        said = f"{type(predictor.descriptor).__name__} tells no slopes"
        raise InputError(f"{said}: use WACSF or NeighborGraph")
    raw, moved = _raw_features(predictor, site), gradient(site)
    if predictor.selection_ is not None:
        moved = moved[predictor.selection_.kept_]
    found: Array = predictor.scaler_.slope(raw)[0][:, None, None] * moved
    return found


def gradient_times_position(predictor: Predictor, site: Site) -> Shares:
    """Return Σ_xyz ∂μ/∂x_j (x_j - x_absorber), slopes times places.

    Takes and raises what `position_slopes` does. It tells what a small move away from
    the absorber would change, not what the atom gives by being there.
    """
    places = site.atoms.positions - site.atoms.positions[site.absorber_index]
    values = np.einsum("eax,ax->ae", position_slopes(predictor, site), places)
    return _shares("gradient × position", site, predictor.energy_, values)


def peak_slopes(
    energy: Array, mu: Array, slopes: Array, window: Window
) -> tuple[float, Array]:
    """Return where the highest point of a window is, and how it moves with the atoms.

    The peak is that of the parabola through the highest point and its neighbors.

    Parameters
    ----------
    energy, mu : array (n_energies,)
        Evenly spaced, eV; the spectrum.
    slopes : array (n_energies, n_atoms, 3)
        As `position_slopes` has them.
    window : (float, float)
        eV.

    Returns
    -------
    position : float
        eV.
    moves : ndarray (n_atoms, 3)
        eV/Å.

    Raises
    ------
    InputError
        If no point inside the window is higher than both beside it.

    Example
    -------
    >>> x = np.arange(5.0)
    >>> peak_slopes(x, -((x - 2.2) ** 2), np.zeros((5, 1, 3)), (0, 4))[0]
    2.2
    """
    inside = np.flatnonzero((energy >= window[0]) & (energy <= window[1]))
    top = int(inside[np.argmax(mu[inside])]) if len(inside) else 0
    if not (0 < top < len(mu) - 1 and mu[top - 1] < mu[top] > mu[top + 1]):
        said = f"the spectrum has no peak from {window[0]:g} to {window[1]:g} eV"
        raise InputError(f"{said}: give a window around one")
    step = float(energy[1] - energy[0])
    left, middle, right = mu[top - 1 : top + 2]
    bend = left - 2 * middle + right
    lean = (left - right) / (2 * bend)
    d_left, d_middle, d_right = slopes[top - 1 : top + 2]
    d_lean = (d_left - d_right) / 2 - lean * (d_left - 2 * d_middle + d_right)
    return round(float(energy[top] + step * lean), 12), step * d_lean / bend


def agreement(shares: Shares, truth: Shares, rows: Ints) -> float:
    """Return the rank correlation of the sizes of two sets of shares, over some atoms.

    Parameters
    ----------
    shares, truth : Shares
        Of one site.
    rows : int array (n,)
        The atoms that are compared.

    Returns
    -------
    float
        Spearman's, -1 to 1.

    Raises
    ------
    InputError
        If all atoms are of one size in truth.
    """
    return float(spearman(shares.size()[rows], truth.size()[rows]))


def _by_presence(
    predictor: Predictor, site: Site, points: Tensor, weights: Tensor, how: str
) -> Shares:
    """Weighted mean slope of the spectrum with each neighbor's presence, at points."""
    network, known = linear_parts(predictor)
    descriptor = predictor.descriptor
    models = network.model_.members()
    if not isinstance(descriptor, NeighborGraph) or not isinstance(models[0], GNN):
        raise InputError(f"{type(models[0]).__name__} has no atoms: give a GNN")
    x = torch.as_tensor(predictor.scale([site]), dtype=torch.float32)
    every = torch.ones(descriptor.n_neighbors)
    slopes = torch.stack(
        [
            torch.func.jacrev(lambda p, m=model: m(x, p[None])[0])(point * every)
            * weight
            for model in models
            for point, weight in zip(points, weights, strict=True)
        ]
    )
    of_targets = slopes.mean(0).detach().numpy().astype(float) * network.target_scale_
    by_neighbor = of_targets.T @ known.matrix.numpy()  # (n_neighbors, n_energies)
    atoms = descriptor.atoms(site)
    values = np.zeros((len(site.atoms), by_neighbor.shape[1]))
    np.add.at(values, atoms, by_neighbor[: len(atoms)])
    return _shares(how, site, predictor.energy_, values)


def linear_parts(predictor: Predictor) -> tuple[Network, SpectraMap]:
    """Return the network of a predictor and what its targets stand for.

    Raises
    ------
    InputError
        If it is no network, or its targets are no linear representation of spectra.
    """
    network, known = predictor.regressor_, predictor.spectra_map()
    if not isinstance(network, Network):
        raise InputError(f"{type(network).__name__} is no network: it has no gradients")
    if known is None:
        said = f"{type(predictor.targets_).__name__} is no linear representation"
        raise InputError(f"{said}: learn EnergyGrid() or PCATargets()")
    return network, known


def _raw_features(predictor: Predictor, site: Site) -> Array:
    """Features that the scaler is given, (1, n_kept)."""
    raw = predictor.descriptor.transform([site])
    kept = predictor.selection_
    return raw if kept is None else kept.transform(raw)


def _without(site: Site, atom: int) -> Site:
    """The site with one atom left away."""
    atoms: Atoms = site.atoms.copy()
    del atoms[atom]
    index = site.absorber_index - (atom < site.absorber_index)
    return Site(atoms, index, site.edge, site.name)


def _shares(how: str, site: Site, energy: Array, values: Array) -> Shares:
    """Shares of the atoms of a site."""
    return Shares(how, energy, values, site.atoms.get_chemical_symbols())
