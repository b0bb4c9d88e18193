"""Measured figures of the library, one module each: `python -m benchmarks.<name>`."""
