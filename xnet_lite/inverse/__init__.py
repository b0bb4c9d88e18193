"""From a spectrum back to the structure behind it."""

from xnet_lite.inverse.bidirectional import Bidirectional

__all__ = ["Bidirectional"]
