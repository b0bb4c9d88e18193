"""Partial density of states on the absorber, from orbitals that are only guessed."""

import warnings
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import scipy

from xnet_lite.arrays import Array
from xnet_lite.descriptors.base import InParentCode
from xnet_lite.errors import InputError, missing, one_of, soon, within
from xnet_lite.structures import Site, cluster

#: what a dipole takes an electron of the edge to, s apart
ORBITALS = dict.fromkeys(("K", "L1", "M1"), "p")
ORBITALS |= dict.fromkeys(("L2", "L3", "M2", "M3"), "d")
ORBITALS |= dict.fromkeys(("M4", "M5"), "f")
EV_PER_HARTREE = 27.211386245988  # CODATA 2018
#: the reference code's, of an older CODATA
EV_PER_HARTREE_XANESNET = 27.211324570273
#: width of exp(−(E/0.8 eV)²) at half its height
FWHM_XANESNET = 1.6 * float(np.sqrt(np.log(2.0)))
#: farther than any atom of a molecule, Å
WHOLE = 1000.0
#: s a cubed number of functions, measured on clusters of copper and of complexes
SLOWNESS = 8e-7


@dataclass(frozen=True)
class PDOS(InParentCode):
    """Density of states of one angular momentum on the absorber, from guessed orbitals.

    | D(E) = Σ_i (1 − n_i) q_i exp(−4 ln 2 (E − ε_i)²/fwhm²), n_i in place of 1 − n_i
    | for occupied states; F C = S C ε, q_i = Σ_{μ on the absorber} (S^½ C)²_μi

    F is the Hartree–Fock matrix of superposed atomic densities, built and diagonalised
    once (pyscf, "minao"); it does not know the charge, which fills the levels alone.
    The shell is closed: both spins share orbitals and n_i, so an odd electron counts
    half in each. n_i falls from 1 to 0 over a few times `smearing`.

    Parameters
    ----------
    cutoff : float
        Å. Atoms beyond it are left out, of a molecule or a crystal; they leave at
        once, so the numbers jump when an atom crosses it.
    orbital : {None, "s", "p", "d", "f"}
        Angular momentum; None for that which the edge of the site reaches: p from K
        and L1, d from L2 and L3, f from M4 and M5.
    e_min, e_max : float
        Ends of the grid, eV; zero is an electron at rest far away.
    n_points : int
        How many.
    fwhm : float
        Full width of a state at half its height, eV.
    states : {"empty", "occupied"}
        Which states.
    basis : str
        Of pyscf's; "sto-3g" is the smallest with a p above the valence of a metal, and
        covers H to I.
    charge : int
        Of the atoms within the cutoff, e.
    smearing : float
        k T of the Fermi function, eV; 0 fills states one by one.
    population : {"lowdin", "coefficients"}
        q_i as above, or the same of C²_μi / Σ_all C²_μi, without overlap.
    spin : {"closed", "broken"}
        One set of orbitals, or one for each spin from pyscf's unrestricted guess,
        whose minority spin lacks what atoms share; D is the mean of both.
    fit : bool
        Take repulsion integrals by density fitting, which is faster.
    ev_per_hartree : float
        Unit of energy.

    Raises
    ------
    InputError
        For an argument out of range, an element without this basis, a basis without
        these functions on the absorber, or without pyscf.

    Source: C. Middleton, B. Curchod and T. Penfold, ChemRxiv (2024),
    doi:10.26434/chemrxiv-2024-bbrgt; github.com/NewcastleRSE/XANESNET 121f79fd.
    Differs: that code takes 3-21G, C² without overlap (which depends on how orbitals
    are written), sharp occupation, and two spins that its guess tells apart; of the
    occupied states it drops the highest. `PDOS.xanesnet` gives its empty states, to
    rounding.

    Example
    -------
    >>> PDOS().n_features, PDOS(orbital="p").feature_names[20]
    (80, 'PDOS p empty E=0.1266 eV')
    """

    cutoff: float = 4.0
    orbital: str | None = None
    e_min: float = -10.0
    e_max: float = 30.0
    n_points: int = 80
    fwhm: float = 1.5
    states: str = "empty"
    basis: str = "sto-3g"
    charge: int = 0
    smearing: float = 0.2
    population: str = "lowdin"
    spin: str = "closed"
    fit: bool = True
    ev_per_hartree: float = EV_PER_HARTREE

    THEIRS = {
        "cutoff": WHOLE,
        "orbital": "p",
        "fwhm": FWHM_XANESNET,
        "basis": "3-21g",
        "smearing": 0.0,
        "population": "coefficients",
        "spin": "broken",
        "fit": False,
        "ev_per_hartree": EV_PER_HARTREE_XANESNET,
    }

    def __post_init__(self) -> None:
        """Check the arguments."""
        one_of("orbital", self.orbital, (None, "s", "p", "d", "f"))
        one_of("states", self.states, ("empty", "occupied"))
        one_of("population", self.population, ("lowdin", "coefficients"))
        one_of("spin", self.spin, ("closed", "broken"))
        within("(0, inf)", cutoff=self.cutoff, fwhm=self.fwhm)
        within("[0, inf)", smearing=self.smearing)
        within("[2, 1e6]", whole=True, n_points=self.n_points)
        within("(-inf, inf)", e_max=self.e_max)
        within("(-1000, 1000)", whole=True, charge=self.charge)
        within(f"(-inf, {self.e_max})", e_min=self.e_min)

    @cached_property
    def feature_names(self) -> list[str]:  # type: ignore[override]
        """Kind of states and energy of each point."""
        kind = f"{self.orbital or 'dipole'} {self.states}"
        return [f"PDOS {kind} E={energy:.4g} eV" for energy in self._energies]

    def describe(self, site: Site) -> Array:
        """Return the density of states of one site, (n_features,) float64.

        Raises
        ------
        InputError
            For an element without this basis, a basis without the functions asked
            for, atoms on top of each other, more charge than electrons, more atoms
            than anybody waits for, or without pyscf.
        """
        near = cluster(site, self.cutoff)
        molecule = _molecule(near, self.basis, self.charge)
        rows = _functions(molecule, self.orbital or ORBITALS[site.edge], near)
        root = _root(molecule, self.population)
        spins = [
            self._density(levels * self.ev_per_hartree, orbitals, n, rows, root)
            for levels, orbitals, n in _guess(molecule, self.spin, self.fit)
        ]
        return np.mean(spins, axis=0)

    def _density(
        self, levels: Array, orbitals: Array, n: float, rows: list[int], root: Array
    ) -> Array:
        """Density of states of one spin, (n_points,)."""
        squares = (root @ orbitals) ** 2
        shares = squares[rows].sum(axis=0) / squares.sum(axis=0)
        filled = _occupations(levels, n, self.smearing)
        counted = shares * (filled if self.states == "occupied" else 1 - filled)
        offset = (self._energies[:, None] - levels) / self.fwhm
        density: Array = np.exp(-4 * np.log(2.0) * offset**2) @ counted
        return density

    @cached_property
    def _energies(self) -> Array:
        """Grid, eV, (n_points,)."""
        return np.linspace(self.e_min, self.e_max, self.n_points, dtype=np.float64)


