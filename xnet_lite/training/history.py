"""What happened in training, and who is told while it does."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np

from xnet_lite import sketch
from xnet_lite.arrays import Array, Ints
from xnet_lite.faces import Face
from xnet_lite.models.base import SpectrumModel
from xnet_lite.parallel import progress_bar

#: what the small picture of a training shows
LOSSES = ("loss", "validation")


@dataclass(frozen=True, repr=False)
class History(Face):
    """What happened: per epoch, with a last axis of members for a stack.

    loss, validation : array (n_epochs,) or (n_epochs, n_members); validation is NaN
    where there was no validation data. error : of the same shape, the median metric A
    of the validation spectra in percent, NaN without them. learning_rate, seconds :
    array (n_epochs,), the latter counted from the start. best_epoch : the epoch whose
    weights were kept.
    """

    loss: Array
    validation: Array
    learning_rate: Array
    seconds: Array
    best_epoch: Ints
    error: Array

    def __len__(self) -> int:
        return len(self.loss)

    def _means(self) -> dict[str, Array]:
        """What was followed, epoch by epoch: means over members."""
        lines = {"loss": self.loss, "validation": self.validation}
        lines["error / %"] = self.error
        means = {k: y.reshape(len(self), -1).mean(1) for k, y in lines.items()}
        return {name: y for name, y in means.items() if np.isfinite(y).any()}

    def _facts(self) -> dict[str, object]:
        return {
            "epochs": len(self),
            **{name: float(y[-1]) for name, y in self._means().items()},
            "best epoch": ", ".join(map(str, np.unique(self.best_epoch))),
            "seconds": float(self.seconds[-1]),
            "members": self.loss.shape[1] if self.loss.ndim > 1 else None,
        }

    def _sketch(self) -> str:
        """Losses, on a logarithmic scale."""
        means = self._means()
        losses = {f"log {k}": np.log(means[k]) for k in LOSSES if k in means}
        return sketch.lines(np.arange(len(self)), losses, x_label="epoch")


class EpochReport(NamedTuple):
    """What a progress function is told after every epoch."""

    epoch: int
    epochs: int
    loss: Array
    validation: Array
    error: Array


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
    with progress_bar("training", epochs, 0, progress) as advance:
        yield lambda report: advance(1, f"loss {np.mean(report.loss):.4f}")
