"""The engine: a Site goes in, its K-edge spectrum comes out."""

import hashlib
import json
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import Doubt, InputError, hinted, one_of, shortened, within
from xnet_lite.faces import Face
from xnet_lite.parallel import (
    PROCESSES,
    Scheduler,
    checked_device,
    one_thread,
    resumable_map,
)
from xnet_lite.scattering.multiple_scattering import (
    scattered_parts,
    scattered_propagator,
)
from xnet_lite.scattering.potential import SURROUNDINGS
from xnet_lite.scattering.problem import ETA, Physics, Problem, prepare
from xnet_lite.scattering.settings import (
    POTENTIALS,
    PRESETS,
    Preset,
    checked_energies,
    checked_preset,
    checked_unit_vector,
    core_hole_width,
    edge_energy,
)
from xnet_lite.scattering.solution import (
    Solution,
    TakenOut,
    path_amplitudes,
    solution_of,
)
from xnet_lite.spectra import (
    NORMALISED_ABOVE,
    Spectrum,
    arctangent_width,
    convolve_lorentzian,
)
from xnet_lite.structures import Site, cluster

CONVOLUTION_STEP = 0.2  # eV
SHARPEST = 1e-3  # eV: the least that is left to broaden
MOST_ORDERS = 20  # of a series that has converged by then, or never will
SLIGHT = 0.01  # absorption below zero that rounding and interpolation leave
GPU_BATCH = 16  # structures solved together


