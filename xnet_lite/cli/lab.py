"""The tutorials in a browser: `lab`."""

import importlib.util
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from xnet_lite.cli.shell import Debug, guarded, say
from xnet_lite.errors import InputError

WELCOME = "00_welcome.ipynb"


def find_tutorials() -> Path:
    """Return the folder of the notebooks: in the checkout, or below this folder.

    Raises
    ------
    InputError
        If there is none; the message says how to get it.
    """
    checkout = Path(__file__).resolve().parents[2]
    for root in (checkout, Path.cwd()):
        folder = root / "tutorials"
        if any(folder.glob("[0-9][0-9]_*.ipynb")):
            return folder
    raise InputError(
        "the tutorials are not part of the installed package: get them with `git clone "
        "https://github.com/xnet-lite/xnet-lite` and run this in that folder"
    )


@guarded("the notebooks are as you saved them")
def lab(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    jupyter: Annotated[
        list[str] | None, typer.Argument(help="Options of JupyterLab, after `--`.")
    ] = None,
    debug: Debug = False,
) -> None:
    """Open JupyterLab at the tutorials."""
    folder = find_tutorials()
    if importlib.util.find_spec("jupyterlab") is None:
        raise RuntimeError("JupyterLab is missing: pip install 'xnet-lite[tutorials]'")
    command = [sys.executable, "-m", "jupyterlab", f"--port={port}"]
    command += [f"--ServerApp.root_dir={folder}"]
    if (folder / WELCOME).is_file():
        command += [f"--LabApp.default_url=/lab/tree/{WELCOME}"]
    command += [*([] if browser else ["--no-browser"]), *(jupyter or [])]
    say(f"opening {folder}; Ctrl-C twice stops it")
    # takes this process's place, so that Ctrl-C and its question reach Jupyter itself
    os.execv(sys.executable, command)
