"""One training loop for every model, one model or a stack of them.

The loop knows a batch of rows, a model's `training_step` and its `loss`; whether that
is one model or fifteen shows only in a leading axis of the arrays.
"""

import time
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike
from torch import Tensor

from xnet_lite.arrays import Array, Ints
from xnet_lite.errors import InputError
from xnet_lite.models.base import SpectrumModel, checked_pair
from xnet_lite.models.losses import SpectraMap
from xnet_lite.models.stack import ModelStack
from xnet_lite.parallel import checked_device
from xnet_lite.training.config import TrainConfig
from xnet_lite.training.history import EpochReport, History, Told, Watch, reporter
from xnet_lite.training.order import Batches, Order, shuffled
from xnet_lite.training.steps import Stepper

#: rows predicted at once, to bound memory
PREDICT_ROWS = 4096


#: features and targets
Pair: TypeAlias = tuple[ArrayLike, ArrayLike]


def fit(
    builder: Callable[[], SpectrumModel],
    features: ArrayLike,
    targets: ArrayLike,
    config: TrainConfig | None = None,
    *,
    rows: ArrayLike | None = None,
    validation: Pair | None = None,
    spectra_map: SpectraMap | None = None,
    order: Order = shuffled,
    progress: Told = False,
    watch: Watch | None = None,
) -> tuple[SpectrumModel, History]:
    """Train one model, or a stack of them, and keep the best weights.

    Same seed, same data, same number of threads: same weights, bit for bit. PyTorch's
    global random state is left as it was found.

    Parameters
    ----------
    builder : callable
        Returns a new model with fresh weights: `lambda: MLP(97, 30)`. Called once for
        every member, so that members start from different weights.
    features : array (n_sites, n_features)
    targets : array (n_sites, n_targets)
        Of a model that learns from halves (`SpectrumModel.halves`) a row may lack
        either: NaN throughout.
    config : TrainConfig
    rows : int array (n_samples,) or (n_members, n_samples), optional
        Rows to learn from, repeats allowed; one line of them for each member of a
        `ModelStack`. All rows and one model without it. A row that stands there k
        times is shown once an epoch and counts k times in the mean loss of its batch:
        of n rows that were drawn with replacement 0.63 n differ, an epoch has as many
        steps as these fill batches, and the learning rate is 1/0.63 times the
        configured one, as of batches that are larger by so much. Statistics of batches
        (batch norm) count it once.
    validation : (features, targets), optional
        Held-out rows: the weights kept are those with the least loss on them, and
        `config.patience` counts on them. Without it the last weights are kept.
    spectra_map : SpectraMap, optional
        What the targets stand for: needed by losses of spectra, and for the error in
        percent of the history. A `Predictor` gives it.
    order : callable
        Which rows an epoch learns from, and in which order; see `shuffled`.
    progress : bool or callable
        True draws a bar; a function is called with an EpochReport after every epoch.
    watch : callable, optional
        Called after every epoch with an EpochReport and the model as it would be kept
        now, in evaluation mode and on the device: to look at, not to change. What it
        raises ends the training.

    Returns
    -------
    (SpectrumModel, History)
        On the CPU, in evaluation mode.

    Raises
    ------
    InputError
        If shapes disagree, rows do not exist, values are not finite, the loss stops
        being finite, or patience is set without validation data.

    Example
    -------
    >>> from xnet_lite.models.mlp import MLP
    >>> x = np.linspace(0, 1, 8)[:, None]
    >>> config = TrainConfig(epochs=2)
    >>> model, history = fit(lambda: MLP(1, 1, hidden=[4]), x, x, config)
    >>> len(history)
    2
    """
    config = config or TrainConfig()
    if config.patience is not None and validation is None:
        raise InputError("patience needs validation: pass validation=(features, …)")
    data = _tensors(features, targets, config.device)
    held = None if validation is None else _tensors(*validation, config.device)
    which = _training_rows(rows, len(data[0]))
    # PyTorch's random state is left as it was
    with torch.random.fork_rng([data[0].device] if data[0].is_cuda else []):
        model = _build(builder, which.shape[:-1], config, spectra_map)
        if not model.halves and not all(part.isfinite().all() for part in data):
            said = "features or targets hold values that are not finite"
            raise InputError(f"{said}: leave those out, this model learns from pairs")
        batches = Batches(which, config, order, once=model.weighs_samples)
        return _loop(model, data, batches, held, config, progress=progress, watch=watch)


def predict(
    model: SpectrumModel, features: ArrayLike, method: str = "forward"
) -> Array:
    """Return a trained model's targets in float64.

    Parameters
    ----------
    model : SpectrumModel
        One model, or a stack.
    features : array (n_sites, n_features)
    method : str
        "embed" returns what the last layer reads, "head" makes targets of that,
        "spread" returns their standard deviations, of a model that tells them.

    Returns
    -------
    array (n_sites, n_targets), or (n_members, n_sites, n_targets) for a stack
    """
    inputs = torch.as_tensor(np.array(features, dtype=np.float32))
    wrong = inputs.ndim != 2 or inputs.shape[1] != model.n_features
    if method != "head" and wrong:
        raise InputError(
            f"features have shape {tuple(inputs.shape)}: the model was made for "
            f"(n_sites, {model.n_features})"
        )
    model.eval()
    with torch.no_grad():
        run = getattr(model, method)
        parts = [run(chunk) for chunk in inputs.split(PREDICT_ROWS, -2)]
    return torch.cat(parts, dim=-2).double().numpy()


