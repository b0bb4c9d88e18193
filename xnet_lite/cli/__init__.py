"""The `xnet-lite` command: a thin shell around the library.

Chain: `shell` (failures, printing), `outputs` (files a verb writes), then a file a
group of verbs. Whatever is slow to import (PyTorch, SciPy, plotly: seconds) is imported
inside the verb that needs it, so that `--help` answers at once.
"""

import gc
from typing import Annotated

import typer

from xnet_lite import __version__
from xnet_lite.cli import (
    apps,
    batch,
    data,
    doctor,
    first_light,
    invert,
    lab,
    learn,
    predict,
    search,
    train,
)
from xnet_lite.cli.shell import NAME, Command, end_by_sigterm

app = typer.Typer(
    name=NAME,
    cls=Command,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    epilog="Start with: **xnet-lite first-light**",
)
#: verbs, and what their help ends with: an example, which begins with the verb's name
VERBS = (
    (first_light.first_light, "first-light --seeds 5"),
    (predict.predict, "predict data/examples/fe-bpy3.xyz --out out/bpy3.html"),
    (predict.simulate, "simulate data/examples/fe-bpy3.xyz --order 1"),
    (invert.invert, "invert my_scan.dat --out out/my_scan.html"),
    (train.train, "train --data tm-complexes-k-fe --model ARD --out out/ard"),
    (train.evaluate, "evaluate --model out/ard --data tm-complexes-k-fe"),
    (search.search, "search --data tm-complexes-k-fe --model ARD --minutes 2"),
    (batch.batch, "batch 10_first_network -p EPOCHS 3 --grid SEED=0,1,2 --workers 2"),
    (learn.card, "card --name Kim"),
    (learn.class_, "class cards/ --out out/class.html"),
    (apps.app, "app predict"),
    (lab.lab, "lab --no-browser --port 8899 -- --allow-root"),
    (doctor.doctor, "doctor"),
    (data.listing, "data list"),
    (data.get, "data get tmqm-k-v"),
    (data.info, "data info tm-complexes-k"),
    (data.make, "data make tm-complexes-k --workers 2"),
)
app.add_typer(data.group, name="data")
for verb, line in VERBS:
    first, second, *_ = [*line.split(), ""]
    group, name = (data.group, second) if first == "data" else (app, first)
    group.command(name, epilog=f"Example: `{NAME} {line}`")(verb)


def _version(asked: bool) -> None:
    """Print the version and stop."""
    if asked:
        typer.echo(f"{NAME} {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Say which."),
    ] = False,
) -> None:
    """From a structure to its X-ray absorption spectrum, with an error band.

    Exit codes: 0 done, 1 failed, 2 bad input, 130 interrupted, 143 terminated.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    gc.set_threshold(100_000)  # collecting while libraries load took a third of a start
    end_by_sigterm()
    app()
