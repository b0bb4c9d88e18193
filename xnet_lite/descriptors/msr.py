"""Multiple-scattering representation: how many paths of which length there are."""

from dataclasses import dataclass

import numpy as np

from xnet_lite.arrays import Array
from xnet_lite.descriptors.path_sums import PathSums
from xnet_lite.descriptors.sums.elements import Weight
from xnet_lite.descriptors.sums.paths import Paths
from xnet_lite.descriptors.sums.sums import radial_sums


@dataclass(frozen=True)
class MSR(PathSums):
    """Sums over scattering paths from the absorber i, by length: [S2 … S3 … S4 … S5 …].

    | S2 = Σ_j w_j f_c(r) exp(−η (r − r_shift)²), r = r_ij
    | S3 = Σ_jk w_j w_k |cos θ_ijk| f_c(r) exp(−η (r − r_shift)²), r = r_ij + r_jk
    | S4 = Σ_jkl w_j w_k w_l |cos θ_ijk| |cos θ_jkl| …, r = r_ij + r_jk + r_kl
    | S5 = Σ_jklm w_j w_k w_l w_m |cos θ_ijk| |cos θ_jkl| |cos θ_klm| …, one leg more

    over all paths i → j → k → … on which no atom comes twice; θ_jkl is the angle at k,
    and r is what the electron has gone at the last atom, the way back not included.
    |cos θ| favours paths that go straight on or straight back; it has a kink at a
    right angle. No path is longer than the cutoff, so that S5 is mostly zeros at 6 Å.

    Parameters
    ----------
    cutoff : float
        Of the length of a path, Å.
    n_s2, n_s3, n_s4, n_s5 : int
        Gaussians over two, three, four, five atoms, the absorber counted; any may be 0.
        Their points run from r_min + 0.5 Å to cutoff − 0.5 Å.
    r_min : float
        Å.
    weight : float, str, mapping, or a tuple of these
        What an atom counts, see `element_weights`; each entry of a tuple makes its own
        sums (a channel).
    cutoff_beyond : {"zero", "xanesnet"}
        f_c of a path longer than the cutoff: zero, or the cosine that rises again.
    paths : {"all", "xanesnet"}
        All paths, or only those whose atoms come in the order of the file.

    Raises
    ------
    InputError
        For an argument out of range, or an element that `weight` has no value for.

    Source: T. J. Penfold et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001,
    doi:10.1088/2632-2153/ad5074, eqs 8 and 9; S2 is eq. 6.
    Differs: eq. 8 prints θ_jkl where there is no l: the angle of the path i → j → k is
    the one at j, θ_ijk, as in eq. 9. The paper gives no S5. The reference code takes
    one order of the atoms of a path, the file's, so that its numbers change with the
    file, and does not end f_c: `MSR.xanesnet`
    (github.com/NewcastleRSE/xray-spectroscopy-ml 69dd0418), but for paths whose
    Gaussian is below 4e-44 at every point, which are left out.

    Example
    -------
    >>> MSR().n_features, MSR().feature_names[38]
    (114, 'S3 r=0.5 Å η=27.38 Å⁻²')
    """

    cutoff: float = 6.0
    n_s2: int = 38
    n_s3: int = 38
    n_s4: int = 38
    n_s5: int = 0
    r_min: float = 0.0
    weight: Weight | tuple[Weight, ...] = 1.0
    cutoff_beyond: str = "zero"
    paths: str = "all"

    _bends = [""]

    @property
    def _counts(self) -> tuple[int, ...]:
        """Lengths of each order, from two atoms on."""
        return self.n_s2, self.n_s3, self.n_s4, self.n_s5

    def _add(self, paths: Paths, sums: Array) -> None:
        """Add paths to the sums of their sites, (n_sites, n_channels, n, 1)."""
        strength = paths.strength * self._rules.fade(paths.lengths)
        for cosine in paths.cosines:
            strength *= np.abs(cosine)
        grid = self._grids[len(paths.atoms) - 1]
        sums[..., 0] += radial_sums(paths.edges, paths.lengths, strength, *grid)
