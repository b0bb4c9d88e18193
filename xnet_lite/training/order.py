"""Which rows an epoch learns from, and in which order."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from xnet_lite.arrays import Ints
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
    """

    def __init__(self, rows: Ints, config: TrainConfig, order: Order) -> None:
        self.shape, self.rows = rows.shape[:-1], rows.reshape(-1, rows.shape[-1])
        self.order, self.batch_size = order, config.batch_size
        self.rngs = [
            np.random.default_rng([config.seed, i]) for i in range(len(self.rows))
        ]

    def epoch(self, epoch: int, device: torch.device) -> list[Tensor]:
        """Index arrays (batch,) or (n_members, batch), nearly equal in length."""
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
        order = torch.as_tensor(
            np.stack(taken).reshape(*self.shape, n_rows), device=device
        )
        return list(torch.tensor_split(order, -(-n_rows // self.batch_size), dim=-1))


def _checked(found: ArrayLike, rows: Ints) -> Ints:
    """What an order gave, if it may be learnt from."""
    taken = np.asarray(found)
    if taken.ndim != 1 or not taken.size or not np.isin(taken, rows).all():
        said = f"the order gives rows of shape {taken.shape}, or some that are held out"
        raise InputError(f"{said}: give one row or more of those it is given")
    return taken.astype(np.int64)
