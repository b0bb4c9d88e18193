"""What every verb shares: failures as one sentence, tables, options."""

from __future__ import annotations

import errno
import functools
import os
import shutil
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from xnet_lite.errors import FormerName, InputError, one_of
from xnet_lite.tables import Table

if TYPE_CHECKING:
    from xnet_lite.datasets import XASDataset

NAME = "xnet-lite"
FAILED, BAD_INPUT, INTERRUPTED, TERMINATED = 1, 2, 130, 143
#: longest that a foreign error may speak, characters
LONGEST = 300
#: files left out of a dataset that are named, at most
MOST = 12

#: the catalogue's names, and former ones: a test holds them to it
MODELS = (
    *("mean spectrum", "1-NN", "ridge", "kernel ridge", "ARD"),
    *("quick MLP", "quick CNN", "quick LSTM", "quick GNN"),
    *("MLP", "plain MLP", "CNN", "LSTM", "AEGAN", "GNN"),
    *("MLP 2020", "MLP 2022", "MLP 2024", "CNN 2024", "LSTM 2024", "AEGAN 2024"),
)
FORMER = (
    *("mean", "1nn", "nearest neighbor", "krr", "ard", "ARD kernel ridge"),
    *("graph network", "mlp", "cnn", "lstm", "gnn"),
    *("MLP (published)", "CNN (published)", "LSTM (published)"),
)

# what Typer raises for words that it cannot use
_BadWords: Any = typer.BadParameter.__base__

# options of several verbs
Data = Annotated[
    str | None,
    typer.Option(help="A dataset's name, see `data list`, or a folder of your own."),
]
Model = Annotated[
    str | None,
    typer.Option(help="A model's name, see `train`.", show_default="quick MLP"),
]
HoldOut = Annotated[
    float | None, typer.Option(help="Share held out.", show_default="0.2")
]
Seed = Annotated[int | None, typer.Option(show_default="0")]
Scheduling = Annotated[
    str, typer.Option(help="Whose processes: processes, dask or tcp://NODE:PORT.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks of failures.")]


