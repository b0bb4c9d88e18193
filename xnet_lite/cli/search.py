"""Settings found by trying: `search`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xnet_lite.cli.outputs import check_out, write_json
from xnet_lite.cli.shell import (
    Data,
    Debug,
    HoldOut,
    Seed,
    command_name,
    example,
    guarded,
    say,
    show_table,
)

if TYPE_CHECKING:
    from xnet_lite.studies.search.search import SearchResult

MINUTES = 2.0


@guarded("finished trials are kept, the same command goes on from there")
def search(
    *,
    config: Annotated[
        Path | None, typer.Argument(help="JSON as `train` takes it: where to start.")
    ] = None,
    data: Data = None,
    model: Annotated[
        str | None,
        typer.Option(help="A model's name, see `train`.", show_default="quick MLP"),
    ] = None,
    space: Annotated[
        Path | None, typer.Option(help="JSON, see above.", show_default="by model")
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            help="After so long no trial is begun.", show_default="2 without --trials"
        ),
    ] = None,
    trials: Annotated[
        int | None, typer.Option(help="Trials in all, earlier calls counted.")
    ] = None,
    folds: Annotated[
        int, typer.Option(help="Folds of the training part; 1 is one share of it.")
    ] = 3,
    hold_out: HoldOut = None,
    seed: Seed = None,
    out: Annotated[Path, typer.Option(help="Best job, .json.")] = Path("out/best.json"),
    storage: Annotated[
        Path, typer.Option(help="SQLite file that keeps the trials.")
    ] = (Path("out/search.db")),
    debug: Debug = False,
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
    from xnet_lite.jobs.job import TrainingJob, read_settings

    check_out(out, (".json",))
    options: dict[str, Any] = {"data": data, "hold_out": hold_out, "seed": seed}
    options = {key: value for key, value in options.items() if value is not None}
    if config is None:
        job = TrainingJob.from_dict(options | ({"model": model} if model else {}))
    else:
        job = TrainingJob.read(config)
        job = replace(job.with_model(model or job.model), **options)
    bounds = None
    if space is not None:
        bounds = read_settings(space, '{"training.epochs": {…}, …}')
    from xnet_lite.studies.search.search import search as run

    say(f"searching settings of {job.model} on {job.data}, baselines first")
    found = run(
        job,
        bounds,
        minutes=MINUTES if minutes is None and trials is None else minutes,
        n_trials=trials,
        storage=storage,
        n_folds=folds,
        progress=True,
    )
    _show(found)
    write_json(found.job.as_dict(), out)
    say(f"written: {out}")
    typer.echo(f"next: {command_name()} train {out} --out {out.with_suffix('')}")


def _show(found: SearchResult) -> None:
    """Print the best trials beside baselines, and what became of the others."""
    show_table(found.rows(), f"{found.job.data}: folds of the training part")
    states = [trial.state for trial in found.trials]
    counts = (f"{states.count(state)} {state}" for state in dict.fromkeys(states))
    typer.echo(f"{len(states)} trials: {', '.join(counts)}")
    for problem in [trial.problem for trial in found.trials if trial.problem][-1:]:
        say(f"the last that failed said: {problem}")
    if found.importance:
        shares = (f"{name} {one:.0%}" for name, one in found.importance.items())
        typer.echo(f"what mattered: {', '.join(shares)}")


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command(
        epilog=example("search --data tm-complexes-k-fe --model ARD --minutes 2")
    )(search)
