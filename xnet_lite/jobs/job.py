"""One training job: what learns from which dataset, read from JSON and checked."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xnet_lite.datasets.registry import full_name
from xnet_lite.descriptors import Descriptor
from xnet_lite.errors import InputError, affordable, one_of, within
from xnet_lite.jobs.features import describer
from xnet_lite.jobs.recipes import GRAPH, Recipe, recipe, site_scaler
from xnet_lite.predictor import Predictor
from xnet_lite.texts import json_of
from xnet_lite.training import TrainConfig

#: bytes of a small network while it learns: 10 000 weights and what moves them
SMALLEST = 160e3
SPLITS = ("compound", "random", "cluster")


@dataclass(frozen=True)
class TrainingJob:
    """Everything that a trained model depends on, JSON-able.

    Parameters
    ----------
    data : str
        A dataset's name, or the path of a folder of one's own, which becomes whole.
    model : str
        One of `recipes.MODELS`, as it is written there.
    members : int, optional
        Networks that vote, each taught with resampled compounds; 1 gives no error
        band. What the catalogue has without it. Baselines learn in one piece.
    resampled : bool
        False lets every member learn from all compounds: they err less, and to tell how
        far, compounds are left out in five parts and members are trained anew for each.
    split : str
        How test sites are held out: "compound", "random" or "cluster".
    hold_out : float
        Share held out, from 0 to below 1.
    seed : int
        Of the split, the resampling and the first weights.
    descriptor : mapping
        Its class and arguments: {"class": "WACSF", "cutoff": 5.0}; shells told apart
        by element, see `recipes.DESCRIPTOR`, where none is given; a graph network
        reads "NeighborGraph".
    hyperparameters : mapping
        Arguments of the model: {"hidden": [512, 512]}.
    start : str
        What to go on from: a shipped model, "nine-metals", or the folder of another.
        `teaching.going_on` fills in model, descriptor and hyperparameters.
    training : mapping
        Arguments of `TrainConfig`: {"epochs": 150}.

    Raises
    ------
    InputError
        On a value out of range or a name that does not exist.

    Example
    -------
    >>> TrainingJob("tm-complexes-k-fe").members
    15
    """

    data: str
    model: str = "quick MLP"
    # None stands for what suits the model, and is replaced on the spot
    members: int = None  # type: ignore[assignment]
    resampled: bool = True
    split: str = "compound"
    hold_out: float = 0.2
    seed: int = 0
    descriptor: Mapping[str, Any] = None  # type: ignore[assignment]
    hyperparameters: Mapping[str, Any] = field(default_factory=dict)
    training: Mapping[str, Any] = field(default_factory=dict)
    start: str = ""

    def __post_init__(self) -> None:
        """Refuse what no job can be."""
        self._check(("data", "model", "split", "start"), str, "a name")
        object.__setattr__(self, "data", full_name(self.data))
        known = recipe(self.model)
        object.__setattr__(self, "model", known.name)
        if self.members is None:
            object.__setattr__(self, "members", known.members)
        if self.descriptor is None:
            object.__setattr__(self, "descriptor", known.descriptor)
        parts = "descriptor", "hyperparameters", "training"
        self._check(parts, Mapping, "names and values, {…}")
        within("[1, inf)", whole=True, members=self.members)
        within("[0, inf)", whole=True, seed=self.seed)
        within("[0, 1)", hold_out=self.hold_out)
        one_of("split", self.split, SPLITS)
        affordable(
            f"members={self.members}: as many networks at a time",
            SMALLEST * self.members,
            "give fewer, 15 are usual",
        )
        if not known.is_network:
            object.__setattr__(self, "members", 1)
        self.config()
        known.model(**self.hyperparameters)
        describer(self.descriptor)
        kind = self.descriptor.get("class", "WACSF")
        if known.reads_structures and kind != GRAPH["class"]:
            raise InputError(
                f"model {self.model!r} reads {GRAPH['class']}, the descriptor is "
                f"{kind!r}: give none, or that one"
            )

    def _check(self, names: Sequence[str], kind: type, wanted: str) -> None:
        """Refuse values that are of another kind."""
        for name in names:
            if not isinstance(getattr(self, name), kind):
                raise InputError(f"{name} is {getattr(self, name)!r}: give {wanted}")

    @classmethod
    def from_dict(cls, settings: Mapping[str, Any]) -> TrainingJob:
        """Return the job of a mapping, refusing names it does not know.

        Raises
        ------
        InputError
            For an unknown or a missing name.
        """
        known = [one.name for one in dataclasses.fields(cls)]
        for name in settings:
            one_of("setting", name, known)
        if "data" not in settings:
            raise InputError(
                'no dataset is named: give "data" (--data NAME), for instance '
                "tm-complexes-k-fe"
            )
        return cls(**settings)

    @classmethod
    def read(cls, path: str | Path) -> TrainingJob:
        """Return the job that a JSON file describes; a search's says where it is from.

        Raises
        ------
        InputError
            With the file's name, and the line where it is no JSON.
        """
        settings = json_of(path, '{"data": "NAME", …}')
        settings.pop("provenance", None)
        try:
            return cls.from_dict(settings)
        except InputError as error:
            raise InputError(f"{Path(path).name}: {error}") from None

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return dataclasses.asdict(self)

    def with_model(self, model: str) -> TrainingJob:
        """Return the job with another model, to which is left what was to this one.

        Hyperparameters that the other does not take are dropped.

        Raises
        ------
        InputError
            For a name that does not exist.

        Example
        -------
        >>> job = TrainingJob("tm-complexes-k-fe", hyperparameters={"hidden": [8]})
        >>> job.with_model("quick LSTM").members, job.with_model("ARD").hyperparameters
        (5, {})
        """
        old, new = TrainingJob(self.data, self.model), TrainingJob(self.data, model)
        known, same = new.recipe.arguments(), old.descriptor == new.descriptor
        kept = {k: v for k, v in self.hyperparameters.items() if k in known}
        return dataclasses.replace(
            self,
            model=new.model,
            members=new.members if self.members == old.members else self.members,
            descriptor=self.descriptor if same else new.descriptor,
            hyperparameters=kept,
        )

    @property
    def recipe(self) -> Recipe:
        """The catalogue's entry of the model."""
        return recipe(self.model)

    def config(self) -> TrainConfig | None:
        """Return how a network is trained; None for a baseline."""
        return self.recipe.config(**{"seed": self.seed} | dict(self.training))

    def predictor(
        self, descriptor: Descriptor | None = None, *, of_sites: bool = False
    ) -> Predictor:
        """Return one of its models, without a vote, yet to learn.

        Parameters
        ----------
        descriptor : Descriptor, optional
            What makes the features of a structure.
        of_sites : bool
            Whether features are those of structures, which are scaled in a way of
            their own, or came ready with a dataset.

        Raises
        ------
        InputError
            If the model reads structures and there are none.
        """
        if self.recipe.reads_structures and not of_sites:
            raise InputError(
                f"model {self.model!r} reads structures and {self.data!r} has none: "
                "give another model, or a dataset with structures"
            )
        return self.recipe.predictor(
            descriptor=descriptor,
            scaler=site_scaler() if of_sites else None,
            hyperparameters=self.hyperparameters,
            **{"seed": self.seed} | dict(self.training),
        )
