"""The search for the settings of a job, around optuna.

Chain, each importing only what stands before it: `space`, `trial`, `search`.
"""

from xnet_lite.errors import missing

try:
    import optuna  # noqa: F401
except ImportError:
    raise missing("a search needs optuna", "search") from None
