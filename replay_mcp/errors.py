"""Every exception of this package, as one small hierarchy.

An error says *why* something failed and what to do *next*. The tool layer adds *what* failed (tool and target)
and shows the three together. No message here may hold a key, a traceback or text from inside a recording.
"""

from math import ceil
from typing import ClassVar, Final, Self


class ReplayError(Exception):
    """Base of all foreseen failures.

    Attributes:
        kind: stable machine-readable name of the failure, e.g. `not_found`.
        why: one sentence, complete with the values that matter, quoted.
        next: one sentence: what the reader can do about it.
    """

    kind: ClassVar[str] = "error"
    default_next: ClassVar[str] = "Try again; if it keeps failing, run `replay-mcp doctor`."

    def __init__(self, why: str, *, next: str | None = None) -> None:
        super().__init__(why)
        self.why = why
        self.next = next or self.default_next


class SettingsError(ReplayError):
    """The configuration is missing something or contradicts itself."""

    kind = "settings"
    default_next = "Correct the setting and start the server again."


class InvalidArguments(ReplayError):
    """A tool was called with arguments that its input schema refuses."""

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
    """A person had to confirm and did not, or could not be asked."""

    kind = "not_confirmed"


class StoreError(ReplayError):
    """The local store (SQLite file) cannot be opened or used."""

    kind = "store"


class RecordingFull(StoreError):
    """A recording has as many events as are taken."""


class NoSummaries(ReplayError):
    """This build of PostHog makes no session summaries."""

    kind = "no_summaries"
    default_next = "Call again with source: local, which computes summaries from the recordings' timelines."


class UnreadableRecording(ReplayError):
    """Bytes that should hold a recording hold none."""

    kind = "unreadable_recording"


class ResultTooLarge(ReplayError):
    """A tool's result would not fit what a model can read."""

    kind = "result_too_large"
    default_next = "Ask for fewer ids or rows, or leave out detail: full."


class Unreachable(ReplayError):
    """No HTTP answer: the connection failed, or it broke before the answer was complete."""

    kind = "unreachable"
    default_next = "Check POSTHOG_HOST and the network, then try again; `replay-mcp doctor` tests both."


class NotConnected(Unreachable):
    """No connection: name resolution, TCP, proxy or TLS failed, so the request was not sent."""


class DeadlineExceeded(ReplayError):
    """The call's time ran out before an answer was complete.

    Attributes:
        sent: whether a request was under way when the time ran out.
    """

    kind = "timeout"
    default_next = "Ask for less (a smaller limit, a shorter date window, fewer ids) or try again in a minute."

    def __init__(self, why: str, *, next: str | None = None, sent: bool = False) -> None:
        super().__init__(why, next=next)
        self.sent = sent


class MalformedResponse(ReplayError):
    """An HTTP success whose body is not what the endpoint promises (truncated, not JSON, wrong shape, too large)."""

    kind = "malformed_response"
    default_next = "Check that POSTHOG_HOST points at PostHog's app or API, not at a proxy's page; then try again."


class Redirected(MalformedResponse):
    """3xx: the host sends the request elsewhere. Redirects are not followed, so nothing was done."""

    default_next = "Set POSTHOG_HOST to the origin that PostHog really has."


class NoSuchRoute(MalformedResponse):
    """404 that is not the API's own: another server answers, or this build lacks the operation."""

    kind = "no_such_route"
    default_next = (
        "Check that POSTHOG_HOST is the address of PostHog's app (not its ingestion host, not a proxy's page); an "
        "older build may lack this operation."
    )


class ApiError(ReplayError):
    """The API answered with an error status.

    Attributes:
        status: the HTTP status.
        code: the API's own error code (`required`, `not_found` …), when the body carried one.
        attr: the request field that the API names, e.g. `session_ids__0`, when it names one.
        detail: the API's own words, length-capped; shown to the model only where the API speaks of the caller's input.
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
    """400 and 422: the API refused the input."""

    kind = "bad_request"
    default_next = "Correct the value that the API names and call again."


class Unauthenticated(ApiError):
    """401: no key, a wrong key, or a key of another region."""

    kind = "unauthenticated"
    default_next = (
        "Check POSTHOG_PERSONAL_API_KEY, and that POSTHOG_HOST is the key's region: a key of the EU cloud is unknown "
        "to the US cloud and the other way round (POSTHOG_HOST=us or eu)."
    )


class Forbidden(ApiError):
    """403: the key lacks a scope, or is kept out of this environment."""

    kind = "forbidden"
    default_next = (
        "Use a personal API key whose scopes and projects allow this; `replay-mcp doctor` lists what is missing."
    )


class NotFound(ApiError):
    """404: no such object here (unknown, deleted, expired, or of another environment)."""

    kind = "not_found"
    default_next = (
        "Check the id: session-recordings-list and session-recording-playlists-list show what exists in this "
        "environment."
    )


class EnvironmentNotFound(ApiError):
    """404 for the environment in the URL, not for an object in it."""

    kind = "environment_not_found"
    default_next = "Check POSTHOG_ENVIRONMENT_ID, and that POSTHOG_HOST is the region that the project lives in."


class MethodNotAllowed(ApiError):
    """405: the route exists, this method does not."""

    kind = "method_not_allowed"
    default_next = "This PostHog build does not offer the operation; update it, or do it in the PostHog app."


class Gone(ApiError):
    """410: the recording was permanently deleted."""

    kind = "gone"
    default_next = "Deleted recordings cannot be brought back; choose another recording."


class RateLimited(ApiError):
    """429: the key's budget is used up.

    Attributes:
        retry_after: seconds to wait as the API gave them, or None.
    """

    kind = "rate_limited"

    def __init__(self, why: str, *, retry_after: float | None, detail: str | None = None) -> None:
        seconds = None if retry_after is None else ceil(retry_after)
        wait = "a minute" if seconds is None else f"{seconds} second{'' if seconds == 1 else 's'}"
        super().__init__(why, status=429, detail=detail, next=f"Wait {wait}, then call again.")
        self.retry_after = retry_after


class ServerFault(ApiError):
    """5xx: the API failed on its side."""

    kind = "server_error"
    default_next = "Try again in a minute; if it keeps failing, check PostHog's status page or the self-hosted logs."


GATEWAY_STATUSES: Final = frozenset({502, 503, 504, *range(520, 528), 530})
"""Statuses by which a gateway, a load balancer or Cloudflare says that the API's own answer did not reach it."""
_UNCLEAR_STATUSES: Final = GATEWAY_STATUSES | {303, 408, 499}
"""Statuses that may follow a change: besides, "See Other" and those of a proxy that gave up on a request."""


class OutcomeUnknown(ReplayError):
    """A request that changes something was sent and its answer was lost: the change may have been made."""

    kind = "outcome_unknown"
    default_next = "Do not repeat the call before you have read the object: the change may have been made."

    @classmethod
    def of(cls, cause: ReplayError, *, next: str | None = None) -> Self:
        """The outcome of a request whose answer was lost to `cause`."""
        return cls(f"{cause.why} The request was sent, so it may have been carried out.", next=next)


def answer_lost(error: ReplayError) -> bool:
    """Whether a request that ended in `error` may have been carried out all the same."""
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
    """The class for an HTTP error status other than 429, which needs its wait: see `RateLimited`."""
    if status >= 500:
        return ServerFault
    return _BY_STATUS.get(status, ApiError)
