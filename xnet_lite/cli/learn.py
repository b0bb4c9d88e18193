"""Progress of a learner and of a class: `card`, `class`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from xnet_lite.cli.outputs import check_out
from xnet_lite.cli.shell import BAD_INPUT, Debug, guarded, say, show_table
from xnet_lite.tables import Table


@guarded("the card is as it was")
def card(
    *,
    name: Annotated[
        str | None, typer.Option(help="Begin a card under this name, or rename it.")
    ] = None,
    take: Annotated[
        Path | None,
        typer.Option(help="Join a card from another machine with the one here."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write a copy, .json, to hand in or to move.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Show how far you are in the exercises; begin, copy or join your card.

    It is kept in ~/.xnet_lite, or in the folder that XNET_LITE_CARD names: a name that
    you choose, counts of tries and hints, and nothing that you wrote.
    """
    from xnet_lite import exercises
    from xnet_lite.exercises import cards
    from xnet_lite.exercises.course import COURSE

    check_out(out, (".json",))
    taken = None if take is None else cards.read_card(take)
    if name is not None:
        exercises.begin(name)
    if taken is not None:
        cards.take_in(taken)
    mine = exercises.card()
    if not mine.learner:
        say("no card is kept: `xnet-lite card --name NAME` begins one")
        if out is not None:
            raise typer.Exit(BAD_INPUT)
    show_table(mine.progress(COURSE).rows, mine.learner)
    if out is not None:
        cards.write_card(mine, out)
        say(f"written: {out}")


@guarded()
def class_(
    *,
    folder: Annotated[Path, typer.Argument(help="Where exported cards are.")],
    out: Annotated[Path | None, typer.Option(help="A page, .html.")] = None,
    debug: Debug = False,
) -> None:
    """Sum up the cards of a class: a row a learner, the hardest questions, and games.

    Boards of the games (board.json beside each card) are joined and shown as well.
    """
    from xnet_lite.exercises import cards
    from xnet_lite.exercises.course import COURSE
    from xnet_lite.studies.games.board import read_boards

    check_out(out, (".html",))
    found = cards.read_class(folder)
    tables = [
        cards.class_table(found, COURSE),
        cards.question_table(found, COURSE),
        *read_boards(folder).tables(),
    ]
    for table in tables:
        show_table(table.rows, table.title)
    if out is not None:
        _write_page(tables, out)
        say(f"written: {out}")


def _write_page(tables: Sequence[Table], out: Path) -> None:
    """A page of tables that opens without a network."""
    from xnet_lite.plots.report import STYLE, section
    from xnet_lite.writing import write

    head = "<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>A class"
    parts = [f"{head}</title><style>{STYLE}</style></head><body><h1>A class</h1>"]
    parts += [section(one.title, one.rows) for one in tables]
    write(out, "\n".join([*parts, "</body></html>"]))
