"""The last lines of a card: which files lie beside it, and their hashes."""

from __future__ import annotations

import hashlib
from pathlib import Path

CARD = "CARD.md"


def file_hashes(folder: str | Path) -> str:
    """List the files of a dataset, without its card.

    Parameters
    ----------
    folder : str or Path
        Where they are.

    Returns
    -------
    str
        One line a file: name, SHA-256, size.

    Example
    -------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "x").write_bytes(b"1")
    ...     file_hashes(folder)[:24]
    '- `x` 6b86b273ff34fce19d'
    """
    files = sorted(p for p in Path(folder).iterdir() if p.is_file() and p.name != CARD)
    return "\n".join(_line(path) for path in files)


def _line(path: Path) -> str:
    """Name, hash and size of a file."""
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return f"- `{path.name}` {digest} ({len(content) / 1e6:.2f} MB)"
