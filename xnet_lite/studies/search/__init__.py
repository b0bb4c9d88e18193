"""The search for the settings of a job, around optuna.

Chain, each importing only what stands before it: `space`, `trial`, `search`.
"""

from xnet_lite.errors import InputError

try:
    import optuna  # noqa: F401
except ImportError:
    raise InputError(
        "a search needs optuna, which is not installed: pip install 'xnet-lite[search]'"
    ) from None
