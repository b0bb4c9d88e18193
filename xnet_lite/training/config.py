"""How to train: one frozen dataclass of numbers, checked where it is made."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from xnet_lite.errors import InputError, one_of, shortened, within
from xnet_lite.saving import Kept

#: share of the peak rate that a one-cycle schedule starts from, and ends at
ONE_CYCLE_START, ONE_CYCLE_END = 1 / 25, 1e-4
#: where a step schedule falls, as shares of all steps, and to what share each time
STEP_SHARES, STEP_FACTOR = (0.5, 0.75), 0.1


def _one_cycle(done: float, warmup: float) -> float:
    """Up by half a cosine during the warm-up, down by half a cosine after it."""
    if done < warmup:
        low, high, share = ONE_CYCLE_START, 1.0, done / warmup
    else:
        low, high, share = 1.0, ONE_CYCLE_END, (done - warmup) / (1 - warmup)
    return high + (low - high) * (1 + math.cos(math.pi * share)) / 2


def _cosine(done: float, warmup: float) -> float:
    """Up in a straight line during the warm-up, down to 0 by half a cosine after it."""
    if done < warmup:
        return done / warmup
    return (1 + math.cos(math.pi * (done - warmup) / (1 - warmup))) / 2


#: schedules a configuration can name: share of steps done, warm-up -> share of the rate
SCHEDULES: dict[str, Callable[[float, float], float]] = {
    "one_cycle": _one_cycle,
    "cosine": _cosine,
    "step": lambda done, _: STEP_FACTOR ** sum(done >= share for share in STEP_SHARES),
    "constant": lambda _done, _: 1.0,
}


@dataclass(frozen=True)
class TrainConfig(Kept):
    """How to train: everything but the model and the data.

    Parameters
    ----------
    epochs : int
        Passes over the training rows.
    batch_size : int
        Rows a step; an epoch is cut into equal batches of at most this many.
    learning_rate : float
        Peak rate.
    weight_decay : float
        AdamW's.
    schedule : str
        "one_cycle" (up and down by half cosines), "cosine" (up in a line, down by half
        a cosine), "step" (a tenth from one half of all steps, a hundredth from three
        quarters) or "constant".
    warmup : float
        Share of all steps in which "one_cycle" and "cosine" rise.
    clip : float, optional
        Longest gradient, over all weights of a model: a longer one is shortened to it.
    average : float, optional
        Share of the old in a running mean of the weights, such as 0.999: the mean is
        what is validated and kept. It is smaller in the first steps.
    mixed_precision : bool
        Compute losses in bfloat16 where that is safe: faster on a GPU.
    patience : int, optional
        Stop after this many epochs without a better validation loss; None never stops.
    validation : float
        Share of the groups that a predictor holds out when `patience` is set.
    seed : int
        Of the first weights, the order of the rows and dropout.
    device : str
        "cpu", "cuda", "cuda:1" ...
    standardise_targets : bool
        Let a network learn (targets - their mean) / one global standard deviation.

    Raises
    ------
    InputError
        On a value out of range; `from_dict` also on a name that does not exist.

    Example
    -------
    >>> TrainConfig(epochs=20).batch_size
    64
    """

    epochs: int = 150
    batch_size: int = 64
    learning_rate: float = 1e-3
    weight_decay: float = 1e-2
    schedule: str = "one_cycle"
    warmup: float = 0.1
    clip: float | None = None
    average: float | None = None
    mixed_precision: bool = False
    patience: int | None = None
    validation: float = 0.1
    seed: int = 0
    device: str = "cpu"
    standardise_targets: bool = True

    def __post_init__(self) -> None:
        within("[1, inf)", whole=True, epochs=self.epochs, batch_size=self.batch_size)
        within("[1, inf)", whole=True, optional=True, patience=self.patience)
        within("[0, inf)", whole=True, seed=self.seed)
        within("(0, inf)", learning_rate=self.learning_rate)
        within("(0, inf)", optional=True, clip=self.clip)
        within("[0, inf)", weight_decay=self.weight_decay)
        within("[0, 1)", warmup=self.warmup)
        within("(0, 1)", validation=self.validation)
        within("(0, 1)", optional=True, average=self.average)
        one_of("schedule", self.schedule, SCHEDULES)

    @classmethod
    def published(cls, **changes: Any) -> TrainConfig:
        """Return the 2022 paper's: Adam at 1e-4, batches of 32, 512 epochs.

        Source: C. D. Rankine and T. J. Penfold, J. Chem. Phys. 156 (2022) 164102,
        doi:10.1063/5.0087255, section II B.
        Differs: nothing (AdamW without decay is Adam).
        """
        theirs: dict[str, Any] = {
            "epochs": 512,
            "batch_size": 32,
            "learning_rate": 1e-4,
            "weight_decay": 0.0,
            "schedule": "constant",
            "standardise_targets": False,
        }
        return cls(**(theirs | changes))

    @classmethod
    def published_2020(cls, **changes: Any) -> TrainConfig:
        """Return the 2020 paper's: Adam at 3e-4, batches of 48.

        Source: C. D. Rankine, M. M. M. Madkhali and T. J. Penfold, J. Phys. Chem. A 124
        (2020) 4263, doi:10.1021/acs.jpca.0c03723, section "Deep Neural Network".
        Differs: the paper gives no number of epochs; 512, as in 2022.
        """
        theirs = {"batch_size": 48, "learning_rate": 3e-4}
        return cls.published(**(theirs | changes))

    @classmethod
    def published_2023(cls, **changes: Any) -> TrainConfig:
        """Return that of the reverse network: Adam at 2e-3, batches of 32, 50 epochs.

        Source: T. David et al., Digital Discovery 2 (2023) 1461,
        doi:10.1039/d3dd00101f, section 2.
        Differs: nothing.
        """
        theirs = {"epochs": 50, "learning_rate": 2e-3}
        return cls.published(**(theirs | changes))

    @classmethod
    def reference_aegan(cls, **changes: Any) -> TrainConfig:
        """Return that of the reference code's AEGAN: Adam at 1e-3, batches of 16.

        Source: the defaults of NewcastleRSE/XANESNET at 121f79fd; T. J. Penfold et al.,
        Mach. Learn.: Sci. Technol. 5 (2024) 021001 prints none.
        Differs: 512 epochs, as of the review's other networks; targets standardised.
        """
        theirs = {"batch_size": 16, "learning_rate": 1e-3, "standardise_targets": True}
        return cls.published(**(theirs | changes))

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> TrainConfig:
        """Return the configuration of a mapping, refusing names it does not know."""
        if not isinstance(settings, Mapping):
            raise InputError(
                f"training is {shortened(settings)}: give names and values"
            )
        known = [field.name for field in dataclasses.fields(cls)]
        for name in settings:
            one_of("training setting", name, known)
        return cls(**settings)
