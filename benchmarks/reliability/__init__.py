"""Trials of reliability: faults, load, crashes, damage and secrets, on inputs made to break things.

    python -m benchmarks.reliability [--short] [--only NAME]

Prints what each trial did and found. Exits with 1 if anything was found. `--short` makes the trials with fewer rounds,
and leaves out those that are tests, because CI runs all tests.
"""
