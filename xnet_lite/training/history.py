"""What happened in training, and who is told while it does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from xnet_lite.models.base import SpectrumModel


@dataclass(frozen=True)
class History:
    """What happened: per epoch, with a last axis of members for a stack.

    loss, validation : array (n_epochs,) or (n_epochs, n_members); validation is NaN
    where there was no validation data. error : of the same shape, the median metric A
    of the validation spectra in percent, NaN without them. learning_rate, seconds :
    array (n_epochs,), the latter counted from the start. best_epoch : the epoch whose
    weights were kept.
    """

    loss: NDArray[np.float64]
    validation: NDArray[np.float64]
    learning_rate: NDArray[np.float64]
    seconds: NDArray[np.float64]
    best_epoch: NDArray[np.int64]
    error: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.loss)


class EpochReport(NamedTuple):
    """What a progress function is told after every epoch."""

    epoch: int
    epochs: int
    loss: NDArray[np.float64]
    validation: NDArray[np.float64]
    error: NDArray[np.float64]


#: True draws a bar; a function is called with an EpochReport after every epoch
Told: TypeAlias = bool | Callable[[EpochReport], None]
#: is called with an EpochReport and the model after every epoch
Watch: TypeAlias = Callable[[EpochReport, SpectrumModel], None]


@contextmanager
def reporter(progress: Told, epochs: int) -> Iterator[Callable[[EpochReport], None]]:
    """Give what to call after every epoch: nothing, a bar, or the caller's function."""
    if callable(progress):
        yield progress
        return
    columns = (
        TextColumn("training"),
        BarColumn(),
        TextColumn("{task.fields[loss]}"),
        TimeRemainingColumn(),
    )
    console = Console(stderr=True)  # standard output is for results
    with Progress(*columns, console=console, disable=not progress) as bar:
        task = bar.add_task("training", total=epochs, loss="")

        def _tick(report: EpochReport) -> None:
            bar.update(task, advance=1, loss=f"loss {np.mean(report.loss):.4f}")

        yield _tick
