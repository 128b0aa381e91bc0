"""Settings of a command, from its options, the environment and the user's directories."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from replay_mcp.settings import Settings


def load_settings(options: Mapping[str, Any]) -> Settings:
    """Load settings from options (None: not given) and the environment.

    Raises:
        SettingsError: see `Settings.load`.
    """
    return Settings.load(os.environ, options, default_store=default_store(), default_cache=_default_cache())


def default_store() -> Path:
    """Return the path of the local store in the user's data directory."""
    from platformdirs import user_data_path  # noqa: PLC0415 - `--help` needs no directories

    return user_data_path("replay-mcp", appauthor=False) / "replay.sqlite"


def _default_cache() -> Path:
    from platformdirs import user_cache_path  # noqa: PLC0415 - see above

    return user_cache_path("replay-mcp", appauthor=False)
