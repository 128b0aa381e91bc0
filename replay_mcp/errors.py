"""The exceptions of this package.

An error states why something failed and what to do next. The tool layer adds what failed (the tool and its target).
Messages must not contain keys, tracebacks or text from recordings.
"""

from math import ceil
from typing import ClassVar, Final, Self


class ReplayError(Exception):
    """Base of all expected failures.

    Attributes:
        kind: stable machine-readable name of the failure, e.g. `not_found`.
        why: one sentence that states the cause and quotes the relevant values.
        next: one sentence that states what the reader can do.
    """

    kind: ClassVar[str] = "error"
    default_next: ClassVar[str] = "Try again; if it keeps failing, run `replay-mcp doctor`."

    def __init__(self, why: str, *, next: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.next = next or self.default_next


class SettingsError(ReplayError):
    """The configuration is incomplete or contradictory."""

    kind = "settings"
    default_next = "Correct the setting and start the server again."


class InvalidArguments(ReplayError):
    """A tool was called with arguments that its input schema rejects."""

    kind = "invalid_arguments"
    default_next = "Correct the arguments and call the tool again."


class UnknownTool(ReplayError):
    """A call names a tool that does not exist."""

    kind = "unknown_tool"


class NotPermitted(ReplayError):
    """The server's permission level does not allow this tool."""

    kind = "not_permitted"
    default_next = "Ask the person who runs this server to raise REPLAY_MCP_PERMISSION."


class NotConfirmed(ReplayError):
    """A person had to confirm the call but declined, or could not be asked."""

    kind = "not_confirmed"


class StoreError(ReplayError):
    """The local store (SQLite file) cannot be opened or used."""

    kind = "store"


class RecordingFull(StoreError):
    """A recording has reached the maximum number of events."""


class NoSummaries(ReplayError):
    """This build of PostHog does not support session summaries."""

    kind = "no_summaries"
    default_next = "Call again with source: local, which computes summaries from the recordings' timelines."


class UnreadableRecording(ReplayError):
    """The data does not contain a recording."""

    kind = "unreadable_recording"


class ResultTooLarge(ReplayError):
    """A tool's result exceeds the size limit."""

    kind = "result_too_large"
    default_next = "Ask for fewer ids or rows, or leave out detail: full."


class Unreachable(ReplayError):
    """No HTTP response: the connection failed, or broke before the response was complete."""

    kind = "unreachable"
    default_next = "Check POSTHOG_HOST and the network, then try again; `replay-mcp doctor` tests both."


class NotConnected(Unreachable):
    """Name resolution, TCP, the proxy or TLS failed, so the request was not sent."""


class DeadlineExceeded(ReplayError):
    """The deadline passed before the response was complete.

    Attributes:
        sent: whether a request was in flight at the deadline.
    """

    kind = "timeout"
    default_next = "Ask for less (a smaller limit, a shorter date window, fewer ids) or try again in a minute."

    def __init__(self, why: str, *, next: str | None = None, sent: bool = False) -> None:
        super().__init__(why, next=next)
        self.sent = sent


class MalformedResponse(ReplayError):
    """A successful HTTP response with an unusable body: truncated, not JSON, of the wrong shape, or too large."""

    kind = "malformed_response"
    default_next = "Check that POSTHOG_HOST points to PostHog's app or API, not to a proxy page; then try again."


class Redirected(MalformedResponse):
    """3xx: the host redirects the request. Redirects are not followed, so nothing was done."""

    default_next = "Set POSTHOG_HOST to the actual origin of PostHog."


class NoSuchRoute(MalformedResponse):
    """404 for the route itself: another server responds, or this build lacks the operation."""

    kind = "no_such_route"
    default_next = (
        "Check that POSTHOG_HOST is the address of PostHog's app (not its ingestion host or a proxy page); an older "
        "build may lack this operation."
    )


class ApiError(ReplayError):
    """The API responded with an error status.

    Attributes:
        status: the HTTP status.
        code: the API's error code (`required`, `not_found` …), if the body has one.
        attr: the request field that the API names, e.g. `session_ids__0`, if any.
        detail: the API's message, truncated; shown to the model only if it is about the caller's input.
    """

    kind = "api_error"

    def __init__(
        self,
        why: str,
        *,
        status: int,
        code: str | None = None,
        attr: str | None = None,
        detail: str | None = None,
        next: str | None = None,
    ) -> None:
        super().__init__(why, next=next)
        self.status = status
        self.code = code
        self.attr = attr
        self.detail = detail


class BadRequest(ApiError):
    """400 and 422: the API rejected the input."""

    kind = "bad_request"
    default_next = "Correct the value that the API names and call again."


class Unauthenticated(ApiError):
    """401: no key, a wrong key, or a key of another region."""

    kind = "unauthenticated"
    default_next = (
        "Check the key (POSTHOG_PERSONAL_API_KEY, or the caller's own), and that POSTHOG_HOST (us or eu) is the key's "
        "region: keys of the EU cloud are not valid in the US cloud, and vice versa."
    )


class Forbidden(ApiError):
    """403: the key lacks a scope, or has no access to this environment."""

    kind = "forbidden"
    default_next = (
        "Use a personal API key whose scopes and projects allow this; `replay-mcp doctor` lists what is missing."
    )


class NotFound(ApiError):
    """404: the object is unknown, deleted, expired, or in another environment."""

    kind = "not_found"
    default_next = (
        "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this "
        "environment."
    )


class EnvironmentNotFound(ApiError):
    """404 for the environment in the URL rather than for an object in it."""

    kind = "environment_not_found"
    default_next = "Check POSTHOG_ENVIRONMENT_ID, and that POSTHOG_HOST is the project's region."


class MethodNotAllowed(ApiError):
    """405: the route does not support this method."""

    kind = "method_not_allowed"
    default_next = "This PostHog build does not offer the operation; update it, or do it in the PostHog app."


class Gone(ApiError):
    """410: the recording was permanently deleted."""

    kind = "gone"
    default_next = "Deleted recordings cannot be brought back; choose another recording."


class RateLimited(ApiError):
    """429: the key has reached its rate limit.

    Attributes:
        retry_after: seconds to wait according to the API, or None.
    """

    kind = "rate_limited"

    def __init__(self, why: str, *, retry_after: float | None, detail: str | None = None) -> None:
        seconds = None if retry_after is None else ceil(retry_after)
        wait = "a minute" if seconds is None else f"{seconds} second{'' if seconds == 1 else 's'}"
        super().__init__(why, status=429, detail=detail, next=f"Wait {wait}, then call again.")
        self.retry_after = retry_after


class ServerFault(ApiError):
    """5xx: the API failed."""

    kind = "server_error"
    default_next = "Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs."


GATEWAY_STATUSES: Final = frozenset({502, 503, 504, *range(520, 528), 530})
"""Statuses of a gateway, load balancer or Cloudflare that received no response from the API."""
_UNCLEAR_STATUSES: Final = GATEWAY_STATUSES | {303, 408, 499}
"""Statuses after which a change may have been made: also "See Other", and those of a proxy that gave up."""


class OutcomeUnknown(ReplayError):
    """A write request was sent but its response was lost: the change may have been made."""

    kind = "outcome_unknown"
    default_next = "The change may have been made: read the object before you repeat the call."

    @classmethod
    def of(cls, cause: ReplayError, *, next: str | None = None) -> Self:
        """The error for a request whose response was lost because of `cause`."""
        return cls(f"{cause.why} The request was sent, so it may have been carried out.", next=next)


def response_lost(error: ReplayError) -> bool:
    """Whether a request that failed with `error` may have been carried out."""
    match error:
        case OutcomeUnknown():
            return True
        case NotConnected() | Redirected() | NoSuchRoute():
            return False
        case DeadlineExceeded():
            return error.sent
        case ApiError():
            return error.status in _UNCLEAR_STATUSES
        case _:
            return isinstance(error, Unreachable | MalformedResponse)


_BY_STATUS: dict[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthenticated,
    403: Forbidden,
    404: NotFound,
    405: MethodNotAllowed,
    410: Gone,
    422: BadRequest,
}


def error_class(status: int) -> type[ApiError]:
    """The class for an HTTP error status other than 429, for which `RateLimited` takes the wait as well."""
    if status >= 500:
        return ServerFault
    return _BY_STATUS.get(status, ApiError)