class MultipleScattering(Face):
    """Full multiple scattering in a muffin-tin potential.

    Free atoms overlap into spheres, or electrons find their potential themselves; the
    photoelectron's amplitudes w_l of every sphere and the free propagator g give all
    scattering paths at once:
    g_sc = g s (1 - s g s)⁻¹ s g at the absorber, s = √w, and
    μ_ab = μ₀ δ_ab - Im(-2ik M₁² g_sc,ab).

    Parameters
    ----------
    preset : {"fdmnes_like", "fdmnes_screened", "feff_like", "feff_overlapped"}
        Or a Preset. Broadening of the core hole alone, real potential, all of the core
        hole, which the embedded sets were made with, or 0.7 of it; or complex
        Hedin-Lundqvist self-energy, a broadening that grows with energy, 0.7 of the
        core hole and a self-consistent potential, or all of it and overlapped atoms.
    r_fms : float
        Radius of the scattering cluster, Å.
    l_max : int, optional
        Caps the angular momenta (3 for the absorber and for Z > 18, 2 for light
        atoms, 1 for H).
    hole : bool
        Put the screened core hole on the absorber.
    self_energy : bool, optional
        Overrides the preset.
    potential : {"overlapped", "self-consistent"}, optional
        Overrides the preset. Where a self-consistent one is not found a warning
        (`Doubt`) says so, and free atoms are overlapped.
    order : int, optional
        Scattering events kept, up to 20: 1 is single scattering; None is all of them.
        A warning (`Doubt`) tells where the series grows or absorption is negative.
    polarisation : array of 3, optional
        Electric field direction; None averages over directions.
    energies : array, optional
        Output energies from the tabulated edge, eV, increasing, below 200.
    device : str
        "cpu" or a PyTorch GPU such as "cuda"; on a GPU `map` pads and batches
        structures × energies.
    dtype : torch.dtype
        complex64 agrees with complex128 to about 1e-6.

    Raises
    ------
    InputError
        For an unknown preset or a value out of range; for a cluster that asks for
        more memory than there is or, on a CPU, for more than half an hour.

    Notes
    -----
    Without self-consistency the Fermi and the interstitial level of molecules are
    constants, and edge positions scatter by 0.5 to 0.8 eV, with it by 0.5 eV: **an
    edge shift below 0.5 eV means nothing here**. Transitions are dipole, 1s to p waves,
    alone: a pre-edge has what p character lends it, and nothing of 1s → 3d by the
    quadrupole.
    Source: A. L. Ankudinov et al., Phys. Rev. B 58, 7565 (1998); C. R. Natoli et
    al., Phys. Rev. A 22, 1104 (1980).
    Differs: the absorber's own potential is overlapped, never self-consistent; no
    Debye-Waller factor; no electric quadrupole, which the papers' FDMNES spectra have.

    Examples
    --------
    >>> from ase import Atoms
    >>> engine = MultipleScattering(r_fms=3.0)
    >>> engine(Site(Atoms("FeO", [[0, 0, 0], [0, 0, 1.9]]), 0)).e0
    7112.0
    """

    @hinted
    def __init__(
        self,
        preset: str | Preset = "fdmnes_like",
        *,
        r_fms: float = 5.0,
        l_max: int | None = None,
        hole: bool = True,
        self_energy: bool | None = None,
        potential: str | None = None,
        order: int | None = None,
        polarisation: ArrayLike | None = None,
        energies: ArrayLike | None = None,
        device: str = "cpu",
        dtype: torch.dtype = torch.complex64,
    ) -> None:
        within("(0, inf)", r_fms=r_fms)
        within("[1, inf)", whole=True, optional=True, l_max=l_max)
        within(f"[1, {MOST_ORDERS}]", whole=True, optional=True, order=order)
        one_of("dtype", dtype, (torch.complex64, torch.complex128))
        self.preset = checked_preset(preset)
        self.energies = checked_energies(energies)
        complex_one = self.preset.self_energy if self_energy is None else self_energy
        one_of("potential", potential, (None, *POTENTIALS))
        potential = potential or self.preset.potential
        top = float(self.energies[-1])
        physics = self.preset, float(r_fms), l_max, hole, complex_one, potential, top
        self.physics = Physics(*physics)
        self.order = order
        self.polarisation = checked_unit_vector(polarisation)
        self.device = str(checked_device(device))
        self.dtype = dtype

    def __call__(self, site: Site) -> Spectrum:
        """Compute the broadened spectrum of one site.

        Parameters
        ----------
        site : Site
            Molecule or crystal, K edge.

        Returns
        -------
        Spectrum
            Energy absolute in eV (e0 the tabulated edge), mu divided by its mean
            from 15 eV above the edge on.
        """
        return self._broaden(site, self.solve(site))

    def solve(self, site: Site) -> Solution:
        """Return the unbroadened solution of one site (see `Solution`)."""
        return self._solve_all([self.prepare(site)])[0]

    def prepare(self, site: Site) -> Problem:
        """Return the scattering problem of one site, not yet solved."""
        if not isinstance(site, Site):
            raise InputError(
                f"{shortened(site)} is no site: give one, as read_site does"
            )
        return prepare(site, self.physics, timed=self.device == "cpu")

    def take_out(
        self, site: Site, groups: Sequence[ArrayLike] | None = None
    ) -> TakenOut:
        """Compute a spectrum, and what it would be without some atoms.

        The atoms are taken out of the scattering alone: potentials, radii and
        amplitudes of all others, and the absorber's own μ₀, stay what the whole
        structure made them. Each spectrum is divided by its own mean, as all are.

        Parameters
        ----------
        site : Site
        groups : sequence of int array, optional
            Atoms of the site that go together, with all their images in a crystal;
            each atom alone by default. An atom farther than `r_fms` changes nothing.

        Returns
        -------
        TakenOut

        Raises
        ------
        InputError
            For the absorber, an atom that is not there, or an engine with `order`.

        Example
        -------
        >>> from ase import Atoms
        >>> engine = MultipleScattering(r_fms=3.0)
        >>> site = Site(Atoms("FeCO", [[0, 0, 0], [0, 0, 1.8], [0, 0, 2.95]]), 0)
        >>> [group.tolist() for group in engine.take_out(site).groups]
        [[1], [2]]
        """
        if self.order is not None:
            raise InputError(
                f"order={self.order}: atoms are taken out of all orders, leave it out"
            )
        problem = self.prepare(site)
        chosen = _checked_groups(site, groups)
        parents = cluster(site, self.physics.r_fms + SURROUNDINGS)
        parent = parents.atoms.arrays["parent_index"][: len(problem.radii)]
        rows = [np.flatnonzero(np.isin(parent, group)) for group in chosen]
        with one_thread():
            (g,) = scattered_propagator([problem.cluster], dtype=self.dtype)
            parts = scattered_parts(problem.cluster, rows, dtype=self.dtype)
        lost, once, twice = parts
        mu = [self._broaden(site, solution_of(problem, g - part)).mu for part in lost]
        whole = self._broaden(site, solution_of(problem, g))
        spectra = np.reshape(mu, (len(mu), len(whole.mu)))
        amplitudes = (path_amplitudes(problem, g) for g in (once, once + twice))
        return TakenOut(whole, chosen, spectra, *amplitudes)

    def map(
        self,
        sites: Sequence[Site],
        *,
        workers: int = 1,
        scheduler: Scheduler = PROCESSES,
        checkpoint: str | Path | None = None,
        progress: bool = True,
    ) -> list[Spectrum]:
        """Compute many sites, over processes or batched on a GPU.

        Parameters
        ----------
        sites : sequence of Site
        workers, scheduler
            Processes of one thread, and whose, as in `parallel.opened`; not on a GPU.
        checkpoint : path, optional
            File that remembers finished sites; the same call resumes from it.
        progress : bool
            Show a bar with an estimate.

        Returns
        -------
        list of Spectrum
            In the order of `sites`.
        """
        on_cpu = self.device == "cpu"
        values = resumable_map(
            partial(_values, self),
            sites,
            [self._key(site) for site in sites],
            workers=workers if on_cpu else 1,
            scheduler=scheduler if on_cpu else PROCESSES,
            batch=1 if on_cpu else GPU_BATCH,
            checkpoint=checkpoint,
            progress=progress,
            label="spectra",
        )
        return [self._spectrum(s, np.array(v)) for s, v in zip(sites, values)]

    def _facts(self) -> dict[str, object]:
        physics, ends = self.physics, self.energies[[0, -1]]
        presets = (name for name, one in PRESETS.items() if one == self.preset)
        ways = None if self.polarisation is None else np.round(self.polarisation, 3)
        return {
            "preset": next(presets, "of your own"),
            "cluster": f"{physics.r_fms:g} Å",
            "angular momenta": physics.l_max and f"up to {physics.l_max}",
            "core hole": "no" if not physics.hole else None,
            "potential": physics.potential,
            "self-energy": "complex" if physics.self_energy else "none",
            "scattering events": self.order and f"up to {self.order}",
            "polarisation": None if ways is None else ", ".join(f"{v:g}" for v in ways),
            "energies": "{}, {:g} to {:g} eV".format(len(self.energies), *ends),
            "device": None if self.device == "cpu" else self.device,
        }

    def _line(self) -> str:
        names = ("preset", "cluster", "angular momenta", "scattering events")
        facts = self._facts()
        return ", ".join(f"{k} {facts[k]}" for k in names if facts[k] is not None)

    def _settings(self) -> str:
        """Everything that a spectrum depends on, as JSON."""
        settings = vars(self) | {"physics": asdict(self.physics)}
        for name in ("device", "preset"):
            del settings[name]
        return json.dumps(settings, default=_plain, sort_keys=True)

    def _key(self, site: Site) -> str:
        """Fingerprint of a site and of everything that changes its spectrum."""
        digest = hashlib.sha256(self._settings().encode())
        atoms = site.atoms
        for part in (atoms.numbers, atoms.positions, atoms.cell[:], atoms.pbc):
            digest.update(np.ascontiguousarray(part).tobytes())
        digest.update(f"{site.absorber_index} {site.edge}".encode())
        return digest.hexdigest()[:32]

    def _solve_all(self, problems: Sequence[Problem]) -> list[Solution]:
        """Multiple scattering of prepared clusters, together."""
        with one_thread():
            found = scattered_propagator(
                [p.cluster for p in problems],
                order=self.order,
                device=self.device,
                dtype=self.dtype,
            )
        return [solution_of(p, g) for p, g in zip(problems, found)]

    def _broaden(self, site: Site, solution: Solution) -> Spectrum:
        """Fermi cut, natural and arctangent width, output grid."""
        raw = solution.mu
        if self.polarisation is not None:
            e = self.polarisation
            raw = np.einsum("a,nab,b->n", e, solution.tensor, e)
        x = np.arange(solution.energy[0], solution.energy[-1], CONVOLUTION_STEP)
        width = self._width(int(site.atoms.numbers[site.absorber_index]), x)
        mu = convolve_lorentzian(
            x,
            CubicSpline(solution.energy, raw)(x),
            np.maximum(width - 2 * ETA, SHARPEST),
            self.preset.cut,
            energy_out=self.energies - solution.edge,
        )
        above = self.energies >= NORMALISED_ABOVE
        mu /= mu[above].mean()
        if self.order is not None and mu.min() < -SLIGHT:
            warnings.warn(
                f"{site.label}: doubtful, absorption falls to {mu.min():.2g} with "
                f"order {self.order}: the series of scattering events does not "
                "converge here, leave order out for all of them",
                Doubt,
                stacklevel=2,
            )
        return self._spectrum(site, mu)

    def _width(self, z: int, energy: Array) -> Array:
        """Lorentzian width (FWHM, eV) of the absorber at each source energy."""
        p = self.preset
        hole = core_hole_width(z, p.keski_rahkonen)
        if p.gamma_max == 0:
            return np.full_like(energy, hole)
        steps = {"gamma_max": p.gamma_max, "e_width": p.width, "e_centre": p.centre}
        return arctangent_width(energy, gamma_hole=hole, **steps)

    def _spectrum(self, site: Site, mu: Array) -> Spectrum:
        """Wrap values on the output grid."""
        e0 = edge_energy(site.absorber)
        return Spectrum(e0 + self.energies, mu, e0, site.absorber, "K")


def _checked_groups(site: Site, groups: Sequence[ArrayLike] | None) -> list[Ints]:
    """Groups of atoms to take out, none of them the absorber."""
    others = np.setdiff1d(np.arange(len(site.atoms)), site.absorber_index)
    if groups is None:
        return [others[i : i + 1] for i in range(len(others))]
    found = [np.atleast_1d(np.asarray(group)) for group in groups]
    for group in found:
        odd = np.setdiff1d(group, others)
        if len(odd):
            raise InputError(
                f"atom {odd[0]} of {site.label} cannot be taken out: give atoms from "
                f"0 to {len(site.atoms) - 1}, without the absorber, "
                f"{site.absorber_index}"
            )
    return found


def _values(engine: MultipleScattering, sites: Sequence[Site]) -> list[list[float]]:
    """Some sites solved together, in a process of their own."""
    solutions = engine._solve_all([engine.prepare(site) for site in sites])
    spectra = [engine._broaden(a, b) for a, b in zip(sites, solutions)]
    return [spectrum.mu.tolist() for spectrum in spectra]


def _plain(value: object) -> object:
    """A setting as JSON."""
    return value.tolist() if isinstance(value, np.ndarray) else str(value)
