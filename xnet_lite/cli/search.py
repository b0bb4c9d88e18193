"""Settings found by trying: `search`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from xnet_lite.cli.outputs import check_out, write_json
from xnet_lite.cli.shell import Debug, command_name, example, guarded, say, show_table

if TYPE_CHECKING:
    from xnet_lite.jobs.job import TrainingJob
    from xnet_lite.studies.search.search import SearchResult

OUT = Path("out", "best.json")
STORAGE = Path("out", "search.db")
MINUTES = 2.0


@guarded("finished trials are kept, the same command goes on from there")
def search(
    *,
    config: Annotated[
        Path | None, typer.Argument(help="JSON as `train` takes it: where to start.")
    ] = None,
    data: Annotated[
        str | None, typer.Option(help="A dataset's name, see `data list`.")
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(help="A model's name, see `train`.", show_default="quick MLP"),
    ] = None,
    space: Annotated[
        Path | None,
        typer.Option(
            help="JSON with names and bounds, see above.", show_default="by model"
        ),
    ] = None,
    minutes: Annotated[
        float | None,
        typer.Option(
            help="After so long no trial is begun.", show_default="2 without --trials"
        ),
    ] = None,
    trials: Annotated[
        int | None,
        typer.Option(help="Trials in all, earlier calls counted.", show_default="any"),
    ] = None,
    folds: Annotated[
        int, typer.Option(help="Folds of the training part; 1 is one share of it.")
    ] = 3,
    hold_out: Annotated[
        float | None,
        typer.Option(help="Share that no trial sees.", show_default="0.2"),
    ] = None,
    seed: Annotated[int | None, typer.Option(show_default="0")] = None,
    out: Annotated[Path, typer.Option(help="File for the best job; .json.")] = OUT,
    storage: Annotated[
        Path, typer.Option(help="SQLite file that keeps the trials.")
    ] = STORAGE,
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
    options: dict[str, Any] = {"data": data, "model": model}
    options |= {"hold_out": hold_out, "seed": seed}
    check_out(out, (".json",))
    job = _job(config, {k: v for k, v in options.items() if v is not None})
    bounds = None if space is None else _space(space)
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


def _job(config: Path | None, options: dict[str, Any]) -> TrainingJob:
    """The job of a file with the options on top, or of the options alone."""
    from xnet_lite.jobs.job import TrainingJob

    if config is None:
        return TrainingJob.from_dict(options)
    from xnet_lite.studies.search.space import applied

    model = {"model": options.pop("model")} if "model" in options else {}
    return replace(applied(TrainingJob.read(config), model), **options)


def _space(path: Path) -> dict[str, Any]:
    """The space of a file; what it holds is checked by the search."""
    from xnet_lite.jobs.job import read_settings

    return read_settings(path, '{"training.epochs": {…}, …}')


def _show(found: SearchResult) -> None:
    """Print the best trials beside baselines, and what became of the others."""
    show_table(found.rows(), f"{found.job.data}: folds of the training part")
    states = [trial.state for trial in found.trials]
    counts = ", ".join(
        f"{states.count(state)} {state}" for state in dict.fromkeys(states)
    )
    typer.echo(f"{len(states)} trials: {counts}")
    problems = [trial.problem for trial in found.trials if trial.problem]
    if problems:
        say(f"the last that failed said: {problems[-1]}")
    if found.importance:
        shares = ", ".join(
            f"{name} {100 * share:.0f} %" for name, share in found.importance.items()
        )
        typer.echo(f"what mattered: {shares}")


def add_to(app: typer.Typer) -> None:
    """Add the verb to the command."""
    app.command(
        epilog=example("search --data tm-complexes-k-fe --model ARD --minutes 2")
    )(search)
