"""Build the site: `python -m tools.site`.

    python -m tools.site                      out/site/index.html
    python -m tools.site --no-course          without notebooks, to look at the rest

A warning of Sphinx is an error: a link that leads nowhere, a docstring that is no
reStructuredText, a page that no other names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tools.notebooks import ROOT
from tools.site.cards import write_cards, write_changelog
from tools.site.course import write_course
from tools.site.figures import write_figures, write_gallery
from tools.site.reference import write_reference
from tools.site.terms import link_notebooks, link_terms

SOURCE, SITE = ROOT / "out" / "site-source", ROOT / "out" / "site"


def stage(*, course: bool, workers: int) -> None:
    """Put all that Sphinx reads into one folder, made anew."""
    shutil.rmtree(SOURCE, ignore_errors=True)
    shutil.copytree(ROOT / "docs", SOURCE)
    write_reference(SOURCE / "reference")
    write_cards(SOURCE / "cards")
    write_changelog(SOURCE)
    write_figures(SOURCE / "_static")
    pages = write_course(SOURCE / "course", workers) if course else {}
    write_gallery(SOURCE / "gallery.md", pages)
    if pages:
        link_notebooks(SOURCE, pages)
    link_terms(SOURCE / "course", SOURCE / "glossary.md")


def build(workers: int) -> int:
    """Let Sphinx build what was staged; its exit code."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-W", "--keep-going"]
    command += ["-q", "-j", str(workers), "-d", str(ROOT / "out" / "site-doctrees")]
    environment = os.environ | {"XNET_LITE_ROOT": str(ROOT)}
    done = subprocess.run([*command, SOURCE, SITE], env=environment, cwd=ROOT)
    return done.returncode


def main() -> int:
    """Stage and build, and say what came of it."""
    options = argparse.ArgumentParser(description="Build the site into out/site.")
    options.add_argument("--no-course", action="store_true")
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    start = time.perf_counter()
    stage(course=not given.no_course, workers=given.workers)
    staged = time.perf_counter()
    shutil.rmtree(SITE, ignore_errors=True)
    code = build(given.workers)
    pages = sum(1 for _ in Path(SITE).rglob("*.html"))
    seconds = f"{staged - start:.0f} s staged, {time.perf_counter() - staged:.0f} s"
    print(f"{pages} pages in {SITE.relative_to(ROOT)} ({seconds} built)")
    return code


if __name__ == "__main__":
    sys.exit(main())
