"""A JupyterLab of our own on loopback, and a real browser that looks at it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import ConsoleMessage, Page, Request, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # without a GPU, WebGL (3-D views) is drawn by the processor
    "--enable-unsafe-swiftshader",
]
# asks nobody for news, keeps every cell in the page however far it is scrolled away
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
}
STARTUP_S, KERNEL_S = 60, 60
# the page's indicator says idle a moment before the kernel can be asked anything
KERNEL_IS_IDLE = """async () => {
    const context = window.jupyterapp?.shell?.currentWidget?.sessionContext;
    const kernel = context?.session?.kernel;
    if (!kernel || kernel.connectionStatus !== "connected") return false;
    await kernel.info;
    return context.isReady && kernel.status === "idle";
}"""


@dataclass
class Seen:
    """What a page did that no figure shows."""

    console_errors: list[str] = field(default_factory=list)
    external_requests: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Record errors and requests of a page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.console_errors.append(str(error)))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.console_errors.append(f"{message.text} ({message.location})")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        local = parts.hostname in ("127.0.0.1", "localhost")
        if not local and parts.scheme not in ("data", "blob"):
            self.external_requests.append(request.url)


def free_port() -> int:
    """A port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def lab_environment(fresh: Path) -> dict[str, str]:
    """The environment of a JupyterLab that reads and writes nothing of the user's."""
    for name, settings in LAB_SETTINGS.items():
        path = fresh / "settings" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(settings), "utf-8")
    folders = {
        "HOME": "home",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    for folder in folders.values():
        (fresh / folder).mkdir(exist_ok=True)
    own = {name: str(fresh / folder) for name, folder in folders.items()}
    return {**os.environ, **own, "OMP_NUM_THREADS": "1"}


@contextmanager
def jupyter_lab(folder: Path, fresh: Path) -> Iterator[tuple[str, str]]:
    """Serve a folder by JupyterLab on loopback; gives its address and token."""
    port, token = free_port(), secrets.token_hex(16)
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.extension_manager=readonly"]
    command += ["--LabApp.expose_app_in_browser=True", "--ServerApp.port_retries=0"]
    environment = lab_environment(fresh) | {"JUPYTER_TOKEN": token}
    with (fresh / "lab.log").open("w") as log:
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
        try:
            wait_for_server(f"{address}/api/status?token={token}", server)
            yield address, token
        finally:
            server.terminate()
            server.wait(timeout=30)


@contextmanager
def app(
    name: str, fresh: Path, *options: str
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Serve an app by the command; gives the address that it prints, its process."""
    command = [sys.executable, "-m", "xnet_lite.cli", "app", name, "--no-browser"]
    environment = lab_environment(fresh) | {"PYTHONUNBUFFERED": "1"}
    log = fresh / "app.log"
    with log.open("w") as out:
        words = {"env": environment, "stdout": out, "stderr": out}
        server = subprocess.Popen([*command, *options], **words)
        try:
            end = time.monotonic() + STARTUP_S
            while "Ctrl-C" not in log.read_text():
                if server.poll() is not None or time.monotonic() > end:
                    raise RuntimeError(f"no app: {log.read_text()}")
                time.sleep(0.1)
            yield log.read_text().split()[1], server
        finally:
            server.terminate()
            server.wait(timeout=30)


def violations(page: Page) -> list[str]:
    """The rules of WCAG and good practice that axe-core sees broken, and where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def wait_for_server(url: str, server: subprocess.Popen) -> None:
    """Return when the server answers; raise when it died or is too slow."""
    end = time.monotonic() + STARTUP_S
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended with code {server.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not answer within {STARTUP_S} s")


@contextmanager
def browser_page(profile: Path) -> Iterator[tuple[Page, Seen]]:
    """A page of a real browser with a fresh profile, and what it is seen to do."""
    seen = Seen()
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=str(CHROMIUM),
            args=CHROMIUM_FLAGS,
            viewport={"width": 1400, "height": 1000},
        )
        page = context.pages[0] if context.pages else context.new_page()
        seen.watch(page)
        try:
            yield page, seen
        finally:
            context.close()


def notebook_of(*codes: str) -> nbformat.NotebookNode:
    """A notebook of some code cells."""
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(code) for code in codes]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


@contextmanager
def notebook_run(
    notebook: nbformat.NotebookNode, fresh: Path, timeout_s: float
) -> Iterator[tuple[Page, Seen]]:
    """A page with a notebook in a JupyterLab of its own, all cells run."""
    folder = fresh / "tutorials"
    folder.mkdir()
    nbformat.write(notebook, folder / "shown.ipynb")
    with (
        jupyter_lab(folder, fresh) as (address, token),
        browser_page(fresh / "profile") as (page, seen),
    ):
        open_notebook(page, address, token, "shown.ipynb")
        run_all_cells(page, timeout_s)
        yield page, seen


def open_notebook(page: Page, address: str, token: str, name: str) -> None:
    """Open a notebook and wait until its kernel is Idle (Run All before runs none)."""
    page.goto(f"{address}/lab/tree/{name}?token={token}")
    page.wait_for_selector(".jp-Notebook", timeout=KERNEL_S * 1000)
    wait_until_idle(page)


def wait_until_idle(page: Page) -> None:
    """Return when the kernel is connected and has nothing to do."""
    end = time.monotonic() + KERNEL_S
    # not wait_for_function: it takes the promise itself for a true value
    while not page.evaluate(KERNEL_IS_IDLE):
        if time.monotonic() > end:
            raise TimeoutError(f"the kernel was not idle within {KERNEL_S} s")
        page.wait_for_timeout(250)


def run_all_cells(page: Page, timeout_s: float) -> None:
    """Choose Run > Run All Cells, and wait until the last code cell is done."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    end = time.monotonic() + timeout_s
    while time.monotonic() < end:
        cells = code_cells(page)
        failed = any(errors_of(cell) for cell in cells)
        done = bool(cells) and all(cell["execution_count"] for cell in cells)
        if failed or done:
            page.wait_for_timeout(1000)  # the last output is still being drawn
            return
        page.wait_for_timeout(500)
    raise TimeoutError(f"Run All Cells took more than {timeout_s} s")


def code_cells(page: Page) -> list[dict[str, Any]]:
    """The code cells with their outputs, as JupyterLab holds them now."""
    notebook = page.evaluate(
        "window.jupyterapp.shell.currentWidget.content.model.toJSON()"
    )
    return [
        cell
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "".join(cell["source"]).strip()
    ]


def errors_of(cell: dict[str, Any]) -> list[str]:
    """The errors among the outputs of a cell."""
    return [
        f"{output['ename']}: {output['evalue']}"
        for output in cell["outputs"]
        if output["output_type"] == "error"
    ]
