"""The code to paste into a page so that it is recorded here."""

from typing import Final

SCRIPT: Final = "array.full.no-external.js"
"""The build of posthog-js that includes the recorder and loads nothing else."""
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
    """The same for an app with a bundler and posthog-js among its packages."""
    return f"""\
import posthog from '{MODULE}'
{_init(origin, token)}"""


def _init(origin: str, token: str) -> str:
    """Two lines of JavaScript.

    Recording starts after a private field is set, without which requests of pages on localhost are not recorded
    (posthog-js 1.449.2 has no option for this). Browsers driven by a program are recorded, too. posthog-js sends its
    buffer every two seconds; the code flushes it twice a second and turns batching off, so that clicks can be read
    sooner. Versions without this function send it every two seconds.
    """
    return f"""\
posthog.init('{token}', {{api_host: '{origin}', {_OPTIONS},
  loaded: (ph) => {{ {_LOADED} }}}})"""
