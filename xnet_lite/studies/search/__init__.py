"""The search for settings of a job with optuna: chain of `space`, `trial`, `search`."""

from xnet_lite.errors import missing

try:
    import optuna  # noqa: F401
except ImportError:
    raise missing("a search needs optuna", "search") from None
