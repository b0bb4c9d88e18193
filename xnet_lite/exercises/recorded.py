"""Numbers of a notebook that a run over a grid of parameters collects."""

import json
import sys

from xnet_lite.errors import InputError
from xnet_lite.tables import Table

#: kind of output that holds what a notebook recorded
RECORD = "application/vnd.xnet-lite.record+json"


def record(**values: object) -> None:
    """Show what a notebook found, so that `xnet-lite batch` collects it in its table.

    Parameters
    ----------
    **values
        Numbers, texts, or None, by name.

    Raises
    ------
    InputError
        For another value.

    Example
    -------
    >>> record(error=4.5)
    ┏━━━━━━━┓
    ┃ error ┃
    ┡━━━━━━━┩
    │  4.50 │
    └───────┘
    """
    table = Table([values])
    (plain,) = table.records()
    try:
        json.dumps(plain)
    except TypeError as error:
        raise InputError(f"a record holds numbers and texts alone: {error}") from None
    shell = sys.modules.get("IPython")
    if shell is None or shell.get_ipython() is None:
        print(table)
        return
    shell.display.display(
        {
            RECORD: plain,
            "text/html": table._repr_html_(),
            "text/plain": table.text(),
        },
        raw=True,
    )