def _molecule(site: Site, basis: str, charge: int) -> Any:
    """The atoms as pyscf has them."""
    try:
        from pyscf import gto
    except ImportError as error:
        raise missing("PDOS needs pyscf") from error
    functions = {symbol: _basis(symbol, basis) for symbol in set(site.atoms.symbols)}
    n_electrons = int(site.atoms.numbers.sum()) - charge
    if n_electrons < 0:
        raise InputError(
            f"charge={charge}: {site.label} has fewer electrons, give a lower one"
        )
    places = site.atoms.positions - site.atoms.positions[site.absorber_index]
    atoms = list(zip(site.atoms.symbols, places.tolist(), strict=True))
    odd = n_electrons % 2
    made = gto.M(atom=atoms, basis=functions, charge=charge, spin=odd, verbose=0)
    what = f"PDOS of {len(atoms)} atoms and {made.nao} functions"
    soon(what, SLOWNESS * made.nao**3, "give a smaller cutoff or basis")
    return made


def _basis(symbol: str, basis: str) -> Any:
    """Functions of an element."""
    from pyscf import gto
    from pyscf.lib.exceptions import BasisNotFoundError

    try:
        with warnings.catch_warnings():  # it advises a package for other basis sets
            warnings.simplefilter("ignore", UserWarning)
            return gto.basis.load(basis, symbol)
    except (BasisNotFoundError, KeyError) as error:
        raise InputError(
            f"basis {basis!r} has no functions for {symbol}, give the name of another "
            "of pyscf's all-electron basis sets"
        ) from error


def _functions(molecule: Any, orbital: str, site: Site) -> list[int]:
    """Functions of this angular momentum on the absorber, which is atom 0."""
    labels = molecule.ao_labels(fmt=None)
    rows = [
        i
        for i, (atom, _, shell, _) in enumerate(labels)
        if (atom, shell[-1]) == (0, orbital)
    ]
    if not rows:
        said = f"the basis has no {orbital} functions on {site.absorber}"
        raise InputError(f"{said}, give another basis or orbital")
    return rows


def _root(molecule: Any, population: str) -> Array:
    """What orbitals are multiplied by before they are squared: S^½, or nothing."""
    if population == "coefficients":
        return np.eye(molecule.nao)
    values, vectors = np.linalg.eigh(molecule.intor_symmetric("int1e_ovlp"))
    root: Array = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    return root


def _guess(molecule: Any, spin: str, fit: bool) -> list[tuple[Array, Array, float]]:
    """Levels (hartree), orbitals and electrons of each spin, of one diagonalisation."""
    from pyscf.scf.hf import RHF
    from pyscf.scf.uhf import UHF

    field = RHF(molecule) if spin == "closed" else UHF(molecule)
    field = field.density_fit() if fit else field
    density = field.get_init_guess(key="minao")
    try:
        levels, orbitals = field.eig(field.get_fock(dm=density), field.get_ovlp())
    except np.linalg.LinAlgError as error:
        raise InputError(
            "the orbitals depend on each other: two atoms are too near each other, "
            "correct the structure or give a smaller basis"
        ) from error
    if spin == "closed":
        return [(levels, orbitals, molecule.nelectron / 2)]
    return list(zip(levels, orbitals, molecule.nelec, strict=True))


def _occupations(levels: Array, n: float, smearing: float) -> Array:
    """Filling of each level by n electrons of one spin, 0 to 1."""
    if smearing == 0:
        filled: Array = np.clip(n - np.arange(len(levels)), 0.0, 1.0)
        return filled
    low, high = levels[0] - 50 * smearing, levels[-1] + 50 * smearing
    for _ in range(80):
        middle = (low + high) / 2
        enough = scipy.special.expit((middle - levels) / smearing).sum() > n
        low, high = (low, middle) if enough else (middle, high)
    return np.asarray(scipy.special.expit((middle - levels) / smearing))
