"""Networks with all that belongs to them: scaler, targets, training; ours, theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from xnet_lite.descriptors import NeighborGraph
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.models import CNN, GNN, LSTM, MLP
from xnet_lite.predictor.network import Builder
from xnet_lite.predictor.predictor import Predictor
from xnet_lite.preprocessing.scaler import FeatureScaler, RelevanceScaler
from xnet_lite.targets import EnergyGrid
from xnet_lite.targets.base import SpectralTarget
from xnet_lite.training import TrainConfig

#: Å, of a graph whose descriptor names none
CUTOFF = 5.0


@dataclass(frozen=True)
class Recipe:
    """A network's builder, how features are scaled, what is learnt, and how.

    Attributes
    ----------
    model : callable
        From (n_features, n_targets) to a new network.
    config : TrainConfig
    scaler : callable
        Returns a new scaler.
    targets : callable
        Returns a new representation of spectra, or None for principal components.
    reads_structures : bool
        Whether features must come from `NeighborGraph`.
    """

    model: Builder
    config: TrainConfig
    scaler: Callable[[], FeatureScaler]
    targets: Callable[[], SpectralTarget | None] = lambda: None
    reads_structures: bool = False


def _published(model: Builder, config: TrainConfig) -> Recipe:
    """Standardised features, whole spectra."""
    return Recipe(model, config, partial(FeatureScaler, power=1.0), EnergyGrid)


def _ours(model: Callable[..., Any], epochs: int, **options: Any) -> Recipe:
    """Features scaled by relevance, principal components, taught by metric A."""
    build = partial(model, loss="relative", **options)
    return Recipe(build, TrainConfig(epochs=epochs), RelevanceScaler)


#: what a person types -> what is trained, and how
RECIPES: dict[str, Recipe] = {
    "MLP": _ours(MLP, 150, n_waves=256, wave_scale=1.5),
    "CNN": _ours(CNN, 80),
    "LSTM": _ours(LSTM, 80),
    "GNN": Recipe(
        GNN,
        TrainConfig(epochs=60, learning_rate=3e-3),
        partial(FeatureScaler, power=1.0, standardise=False),
        reads_structures=True,
    ),
    "MLP 2020": _published(MLP.published_2020, TrainConfig.published_2020()),
    "MLP 2022": _published(MLP.published, TrainConfig.published()),
    "CNN 2024": _published(CNN.published, TrainConfig.published()),
    "LSTM 2024": _published(LSTM.published, TrainConfig.published()),
}


def recipe(
    name: str, descriptor: Descriptor | None = None, **changes: Any
) -> Predictor:
    """Return a predictor yet to learn, made as it was found, or published, to work.

    Parameters
    ----------
    name : str
        One of `RECIPES`: ours by the name of the network, the published ones with the
        year of the paper.
    descriptor : Descriptor, optional
        From a site to its features; without one, inputs are features. "GNN" has
        `NeighborGraph` where none is given.
    **changes
        Of the training: epochs=20, seed=3, any setting of `TrainConfig`.

    Raises
    ------
    InputError
        For a name that does not exist, or a setting out of range.

    Source: C. D. Rankine, M. M. M. Madkhali and T. J. Penfold, J. Phys. Chem. A 124
    (2020) 4263, doi:10.1021/acs.jpca.0c03723; C. D. Rankine and T. J. Penfold, J. Chem.
    Phys. 156 (2022) 164102, doi:10.1063/5.0087255; T. J. Penfold et al., Mach. Learn.:
    Sci. Technol. 5 (2024) 021001, doi:10.1088/2632-2153/ad5074.
    Differs: the review prints no training of its CNN and LSTM: the MLP's is taken.

    Example
    -------
    >>> recipe("MLP 2022", epochs=3).config.epochs
    3
    """
    if name not in RECIPES:
        raise InputError(f"recipe {name!r} does not exist: give {', '.join(RECIPES)}")
    known = RECIPES[name]
    model: Callable[..., Any] = known.model
    if known.reads_structures:
        descriptor = descriptor or NeighborGraph()
        # what the graph leaves out, the network must let fade
        model = partial(model, cutoff=getattr(descriptor, "cutoff", CUTOFF))
    config = TrainConfig.from_dict(vars(known.config) | changes)
    scaler, targets = known.scaler(), known.targets()
    return Predictor(descriptor, targets, model, config, scaler)
