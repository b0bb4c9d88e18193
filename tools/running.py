"""A command that is run for what it prints."""

import subprocess
from collections.abc import Mapping
from pathlib import Path


def printed(
    command: tuple[str | Path, ...], folder: Path, environment: Mapping[str, str]
) -> str:
    """What a command prints; the end of all it said in the error where it fails."""
    done = subprocess.run(
        list(map(str, command)),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = (done.stdout + done.stderr)[-4000:]
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{said}")
    return done.stdout.strip()
