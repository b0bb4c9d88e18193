"""From a training job to a predictor that remembers what it learnt from."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from xnet_lite import __version__, metrics
from xnet_lite.arrays import Array, Ints
from xnet_lite.datasets import XASDataset, split
from xnet_lite.datasets.footing import UNITS, tabulated
from xnet_lite.descriptors import Descriptor
from xnet_lite.errors import InputError
from xnet_lite.faces import Face
from xnet_lite.jobs.default_model import NAME, default_model
from xnet_lite.jobs.features import described
from xnet_lite.jobs.job import TrainingJob
from xnet_lite.jobs.recipes import FORMER
from xnet_lite.models.calibration import FEWEST
from xnet_lite.parallel import one_thread
from xnet_lite.predictor import Predictor, fine_tune
from xnet_lite.predictor.inputs import check_grid
from xnet_lite.spectra import unit_mean
from xnet_lite.training import TrainConfig
from xnet_lite.training.history import Told
from xnet_lite.trust import (
    Judge,
    Unseen,
    bootstrap,
    calibrate,
    cross_calibrated,
    deep_ensemble,
    left_out,
    unseen_of_bag,
)
from xnet_lite.trust.calibrating import N_FOLDS

#: label of what is left out as a whole to see how far a model carries
FAMILY = "family"
#: how much a site of a family left out counts in the calibration, one of a compound
#: left out being 1: with less the band of new families is too narrow, and that of new
#: compounds hardly narrower. `benchmarks.uncertainty` shows none, half and as much on
#: compounds and families that had no part in it
FAR_WEIGHT = 1.0
#: how a trained network goes on, where nobody says: gently
TUNING = {"epochs": 60, "batch_size": 16, "learning_rate": 3e-4}
#: scores that a predictor remembers of sites it did not see
KEPT = ("a_median", "a_iqr", "coverage_2_all", "coverage_2_median", "std_error_r")


@dataclass(frozen=True, eq=False, repr=False)
class Prepared(Face):
    """A dataset with its features, and which of its sites train.

    Attributes
    ----------
    dataset : XASDataset
    fingerprint : str
        Of the dataset as it came.
    descriptor : Descriptor or None
        What makes the features of a structure.
    train, test : ndarray of int
        Rows.
    """

    dataset: XASDataset
    fingerprint: str
    descriptor: Descriptor | None
    train: Ints
    test: Ints


def prepare(job: TrainingJob, dataset: XASDataset) -> Prepared:
    """Describe the sites of a dataset and hold some out, as the job says.

    Raises
    ------
    InputError
        If there is nothing to learn from, or nothing can be held out.
    """
    ready, descriptor = described(dataset, job.descriptor)
    rows: tuple[Ints, Ints] = np.arange(len(dataset)), np.zeros(0, dtype=int)
    if job.hold_out:
        rows = split(ready, fraction=job.hold_out, by=job.split, seed=job.seed)
    return Prepared(ready, dataset.fingerprint(), descriptor, *rows)


def teach(
    job: TrainingJob, ready: Prepared, *, progress: Told = False, **mapping: Any
) -> Predictor:
    """Train what the job names on the training rows.

    The band of a vote is calibrated on compounds that members never saw, and on ligand
    families that others never saw, where a dataset names them. Error and coverage of
    both, each site by a calibration that did not learn from it, are kept in
    `meta_["out_of_bag"]` and `meta_["left_out"]`, each compound's in `unseen_`; a
    `trust.Judge` learns from compounds not seen what error to expect.

    Parameters
    ----------
    job : TrainingJob
    ready : Prepared
    progress : bool or callable
        As in `training.fit`.
    **mapping
        `workers` and `checkpoint` of what is trained with parts left out, as
        `parallel.resumable_map` takes them.

    Returns
    -------
    Predictor
        Its `meta_` tells dataset, job, names, elements and energy reference.
    """
    data = ready.dataset[ready.train]
    votes = job.recipe.is_network and job.members > 1
    train = partial(deep_ensemble, n_members=job.members)
    if job.resampled:
        train = partial(bootstrap, n_members=job.members, seed=job.seed)
    # one thread: the matrices are small, several threads on a busy machine took ten
    # times as long, and the weights do not depend on their number
    with one_thread():
        if job.start:
            source = taught(job.start)
            data = _on_scale_of(source, data)
            tuned = partial(_tuned, source, job.config())
            predictor = tuned(data, progress=progress)
            predictor.meta_ |= _facts(job, ready)
            mapping |= {"tuned": tuned}
        else:
            predictor = (train if votes else Predictor.fit)(
                job.predictor(ready.descriptor, of_sites=data.sites is not None),
                data,
                meta=_facts(job, ready),
                progress=progress,
            )
        if votes:
            mapping = {"progress": progress is True} | mapping
            parts = calibrate_by(predictor, data, job.seed, **mapping)
            _note(predictor, parts, job.seed)
            judged = (parts.get(name) for name in ("out_of_bag", "left_out"))
            Judge.teach(predictor, data, *judged)
    return predictor


def _tuned(
    source: Predictor,
    config: TrainConfig | None,
    data: XASDataset,
    _: int = 0,
    progress: Told = False,
) -> Predictor:
    """What a trained predictor becomes by a few sites more."""
    return fine_tune(source, data, config=config, progress=progress)


def _on_scale_of(source: Predictor, data: XASDataset) -> XASDataset:
    """A dataset with spectra as a predictor has them."""
    check_grid(data, source.energy_)
    if source.meta_.get("units") != UNITS:
        return data
    return replace(data, spectra=unit_mean(data.energy, data.spectra))


def going_on(start: str, data: str, **settings: Any) -> TrainingJob:
    """Return the job of going on from a trained vote of networks.

    Parameters
    ----------
    start : str
        "nine-metals", or the folder of a model.
    data : str
        Structures and spectra on the model's energies.
    **settings
        As of a `TrainingJob`; `training` changes how it is tuned.

    Raises
    ------
    InputError
        If what is to be gone on from is no vote of networks.
    """
    source = taught(start)
    job = job_of(source)
    if not job.recipe.is_network:
        raise InputError(f"{start} is {job.model}: go on from a network")
    training = dict(job.training) | TUNING | dict(settings.pop("training", {}))
    return replace(
        TrainingJob(data, job.model, descriptor=job.descriptor),
        hyperparameters=job.hyperparameters,
        members=source.n_members,
        resampled=False,
        training=training,
        start=start,
        **settings,
    )


def taught(model: str | Path) -> Predictor:
    """Read a shipped predictor, or the one that `xnet-lite train` put into a folder.

    Raises
    ------
    InputError
        If there is none.
    """
    folder = Path(model)
    if str(model) == NAME:
        return default_model()
    if not folder.is_dir():
        raise InputError(
            f"{folder}: no such folder, give one that `xnet-lite train` made, or {NAME}"
        )
    return Predictor.load(folder)


def job_of(predictor: Predictor) -> TrainingJob:
    """Return the job of a trained predictor, however old.

    Raises
    ------
    InputError
        If the predictor was not trained by a job.
    """
    settings = dict(predictor.meta_.get("job", {}))
    if not settings:
        raise InputError(
            "the model does not say what it learnt from: make one with "
            "`xnet-lite train`"
        )
    model = settings["model"]
    return TrainingJob.from_dict(settings | {"model": FORMER.get(model, model)})


def held_out(predictor: Predictor, dataset: XASDataset) -> tuple[TrainingJob, Prepared]:
    """Return the job of a trained predictor and its dataset, split as it was.

    Raises
    ------
    InputError
        If the predictor was not trained by a job, or the dataset is not the same.
    """
    job = job_of(predictor)
    if predictor.meta_.get("fingerprint") != dataset.fingerprint():
        raise InputError(
            f"the dataset {job.data!r} is no longer the one that the model learnt "
            "from: train it again"
        )
    return job, prepare(job, dataset)


def _facts(job: TrainingJob, ready: Prepared) -> dict[str, Any]:
    """What a predictor remembers of its training, beside what its dataset tells."""
    data = ready.dataset
    facts = {"fingerprint": ready.fingerprint, "job": job.as_dict()}
    if data.sites is None:
        facts["names"] = [f"{data.name} {row}" for row in ready.train]
    else:
        pairs = {(site.absorber, site.edge) for site in data.sites}
        facts["edge_energies"] = {one: tabulated(one, edge) for one, edge in pairs}
    return facts | {"version": __version__}


def calibrate_by(
    predictor: Predictor, data: XASDataset, seed: int = 0, **mapping: Any
) -> dict[str, Unseen]:
    """Calibrate a vote on compounds and ligand families that it did not learn from.

    Parameters
    ----------
    predictor : Predictor
        From `trust.bootstrap`, in this session; it is changed.
    data : XASDataset
        What it learnt from. Families are left out in five parts where it has a label
        "family", each predicted by a fifth of the members, newly trained.
    seed : int
    **mapping
        As in `teach`.

    Returns
    -------
    mapping of str to Unseen
        "out_of_bag" and "left_out", as far as there are any; the predictor stays as it
        was where both together are fewer than 40 sites.
    """
    parts = unseen_by(predictor, data, seed, **mapping)
    if sum(map(len, parts.values())) >= 2 * FEWEST:
        calibrate(predictor, *weighed(parts))
    return parts


def unseen_by(
    predictor: Predictor, data: XASDataset, seed: int = 0, **mapping: Any
) -> dict[str, Unseen]:
    """Return compounds and ligand families as seen by what did not learn from them.

    Takes and returns what `calibrate_by` does; of the predictor `unseen_` alone
    changes: the errors of compounds, which tell of what is near them.
    """
    parts, members = {}, predictor.members_
    resampled = members is None or (members != np.arange(len(data))).any()
    how: dict[str, Any] = {"seed": seed, "resampled": bool(resampled)} | mapping
    if not resampled:  # no member left anything out
        few = max(2, predictor.n_members // 2)
        parts["out_of_bag"] = left_out(predictor, data, n_members=few, **how)
    else:
        with suppress(InputError):  # two members may have seen everything together
            parts["out_of_bag"] = unseen_of_bag(predictor, data.spectra, data.groups)
    kinds = data.labels.get(FAMILY, np.zeros(0))
    if len(np.unique(kinds)) > 1:
        few = max(2, predictor.n_members // N_FOLDS)
        parts["left_out"] = left_out(predictor, data, kinds, n_members=few, **how)
    if "out_of_bag" not in parts:
        return parts
    near = parts["out_of_bag"]
    spread = near.band.std.mean(1)
    predictor.unseen_ = {"rows": near.rows, "error": near.error, "std": spread}
    labels = {"out_of_bag": data.groups, "left_out": kinds}
    return {k: one.beside(predictor, labels[k]) for k, one in parts.items()}


def weighed(
    parts: Mapping[str, Unseen], far_weight: float = FAR_WEIGHT
) -> tuple[Unseen, Array]:
    """Return all unseen sites, and how much each counts, (n_unseen,)."""
    first, *others = parts.values()
    shares = {"left_out": far_weight}
    weight = [np.full(len(part), shares.get(name, 1.0)) for name, part in parts.items()]
    return sum(others, start=first), np.concatenate(weight)


def _note(predictor: Predictor, parts: Mapping[str, Unseen], seed: int) -> None:
    """Keep what is known of sites that nobody saw."""
    if not parts:
        return
    everything, weight = weighed(parts)
    band = everything.band
    if predictor.calibration_ is not None:
        band = cross_calibrated(everything, predictor.n_members, weight, seed)
    start = 0
    for name, part in parts.items():
        some = band[start : (start := start + len(part))]
        scores = metrics.summarise(some.mean, part.truth, spectra_std=some.std)
        known = {key: scores[key] for key in KEPT if np.isfinite(scores[key])}
        predictor.meta_[name] = known | {"n_sites": len(part)}
