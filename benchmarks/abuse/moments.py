"""Run a command, and be killed right before one of the times it writes.

    python -m benchmarks.abuse.moments LOG MOMENT WORD ...

What is opened for writing, renamed, made or removed below the working folder is told to
LOG, a line each; before line number MOMENT the process kills itself (0: never). A first
word that ends in .py is a script, any other one a verb of `xnet-lite`.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
from pathlib import Path

#: what changes a folder, by the name that Python audits it by
CHANGES = ("open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def watch(log: Path, moment: int) -> None:
    """Tell every change below the working folder; end before one of them."""
    folder = f"{Path.cwd()}{os.sep}"
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    n = 0

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal n
        if event not in CHANGES or (event == "open" and not _writes(args)):
            return
        if not isinstance(args[0], str | os.PathLike):
            return
        path = os.path.abspath(os.fspath(args[0]))  # noqa: PTH100 (audited itself)
        if not str(path).startswith(folder):
            return
        n += 1
        if n == moment:
            os.kill(os.getpid(), signal.SIGKILL)
        os.write(stream, f"{event} {path}\n".encode())

    sys.addaudithook(hook)


def _writes(args: tuple[object, ...]) -> bool:
    """Whether a file is opened for writing."""
    flags = args[2]
    return isinstance(flags, int) and bool(flags & WRITING)


def main() -> None:
    """Watch, and run the command."""
    log, moment, *words = sys.argv[1:]
    watch(Path(log), int(moment))
    if words[0].endswith(".py"):
        sys.argv = words
        sys.path.insert(0, str(Path(words[0]).parent))
        runpy.run_path(words[0], run_name="__main__")
        return
    from xnet_lite.cli import main as command

    sys.argv = ["xnet-lite", *words]
    command()


if __name__ == "__main__":
    main()
