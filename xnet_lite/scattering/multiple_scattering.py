"""All paths at once: the scattering matrix of a cluster, solved for the absorber."""

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import torch

from xnet_lite.arrays import Array, ComplexArray, Ints
from xnet_lite.errors import Doubt
from xnet_lite.faces import Face
from xnet_lite.scattering.propagator import angular_factors, hankel

P_CHANNELS = slice(1, 4)  # the absorber's p waves, y z x
XYZ = [2, 0, 1]
GROWS = (
    "doubtful, event {order} of the series of scattering events counts for more than "
    "the one before: it does not converge here, leave order out for all of them"
)
CPU_BYTES, GPU_BYTES = 48 * 2**20, 4 * 2**30


@dataclass(frozen=True, repr=False)
class Cluster(Face):
    """The scattering problem of one structure, ready to be solved.

    Attributes
    ----------
    positions : ndarray, shape (n_atoms, 3)
        bohr; atom 0 absorbs.
    l_max : ndarray of int, shape (n_atoms,)
        Highest angular momentum of each atom; none above that of the absorber.
    amplitudes : list of ndarray, each of shape (n_energies, l_max + 1)
        Scattering amplitudes w_l of each atom.
    wave_number : ndarray of complex, shape (n_energies,)
        bohr⁻¹.
    """

    positions: Array
    l_max: Ints
    amplitudes: Sequence[ComplexArray]
    wave_number: ComplexArray

    @property
    def size(self) -> int:
        """Rows of the scattering matrix."""
        return int(((self.l_max + 1) ** 2).sum())


@dataclass(frozen=True)
class _Block:
    """Pairs of atoms with like l_max: matrix rows, distances and factors D."""

    rows: torch.Tensor  # (n_pairs, L)
    columns: torch.Tensor  # (n_pairs, L′)
    distances: torch.Tensor  # (n_pairs,)
    factors: torch.Tensor  # (n_pairs, n_l″, L L′)


def scattered_propagator(
    clusters: Sequence[Cluster],
    *,
    order: int | None = None,
    device: str = "cpu",
    dtype: torch.dtype = torch.complex64,
) -> list[ComplexArray]:
    """Return g_sc, what comes back to the absorber after all scattering.

    With s = √w and g the free propagator between sites,
    X = (1 - s g s)⁻¹ s g[:, 0p] and g_sc = g[0p, :] s X; `order` counts the
    scattering events kept, X_n = s g[:, 0p] + s g s X_{n-1}.

    Parameters
    ----------
    clusters : sequence of Cluster
        On a GPU they are padded to one size and solved together.
    order : int, optional
        1 is single scattering; None is the whole series, by linear solution.
    device : str
        As in PyTorch.
    dtype : torch.dtype
        complex64 agrees with complex128 to about 1e-6.

    Returns
    -------
    list of ndarray of complex, each of shape (n_energies, 3, 3)
        Cartesian, x y z.
    """
    results: list[ComplexArray] = [
        np.zeros((len(c.wave_number), 3, 3), complex) for c in clusters
    ]
    parts = [(i, c) for i, c in enumerate(clusters) if len(c.positions) > 1]
    blocks: dict[int, list[_Block]] = {}
    for batch in _batches(parts, device, dtype):
        size = max(c.size for _, c, _ in batch)
        wanted = {i: c for i, c, _ in batch}
        blocks = {
            i: blocks.get(i) or _blocks(c, device, dtype) for i, c in wanted.items()
        }
        chunks = [_matrix(c, blocks[i], part, size, dtype) for i, c, part in batch]
        g = torch.cat([chunk[0] for chunk in chunks])
        s = torch.cat([chunk[1] for chunk in chunks])
        found = _solve(g, s, order, P_CHANNELS)[:, XYZ][:, :, XYZ].cpu().numpy()
        start = 0
        for i, _, part in batch:
            n = part.stop - part.start
            results[i][part] = found[start : start + n]
            start += n
    return results


