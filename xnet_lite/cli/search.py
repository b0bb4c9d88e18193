"""Settings found by trying: `search`."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer

from xnet_lite.cli import shell
from xnet_lite.cli.outputs import check_out, write_json
from xnet_lite.texts import json_of
from xnet_lite.writing import check_writable

MINUTES = 2.0


@shell.guarded("finished trials are kept, the same command goes on from there")
def search(
    *,
    config: Annotated[
        Path | None,
        typer.Argument(help="JSON or folder as `train` takes it: where to start."),
    ] = None,
    data: shell.Data = None,
    model: shell.Model = None,
    space: Annotated[
        Path | None, typer.Option(help="JSON, see above.", show_default="by model")
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(help="Time to begin trials.", show_default="2 without --trials"),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(help="Trials in all, earlier calls counted.")
    ] = None,
    folds: Annotated[
        int, typer.Option(help="Folds of the training part; 1 is one share of it.")
    ] = 3,
    hold_out: shell.HoldOut = None,
    seed: shell.Seed = None,
    out: Annotated[Path, typer.Option(help="Best job, .json.")] = Path("out/best.json"),
    storage: Annotated[Path, typer.Option(help="SQLite file")] = Path("out/search.db"),
    debug: shell.Debug = False,
) -> None:
    """Search good settings of a model by trying them, and write a job to `train`.

    A space says what may change: {"training.learning_rate": {"low": 1e-4, "high":
    1e-2, "log": true}, "training.epochs": {"low": 20, "high": 100, "step": 10},
    "hyperparameters.hidden": {"choices": [[256, 256], [512, 512]]},
    "descriptor.cutoff": {"low": 4.0, "high": 6.0, "step": 0.5}, "model": {"choices":
    ["quick MLP", "ARD"]}}.

    Trials are scored on folds of the training part; what the job holds out stays unseen
    for `train`. Needs optuna: pip install 'xnet-lite[search]'.
    """
    check_out(out, (".json",))
    check_writable(storage)
    config, data = shell.own_data(config, data)
    shell.check_names({"data": data, "model": model})
    from xnet_lite.jobs.job import TrainingJob
    from xnet_lite.studies.search.search import search as run

    options = shell.given(data=data, hold_out=hold_out, seed=seed)
    start = TrainingJob.read(config) if config else TrainingJob.from_dict(options)
    job = replace(start.with_model(model or start.model), **options)
    dataset = shell.load_told(job.data)
    bounds = json_of(space, '{"training.epochs": {…}, …}') if space else None
    shell.say(f"searching settings of {job.model} on {job.data}, baselines first")
    if minutes is None and trials is None:
        minutes = MINUTES
    more: dict[str, Any] = {"storage": storage, "dataset": dataset, "progress": True}
    found = run(job, bounds, minutes=minutes, n_trials=trials, n_folds=folds, **more)
    shell.show_table(found.rows(), f"{job.data}: folds of the training part")
    states = [trial.state for trial in found.trials]
    counts = (f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    typer.echo(f"{len(states)} trials: {', '.join(counts)}")
    if problems := [trial.problem for trial in found.trials if trial.problem]:
        shell.say(f"the last that failed said: {problems[-1]}")
    if found.importance:
        shares = (f"{name} {one:.0%}" for name, one in found.importance.items())
        typer.echo(f"what mattered: {', '.join(shares)}")
    write_json(found.as_dict(), out)
    shell.say(f"written: {out}")
    typer.echo(f"next: {shell.command_name()} train {out} --out {out.with_suffix('')}")
