"""The main job: `first-light`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from xnet_lite.cli.outputs import write_json
from xnet_lite.cli.shell import Debug, command_name, guarded, say, show_table
from xnet_lite.writing import check_folder, write

if TYPE_CHECKING:
    from xnet_lite.studies.first_light import FirstLight

LEAD = (
    "Blue is the shipped network, with its band of ±2σ; black is the physics "
    "it was trained to imitate. Dotted are the two baselines it has to beat. Drag to "
    "zoom, double-click to go back, click a name to hide a line."
)

File = Annotated[
    Path | None,
    typer.Argument(help="A structure to predict.", show_default="the example"),
]
Out = Annotated[Path, typer.Option("--out", help="Folder for page and JSON.")]
Seeds = Annotated[int, typer.Option(min=1, help="Splits that the table averages.")]


@guarded("a trained model is kept, the rest starts again: run it once more")
def first_light(
    file: File = None, out: Out = Path("out"), seeds: Seeds = 3, debug: Debug = False
) -> None:
    """Train and weigh models, predict a molecule with the shipped one, ask the physics.

    Writes first_prediction.html (opens offline) and first_prediction.json. About half
    a minute on two cores; no network is needed.
    """
    check_folder(out)
    say("loading the library (a few seconds)")
    from xnet_lite.jobs.default_model import check_known
    from xnet_lite.structures import read_site
    from xnet_lite.studies.first_light import example_file
    from xnet_lite.studies.first_light import first_light as run

    site = read_site(file or example_file())
    check_known(site)
    found = run(site, seeds=range(seeds), say=say)
    _report(found)
    page, record = out / "first_prediction.html", out / "first_prediction.json"
    next_command = f"{command_name()} predict YOUR.xyz --out out/yours.html"
    _write(found, page, record, next_command)
    typer.echo(f"\nOpen  {page}  (works offline; the numbers are in {record})")
    typer.echo(f"Next  {next_command}")
    typer.echo("or    make lab   (the tutorials, in a checkout)")


def _report(found: FirstLight) -> None:
    """Print the table and what was predicted."""
    facts, errors = found.facts, found.errors
    title = f"Models against baselines: {facts['training set']}; {facts['split']}"
    show_table([score.row() for score in found.scores], title)
    for name, fact in facts.items():
        if ", a vote of " in name:
            typer.echo(f"{name}: {fact}")
    site = found.prediction.site
    new = ", which is not in the training set" if found.is_new else ""
    typer.echo(
        f"\n{site.label} ({site.atoms.get_chemical_formula()}){new}: predicted within "
        f"{errors['prediction']:.1f} % of the engine "
        f"(nearest known site {errors['1-NN']:.1f} %, mean spectrum "
        f"{errors['mean spectrum']:.1f} %); {100 * found.in_band:.0f} % of the "
        "engine's points lie within ±2σ"
    )
    for note in site.notes:
        say(f"note: {note}")
    for sentence in found.prediction.warnings:
        say(f"warning: {sentence}")


def _write(found: FirstLight, page: Path, record: Path, next_command: str) -> None:
    """Write the page and the JSON."""
    from xnet_lite.plots import Page, plot_prediction

    seen, site = found.prediction, found.prediction.site
    others = {"engine": found.engine, **found.others}
    figure = plot_prediction(seen.energy_rel, seen.mu, seen.std, others=others)
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0}
    figure.update_layout(legend=legend, margin={"t": 90})  # below the mode bar
    content = Page(
        f"First prediction: {site.atoms.get_chemical_formula()}, {site.absorber} "
        f"{site.edge} edge",
        figure,
        site,
        {
            "Models against baselines": [score.row() for score in found.scores],
            "Nearest known sites": seen.nearest,
        },
        seen.warnings,
        LEAD,
        next_command,
        found.facts,
        record=seen.provenance,
    )
    write(page, content.html())
    write_json(found.as_dict(), record)
