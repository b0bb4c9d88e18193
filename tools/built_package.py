"""Build what is released, install it apart from the checkout, and use it.

usage: python -m tools.built_package [--keep FOLDER]

The source distribution is built, and from it the wheel: what a packager does. The
wheel is held against git: every file of the package, of data/, apps/ and tutorials/,
and no other. It then goes into an environment of its own, which sees the big packages
of this one but not this checkout, and is used from an empty folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import sysconfig
import tempfile
import time
import zipfile
from pathlib import Path

from tools.running import printed

ROOT = Path(__file__).resolve().parents[1]
#: folders of the checkout, and where they are in the package
PLACES = {
    "xnet_lite/": "xnet_lite/",
    "apps/": "xnet_lite/_apps/",
    "data/": "xnet_lite/_data/",
    "tutorials/": "xnet_lite/_tutorials/",
}
EXAMPLE = Path("xnet_lite", "_data", "examples", "fe-bpy3.xyz")


def run(*command: str | Path, folder: Path = ROOT) -> str:
    """What a command prints that knows nothing of this checkout's environment."""
    hidden = ("PYTHONPATH", "VIRTUAL_ENV", "XNET_LITE_MIRROR")
    environment = {k: v for k, v in os.environ.items() if k not in hidden}
    return printed(command, folder, environment)


def build(folder: Path) -> tuple[Path, Path]:
    """The source distribution, and the wheel that it gives."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder)
    (sdist,) = folder.glob("*.tar.gz")
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
    run(*pip, "--no-build-isolation", "-w", folder, sdist)
    (wheel,) = folder.glob("*.whl")
    return sdist, wheel


def wanted() -> set[str]:
    """What the wheel must hold: every file that git keeps below some folders."""
    listed = run("git", "ls-files", "-z", "--", *PLACES).split("\0")
    return {
        place + name.removeprefix(folder)
        for name in filter(None, listed)
        for folder, place in PLACES.items()
        if name.startswith(folder)
    }


def amiss(held: set[str], needed: set[str]) -> list[str]:
    """Files that a wheel lacks, or has too many of."""
    held = {name for name in held if ".dist-info/" not in name}
    lacks = [f"the wheel lacks {name}" for name in sorted(needed - held)]
    return lacks + [f"git does not know {name}" for name in sorted(held - needed)]


def install(wheel: Path, folder: Path) -> Path:
    """A fresh environment with the wheel in it; returns its commands' folder."""
    run(sys.executable, "-m", "venv", "--without-pip", folder)
    paths = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", "venv", paths))
    commands = Path(sysconfig.get_path("scripts", "venv", paths))
    # this environment's packages, but not what its .pth files lead to: the checkout
    (site / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    pip = [sys.executable, "-m", "pip", "--python", commands / "python", "install"]
    run(*pip, "--quiet", "--no-deps", "--no-index", "--ignore-installed", wheel)
    return commands


def use(commands: Path, folder: Path) -> list[str]:
    """Use the installed package in an empty folder; returns what it said, in lines."""
    code = "import xnet_lite; print(xnet_lite.__file__)"
    place = Path(run(commands / "python", "-c", code, folder=folder))
    if not place.is_relative_to(commands.parent):
        raise RuntimeError(f"{place} is not what was installed")
    command = commands / "xnet-lite"
    run(command, "--help", folder=folder)
    example = place.parents[1] / EXAMPLE
    run(command, "predict", example, "--out", "found.json", folder=folder)
    found = json.loads((folder / "found.json").read_text())
    model, verdict = found["provenance"]["model"]["name"], found["verdict"]["word"]
    run(command, "doctor", folder=folder)
    said = "from xnet_lite.cli import lab; print(lab.find_tutorials())"
    lessons = Path(run(commands / "python", "-c", said, folder=folder))
    n_lessons = len(list(lessons.glob("*.ipynb")))
    said = "from xnet_lite.cli import apps; print(apps.find_apps())"
    apps = Path(run(commands / "python", "-c", said, folder=folder))
    names = ", ".join(sorted(one.stem for one in apps.glob("*.py")))
    return [
        run(command, "--version", folder=folder),
        f"{example.stem} by {model}: {verdict}, {len(found['mu'])} energies",
        f"{n_lessons} notebooks in {lessons.relative_to(place.parents[1])}",
        f"apps {names} in {apps.relative_to(place.parents[1])}",
        "doctor: all in order",
    ]


def main() -> int:
    """Build, install, use; print a line each, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", type=Path, help="folder for both files")
    options, start = parser.parse_args(), time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = build(folder)
        for file in files:
            print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB")
        problems = amiss(set(zipfile.ZipFile(files[1]).namelist()), wanted())
        print("\n".join(problems) or "the wheel holds what git keeps")
        (folder / "empty").mkdir()
        print("\n".join(use(install(files[1], folder / "venv"), folder / "empty")))
        if options.keep and not problems:
            options.keep.mkdir(parents=True, exist_ok=True)
            for file in files:
                shutil.copy(file, options.keep)
    print(f"{time.perf_counter() - start:.0f} s")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
