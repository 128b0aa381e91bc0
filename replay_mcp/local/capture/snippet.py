"""What to paste into a page so that it is recorded here."""

from typing import Final

SCRIPT: Final = "array.full.no-external.js"
"""The build of posthog-js that has the recorder in it and loads nothing else."""
MODULE: Final = "posthog-js/dist/module.full.no-external"
"""The same for bundlers."""
_OPTIONS: Final = (
    "defaults: '2025-05-24', opt_out_useragent_filter: true, request_batching: false, disable_session_recording: true"
)

_LOADED: Final = (
    "const recorder = ph.sessionRecording; recorder._forceAllowLocalhostNetworkCapture = true; "
    "ph.startSessionRecording(); "
    "setInterval(() => recorder._lazyLoadedSessionRecording?._flushBuffer?.(), 500)"
)


def snippet(origin: str, token: str) -> str:
    """Three lines of HTML, for the page's head before other scripts."""
    return f"""\
<script src="{origin}/static/{SCRIPT}"></script>
<script>{_init(origin, token)}</script>"""


def module_snippet(origin: str, token: str) -> str:
    """The same for an app with a bundler, which has posthog-js among its packages."""
    return f"""\
import posthog from '{MODULE}'
{_init(origin, token)}"""


def _init(origin: str, token: str) -> str:
    """Two lines of JavaScript.

    Recording starts when the field is set without which requests of pages on localhost are not recorded (it is no
    option: seen with posthog-js 1.449.2). Browsers that a program drives are recorded, too. posthog-js sends what it
    recorded every two seconds; asked twice a second, and without batches, a click is readable well within them. A
    version that cannot be asked so keeps to its two seconds.
    """
    return f"""\
posthog.init('{token}', {{api_host: '{origin}', {_OPTIONS},
  loaded: (ph) => {{ {_LOADED} }}}})"""
