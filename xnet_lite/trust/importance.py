"""What does a spectrum depend on? Features scrambled, shells taken away."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from xnet_lite.arrays import Array, Ints, Mask, floats
from xnet_lite.datasets import XASDataset
from xnet_lite.errors import InputError, hinted, one_of, within
from xnet_lite.faces import Face
from xnet_lite.predictor import Predictor
from xnet_lite.predictor.inputs import check_grid
from xnet_lite.scattering import MultipleScattering
from xnet_lite.structures import Site

Window = tuple[float, float]
#: eV from the edge: the two windows that are compared
HIGH, LOW = (50.0, 56.0), (-3.0, 3.0)
REPEATS = 5
#: Å, of shells
SHELL_WIDTH = 0.5
#: what stands in the name of a feature that belongs to a group of this kind
KINDS = {
    "feature": r"(.+)",
    "function": r"^(\S+)",
    "element": r" of (.+)$",
    "angle": r"(λ=\S+ ζ=\S+)",
    "shell": r"r=([\d.]+) Å",
}


@dataclass(frozen=True, eq=False, repr=False)
class Importance(Face):
    """How much worse spectra get at every energy without each of some groups.

    Attributes
    ----------
    names : list of str
        Of the groups.
    energy : ndarray (n_energies,)
        eV.
    rise : ndarray (n_repeats, n_groups, n_energies)
        Mean over sites of |μ without - μ| less that with the group.
    error, size : ndarray (n_energies,)
        Mean over sites of the error with all groups, and of |μ|.
    distances : ndarray (n_groups,)
        Of each group from the absorber, Å; NaN where it has none.
    """

    names: list[str]
    energy: Array
    rise: Array
    error: Array
    size: Array
    distances: Array

    def penalty(self, window: Window | None = None) -> Array:
        """Return what each group is worth, (n_groups,), percent of the spectrum.

        100 Σ_E rise / Σ_E |μ|: the rise of metric A, sums running over sites too.

        Parameters
        ----------
        window : (float, float), optional
            Energies from and to, eV; all of them by default.
        """
        return self._penalties(window).mean(axis=0)

    def spread(self, window: Window | None = None) -> Array:
        """Return the standard deviation over repeats of `penalty`, (n_groups,)."""
        return self._penalties(window).std(axis=0)

    def baseline(self, window: Window | None = None) -> float:
        """Return the error with all groups, percent."""
        inside = self._inside(window)
        return float(100 * self.error[inside].sum() / self.size[inside].sum())

    def contrast(self, high: Window = HIGH, low: Window = LOW) -> Array:
        """Return the share of all penalties in one window less that in another.

        Positive where a group matters more for high energies; (n_groups,), sum 0.

        Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
        doi:10.1088/2632-2153/ad5074, Fig. 18; C. D. Rankine and T. J. Penfold, J. Chem.
        Phys. 156 (2022) 164102, doi:10.1063/5.0087255, Fig. 9.
        Differs: shares, since errors of the windows differ; high less low, as figure
        and caption have it, while the text of 2022 says the reverse.
        """
        shares = [self._shares(window) for window in (high, low)]
        return shares[0] - shares[1]

    def reach(self, window: Window | None = None) -> float:
        """Return the mean distance of what a window depends on, Å.

        Groups without a distance are left out; one that does harm counts nothing.

        Raises
        ------
        InputError
            If no group has a distance.
        """
        there = np.isfinite(self.distances)
        if not there.any():
            raise InputError("no group has a distance: group the features by shell")
        weights = np.maximum(self.penalty(window)[there], 0)
        return float(weights @ self.distances[there] / weights.sum())

    def _facts(self) -> dict[str, object]:
        order = np.argsort(-self.penalty())[:3]
        largest = ", ".join(f"{self.names[i]} {self.penalty()[i]:.3g} %" for i in order)
        return {
            "groups": len(self.names),
            "repeats": len(self.rise),
            "error with all": f"{self.baseline():.3g} %",
            "largest": largest,
        }

    def _shares(self, window: Window) -> Array:
        """Penalties over their sum."""
        found = self.penalty(window)
        return found / found.sum()

    def _penalties(self, window: Window | None) -> Array:
        """Percent, (n_repeats, n_groups)."""
        inside = self._inside(window)
        found: Array = 100 * self.rise[..., inside].sum(-1) / self.size[inside].sum()
        return found

    def _inside(self, window: Window | None) -> Mask:
        """Which energies are in a window."""
        low, high = window or (self.energy[0], self.energy[-1])
        inside = (self.energy >= low) & (self.energy <= high)
        if not inside.any():
            raise InputError(
                f"no energy lies from {low:g} to {high:g} eV: give a window within "
                f"{self.energy[0]:g} to {self.energy[-1]:g} eV"
            )
        return inside


def group_features(names: Sequence[str], by: str = "feature") -> dict[str, Ints]:
    """Return the columns of features that belong together, by their names.

    Parameters
    ----------
    names : sequence of str
    by : {"feature", "function", "element", "angle", "shell"}
        Each by itself; G1, G2 or G4; the elements that it counts; λ and ζ; the
        distance it looks at, in shells of 0.5 Å. What has none is in no group.

    Raises
    ------
    InputError
        For another kind, or where no name says it.

    Example
    -------
    >>> names = ["G1", "G2 r=1.6 Å η=2 Å⁻²", "G2 r=1.9 Å η=2 Å⁻²"]
    >>> {k: v.tolist() for k, v in group_features(names, "shell").items()}
    {'1.5 to 2 Å': [1, 2]}
    """
    one_of("by", by, KINDS)
    found: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        match = re.search(KINDS[by], name)
        if match:
            word = match.group(1)
            key = shell_of(float(word)) if by == "shell" else word
            found.setdefault(key, []).append(i)
    if not found:
        raise InputError(f"no feature is named with its {by}: choose another grouping")
    return {name: np.array(columns) for name, columns in found.items()}


def shell_of(distance: float) -> str:
    """Return the name of the shell that a distance is in.

    Example
    -------
    >>> shell_of(1.95)
    '1.5 to 2 Å'
    """
    inner = np.floor(distance / SHELL_WIDTH) * SHELL_WIDTH
    return f"{inner:g} to {inner + SHELL_WIDTH:g} Å"


@hinted
def permutation_importance(
    predictor: Predictor,
    data: XASDataset,
    *,
    groups: str | Mapping[str, Ints] = "feature",
    repeats: int = REPEATS,
    seed: int = 0,
) -> Importance:
    """Scramble features among sites not learnt from, and see what gets worse.

    All features of a group go to another site together; what the model learnt is left
    as it is. Features that say the same share what they are worth between them, so
    that each alone seems to be worth little: groups show it.

    Parameters
    ----------
    predictor : Predictor
        A fitted one.
    data : XASDataset
        Sites that it has not learnt from, with their spectra.
    groups : str or mapping of str to int array
        A kind of `group_features`, or columns of `predictor.feature_names` by name.
    repeats : int
        Times that each group is scrambled.
    seed : int

    Raises
    ------
    InputError
        For fewer than 2 sites, other energies than the model's or a column that is not
        there.

    Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
    doi:10.1063/5.0087255, section III C.
    Differs: groups; metric A of all sites together; the rise itself, which over
    `baseline` is theirs. A window is asked of what is returned: one scramble answers
    for every window, and two are compared on the same one.
    """
    within("[1, inf)", whole=True, repeats=repeats)
    within("[2, inf)", sites_to_scramble=len(data))
    check_grid(data, predictor.energy_)
    x, names = predictor.scale(data), predictor.feature_names
    chosen = group_features(names, groups) if isinstance(groups, str) else groups
    for name, columns in chosen.items():
        if not np.isin(columns, np.arange(len(names))).all():
            said = f"group {name!r} has columns {np.asarray(columns).tolist()}"
            raise InputError(f"{said}: the model sees 0 to {len(names) - 1}")
    error = np.abs(predictor.spectra_of(x) - data.spectra).mean(axis=0)
    rng = np.random.default_rng(seed)
    rise = np.empty((repeats, len(chosen), len(error)))
    for r, g in np.ndindex(*rise.shape[:2]):
        columns = list(chosen.values())[g]
        scrambled = x.copy()
        scrambled[:, columns] = x[rng.permutation(len(x))][:, columns]
        off = np.abs(predictor.spectra_of(scrambled) - data.spectra)
        rise[r, g] = off.mean(axis=0) - error
    size = np.abs(data.spectra).mean(axis=0)
    return Importance(
        list(chosen), data.energy, rise, error, size, _distances(names, chosen)
    )


def shell_importance(
    engine: MultipleScattering, sites: Sequence[Site], energy: Array
) -> Importance:
    """Take shells away from the scattering itself: what importance is in truth.

    Parameters
    ----------
    engine : MultipleScattering
        As `MultipleScattering.take_out` has it, potentials are held fixed.
    sites : sequence of Site
        Molecules.
    energy : array (n_energies,)
        eV from the edge.

    Returns
    -------
    Importance
        Groups are shells of 0.5 Å within `r_fms`; the error with all is 0.

    Raises
    ------
    InputError
        For no sites, or a crystal.

    Example
    -------
    >>> from ase import Atoms
    >>> site = Site(Atoms("FeCO", [[0, 0, 0], [0, 0, 1.8], [0, 0, 2.95]]), 0)
    >>> near = MultipleScattering(r_fms=4.0)
    >>> shell_importance(near, [site], np.arange(0.0, 50.0)).names
    ['1.5 to 2 Å', '2.5 to 3 Å']
    """
    if not len(sites):
        raise InputError("no sites are given: give one or more")
    grid = floats("energy", energy)
    sums: dict[float, Array] = {}
    size: Array = np.zeros_like(grid)
    for site in sites:
        if site.atoms.pbc.any():
            raise InputError(f"{site.label} is a crystal: give molecules")
        places = site.atoms.positions
        away = np.linalg.norm(places - places[site.absorber_index], axis=1)
        inner = np.floor(away / SHELL_WIDTH) * SHELL_WIDTH
        inner[(away > engine.physics.r_fms) | (away == 0)] = np.nan
        shells = np.unique(inner[np.isfinite(inner)])
        out = engine.take_out(site, [np.flatnonzero(inner == one) for one in shells])
        there = out.whole.energy_rel
        size += np.abs(np.interp(grid, there, out.whole.mu))
        for shell, change in zip(shells, np.abs(out.change), strict=True):
            sums[shell] = sums.get(shell, 0.0) + np.interp(grid, there, change)
    middles = np.array(sorted(sums)) + SHELL_WIDTH / 2
    rise = np.array([sums[one] for one in sorted(sums)])[None] / len(sites)
    names = [shell_of(middle) for middle in middles]
    error, size = np.zeros(len(grid)), size / len(sites)
    return Importance(names, grid, rise, error, size, middles)


def occluded_shells(
    predictor: Predictor, site: Site, *, radius: float = 6.0
) -> Importance:
    """Take shells away from what a model sees of a site: what its prediction loses.

    Parameters
    ----------
    predictor : Predictor
        With a descriptor.
    site : Site
        A molecule.
    radius : float
        Å: how far shells are asked for.

    Returns
    -------
    Importance
        Groups are shells of 0.5 Å; the error with all is 0.

    Raises
    ------
    InputError
        For a crystal, whose atoms have images in other shells; or a site that has no
        other atom within the radius.
    """
    if site.atoms.pbc.any():
        raise InputError(f"{site.label} is a crystal: give a molecule")
    places, center = site.atoms.positions, site.absorber_index
    away = np.linalg.norm(places - places[center], axis=1)
    inner = np.floor(away / SHELL_WIDTH) * SHELL_WIDTH
    inner[(away > radius) | (np.arange(len(away)) == center)] = np.nan
    shells = np.unique(inner[np.isfinite(inner)])
    if not len(shells):
        raise InputError(f"{site.label} has no other atom within {radius:g} Å")
    cut = [_without(site, np.flatnonzero(inner == one)) for one in shells]
    whole, *less = predictor.predict([site, *cut])
    middles = shells + SHELL_WIDTH / 2
    names = [shell_of(middle) for middle in middles]
    rise = np.abs(np.array(less) - whole)[None]
    error = np.zeros(len(whole))
    return Importance(names, predictor.energy_, rise, error, np.abs(whole), middles)


def _without(site: Site, atoms: Ints) -> Site:
    """The site with some atoms left away."""
    left = np.setdiff1d(np.arange(len(site.atoms)), atoms)
    index = int(np.searchsorted(left, site.absorber_index))
    return Site(site.atoms[left], index, site.edge, site.name)


def _distances(names: Sequence[str], groups: Mapping[str, Ints]) -> Array:
    """Mean distance that the features of each group look at, Å; NaN for none."""
    found = [re.search(KINDS["shell"], name) for name in names]
    of_each = np.array([float(m.group(1)) if m else np.nan for m in found])
    return np.array([of_each[columns].mean() for columns in groups.values()])
