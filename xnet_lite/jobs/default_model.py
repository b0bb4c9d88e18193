"""The models that predict when none is named: trained once, then kept in the cache."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import torch

from xnet_lite import __version__
from xnet_lite.datasets import DatasetInfo, list_datasets, load
from xnet_lite.datasets.listing import embedded_part, part_name
from xnet_lite.datasets.public.remote import cache_folder, cached
from xnet_lite.datasets.saved import META
from xnet_lite.errors import InputError
from xnet_lite.jobs.features import PUBLIC_FEATURES
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.teaching import prepare, teach
from xnet_lite.predictor import Predictor
from xnet_lite.structures import Site

# one model an absorber, taught with that part of it
CORPUS = "tm-complexes-k"
ABSORBER = "Fe"
# raise it when training changes in a way that neither version nor settings show
RECIPE = 6


def default_job(absorber: str = ABSORBER) -> TrainingJob:
    """Return how the default model of an absorber is trained.

    Every site teaches: what the model does with new compounds is told by those that
    a member never saw.

    Example
    -------
    >>> default_job("Cu").data
    'tm-complexes-k-cu'
    """
    return TrainingJob(part_name(CORPUS, absorber), hold_out=0.0)


def location(job: TrainingJob) -> Path:
    """Return where the model of a job is kept; it may not be there.

    The name changes with the version of this package and of PyTorch, the dataset and
    the settings of the training.

    Parameters
    ----------
    job : TrainingJob
        On an embedded dataset.

    Raises
    ------
    InputError
        If the dataset is not there.
    """
    part = embedded_part(job.data)
    if part is None:
        raise InputError(
            f"the embedded dataset {job.data!r} is missing: make it with "
            f"`xnet-lite data make {CORPUS}` in a checkout, or install the package "
            "again"
        )
    settings = [__version__, torch.__version__, RECIPE, job.as_dict()]
    settings += [dict(job.recipe.options), vars(job.recipe.config())]
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    digest.update((part[0] / META).read_bytes())  # it holds the hashes of the arrays
    return cache_folder() / "models" / f"{job.data}-{digest.hexdigest()[:16]}"


def default_model(
    job: TrainingJob | None = None,
    *,
    progress: bool = True,
    say: Callable[[str], None] = lambda _: None,
) -> Predictor:
    """Return a default model from the cache, or train it and put it there.

    Parameters
    ----------
    job : TrainingJob, optional
        What :func:`default_job` gives; that of iron where none is given.
    progress : bool
        Show a bar while it is trained.
    say : callable
        Told that it is trained, and how long that takes.

    Returns
    -------
    Predictor
        Fifteen networks; `meta_["out_of_bag"]` tells how they do with new compounds.
    """
    job = job or default_job()

    def _taught() -> Predictor:
        say(f"training the default model on {job.data}, once: up to a minute")
        return teach(job, prepare(job, load(job.data)), progress=progress)

    return cached(location(job), Predictor.load, _taught, Predictor.save, say=say)


def check_known(site: Site) -> None:
    """Refuse an element that no default model knows, and say what helps.

    Parameters
    ----------
    site : Site

    Raises
    ------
    InputError
        With the element, what default models know, and where to learn the other.
    """
    listed = list_datasets()
    start = part_name(CORPUS, "x")[:-1]
    known = [one.element for one in listed if one.name.startswith(start)]
    if not known or site.absorber in known:
        return
    names = [
        one.name
        for one in listed
        if (one.element, one.edge) == (site.absorber, site.edge) and _describable(one)
    ]
    there = f"datasets with {site.absorber}: {', '.join(names) or 'none here'}"
    raise InputError(
        f"{site.label}: the default models know {', '.join(known)} only ({there}): "
        f"train one with `xnet-lite train --data {names[0] if names else 'NAME'} "
        "--out my-model` and add `--model my-model`, or `xnet-lite simulate` the file"
    )


def _describable(one: DatasetInfo) -> bool:
    """Whether a model of this dataset can predict from a structure."""
    return "structures" in one.title or one.name.startswith(tuple(PUBLIC_FEATURES))
