"""Where an output comes from: one record for every file that the command writes."""

import os
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from xnet_lite import __version__
from xnet_lite.errors import InputError

#: a moment in seconds since 1970 that stands for now, so that outputs repeat
EPOCH = "SOURCE_DATE_EPOCH"
#: of the columns of a spectrum that is computed or predicted
UNITS = {"energy": "eV", "mu": "dimensionless, its mean far above the edge is 1"}
#: digits of a hash where people read it
SHORT = 12


def provenance(
    *,
    settings: Mapping[str, Any],
    units: Mapping[str, str] = UNITS,
    structure: Mapping[str, Any] | None = None,
    model: Mapping[str, Any] | None = None,
    scan: Mapping[str, Any] | None = None,
    known: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what a reader needs to make an output again, ready for JSON.

    Parameters
    ----------
    settings : mapping
        What was asked for.
    units : mapping of str to str
        By name of a column.
    structure : mapping, optional
        As `Site.identity` gives it.
    model : mapping, optional
        As `jobs.prediction.identity_of` gives it.
    scan, known : mapping, optional
        "file" or "set", and "sha256": what was measured, and what it was held against.

    Returns
    -------
    dict
        "program", "version", "date" (UTC, ISO 8601), "settings", "units", and
        "structure", "model", "scan" and "known" where there are such.

    Raises
    ------
    InputError
        If SOURCE_DATE_EPOCH is set to no number of seconds.

    Example
    -------
    >>> provenance(settings={"order": 1})["program"]
    'xnet_lite'
    """
    of = {"structure": structure, "model": model, "scan": scan, "known": known}
    return {
        "program": "xnet_lite",
        "version": __version__,
        "date": now(),
        "settings": {name: _plain(value) for name, value in settings.items()},
        "units": dict(units),
        **{name: dict(one) for name, one in of.items() if one is not None},
    }


def now() -> str:
    """Return the time in UTC as ISO 8601, or what SOURCE_DATE_EPOCH says it is."""
    epoch = os.environ.get(EPOCH, "")
    try:
        moment = float(epoch) if epoch else datetime.now(timezone.utc).timestamp()
        date = datetime.fromtimestamp(moment, timezone.utc)
    except (ValueError, OverflowError, OSError):
        raise InputError(
            f"{EPOCH} is {epoch!r}: set it to seconds since 1970, or unset it"
        ) from None
    return date.strftime("%Y-%m-%dT%H:%M:%SZ")


def in_words(record: Mapping[str, Any]) -> dict[str, str]:
    """Return a record as a page shows it: a few words by name.

    Example
    -------
    >>> in_words({"program": "a", "version": "1", "date": "today", "settings": {}})
    {'made by': 'a 1', 'on': 'today'}
    """
    words = {
        "made by": f"{record['program']} {record['version']}",
        "on": record["date"],
    }
    for name in ("structure", "model", "scan", "known"):
        if name in record:
            words[name] = f"SHA-256 {record[name]['sha256'][:SHORT]}…"
    asked = {k: v for k, v in record["settings"].items() if v is not None}
    said = ", ".join(f"{name} {value}" for name, value in asked.items())
    return words | ({"settings": said} if said else {})


def _plain(value: Any) -> Any:
    """A setting as JSON has it."""
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str | None) else str(value)
