"""Reliability trials: faults, load, crashes, damage and secrets, with inputs made to break things.

    python -m benchmarks.reliability [--short] [--only NAME]

Prints what each trial did and found. Exits with 1 if it found a violation. `--short` runs the trials with fewer
rounds, and leaves out those that are tests, because CI runs all tests.
"""