def _tensors(
    features: ArrayLike, targets: ArrayLike, device: str
) -> tuple[Tensor, Tensor]:
    """Features and targets in float32 on the device, checked."""
    where = checked_device(device)
    x, y = (
        torch.as_tensor(array, dtype=torch.float32, device=where)
        for array in checked_pair(features, targets, halves=True)
    )
    return x, y


def _training_rows(rows: ArrayLike | None, n_sites: int) -> Ints:
    """Training rows, (n_samples,) for one model or (n_members, n_samples)."""
    which = np.arange(n_sites) if rows is None else np.asarray(rows)
    if which.ndim not in (1, 2) or not which.size or which.dtype.kind not in "iu":
        said = "rows must be whole numbers (n_samples,) or (n_members, n_samples)"
        raise InputError(f"{said}: what to learn from, equally much for every member")
    if which.min() < 0 or which.max() >= n_sites:
        raise InputError(
            f"rows go from {which.min()} to {which.max()}: there are {n_sites} sites"
        )
    return which.astype(np.int64)


def _build(
    builder: Callable[[], SpectrumModel],
    shape: tuple[int, ...],
    config: TrainConfig,
    spectra_map: SpectraMap | None,
) -> SpectrumModel:
    """A fresh model, or a stack whose members start from different weights."""
    models = []
    for i in range(int(np.prod(shape))):
        state = np.random.SeedSequence([config.seed, i]).generate_state(1, np.uint64)[0]
        torch.default_generator.manual_seed(int(state >> np.uint64(1)))
        if torch.device(config.device).type == "cuda":
            torch.cuda.manual_seed(int(state >> np.uint64(1)))
        models.append(builder())
        models[-1].spectra_map = spectra_map
    model = ModelStack(models) if shape else models[0]
    return model.to(config.device)


def _loop(
    model: SpectrumModel,
    data: tuple[Tensor, Tensor],
    batches: Batches,
    held: tuple[Tensor, Tensor] | None,
    config: TrainConfig,
    *,
    progress: Told,
    watch: Watch | None,
) -> tuple[SpectrumModel, History]:
    """Epoch after epoch: step, look at the held-out rows, keep the best weights."""
    stepper = Stepper(model, config, batches.drawn)
    best = _Best(batches.shape)
    log: list[tuple[Any, ...]] = []
    start = time.perf_counter()
    with reporter(progress, config.epochs) as report:
        for epoch in range(config.epochs):
            rate, loss = _epoch(stepper, data, batches, epoch)
            score, error = _score(stepper.kept, held, loss)
            best.see(epoch, score, stepper.kept, keep=held is not None)
            log.append((loss, score, rate, time.perf_counter() - start, error))
            found = EpochReport(epoch, config.epochs, loss, score, error)
            report(found)
            if watch is not None:
                watch(found, stepper.kept.eval())
            if config.patience and np.all(epoch - best.epoch >= config.patience):
                break
    kept = stepper.kept
    best.restore(kept)
    kept.forget_spectra()
    losses, scores, rates, seconds, errors = map(np.array, zip(*log, strict=True))
    history = History(losses, scores, rates, seconds, best.epoch, errors)
    return kept.cpu().eval().requires_grad_(False), history


def _epoch(
    stepper: Stepper, data: tuple[Tensor, Tensor], order: Batches, epoch: int
) -> tuple[float, Array]:
    """One pass over the rows; returns the last rate and the mean loss."""
    features, targets = data
    config = stepper.config
    batches = order.epoch(epoch, features.device)
    total, rate, losses = config.epochs * len(batches), 0.0, []
    stepper.model.train()
    for step, (rows, weights) in enumerate(batches):
        rate = stepper.rate((epoch * len(batches) + step) / total)
        losses.append(stepper.step(features[rows], targets[rows], weights))
    loss = torch.stack(losses).mean(0).double().cpu().numpy()
    if not np.isfinite(loss).all():
        said = f"the loss is no longer finite in epoch {epoch + 1}"
        raise InputError(f"{said}: lower learning_rate (now {config.learning_rate:g})")
    return rate, loss


def _score(
    model: SpectrumModel, held: tuple[Tensor, Tensor] | None, loss: Array
) -> tuple[Array, Array]:
    """Loss and error in percent on the held-out rows, NaN where it cannot be told."""
    nothing = np.full_like(loss, np.nan)
    if held is None:
        return nothing, nothing
    model.eval()
    with torch.no_grad():
        score = model.loss(*held).double().cpu().numpy()
        if not model.knows_spectra:
            return score, nothing
        errors = model.spectral_error(*held).double().cpu().numpy()
    return score, np.median(errors, axis=-1)


class _Best:
    """The best weights so far, member by member."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.score = np.full(shape, np.inf)
        self.epoch = np.zeros(shape, dtype=np.int64)
        self.weights: dict[str, Tensor] = {}

    def see(self, epoch: int, score: Array, model: SpectrumModel, keep: bool) -> None:
        """Keep the weights of the members that improved (all, if nothing is held)."""
        if not keep:
            self.epoch = np.full_like(self.epoch, epoch)
            return
        better = score < self.score
        self.score = np.where(better, score, self.score)
        self.epoch = np.where(better, epoch, self.epoch)
        mask = torch.as_tensor(better)
        for name, value in model.state_dict().items():
            old = self.weights.get(name, value)
            wide = mask.reshape(mask.shape + (1,) * (value.ndim - mask.ndim))
            self.weights[name] = torch.where(wide.to(value.device), value, old).clone()

    def restore(self, model: SpectrumModel) -> None:
        """Put the best weights back, if any were kept."""
        if self.weights:
            model.load_state_dict(self.weights)
