"""The catalogue: every model under one name, with all that belongs to it.

A network stands here twice or more often, since two things are asked of it. "MLP",
"CNN", "LSTM" and "GNN" are one network each, as good as it was found to be: wide, long
trained, features scaled by relevance. "quick MLP" and so on are members of a vote:
`xnet-lite train` and the default model teach 15 of them (5 of the slower ones) in the
time of one of the others, and their spread is the error band. "plain MLP" is the
class with no argument given. Names with a year are the published ones.

A new model is its class and one entry here: the command, JSON files, studies and
benchmarks find it by its name.
"""

import inspect
import json
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from xnet_lite.descriptors import NeighborGraph
from xnet_lite.descriptors.base import Descriptor
from xnet_lite.errors import FormerName, InputError, one_of
from xnet_lite.models import AEGAN, CNN, GNN, LSTM, MLP, ARDKernelRidge, Regressor
from xnet_lite.models.baselines import KernelRidge, MeanSpectrum, NearestNeighbor, Ridge
from xnet_lite.predictor.network import Builder
from xnet_lite.predictor.predictor import Predictor
from xnet_lite.preprocessing.filters import Selection, VarianceFilter
from xnet_lite.preprocessing.scaler import FeatureScaler, RelevanceScaler
from xnet_lite.targets import EnergyGrid
from xnet_lite.targets.base import SpectralTarget
from xnet_lite.texts import beside
from xnet_lite.training import TrainConfig

#: what jobs read: the nearest shells, with elements told apart. Molecules that nobody
#: built are larger than those of the embedded set, and further shells teach what does
#: not transfer (see `benchmarks.transfer`)
_ALIKE = [["O", "F"], ["Si", "P", "S", "Cl", "Se", "Br", "I"]]
DESCRIPTOR: dict[str, Any] = {
    "class": "WACSF",
    "cutoff": 4.5,
    "elements": ["H", "C", "N", *_ALIKE],
}
#: what networks that read structures have in its place
GRAPH: dict[str, Any] = {"class": "NeighborGraph"}
#: inputs on which hyperparameters are tried: enough for convolutions, a graph of 12
TRIAL_WIDTH = 91


