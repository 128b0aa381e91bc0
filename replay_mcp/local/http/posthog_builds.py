"""The kinds of PostHog builds that the local API can imitate."""

from typing import Final, Literal, get_args

Build = Literal["made", "cloud-only", "removed"]
"""How a build responds when summaries are requested: with summaries (`made`); with 400, because they are only supported
in PostHog Cloud (`cloud-only`); or with 404, because the route was removed, as in the Cloud since August 2026
(`removed`)."""
BUILDS: Final[tuple[Build, ...]] = get_args(Build)
