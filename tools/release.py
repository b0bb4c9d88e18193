"""Say one version everywhere, and tell where files disagree about it.

usage: python -m tools.release           list what disagrees
       python -m tools.release 0.2.0     make it the version, released today
       python -m tools.release --ready   list what is amiss before its tag is set

The version stands in the package, in CITATION.cff, in recipe/, in a heading of
CHANGELOG.md and, as a tag, in every notebook. docs/releasing.md has the steps.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

from tools import notebooks

ROOT = Path(__file__).resolve().parents[1]
RECIPE = "recipe/recipe.yaml"
PACKAGE, CITATION, CHANGES = "xnet_lite/__init__.py", "CITATION.cff", "CHANGELOG.md"
UNRELEASED = "unreleased"
NUMBER = re.compile(r"\d+\.\d+\.\d+")
_VERSION = {
    PACKAGE: re.compile(r'^__version__ = "(.+?)"$', re.M),
    CITATION: re.compile(r"^version: (.+)$", re.M),
    RECIPE: re.compile(r'^  version: "(.+?)"$', re.M),
}
_DATE = re.compile(r"^date-released: (.+)\n", re.M)


def said(root: Path, name: str) -> str:
    """The version that a file names."""
    found = _VERSION[name].search((root / name).read_text("utf-8"))
    if found is None:
        raise ValueError(f"{name} names no version")
    return found[1]


def headings(root: Path) -> dict[str, str]:
    """Versions of the changelog, the newest first, with a date or "unreleased"."""
    text = (root / CHANGES).read_text("utf-8")
    return dict(re.findall(r"^## (\S+) \((.+?)\)$", text, re.M))


def disagreements(root: Path = ROOT) -> list[str]:
    """What the files of a folder say differently, in one line each."""
    version = said(root, PACKAGE)
    date = _DATE.search((root / CITATION).read_text("utf-8"))
    listed = headings(root).get(version)
    others = {name: said(root, name) for name in _VERSION}
    found = [
        f"{name} is of {other}, the package of {version}"
        for name, other in others.items()
        if other != version
    ]
    if listed is None:
        return [*found, f"{CHANGES} has no heading '## {version} (…)'"]
    told = UNRELEASED if date is None else date[1]
    if told != listed:
        found.append(f"{version}: {listed} in {CHANGES}, {told} in {CITATION}")
    return found


def write_version(root: Path, version: str, date: str) -> None:
    """Make files say that a version was released on a date (2026-01-31)."""
    if not NUMBER.fullmatch(version):
        raise ValueError(f"{version!r} is no version: give three numbers, 0.2.0")
    if version not in headings(root):
        raise ValueError(f"write '## {version} ({UNRELEASED})' in {CHANGES} first")
    lines = {
        PACKAGE: f'__version__ = "{version}"',
        CITATION: f"version: {version}\ndate-released: {date}",
        RECIPE: f'  version: "{version}"',
    }
    for name, line in lines.items():
        text = (root / name).read_text("utf-8")
        text = _DATE.sub("", text) if name == CITATION else text
        (root / name).write_text(_VERSION[name].sub(line, text), "utf-8")
    text = (root / CHANGES).read_text("utf-8")
    new = text.replace(f"## {version} ({UNRELEASED})", f"## {version} ({date})")
    (root / CHANGES).write_text(new, "utf-8")


def unready(root: Path = ROOT) -> list[str]:
    """What is amiss before the tag of this version may be set."""
    version, listed = said(root, PACKAGE), headings(root)
    found = disagreements(root)
    if listed.get(version) == UNRELEASED:
        found.append(f"{version} is {UNRELEASED}: python -m tools.release {version}")
    if next(iter(listed)) != version:
        found.append(f"{CHANGES} begins with {next(iter(listed))}, not {version}")
    if _git(root, "tag", "--list", f"v{version}"):
        found.append(f"the tag v{version} is there already: take the next number")
    if _git(root, "status", "--porcelain"):
        found.append("some changes are not committed: commit them, or put them away")
    return found


def _git(root: Path, *words: str) -> str:
    """What git answers in a folder."""
    done = subprocess.run(
        ["git", *words], cwd=root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def main() -> int:
    """The command line; returns its exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("version", nargs="?", help="three numbers, 0.2.0")
    parser.add_argument("--ready", action="store_true", help="may the tag be set?")
    options = parser.parse_args()
    if options.version:
        today = datetime.now(timezone.utc).date().isoformat()
        write_version(ROOT, options.version, today)
        notebooks.write_files()  # their tag follows the version
    found = unready() if options.ready else disagreements()
    print("\n".join(found) or f"{said(ROOT, PACKAGE)} everywhere")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
