"""Every speed and size that we claim, as a command: `python -m benchmarks.NAME`."""
