"""Fewer, cheaper, better chosen calculations.

`delta` corrects a cheap level of theory.
"""

from xnet_lite.strategies.delta import DeltaPredictor

__all__ = ["DeltaPredictor"]
