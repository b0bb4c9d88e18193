"""A network for tests of what learns; apart, so that others need no PyTorch."""

from xnet_lite.models import MLP


def small(n_features: int, n_targets: int) -> MLP:
    """A network that trains in no time."""
    return MLP(n_features, n_targets, hidden=[16])