@dataclass(frozen=True)
class Recipe:
    """A model with all that belongs to it.

    Attributes
    ----------
    name : str
        What a person types, and reads in every table.
    build : callable
        From (n_features, n_targets) to a new network, or the class of a baseline.
    options : mapping
        Its arguments, where they are not what they are by themselves.
    training : TrainConfig or None
        None for a baseline, which learns in one piece.
    scaler, targets : callable or None
        Return new ones; None leaves them to whoever asks for a predictor.
    selection : callable, optional
        Returns a new choice of the features that it sees; None shows it all.
    members : int
        How many vote where a job does not say.
    reads_structures : bool
        Whether its features are those of `NeighborGraph`.
    space : mapping
        What a search may change, by name: bounds as `studies.search` takes them.
    former : sequence of str
        What it was called before: taken with a warning.
    """

    name: str
    build: Callable[..., Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    training: TrainConfig | None = None
    scaler: Callable[[], FeatureScaler] | None = None
    targets: Callable[[], SpectralTarget] | None = None
    selection: Callable[[], Selection] | None = None
    members: int = 1
    reads_structures: bool = False
    space: Mapping[str, Any] = field(default_factory=dict)
    former: Sequence[str] = ()

    @property
    def is_network(self) -> bool:
        """Whether it is trained, epoch by epoch."""
        return self.training is not None

    @property
    def descriptor(self) -> dict[str, Any]:
        """Settings of the descriptor whose features it reads where none is named."""
        return dict(GRAPH if self.reads_structures else DESCRIPTOR)

    def arguments(self) -> dict[str, Any]:
        """Return its hyperparameters and what they are where none is given.

        Example
        -------
        >>> MODELS["quick MLP"].arguments()["hidden"]
        [256, 256]
        """
        named = list(inspect.signature(self.build).parameters.items())
        # the data decide the first two of a network
        own = {key: one.default for key, one in named[2 * self.is_network :]}
        return own | dict(self.options)

    def model(self, **hyperparameters: Any) -> Builder | Regressor:
        """Return the network's builder, or the baseline yet to learn.

        Raises
        ------
        InputError
            For an argument that does not exist, or a value that it cannot use.

        Example
        -------
        >>> MODELS["ARD"].model(steps=10).steps
        10
        """
        known = self.arguments()
        for name in hyperparameters:
            one_of(f"{self.name}'s hyperparameter", name, known)
        build = partial(self.build, **{**self.options, **hyperparameters})
        try:
            made = build(TRIAL_WIDTH, 1) if self.is_network else build()
        except (TypeError, AttributeError) as error:
            raise InputError(
                f"model {self.name!r} cannot be built from its hyperparameters "
                f"({error}): correct them"
            ) from None
        return build if self.is_network else made

    def config(self, seed: int = 0, **changes: Any) -> TrainConfig | None:
        """Return its training with some settings changed; None for a baseline.

        Raises
        ------
        InputError
            For a setting that does not exist or is out of range, of a baseline too.
        """
        known = self.training or TrainConfig()
        config = TrainConfig.from_dict(vars(known) | {"seed": seed} | changes)
        return config if self.is_network else None

    def predictor(
        self,
        seed: int = 0,
        descriptor: Descriptor | None = None,
        *,
        scaler: FeatureScaler | None = None,
        targets: SpectralTarget | None = None,
        hyperparameters: Mapping[str, Any] | None = None,
        **training: Any,
    ) -> Predictor:
        """Return a predictor yet to learn.

        Parameters
        ----------
        seed : int
            Of the first weights and the order of the rows.
        descriptor : Descriptor, optional
            From a site to its features; without one, inputs are features. What reads
            structures has `NeighborGraph` where none is given.
        scaler, targets : optional
            Taken where the entry has none of its own.
        hyperparameters : mapping, optional
            Arguments of the model.
        **training
            Settings of `TrainConfig`, epochs=20; a baseline passes over them.

        Raises
        ------
        InputError
            For an argument or a setting that does not exist, or a wrong value.

        Example
        -------
        >>> recipe("MLP 2022").predictor(epochs=3).config.epochs
        3
        """
        given = dict(hyperparameters or {})
        if self.reads_structures:
            descriptor = descriptor or NeighborGraph()
            # what the graph leaves out, the network must let fade
            given = {"cutoff": getattr(descriptor, "cutoff", 5.0)} | given
        return Predictor(
            descriptor,
            self.targets() if self.targets else targets,
            self.model(**given),
            self.config(seed, **training),
            self.scaler() if self.scaler else scaler,
            self.selection() if self.selection else None,
        )


# --- the entries --------------------------------------------------------------------

#: least spread of a feature that counts, as a share of the largest, of sites that we
#: describe: shells of elements that are rare here must not shout when a molecule of
#: somebody's own is full of them
site_scaler = partial(FeatureScaler, floor=0.1)
#: what is worth trying where nobody says: of every network, and by class
_SPACES: dict[str, dict[str, Any]] = json.loads(beside(__package__, "spaces.json"))


def _space(build: Any) -> dict[str, Any]:
    """What a search may change in a network of this class."""
    return _SPACES["network"] | _SPACES[build.__name__]


def _ours(build: Any, epochs: int, **options: Any) -> Recipe:
    """Features scaled by relevance, principal components, taught by metric A."""
    name, training, space = build.__name__, TrainConfig(epochs=epochs), _space(build)
    options = {"loss": "relative", **options}
    return Recipe(name, build, options, training, RelevanceScaler, space=space)


def _quick(build: Any, members: int, **options: Any) -> Recipe:
    """A member of a vote: fifteen narrow networks do as well as one wide one."""
    name: str = build.__name__
    return Recipe(
        f"quick {name}",
        build,
        options,
        TrainConfig(epochs=50, learning_rate=2e-3),
        members=members,
        space=_space(build),
        former=[name.lower()],
    )


def _published(
    name: str, build: Any, training: TrainConfig, former: Sequence[str] = ()
) -> Recipe:
    """Standardised features, whole spectra; nothing to search in what is printed."""
    scaler = partial(FeatureScaler, power=1.0)
    return Recipe(name, build, {}, training, scaler, EnergyGrid, former=former)


def _truncated(one: Recipe) -> Recipe:
    """The network that sees 71 of 97 features, or the same share of others."""
    return replace(one, selection=partial(VarianceFilter, share=71 / 97))


def _graph(one: Recipe) -> Recipe:
    """The graph network, which reads atomic numbers and distances as they are."""
    scaler = partial(FeatureScaler, power=1.0, standardise=False)
    return replace(one, scaler=scaler, reads_structures=True)


_LONG = {"training.epochs": {"low": 50, "high": 250, "step": 50}}
_LONG_MLP = {
    **_space(MLP),
    **_LONG,
    "hyperparameters.n_waves": {"choices": [0, 32, 128, 256]},
}
_GRAPH = TrainConfig(epochs=60, learning_rate=3e-3)
_THEIRS = TrainConfig.published()
_ENTRIES = (
    # a known spectrum must come back whole: these two have no principal components
    Recipe("mean spectrum", MeanSpectrum, targets=EnergyGrid, former=["mean"]),
    Recipe(
        "1-NN", NearestNeighbor, targets=EnergyGrid, former=["1nn", "nearest neighbor"]
    ),
    Recipe("ridge", Ridge),
    Recipe("kernel ridge", KernelRidge, former=["krr"]),
    Recipe(
        "ARD", ARDKernelRidge, space=_SPACES["ARD"], former=["ard", "ARD kernel ridge"]
    ),
    Recipe("plain MLP", MLP, training=TrainConfig(), space=_LONG_MLP),
    replace(_ours(MLP, 150, n_waves=256, wave_scale=1.5), space=_LONG_MLP),
    _ours(CNN, 80),
    _ours(LSTM, 80),
    _graph(
        Recipe("GNN", GNN, training=_GRAPH, space=_space(GNN), former=["graph network"])
    ),
    _quick(MLP, 15, hidden=[256, 256], n_waves=0),
    _quick(CNN, 15),
    _quick(LSTM, 5),
    _graph(_quick(GNN, 5)),
    # what must come back as features can have no relevance taken out of it
    replace(
        _ours(AEGAN, 150, loss="rmse"),
        scaler=FeatureScaler,
        space=_space(AEGAN) | _LONG,
    ),
    _published("MLP 2020", MLP.published_2020, TrainConfig.published_2020()),
    _truncated(
        _published("MLP 2022", MLP.published_2022, _THEIRS, ["MLP (published)"])
    ),
    _published("MLP 2024", MLP.published_2024, _THEIRS),
    _published("CNN 2024", CNN.published, _THEIRS, ["CNN (published)"]),
    _published("LSTM 2024", LSTM.published, _THEIRS, ["LSTM (published)"]),
    _published("AEGAN 2024", AEGAN.published, TrainConfig.reference_aegan()),
)
#: every model by its name
MODELS: dict[str, Recipe] = {one.name: one for one in _ENTRIES}
#: names of before -> those of the catalogue
FORMER = {old: one.name for one in _ENTRIES for old in one.former}
#: what a table must show beside any model
BASELINES = ("mean spectrum", "1-NN", "ridge", "kernel ridge")


def spelled(name: str) -> str:
    """Return a model's name as the catalogue has it, with a warning for a former one.

    Example
    -------
    >>> spelled("kernel ridge")
    'kernel ridge'
    """
    if name not in FORMER:
        return name
    now = FORMER[name]
    warnings.warn(f"{name!r} is called {now!r} now", FormerName, stacklevel=3)
    return now


def recipe(name: str) -> Recipe:
    """Return the entry of a name.

    Parameters
    ----------
    name : str
        One of `MODELS`; a former name is taken with a warning.

    Raises
    ------
    InputError
        For a name that does not exist.

    Source: of the published ones C. D. Rankine, M. M. M. Madkhali and T. J. Penfold,
    J. Phys. Chem. A 124 (2020) 4263, doi:10.1021/acs.jpca.0c03723; C. D. Rankine and T.
    J. Penfold, J. Chem. Phys. 156 (2022) 164102, doi:10.1063/5.0087255; T. J. Penfold
    et al., Mach. Learn.: Sci. Technol. 5 (2024) 021001, doi:10.1088/2632-2153/ad5074.
    Differs: the review prints no training at all: that of 2022 is taken. The paper of
    2022 drops a quarter of 97 features by a threshold of their variance that it does
    not print, and is left with G1, 28 G2 and 42 G4: here "MLP 2022" sees the 71 that
    vary most over the training sites, for vanadium G1, 26 G2 and 44 G4.

    Example
    -------
    >>> recipe("GNN").reads_structures
    True
    """
    now = spelled(name)
    one_of("model", now, MODELS)
    return MODELS[now]
