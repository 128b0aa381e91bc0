"""Measures every speed and size that the documentation claims: `python -m benchmarks.NAME`."""
