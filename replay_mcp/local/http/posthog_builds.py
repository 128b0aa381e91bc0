"""Kinds of PostHog builds, as far as they differ in what the local API can be."""

from typing import Final, Literal, get_args

Build = Literal["made", "cloud-only", "removed"]
"""What a build does when summaries are requested: makes them, answers 400 because it is not PostHog's cloud, or has no
such route any more, like the cloud since August 2026."""
BUILDS: Final[tuple[Build, ...]] = get_args(Build)