def guarded(resume: str = "nothing was kept, run it again") -> Callable[..., Any]:
    """Turn what a verb raises into a sentence on stderr and an exit code.

    Parameters
    ----------
    resume : str
        What Ctrl-C answers.

    Returns
    -------
    callable
        A decorator; the verb has the option `debug`.
    """

    def decorate(verb: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(verb)
        def run(*args: Any, **options: Any) -> None:
            debug = bool(options.get("debug"))
            try:
                with _warnings_said(debug):
                    verb(*args, **options)
            except (typer.Exit, typer.Abort):
                raise
            except Terminated:
                _leave(TERMINATED, f"terminated: {resume}", debug)
            except KeyboardInterrupt:
                _leave(INTERRUPTED, f"interrupted: {resume}", debug)
            except BrokenPipeError:
                # the reader of our output is gone: nobody is left to tell
                os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
                raise typer.Exit(FAILED) from None
            except InputError as error:
                _leave(BAD_INPUT, _one_line(str(error)), debug)
            except Exception as error:
                if getattr(error, "errno", None) == errno.ENAMETOOLONG:
                    told = f"{error}: give a shorter one"
                    _leave(BAD_INPUT, _one_line(told), debug)
                reason = f"{_one_line(str(error))} ({type(error).__name__})".strip()
                _leave(FAILED, f"failed: {reason}; --debug shows where", debug)

        return run

    return decorate


class Command(TyperGroup):
    """The command, which says what is wrong with its words in one line, too."""

    def main(self, *args: Any, **options: Any) -> Any:
        """Run a verb and exit with its code."""
        standalone_mode = options.get("standalone_mode", True)
        try:
            found = super().main(*args, **{**options, "standalone_mode": False})
        except _BadWords as error:
            if not standalone_mode or "\n" in error.message:  # the help itself
                raise
            told = _one_line(error.format_message()).rstrip(".")
            verb = error.ctx.command_path if error.ctx else NAME
            say(f"{NAME}: {told}; `{verb} --help` lists what to give")
            sys.exit(BAD_INPUT)
        return sys.exit(found) if standalone_mode else found


class Terminated(KeyboardInterrupt):
    """What SIGTERM raises, so that files and processes are put away as by Ctrl-C."""


def end_by_sigterm() -> None:
    """Let SIGTERM end this process as Ctrl-C does."""

    def end(number: int, frame: object) -> None:
        raise Terminated

    signal.signal(signal.SIGTERM, end)


@contextmanager
def _warnings_said(debug: bool) -> Iterator[None]:
    """Say in a line what libraries warn of, and which names are spelled otherwise."""
    with warnings.catch_warnings():
        show = warnings.showwarning

        def _show(message: Any, category: type[Warning], *where: Any) -> None:
            if issubclass(category, FormerName):
                say(f"note: {message}")
            elif debug:
                show(message, category, *where)
            else:
                say(f"warning: {_one_line(str(message))}")

        warnings.showwarning = _show  # type: ignore[assignment]
        yield


def _leave(code: int, sentence: str, debug: bool) -> None:
    """Say why on stderr, with the traceback if asked, and exit."""
    if debug:
        traceback.print_exc()
    typer.echo(f"{NAME}: {sentence}", err=True)
    raise typer.Exit(code) from None


def _one_line(text: str) -> str:
    """The first line of a message; of a long one its end too, where the remedy is."""
    first, half = text.strip().partition("\n")[0], LONGEST // 2
    return first if len(first) <= LONGEST else f"{first[:half]}…{first[1 - half :]}"


def say(sentence: str) -> None:
    """Print a line about what is going on, to stderr: stdout is for results."""
    typer.echo(sentence, err=True)


def show_table(rows: Sequence[Mapping[str, object]], title: str = "") -> None:
    """Print rows as a table, nothing where there is none."""
    from rich.console import Console

    if rows:
        Console().print(Table(rows, title))


def load_told(name: str, most: int | None = MOST) -> XASDataset:
    """Load a dataset; of one's own say what was paired, left out and assumed.

    At most so many files that were left out are named, all of them for None.
    """
    from xnet_lite.datasets import load

    dataset = load(name)
    report = dataset.meta.get("report")
    if report:
        skipped = report["skipped"]
        said = f"{dataset.name}: {len(dataset)} pairs, {len(skipped)} left out"
        left = [f"left out: {one['file']}: {one['why']}" for one in skipped]
        if most is not None and len(left) > most:
            tell = f"`{command_name()} data info {name}` names all"
            left[most:] = [f"… and {len(left) - most} more: {tell}"]
        for line in [said, *left, *(f"note: {note}" for note in report["notes"])]:
            say(line)
    return dataset


def given(**options: Any) -> dict[str, Any]:
    """Return the options that were given."""
    return {name: value for name, value in options.items() if value is not None}


def own_data(config: Path | None, data: str | None) -> tuple[Path | None, str | None]:
    """A folder or a table where a job was expected is the dataset."""
    if config is None or not (config.is_dir() or config.suffix in (".csv", ".tsv")):
        return config, data
    if data is not None:
        raise InputError(f"two datasets are given, {config} and {data}: give one")
    return None, str(config)


def check_names(settings: Mapping[str, Any]) -> None:
    """Refuse a dataset or a model that does not exist, before what knows them is here.

    The rest of a job is checked where jobs are, which takes seconds to import.
    """
    data, model = (settings.get(name) for name in ("data", "model"))
    if isinstance(model, str) and model not in (*MODELS, *FORMER):
        one_of("model", model, MODELS)
    if isinstance(data, str):
        from xnet_lite.datasets.registry import check_name

        check_name(data)


def command_name() -> str:
    """Return how this command can be called from here, for commands to try next."""
    found, called = shutil.which(NAME), os.path.realpath(sys.argv[0])
    if not called.endswith(NAME) or (found and os.path.realpath(found) == called):
        return NAME
    return min(os.path.relpath(sys.argv[0]), sys.argv[0], key=len)
