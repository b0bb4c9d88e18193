"""Going on from a trained network: other sites, other elements, fewer free weights."""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from torch import nn

from xnet_lite.errors import InputError
from xnet_lite.models.base import SpectrumModel, checked_pair
from xnet_lite.predictor.inputs import Inputs, lesson, summary, to_features
from xnet_lite.predictor.network import Network
from xnet_lite.predictor.predictor import Predictor
from xnet_lite.targets import PCATargets
from xnet_lite.training import TrainConfig

#: the last layer of every network of the library
HEAD = "out"
#: facts of the source that hold for what goes on from it
KEPT = ("energy_reference", "units")


def fine_tune(
    source: Predictor,
    inputs: Inputs,
    spectra: ArrayLike | None = None,
    *,
    frozen: Sequence[str] = (),
    new_head: bool = False,
    config: TrainConfig | None = None,
    groups: ArrayLike | None = None,
    **training: Any,
) -> Predictor:
    """Return a predictor that goes on from a trained one and learns from new sites.

    Descriptor, selection and scaler stay the source's, so that its first layers see
    what they learnt to see; the source itself is left as it was. An ensemble goes on
    member by member, each from all new sites.

    Parameters
    ----------
    source : Predictor
        Trained, with a network as its model.
    inputs, spectra, groups
        As in `Predictor.fit`, on the source's energies; the sites may be of another
        element than the source learnt from.
    frozen : sequence of str
        Beginnings of the names of layers that stay as they are: ("waves", "hidden").
    new_head : bool
        Learn the representation of spectra anew from these, and draw the last layer
        anew: for spectra unlike those of the source. Without it both are gone on from.
    config : TrainConfig, optional
        How to train; the source's own without it. A smaller rate keeps more of what
        was learnt.
    order, progress, watch
        As in `Predictor.fit`.

    Returns
    -------
    Predictor

    Raises
    ------
    InputError
        If the source is no trained network, a frozen layer does not exist, everything
        is frozen, or shapes disagree.

    Source: on transfer between absorption edges, S. R. Kharel et al. (OmniXAS),
    arXiv:2409.19552 (2024).
    Differs: layers are chosen by name, and the scaler stays the source's.

    Example
    -------
    >>> from xnet_lite.models import MLP
    >>> quick, rng = TrainConfig(epochs=1), np.random.default_rng(0)
    >>> x, mu, energy = rng.random((8, 3)), rng.random((8, 5)), np.arange(5.0)
    >>> source = Predictor(model=MLP, config=quick).fit(x, mu, energy)
    >>> tuned = fine_tune(source, x[:4], mu[:4], frozen=["waves", "hidden"])
    >>> tuned.predict(x).shape
    (8, 5)
    """
    trained = getattr(source, "regressor_", None)
    if not isinstance(trained, Network):
        said = "there is no trained network to go on from"
        raise InputError(f"{said}: fit a Predictor whose model is a network first")
    tuned = copy.copy(source)
    tuned.config = config or trained.config
    n_features = source.features_.shape[1]
    tuned.features_ = to_features(inputs, source.descriptor, n_features)
    mu, _, groups = lesson(inputs, spectra, source.energy_, groups)
    _, mu = checked_pair(tuned.features_, mu)
    tuned.mean_spectrum_ = mu.mean(0)
    # energies are the source's, and so is what they and the spectra are counted in
    kept = {name: source.meta_[name] for name in KEPT if name in source.meta_}
    tuned.meta_ = summary(inputs, len(mu)) | kept
    if new_head:
        fresh = copy.deepcopy(source.targets_)
        if isinstance(fresh, PCATargets):
            # no more components than so few spectra have
            fresh.n_components = min(fresh.n_components, *mu.shape)
        tuned.targets_ = fresh.fit(mu, source.energy_)
    x = tuned.scale(tuned.features_)
    y = tuned.targets_.transform(mu)
    members = trained.model_.members()
    vote = np.tile(np.arange(len(x)), (len(members), 1))
    tuned.members_ = vote if len(members) > 1 else None
    tuned.calibration_, tuned.unseen_, tuned.known_ = None, {}, {}
    tuned.model = _GoOn(members, tuple(frozen), new_head)
    scale_of = None if new_head else trained
    tuned.regressor_ = tuned._learn(x, y, groups=groups, scale_of=scale_of, **training)
    tuned._settle(x)
    return tuned


class _GoOn:
    """A builder that returns a trained network each time, those of a vote in turn."""

    def __init__(
        self, members: Sequence[SpectrumModel], frozen: tuple[str, ...], new_head: bool
    ) -> None:
        self.members, self.frozen, self.new_head = members, frozen, new_head
        self.turn = -1

    def __call__(self, n_features: int, n_targets: int) -> SpectrumModel:
        """Return a copy, with its frozen layers still and its head new if asked."""
        self.turn = (self.turn + 1) % len(self.members)
        model = copy.deepcopy(self.members[self.turn]).requires_grad_(True)
        if self.new_head:
            self._draw_head(model, n_targets)
        for start in self.frozen:
            self._freeze(model, start)
        if not any(weight.requires_grad for weight in model.parameters()):
            raise InputError(
                f"frozen {list(self.frozen)} leaves nothing to learn: name fewer layers"
            )
        return model

    def _draw_head(self, model: SpectrumModel, n_targets: int) -> None:
        """Draw the last layer anew."""
        head = getattr(model, HEAD, None)
        if not isinstance(head, nn.Linear):
            said = f"{type(model).__name__} has no dense last layer {HEAD!r}"
            raise InputError(f"{said}: give new_head=False")
        model.out = nn.Linear(head.in_features, n_targets)
        model.n_targets = n_targets

    def _freeze(self, model: nn.Module, start: str) -> None:
        """Let a layer, or several of one beginning, keep their weights."""
        weights: list[tuple[str, Any]] = list(model.named_parameters())
        held = [w for name, w in weights if f"{name}.".startswith(f"{start}.")]
        if not held:
            names = sorted({name.split(".")[0] for name, _ in weights})
            said = f"{type(model).__name__} has no layer {start!r} to freeze"
            raise InputError(f"{said}: it has {', '.join(names)}")
        for weight in held:
            weight.requires_grad_(False)
