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
    # Without this answer posthog-js captures no clicks.
    "autocapture_opt_out": False,
    "autocaptureExceptions": True,
    "captureDeadClicks": True,
    "hasFeatureFlags": False,
    "heatmaps": False,
    "surveys": False,
    "siteApps": [],
}
"""Record everything: the DOM, the console, requests without their bodies, clicks, errors. Nothing is sampled."""

FLAGS: Final[dict[str, Any]] = REMOTE_CONFIG | {"featureFlags": {}, "flags": {}, "errorsWhileComputingFlags": False}
"""The answer of `/flags`: there are no feature flags, and older recorders look here for the rest."""
