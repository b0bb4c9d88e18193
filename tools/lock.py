"""Do the pins have wheels for other machines? Each is resolved there, nothing is built.

usage: python -m tools.lock [--write]        needs uv (pip install uv) and a network

For each platform and Python the packages that a set of extras asks for are resolved
under constraints.txt by uv, from wheels alone (nglview, pure Python, has none). A cell
is how many packages it takes, or the first that has no wheel there. With --write the
table is kept for docs/measured/running.md.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys

from tools.measured import Measured, path_of
from tools.notebooks import ROOT
from xnet_lite.writing import write

#: by uv's names; the libraries of a machine must be as new as these
PLATFORMS = {
    "Linux, x86-64": "x86_64-manylinux_2_28",
    "Linux, ARM": "aarch64-manylinux_2_28",
    "macOS 14, ARM": "aarch64-apple-darwin",
    "macOS 14, Intel": "x86_64-apple-darwin",
    "Windows, x86-64": "x86_64-pc-windows-msvc",
}
PYTHONS = ("3.10.16", "3.11.9", "3.12.7", "3.13.1")
EXTRAS = {
    "package alone": (),
    "tutorials": ("tutorials",),
    "cluster, beamline": ("cluster", "beamline"),
    "chem": ("chem",),
}
#: what has no wheel anywhere, and nothing to compile
PURE = ("nglview",)
COMMAND = "python -m tools.lock"


def resolved(platform: str, python: str, extras: tuple[str, ...]) -> tuple[int, str]:
    """How many packages are installed there; 0 and the reason where that cannot be."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--no-header"]
    command += ["--no-annotate", "--no-config", "--only-binary", ":all:"]
    command += ["-c", "constraints.txt"]
    command += ["--python-platform", platform, "--python-version", python]
    command += [word for name in PURE for word in ("--no-binary", name)]
    command += [word for extra in extras for word in ("--extra", extra)]
    command.append("pyproject.toml")
    environment = os.environ | {"MACOSX_DEPLOYMENT_TARGET": "14.0"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True
    )
    if done.returncode == 0:
        return len(done.stdout.splitlines()), ""
    return 0, lacking(done.stderr)


def lacking(said: str) -> str:
    """The package that stands in the way, from what uv says."""
    text = " ".join(said.split())
    if found := re.search(r"([\w-]+==[\w.]+) has no (?:usable )?wheels", text):
        return found[1]
    if "No module named uv" in text:
        raise RuntimeError("uv is missing: pip install uv")
    return text[-160:]


def rows() -> list[list[str]]:
    """A row for each platform and Python."""
    found = []
    for name, platform in PLATFORMS.items():
        for python in PYTHONS:
            cells = [resolved(platform, python, extras) for extras in EXTRAS.values()]
            told = [str(number) if number else f"no: {why}" for number, why in cells]
            found.append([name, python.rpartition(".")[0], *told])
            print("  ".join(found[-1]), flush=True)
    return found


def main() -> int:
    """Resolve, print, keep; 1 if a machine that is promised lacks something."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="keep the table")
    options = parser.parse_args()
    columns = ["machine", "Python", *EXTRAS]
    title = "Packages that each machine installs, none of them compiled"
    table = Measured(title, COMMAND, columns, rows())
    if options.write:
        write(path_of("wheels"), table.json())
    promised = [row for row in table.rows if "Intel" not in row[0]]
    return int(any(cell.startswith("no") for row in promised for cell in row[2:4]))


if __name__ == "__main__":
    sys.exit(main())
