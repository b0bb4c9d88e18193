"""Reference pages: a page a room of the package, and one of the command."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

import xnet_lite
from xnet_lite.cli import app
from xnet_lite.cli.shell import NAME

_STOREY = re.compile(r"^ +\d+ +(\w+(?: · \w+)*)(?:  |$)", re.MULTILINE)


def rooms() -> list[str]:
    """The rooms of the house, in the order of its picture, from the top."""
    storeys = _STOREY.findall(xnet_lite.__doc__ or "")
    return [room for names in storeys for room in names.split(" · ") if room != "cli"]


def modules(room: str) -> list[str]:
    """What a page of a room documents: the room, or its files where it lists none."""
    module = importlib.import_module(f"xnet_lite.{room}")
    if hasattr(module, "__all__") or not hasattr(module, "__path__"):
        return [module.__name__]
    files = sorted(Path(module.__path__[0]).glob("[!_]*"))
    inside = [
        p.stem for p in files if p.suffix == ".py" or (p / "__init__.py").exists()
    ]
    return [f"{module.__name__}.{name}" for name in inside]


def room_page(room: str) -> str:
    """The page of a room, reStructuredText."""
    parts = [f"{room}\n{'=' * len(room)}\n"]
    listed = modules(room)
    for name in listed:
        if len(listed) > 1:
            title = name.removeprefix(f"xnet_lite.{room}.")
            parts.append(f"{title}\n{'-' * len(title)}\n")
        parts.append(f".. automodule:: {name}\n{_elsewhere(name)}")
    return "\n".join(parts)


def _elsewhere(name: str) -> str:
    """The option that leaves out what another room documents."""
    module = importlib.import_module(name)
    room = ".".join(name.split(".")[:2])
    other = [
        one
        for one in getattr(module, "__all__", [])
        if not getattr(getattr(module, one), "__module__", room).startswith(room)
    ]
    return f"   :exclude-members: {', '.join(other)}\n" if other else ""


def first_line(room: str) -> str:
    """What a room says of itself."""
    doc = importlib.import_module(f"xnet_lite.{room}").__doc__ or ""
    return doc.strip().partition("\n")[0]


# -- the command ---------------------------------------------------------------------


def _commands(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every verb with its words, group by group."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from _commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def _option(parameter: Any) -> str:
    """A line of the table of a verb's words."""
    if parameter.param_type_name == "argument":
        words = (parameter.metavar or parameter.name or "").upper()
    else:
        words = ", ".join([*parameter.opts, *parameter.secondary_opts])
    help_text = " ".join((getattr(parameter, "help", "") or "").split())
    usual = parameter.default
    if usual not in (None, False, (), []) and not callable(usual):
        help_text += f" Usually `{usual}`."
    return f"| `{words}` | {help_text.replace('|', chr(92) + '|')} |"


def command_page() -> str:
    """The page of the command, Markdown."""
    parts = [
        "# The command\n",
        f"`{NAME} VERB --help` says the same in a terminal. A bad word or file gets "
        "one sentence with its remedy, and exit code 2.\n",
    ]
    for words, command in _commands(typer.main.get_command(app), NAME):
        parts.append(f"## {words.removeprefix(NAME).strip()}\n")
        parts.append(f"{(command.help or '').strip()}\n")
        rows = [_option(p) for p in command.params if p.name != "help"]
        if rows:
            parts.append("\n".join(["| word | meaning |", "|---|---|", *rows]) + "\n")
        parts.append(f"{(command.epilog or '').strip()}\n")
    return "\n".join(parts)


def write_reference(folder: Path) -> None:
    """Write all of it into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    found = rooms()
    for room in found:
        (folder / f"{room}.rst").write_text(room_page(room), "utf-8")
    (folder / "command.md").write_text(command_page(), "utf-8")
    rows = [f"| [{room}]({room}.rst) | {first_line(room)} |" for room in found]
    text = (folder / "index.md").read_text("utf-8")
    table = "\n".join(["| room | what it is |", "|---|---|", *rows])
    toctree = "\n".join(["```{toctree}", ":hidden:", "", "command", *found, "```"])
    text = text.replace("<!-- rooms -->", f"{table}\n\n{toctree}")
    (folder / "index.md").write_text(text, "utf-8")
