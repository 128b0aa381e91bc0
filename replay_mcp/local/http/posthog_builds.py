"""Kinds of PostHog builds, as far as they differ in what the local API can be."""

from typing import Final, Literal, get_args

Build = Literal["made", "cloud-only", "removed"]
"""What a build does where summaries are asked for: makes them, answers 400 since it is not PostHog's cloud, or has no
such route any more, as the cloud since August 2026."""
BUILDS: Final[tuple[Build, ...]] = get_args(Build)
