"""Which rows an epoch learns from, and in which order."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError
from xnet_lite.training.config import TrainConfig

#: from the epoch, a random generator and the training rows to the rows in their order
Order: TypeAlias = Callable[[int, np.random.Generator, Ints], ArrayLike]


def shuffled(epoch: int, rng: np.random.Generator, rows: Ints) -> Ints:
    """Return all rows in a random order: the order of training unless another is given.

    An order may leave rows out, repeat them, and depend on the epoch, as a curriculum
    from easy sites to hard ones does.

    Parameters
    ----------
    epoch : int
        From 0.
    rng : numpy Generator
        One for each member of a stack, seeded by the configuration; it goes on from
        epoch to epoch.
    rows : int array (n_samples,)
        Rows of features and targets that may be learnt from: none that is held out.

    Returns
    -------
    int array
        Some of `rows`, equally many for every member of a stack.

    Example
    -------
    >>> sorted(shuffled(0, np.random.default_rng(0), np.array([3, 5, 8])).tolist())
    [3, 5, 8]
    """
    return rng.permutation(rows)


class Batches:
    """The batches of every epoch, in an order of its own for each member.

    Parameters
    ----------
    rows : int array (n_samples,) or (n_members, n_samples)
    config : TrainConfig
    order : callable
    once : bool
        Whether repeated rows are given once with a weight.
    """

    def __init__(
        self, rows: Ints, config: TrainConfig, order: Order, once: bool = False
    ) -> None:
        self.shape = rows.shape[:-1]
        self.rows: Ints = rows.reshape(-1, rows.shape[-1])
        self.order, self.batch_size = order, config.batch_size
        self.counts: Tensor | None = None
        n_drawn = self.rows.shape[1]
        if once and any(len(np.unique(row)) < n_drawn for row in self.rows):
            self.rows, counts = distinct(self.rows)
            self.counts = torch.as_tensor(counts, dtype=torch.float32)
        #: how often a row counts, on average
        self.drawn = n_drawn / self.rows.shape[1]
        self.rngs = [
            np.random.default_rng([config.seed, i]) for i in range(len(self.rows))
        ]

    def epoch(
        self, epoch: int, device: torch.device
    ) -> list[tuple[Tensor, Tensor | None]]:
        """Rows of batches of nearly equal length, and how often each counts.

        Both are (batch,) or (n_members, batch); None where every row counts once.
        """
        taken = [
            _checked(self.order(epoch, rng, row.copy()), row)
            for rng, row in zip(self.rngs, self.rows, strict=True)
        ]
        if len({len(row) for row in taken}) > 1:
            raise InputError(
                f"in epoch {epoch + 1} the order gives members unlike numbers of rows: "
                "give equally many"
            )
        n_rows = len(taken[0])
        rows = torch.as_tensor(np.stack(taken))
        counts = None if self.counts is None else self.counts.gather(1, rows)

        def cut(table: Tensor) -> Sequence[Tensor]:
            shaped = table.reshape(*self.shape, n_rows).to(device)
            return torch.tensor_split(shaped, -(-n_rows // self.batch_size), dim=-1)

        batches = cut(rows)
        weights = [None] * len(batches) if counts is None else cut(counts)
        return list(zip(batches, weights, strict=True))


def distinct(rows: Ints) -> tuple[Ints, Array]:
    """Return each member's rows without repeats, and how much each of them counts.

    Where members have unlike numbers of them, some stay in twice and count half.

    Parameters
    ----------
    rows : int array (n_members, n_samples)

    Returns
    -------
    rows : int array (n_members, n_distinct)
    counts : array (n_members, largest row + 1)
        How often each row of them counts, each time that it is there.

    Example
    -------
    >>> rows, counts = distinct(np.array([[0, 1, 1, 1], [0, 1, 2, 2]]))
    >>> rows.tolist(), counts.tolist()
    ([[0, 1, 1], [0, 1, 2]], [[1.0, 1.5, 0.0], [1.0, 1.0, 2.0]])
    """
    drawn = np.stack([np.bincount(row, minlength=rows.max() + 1) for row in rows])
    n_distinct = int((drawn > 0).sum(1).max())
    sites = np.arange(drawn.shape[1])
    kept = []
    for count in drawn:
        once, again = sites[count > 0], np.repeat(sites, np.maximum(count - 1, 0))
        kept.append(np.concatenate([once, again[: n_distinct - len(once)]]))
    there = np.stack([np.bincount(row, minlength=len(sites)) for row in kept])
    return np.stack(kept), drawn / np.maximum(there, 1)


def _checked(found: ArrayLike, rows: Ints) -> Ints:
    """What an order gave, if it may be learnt from."""
    taken = np.asarray(found)
    if taken.ndim != 1 or not taken.size or not np.isin(taken, rows).all():
        said = f"the order gives rows of shape {taken.shape}, or some that are held out"
        raise InputError(f"{said}: give one row or more of those it is given")
    return taken.astype(np.int64)
