"""What happens before the first step: data checked, models built, seeds set."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from xnet_lite.arrays import Ints
from xnet_lite.errors import InputError
from xnet_lite.models.base import SpectrumModel, checked_pair
from xnet_lite.models.losses import SpectraMap
from xnet_lite.models.stack import ModelStack
from xnet_lite.parallel import checked_device
from xnet_lite.training.config import TrainConfig


def tensors(
    features: ArrayLike, targets: ArrayLike, device: str
) -> tuple[Tensor, Tensor]:
    """Return features and targets in float32 on the device, checked."""
    where = checked_device(device)
    x, y = (
        torch.as_tensor(array, dtype=torch.float32, device=where)
        for array in checked_pair(features, targets)
    )
    return x, y


def training_rows(rows: ArrayLike | None, n_sites: int) -> Ints:
    """Return training rows, (n_samples,) for one model or (n_members, n_samples)."""
    which = np.arange(n_sites) if rows is None else np.asarray(rows)
    if which.ndim not in (1, 2) or not which.size or which.dtype.kind not in "iu":
        raise InputError(
            "rows must be whole numbers (n_samples,) or (n_members, n_samples): what "
            "to learn from, equally much for every member"
        )
    if which.min() < 0 or which.max() >= n_sites:
        raise InputError(
            f"rows go from {which.min()} to {which.max()}: there are {n_sites} sites"
        )
    return which.astype(np.int64)


def build(
    builder: Callable[[], SpectrumModel],
    shape: tuple[int, ...],
    config: TrainConfig,
    spectra_map: SpectraMap | None,
) -> SpectrumModel:
    """Return a fresh model, or a stack whose members start from different weights."""
    models = []
    for i in range(int(np.prod(shape))):
        _seed(np.random.SeedSequence([config.seed, i]), config.device)
        models.append(builder())
        models[-1].spectra_map = spectra_map
    model = ModelStack(models) if shape else models[0]
    return model.to(config.device)


@contextmanager
def own_random(device: str) -> Iterator[None]:
    """Leave PyTorch's random state as it was."""
    here = torch.device(device)
    cuda = [here] if here.type == "cuda" else []
    with torch.random.fork_rng(devices=cuda):
        yield


def _seed(sequence: np.random.SeedSequence, device: str) -> None:
    """Seed PyTorch's generators of the devices in use."""
    value = int(sequence.generate_state(1, np.uint64)[0] >> np.uint64(1))
    torch.default_generator.manual_seed(value)
    if torch.device(device).type == "cuda":
        torch.cuda.manual_seed(value)
