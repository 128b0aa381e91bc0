"""The remote config and feature flags that make posthog-js record."""

from typing import Any, Final

REMOTE_CONFIG: Final[dict[str, Any]] = {
    "supportedCompression": ["gzip-js"],
    "sessionRecording": {
        "endpoint": "/s/",
        "consoleLogRecordingEnabled": True,
        "recorderVersion": "v2",
        "networkPayloadCapture": {"recordHeaders": True, "recordBody": False, "capturePerformance": True},
        "sampleRate": None,
        "minimumDurationMilliseconds": None,
        "linkedFlag": None,
    },
    "capturePerformance": {"network_timing": True},
    # Without this setting, posthog-js captures no clicks.
    "autocapture_opt_out": False,
    "autocaptureExceptions": True,
    "captureDeadClicks": True,
    "hasFeatureFlags": False,
    "heatmaps": False,
    "surveys": False,
    "siteApps": [],
}
"""Records everything: the DOM, the console, requests without their bodies, clicks and errors, without sampling."""

FLAGS: Final[dict[str, Any]] = REMOTE_CONFIG | {"featureFlags": {}, "flags": {}, "errorsWhileComputingFlags": False}
"""The response of `/flags`: no feature flags, and the remote config, which older recorders read here."""
