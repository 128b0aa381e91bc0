"""See the package."""

import argparse
import sys
import time
from typing import Final

from . import __doc__ as description
from . import faults, floods, kills, load, redaction, soak, suites
from .figures import Trial

TRIALS: Final[dict[str, Trial]] = {
    "faults": faults.run,
    "load": load.run,
    "floods": floods.run,
    "soak": soak.run,
    "kills": kills.run,
    "redaction": redaction.run,
}
SUITES: Final[dict[str, Trial]] = {
    "fuzz": suites.fuzz,
    "api": suites.api,
    "callers": suites.callers,
    "stores": suites.stores,
}
_SHOWN: Final = 20


def main() -> int:
    """Run the trials and print a line for each; return 1 if any found a violation."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--short", action="store_true", help="run fewer rounds, and no trials that are tests")
    parser.add_argument(
        "--only", choices=[*TRIALS, *SUITES], action="append", help="run only this trial; may be repeated"
    )
    options = parser.parse_args()
    failed = False
    trials = TRIALS | SUITES
    for name in options.only or (TRIALS if options.short else trials):
        started = time.perf_counter()
        figure = trials[name](options.short)
        failed |= bool(figure.violations)
        outcome = f"{len(figure.violations)} violations" if figure.violations else "none"
        print(f"{name}: {figure.did}: {figure.measured}; violations: {outcome} ({time.perf_counter() - started:.0f} s)")
        for violation in figure.violations[:_SHOWN]:
            print(f"  {violation}")
        sys.stdout.flush()
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
