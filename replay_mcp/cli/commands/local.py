"""`replay-mcp local`: pages recorded and the local Replay API served on a socket."""

from functools import partial
from pathlib import Path
from typing import Final

import click

from replay_mcp.api.rates import TIERS, Tier
from replay_mcp.local.capture.snippet import snippet
from replay_mcp.local.http.posthog_builds import BUILDS, Build
from replay_mcp.local.store.limits import MIB, Limits
from replay_mcp.settings import LOCAL_ORIGIN

from . import Run
from .local_keys import keys, nested_store_option, store_of
from .options import COUNT, PORT

LOCAL_PORT: Final = 8123
_LIMITS: Final = Limits()


@click.group(
    "local",
    invoke_without_command=True,
    help="Record pages with posthog-js and serve the local Replay API.",
    epilog="To record a page, paste into its head (this command prints it with your token):\n\n\b\n"
    + snippet(LOCAL_ORIGIN, "phc_…"),
    commands=[keys],
)
@nested_store_option
@click.option("--port", type=PORT, default=LOCAL_PORT, show_default=True, metavar="N", help="0 for any free one.")
@click.option("--demo", is_flag=True, help="Load the demo recordings into a store that has none.")
@click.option("--bind", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option(
    "--posthog-js",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="The package posthog-js, whose scripts are served to pages (default: node_modules/posthog-js).",
)
@click.option(
    "--retention-days",
    type=COUNT,
    metavar="N",
    help="From now on, in all environments, new recordings expire this many days after the day they start (30).",
)
@click.option(
    "--test-account-domain",
    multiple=True,
    metavar="DOMAIN",
    help="From now on, in all environments, people with e-mail addresses at this domain, and no other, are test "
    "accounts, which filter_test_accounts leaves out; repeatable, '' for none.",
)
@click.option(
    "--max-body",
    type=COUNT,
    default=_LIMITS.body_bytes // MIB,
    show_default=True,
    metavar="MIB",
    help="Largest request of the recorder.",
)
@click.option(
    "--max-inflated",
    type=COUNT,
    default=_LIMITS.inflated_bytes // MIB,
    show_default=True,
    metavar="MIB",
    help="The same, decompressed.",
)
@click.option(
    "--max-store",
    type=COUNT,
    default=_LIMITS.store_bytes // MIB,
    show_default=True,
    metavar="MIB",
    help="Largest store; expired recordings are removed first.",
)
@click.option(
    "--max-session-events",
    type=COUNT,
    default=_LIMITS.session_events,
    show_default=True,
    metavar="N",
    help="Most events of one recording.",
)
@click.option(
    "--rate-limits",
    type=click.Choice(TIERS),
    help="Enforce PostHog's rate limits of this plan.",
)
@click.option(
    "--summaries",
    type=click.Choice(BUILDS),
    default="made",
    show_default=True,
    help="Behave like a build that makes summaries, that refuses them outside of PostHog Cloud, or that has none.",
)
@click.pass_context
def command(
    ctx: click.Context,
    *,
    port: int,
    demo: bool,
    bind: str,
    posthog_js: Path | None,
    retention_days: int | None,
    test_account_domain: tuple[str, ...],
    max_body: int,
    max_inflated: int,
    max_store: int,
    max_session_events: int,
    rate_limits: Tier | None,
    summaries: Build,
) -> Run | None:
    """Return what serves the local API, unless a subcommand runs instead."""
    if ctx.invoked_subcommand is not None:
        return None
    from replay_mcp.cli.local import LocalOptions, run  # noqa: PLC0415 - see the package

    limits = Limits(
        body_bytes=max_body * MIB,
        inflated_bytes=max_inflated * MIB,
        session_events=max_session_events,
        store_bytes=max_store * MIB,
    )
    options = LocalOptions(
        port=port,
        bind=bind,
        demo=demo,
        posthog_js=posthog_js,
        retention_days=retention_days,
        test_account_domains=test_account_domain,
        limits=limits,
        rate_limits=rate_limits,
        summaries=summaries,
    )
    return partial(run, store_of(ctx), options)
