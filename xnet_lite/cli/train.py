"""Learning and weighing: `train` and `evaluate`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xnet_lite.cli import shell
from xnet_lite.cli.outputs import EVALUATION, check_out, write_json
from xnet_lite.errors import InputError
from xnet_lite.provenance import provenance
from xnet_lite.texts import json_of
from xnet_lite.writing import check_folder

if TYPE_CHECKING:
    from xnet_lite.datasets import XASDataset
    from xnet_lite.jobs.job import TrainingJob
    from xnet_lite.predictor import Predictor
    from xnet_lite.studies.evaluation import Evaluation

OUT = Path("out", "model")
JOB = '{"data": "NAME", …}'
TRANSLATED = "the same predictions by every metric in print; arctangent of 2020"


@shell.guarded("a training is kept only when it is done, run it again")
def train(
    *,
    config: Annotated[
        Path | None,
        typer.Argument(
            help="JSON with the settings below and more; or a folder or table of "
            "structures and spectra."
        ),
    ] = None,
    data: shell.Data = None,
    model: shell.Model = None,
    members: Annotated[
        int | None, typer.Option(help="Networks that vote.", show_default="15")
    ] = None,
    hold_out: shell.HoldOut = None,
    seed: shell.Seed = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Go on from nine-metals, or from a folder that `train` made.",
            show_default="anew",
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the model.")] = OUT,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace another model there.")
    ] = False,
    debug: shell.Debug = False,
) -> None:
    """Train a model on a dataset and weigh it on what was held out.

    Models: mean spectrum, 1-NN, ridge, kernel ridge, ARD; quick MLP, quick CNN, quick
    LSTM and quick GNN, which vote; MLP, CNN, LSTM, GNN, AEGAN and plain MLP, larger or
    longer trained and alone unless members are asked for; MLP 2020, MLP 2022, MLP 2024,
    CNN 2024, LSTM 2024 and AEGAN 2024, as they were published.

    A configuration says the same as the options and more, for instance
    {"data": "tm-complexes-k-fe", "model": "quick MLP", "members": 15, "split":
    "compound", "hold_out": 0.2, "seed": 0, "descriptor": {"class": "WACSF", "cutoff":
    6.0}, "hyperparameters": {"hidden": [256, 256]}, "training": {"epochs": 80}}.

    A folder of your own has structures and spectra of the same names, a.xyz and a.txt.
    A table (CSV, TSV, JSON) has columns structure and spectrum, and absorber, compound,
    e0, name, frame where you know them. What was assumed and left out is printed.

    With --from a trained network goes on: a few dozen spectra are enough to gain.
    """
    config, data = shell.own_data(config, data)
    check_folder(out)
    options = {"data": data, "model": model, "members": members}
    chosen = shell.given(**options, hold_out=hold_out, seed=seed)
    job = _job(config, chosen) if start is None else _going_on(config, start, chosen)
    from xnet_lite.jobs import prepare, teach

    dataset = shell.load_told(job.data)
    predictor = None if overwrite else _done(job, dataset, out)
    if predictor is None:
        begin = f" from {job.start}" if job.start else ""
        shell.say(f"training {job.model} on {job.data}{begin}")
        predictor = teach(job, prepare(job, dataset), progress=True)
        predictor.save(out)
        shell.say(f"written: {out}")
    else:
        shell.say(f"{out} holds this very model already (--overwrite trains it again)")
    _show(predictor, dataset, "held-out" if job.hold_out else "all")
    typer.echo(f"next: {shell.command_name()} predict FILE.xyz --model {out}")


@shell.guarded("it takes seconds, run it again")
def evaluate(
    data: Annotated[
        str | None,
        typer.Option(help="A dataset, or a folder.", show_default="the model's own"),
    ] = None,
    model: Annotated[Path, typer.Option(help="Folder that `train` made.")] = OUT,
    split: Annotated[
        str, typer.Option(help="Sites of its own set: held-out or all.")
    ] = "held-out",
    translate: Annotated[
        bool,
        typer.Option(
            "--translate",
            help="Also by every published metric, before and after broadening.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="File to write, .json.", show_default="none")
    ] = None,
    debug: shell.Debug = False,
) -> None:
    """Weigh a trained model beside the mean spectrum, 1-NN and the ridges.

    On its own dataset by what was held out of training, on another one by all sites.
    """
    check_out(out, (".json",))
    from xnet_lite.jobs import taught

    predictor = taught(model)
    name = data or predictor.meta_.get("dataset")
    if not isinstance(name, str):
        raise InputError(f"{model} does not name its dataset: give --data")
    found = _show(predictor, shell.load_told(name), split, translate)
    if out is not None:
        from xnet_lite.jobs.prediction import identity_of

        record = provenance(
            settings={"data": name, "split": split},
            units={"metrics": "percent or dimensionless, see metrics.summarise"},
            model=identity_of(predictor),
        )
        write_json(found.as_dict() | {"format": EVALUATION, "provenance": record}, out)
        shell.say(f"written: {out}")


def _job(config: Path | None, options: dict[str, Any]) -> TrainingJob:
    """The job of a file with the options on top, or of the options alone."""
    settings = {} if config is None else json_of(config, JOB)
    shell.check_names(settings | options)
    from xnet_lite.jobs.job import TrainingJob
    from xnet_lite.parallel import checked_device

    if config is None:
        job = TrainingJob.from_dict(options)
    else:
        job = replace(TrainingJob.read(config), **options)
    training = job.config()
    if training is not None:
        checked_device(training.device)
    return job


def _going_on(config: Path | None, start: str, options: dict[str, Any]) -> TrainingJob:
    """The job of going on from a model; what that model decides cannot be given."""
    given = {} if config is None else dict(json_of(config, JOB))
    settings = given | options
    for name in ("model", "members", "descriptor", "hyperparameters"):
        if name in settings:
            raise InputError(f"--from {start} has a {name} already: leave {name} out")
    if "data" not in settings:
        raise InputError("no dataset is named: give --data, structures and spectra")
    shell.check_names(settings)
    from xnet_lite.jobs.teaching import going_on

    return going_on(start, **settings)


def _done(job: TrainingJob, dataset: XASDataset, out: Path) -> Predictor | None:
    """This job's model where a folder holds it; refuse to replace another one."""
    if not (out / "model.json").exists():
        return None
    from xnet_lite.jobs import job_of, taught

    there = taught(out)
    same = "job" in there.meta_ and job_of(there) == job
    if same and there.meta_.get("fingerprint") == dataset.fingerprint():
        return there
    raise InputError(f"{out} holds another model: give another --out, or --overwrite")


def _show(
    predictor: Predictor, dataset: XASDataset, split: str, translate: bool = False
) -> Evaluation:
    """Print and return the table of a trained model beside baselines."""
    from xnet_lite.studies.evaluation import evaluate as score

    found = score(predictor, dataset, split)
    shell.show_table(found.rows(), "; ".join(found.notes))
    if translate:
        shell.show_table(found.translated(), TRANSLATED)
    return found