def scattered_parts(
    cluster: Cluster, groups: Sequence[Ints], *, dtype: torch.dtype = torch.complex64
) -> tuple[ComplexArray, ComplexArray, ComplexArray]:
    """Return what g_sc loses without each group of atoms, and what short paths have.

    With N = (1 - s g s)⁻¹, X = N s g[:, 0p], Y = g[0p, :] s N and j the rows of a
    group, the propagator of the cluster without it is exactly
    g_sc - Y_j (N_jj)⁻¹ X_j: one inversion serves all groups. With B = g[0p, :] s,
    K = s g s and S = s g[:, 0p], paths of two events are B K S.

    Parameters
    ----------
    cluster : Cluster
    groups : sequence of int array
        Rows of `cluster.positions`; not 0, the absorber.
    dtype : torch.dtype

    Returns
    -------
    lost, once, twice : ndarray of complex, shape (n_groups, n_energies, 3, 3)
        Y_j (N_jj)⁻¹ X_j; B_j S_j, all single scattering off the group; and of paths of
        two events those with one or both off it,
        B_j (K S)_j + (B K)_j S_j - B_j K_jj S_j.
    """
    shape = len(groups), len(cluster.wave_number), 3, 3
    lost, once, twice = (np.zeros(shape, complex) for _ in range(3))
    if not any(map(len, groups)):
        return lost, once, twice
    blocks = _blocks(cluster, "cpu", dtype)
    of_rows = np.repeat(np.arange(len(cluster.l_max)), (cluster.l_max + 1) ** 2)
    runs = (run for batch in _batches([(0, cluster)], "cpu", dtype) for run in batch)
    for _, _, part in runs:
        g, s = _matrix(cluster, blocks, part, cluster.size, dtype)
        source = s[:, :, None] * g[:, :, P_CHANNELS]
        back = g[:, P_CHANNELS, :] * s[:, None, :]
        kernel = g.mul_(s[:, :, None]).mul_(s[:, None, :])
        then, before = kernel @ source, back @ kernel
        inverse = torch.linalg.inv(torch.eye(cluster.size, dtype=dtype) - kernel)
        x, y = inverse @ source, back @ inverse
        for i, group in enumerate(groups):
            rows = torch.as_tensor(np.flatnonzero(np.isin(of_rows, group)))
            own = inverse[:, rows][:, :, rows]
            first, last = source[:, rows], back[:, :, rows]
            both = last @ kernel[:, rows][:, :, rows] @ first
            parts = (
                y[:, :, rows] @ torch.linalg.solve(own, x[:, rows]),
                last @ first,
                last @ then[:, rows] + before[:, :, rows] @ first - both,
            )
            for total, one in zip((lost, once, twice), parts, strict=True):
                total[i, part] = one[:, XYZ][:, :, XYZ].numpy()
    return lost, once, twice


class Returning:
    """What scattering brings back to the central atom of a cluster, wave by wave.

    Parameters
    ----------
    positions : ndarray, shape (n_atoms, 3)
        bohr; atom 0 is the central one.
    l_max : ndarray of int, shape (n_atoms,)
        Highest angular momentum of each atom.
    dtype : torch.dtype
    """

    def __init__(
        self, positions: Array, l_max: Ints, dtype: torch.dtype = torch.complex64
    ) -> None:
        self.cluster = Cluster(positions, l_max, [], np.empty(0, complex))
        self.dtype = dtype
        alone = len(positions) == 1
        self._blocks = [] if alone else _blocks(self.cluster, "cpu", dtype)

    def __call__(
        self, amplitudes: Sequence[ComplexArray], wave_number: ComplexArray
    ) -> ComplexArray:
        """Return Σ_m g_lm,lm of the central atom, shape (n_energies, l_max + 1).

        Parameters
        ----------
        amplitudes, wave_number
            As in `Cluster`.
        """
        top = int(self.cluster.l_max[0])
        result = np.zeros((len(wave_number), top + 1), complex)
        if not self._blocks:
            return result
        now = replace(self.cluster, amplitudes=amplitudes, wave_number=wave_number)
        sums = np.repeat(np.eye(top + 1), 2 * np.arange(top + 1) + 1, axis=0)
        own = slice(0, (top + 1) ** 2)
        for batch in _batches([(0, now)], "cpu", self.dtype):
            for _, _, part in batch:
                g, s = _matrix(now, self._blocks, part, now.size, self.dtype)
                found = _solve(g, s, None, own)
                result[part] = found.diagonal(dim1=1, dim2=2).numpy() @ sums
        return result


