"""Reading a recording: pure functions, bytes in, values out. No I/O, no MCP, no HTTP.

The public names are exported here and imported on first use, so that a server starts faster.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .across.comparison import compare
    from .claims.check import check as check_claims
    from .summary.summary import summarize
    from .timeline.coverage import Coverage
    from .timeline.reader import Timeline, TimelineReader, read_timeline
    from .timeline.rows import Row

__all__ = ["Coverage", "Row", "Timeline", "TimelineReader", "check_claims", "compare", "read_timeline", "summarize"]

_MODULES: Final = {
    "Coverage": ("timeline.coverage", "Coverage"),
    "Row": ("timeline.rows", "Row"),
    "Timeline": ("timeline.reader", "Timeline"),
    "TimelineReader": ("timeline.reader", "TimelineReader"),
    "check_claims": ("claims.check", "check"),
    "compare": ("across.comparison", "compare"),
    "read_timeline": ("timeline.reader", "read_timeline"),
    "summarize": ("summary.summary", "summarize"),
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, attribute = _MODULES[name]
    return getattr(import_module(f"{__name__}.{module}"), attribute)
