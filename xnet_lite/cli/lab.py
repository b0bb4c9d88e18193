"""The tutorials in a browser: `lab`."""

import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from xnet_lite import __version__
from xnet_lite.cli.shell import Debug, guarded, say
from xnet_lite.errors import InputError
from xnet_lite.texts import json_of
from xnet_lite.writing import check_folder, sha256, write

WELCOME = "00_welcome.ipynb"
#: where copies go unless a folder is named
MINE = Path("~/xnet-lite-tutorials")
#: in that folder: the hash that each file had when it was put there
ORIGINS = ".origins.json"


def find_tutorials() -> Path:
    """Return the notebooks' folder: of the checkout, below this folder, or shipped.

    Raises
    ------
    InputError
        If there is none; the message says how to get it.
    """
    package = Path(__file__).resolve().parents[1]
    places = package.parent / "tutorials", Path("tutorials").absolute()
    for folder in (*places, package / "_tutorials"):
        if any(folder.glob("[0-9][0-9]_*.ipynb")):
            return folder
    raise InputError(
        "the tutorials are not here: install the package anew, or get them with `git "
        "clone https://github.com/xnet-lite/xnet-lite` and run this in that folder"
    )


def copy_tutorials(tutorials: Path, folder: Path) -> list[str]:
    """Copy notebooks into a folder of the reader's, and keep what the reader wrote.

    A copy that nobody changed is brought up to date. Beside one that somebody worked in
    the newer version is put, under its own name.

    Parameters
    ----------
    tutorials, folder : Path

    Returns
    -------
    list of str
        A sentence for every notebook that was put beside another one.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    check_folder(folder)
    listed = folder / ORIGINS
    origins = json_of(listed, "what `xnet-lite lab` wrote") if listed.exists() else {}
    said = []
    for path in sorted(tutorials.rglob("[0-9][0-9]_*.ipynb")):
        name = path.relative_to(tutorials)
        new = path.read_bytes()
        digest, mine = sha256(new), folder / name
        known = origins.get(str(name))
        if mine.exists() and sha256(mine.read_bytes()) not in (known, digest):
            if known == digest:  # worked in, and there is nothing newer
                continue
            beside = mine.with_name(f"{mine.stem}-{__version__}.ipynb")
            if not beside.exists():
                said.append(f"{name} has your work in it: the newer is {beside.name}")
                write(beside, new)
        else:
            mine.parent.mkdir(parents=True, exist_ok=True)
            write(mine, new)
        origins[str(name)] = digest
    write(listed, json.dumps(origins, indent=1, sort_keys=True))
    return said


@guarded("the notebooks are as you saved them")
def lab(
    folder: Annotated[
        Path | None,
        typer.Option(help=f"Folder for your copy of the notebooks; {MINE} by default."),
    ] = None,
    here: Annotated[
        bool, typer.Option("--here", help="Open those of the checkout themselves.")
    ] = False,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    jupyter: Annotated[
        list[str] | None, typer.Argument(help="Options of JupyterLab, after `--`.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Open JupyterLab at your copy of the tutorials.

    What you write into a copy is kept: newer notebooks are put beside it.
    """
    if here and folder is not None:
        raise InputError(f"--here and --folder {folder} exclude each other: give one")
    tutorials = find_tutorials()
    if importlib.util.find_spec("jupyterlab") is None:
        raise RuntimeError("JupyterLab is missing: pip install 'xnet-lite[tutorials]'")
    opened = tutorials if here else (folder or MINE).expanduser().resolve()
    if not here:
        for sentence in copy_tutorials(tutorials, opened):
            say(sentence)
    command = [sys.executable, "-m", "jupyterlab", f"--port={port}"]
    command += [f"--ServerApp.root_dir={opened}"]
    if (opened / WELCOME).is_file():
        command += [f"--LabApp.default_url=/lab/tree/{WELCOME}"]
    command += [*([] if browser else ["--no-browser"]), *(jupyter or [])]
    say(f"opening {opened}; Ctrl-C twice stops it")
    # takes this process's place, so that Ctrl-C and its question reach Jupyter itself
    os.execv(sys.executable, command)