def _batches(
    parts: Sequence[tuple[int, Cluster]], device: str, dtype: torch.dtype
) -> Iterator[list[tuple[int, Cluster, slice]]]:
    """Runs of (cluster, energies) whose padded matrices fit the memory budget."""
    budget = CPU_BYTES if device == "cpu" else GPU_BYTES
    batch: list[tuple[int, Cluster, slice]] = []
    used, width = 0, 0
    for i, cluster in sorted(parts, key=lambda part: part[1].size):
        size = cluster.size
        room = max(1, budget // (3 * size**2 * dtype.itemsize))
        start = 0
        while start < len(cluster.wave_number):
            if batch and (used >= room or (device == "cpu" and size != width)):
                yield batch
                batch, used = [], 0
            stop = min(len(cluster.wave_number), start + room - used)
            batch.append((i, cluster, slice(start, stop)))
            used, width, start = used + stop - start, size, stop
    if batch:
        yield batch


def _solve(
    g: torch.Tensor, s: torch.Tensor, order: int | None, own: slice
) -> torch.Tensor:
    """g_sc of a batch in rows `own`: g (n, size, size), s (n, size)."""
    source = s[:, :, None] * g[:, :, own]
    back = g[:, own, :] * s[:, None, :]
    kernel = g.mul_(s[:, :, None]).mul_(s[:, None, :])
    if order is None:
        kernel.neg_().diagonal(dim1=1, dim2=2).add_(1)
        x = torch.linalg.solve(kernel, source)
    else:
        x, step = source, [torch.linalg.vector_norm(source)]
        for _ in range(order - 1):
            last, x = x, source + kernel @ x
            step.append(torch.linalg.vector_norm(x - last))
        if not step[-1] <= step[max(-2, -len(step))]:
            warnings.warn(GROWS.format(order=order), Doubt, stacklevel=2)
    return back @ x


def _matrix(
    cluster: Cluster,
    blocks: Sequence[_Block],
    part: slice,
    size: int,
    dtype: torch.dtype,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Free propagator (n, size, size), zero where padded, and √w (n, size)."""
    device = blocks[0].distances.device
    k = torch.as_tensor(cluster.wave_number[part], device=device)
    g = torch.zeros(len(k), size, size, dtype=dtype, device=device)
    for block in blocks:
        n_pairs, n_l = block.factors.shape[:2]
        h = hankel(block.distances[:, None] * k, n_l - 1).to(dtype)
        # real and imaginary parts stand one under the other: one product
        stacked = torch.cat([h.real, h.imag], dim=1)
        real, imag = torch.bmm(stacked, block.factors).chunk(2, dim=1)
        n_rows, n_columns = block.rows.shape[1], block.columns.shape[1]
        values = torch.complex(real, imag).reshape(n_pairs, len(k), n_rows, n_columns)
        values = values.transpose(0, 1)
        g[:, block.rows[:, :, None], block.columns[:, None, :]] = values
        g[:, block.columns[:, :, None], block.rows[:, None, :]] = values.mT
    s = torch.zeros(len(k), size, dtype=dtype, device=device)
    roots = torch.as_tensor(_roots(cluster, part), device=device)
    s[:, : cluster.size] = roots.to(dtype)
    return g, s


def _roots(cluster: Cluster, part: slice) -> ComplexArray:
    """√w of every matrix row, shape (n_energies, size)."""
    columns = [
        np.repeat(np.sqrt(w[part]), 2 * np.arange(ell + 1) + 1, axis=1)
        for w, ell in zip(cluster.amplitudes, cluster.l_max)
    ]
    return np.concatenate(columns, axis=1)


def _blocks(cluster: Cluster, device: str, dtype: torch.dtype) -> list[_Block]:
    """Pairs i < j, collected by the l_max of their ends."""
    tensor = partial(torch.as_tensor, device=device)
    real = torch.empty(0, dtype=dtype).real.dtype
    first = np.concatenate([[0], np.cumsum((cluster.l_max + 1) ** 2)[:-1]])
    i, j = np.triu_indices(len(cluster.positions), 1)
    vectors = cluster.positions[j] - cluster.positions[i]
    ends = np.stack([cluster.l_max[i], cluster.l_max[j]], axis=1)
    blocks = []
    for left, right in np.unique(ends, axis=0):
        here = (ends == (left, right)).all(axis=1)
        factors = angular_factors(vectors[here], left, right)
        rows = first[i[here], None] + np.arange((left + 1) ** 2)
        columns = first[j[here], None] + np.arange((right + 1) ** 2)
        distances = np.linalg.norm(vectors[here], axis=1)
        flat = factors.reshape(*factors.shape[:2], -1)
        places = tensor(rows), tensor(columns), tensor(distances)
        blocks.append(_Block(*places, tensor(flat, dtype=real)))
    return blocks
