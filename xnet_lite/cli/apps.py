"""What the library answers without a line of code, in a browser: `app`."""

from __future__ import annotations

import importlib.util
import os
import secrets
import socket
from pathlib import Path
from typing import Annotated, Any

import typer

from xnet_lite.cli.shell import Debug, guarded, say
from xnet_lite.errors import InputError, missing, one_of, within

#: what there is, and what stands in the title of its page
APPS = {
    "predict": "From a structure to its spectrum",
    "invert": "What is my scan of?",
    "explore": "The complexes, by their spectra",
    "importance": "What does a spectrum depend on?",
}
THEMES = ("auto", "light", "dark")
LOOPBACK = "127.0.0.1"
#: what of JupyterLab's extensions a page loads: widgets, figures, molecules
EXTENSIONS = [
    "@jupyter-widgets/jupyterlab-manager",
    "@voila-dashboards/widgets-manager8",
    "anywidget",
    "jupyterlab-plotly",
    "nglview-js-widgets",
]
#: bytes of one message, a file that is dropped being one; twice what a page sends
LARGEST = 2 * 64 * 2**20
#: s that the Python behind a page waits when the page is gone
PATIENCE = 3600


def find_apps() -> Path:
    """Return the folder of the apps: in the installed package, or in the checkout.

    Raises
    ------
    InputError
        If there is none; the message says how to get it.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "_apps", package.parent / "apps"):
        if (folder / "jupyter").is_dir():
            return folder
    raise InputError(f"the apps are missing in {package}: install the package again")


def usable_port(port: int) -> int:
    """Return a port of the loopback interface that can be listened on.

    Parameters
    ----------
    port : int
        The one that is wanted, 0 for any.

    Raises
    ------
    InputError
        If it cannot be had.

    Example
    -------
    >>> usable_port(0) > 0
    True
    """
    within("[0, 65535]", whole=True, port=port)
    with socket.socket() as probe:
        if os.name == "posix":  # or one that has just been left counts as taken
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            said = f"port {port} cannot be used ({error.strerror})"
            raise InputError(
                f"{said}: give --port another, or leave it away for a free one"
            ) from None
        return int(probe.getsockname()[1])


@guarded("the app is closed")
def app(
    name: Annotated[str, typer.Argument(help=f"{', '.join(APPS)}.")],
    port: Annotated[
        int,
        typer.Option(min=0, max=65535, help="Port.", show_default="a free one"),
    ] = 0,
    theme: Annotated[
        str, typer.Option(help="light, dark, or auto: as the browser has it.")
    ] = "auto",
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    debug: Debug = False,
) -> None:
    """Open an app: drop a file, read the answer, no line of code.

    It runs on this machine alone, works without a network, and answers only who has
    the address that is printed, with its token. Ctrl-C ends it.
    """
    one_of("app", name, APPS)
    one_of("--theme", theme, THEMES)
    folder = find_apps()
    for module in ("voila", "anywidget", "nglview"):
        if importlib.util.find_spec(module) is None:
            raise missing(f"the apps need {module}", "apps")
    port, token = usable_port(port), secrets.token_hex(16)
    settings = _settings(name, port, token, theme, debug)
    address = f"http://{LOOPBACK}:{port}/?token={token}"
    _serve(folder / f"{name}.py", address, settings, browser)
    say(f"{name}: closed")


def _serve(script: Path, address: str, settings: dict[str, Any], browser: bool) -> None:
    """Serve an app until it is interrupted; say where as soon as it can be asked."""
    others = os.environ.get("JUPYTER_PATH")
    here = str(script.parent / "jupyter")
    os.environ["JUPYTER_PATH"] = f"{here}{os.pathsep}{others}" if others else here
    import webbrowser

    from tornado.ioloop import IOLoop
    from traitlets.config import Config
    from voila.app import Voila

    def ready() -> None:
        typer.echo(f"{script.stem}: {address}")
        say("only this machine can ask it; Ctrl-C ends it")
        if browser:
            webbrowser.open(address)

    server = Voila.instance(config=Config(settings))
    server.initialize([str(script)])
    IOLoop.current().add_callback(ready)  # which waits until the port is listened on
    server.start()


def _settings(
    name: str, port: int, token: str, theme: str, debug: bool
) -> dict[str, Any]:
    """How Voila is set up; files of the user's change none of it."""

    def titled(_: object, notebook: Any, cwd: str) -> None:
        notebook.metadata["title"] = f"{APPS[name]} · xnet-lite"

    voila = {
        "ip": LOOPBACK,
        "port": port,
        "port_retries": 0,
        "token": token,
        "open_browser": False,
        "config_file_paths": [],
        "log_level": "INFO" if debug else "ERROR",
        "tornado_settings": {"websocket_max_message_size": LARGEST},
    }
    page = {
        "template": "xnet-lite",
        "allow_template_override": "NO",
        "allow_theme_override": "NO",
        "extension_language_mapping": {".py": "python"},
        "extension_allowlist": EXTENSIONS,
        "file_allowlist": [],
        "resources": {"look": theme},
        "show_tracebacks": debug,
        "prelaunch_hook": titled,
    }
    kernels = {"cull_idle_timeout": PATIENCE, "cull_interval": 60}
    settings: dict[str, Any] = {
        "Voila": voila,
        "VoilaConfiguration": page,
        "MappingKernelManager": kernels,
    }
    if os.name == "posix":  # sockets that no other user of the machine can reach
        settings["KernelManager"] = {"transport": "ipc"}
    return settings
