"""Pages that exist elsewhere in the repository: cards, the changelog."""

from __future__ import annotations

import re
from pathlib import Path

from tools.notebooks import ROOT, repository_address


def linked(text: str, folder: Path) -> str:
    """Text whose links to files of the repository lead to where it is published."""
    home = f"{repository_address()}/blob/main"

    def away(match: re.Match[str]) -> str:
        target = match[2]
        if re.match(r"[a-z]+:|#", target):
            return match[0]
        path, _, anchor = target.partition("#")
        inside = (folder / path).resolve()
        if not inside.exists():
            return match[0]
        there = f"{home}/{inside.relative_to(ROOT)}"
        return f"[{match[1]}]({there}{'#' * bool(anchor)}{anchor})"

    return re.sub(r"\[([^\]]+)\]\(([^)\s]+)\)", away, text)


def write_cards(folder: Path) -> None:
    """Write a page a card of `data/` and of the shipped models."""
    folder.mkdir(parents=True, exist_ok=True)
    cards = [*ROOT.glob("data/*/CARD.md"), *ROOT.glob("xnet_lite/_models/*/CARD.md")]
    for card in sorted(cards):
        text = linked(card.read_text("utf-8"), card.parent)
        (folder / f"{card.parent.name}.md").write_text(text, "utf-8")


def write_changelog(source: Path) -> None:
    """Write the changelog and how to contribute."""
    for name in ("CHANGELOG", "CONTRIBUTING"):
        text = linked((ROOT / f"{name}.md").read_text("utf-8"), ROOT)
        (source / f"{name.lower()}.md").write_text(text, "utf-8")
