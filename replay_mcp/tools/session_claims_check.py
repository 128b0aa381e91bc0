"""`session-claims-check`."""

from collections import Counter
from typing import Annotated, Final, Self

from pydantic import AliasChoices, Field, model_validator

from replay_mcp.api.endpoints import RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS
from replay_mcp.api.types import CARRIED, PlaybackSeconds
from replay_mcp.context import ToolContext
from replay_mcp.reading.check_claims import check_claims
from replay_mcp.recording.claims.claim import Claim, ClaimKind
from replay_mcp.tools._recording_ids import ID_NAMES, RecordingId
from replay_mcp.tools._tool import Params, tool
from replay_mcp.views.claims import CheckedClaim, checked_claims
from replay_mcp.views.result import Result

MAX_CLAIMS: Final = 20

Ref = Annotated[str, Field(max_length=12)]


class ClaimParams(Params):
    """A statement about one recording."""

    kind: ClaimKind
    id: Annotated[RecordingId, Field(description=None, validation_alias=AliasChoices(*ID_NAMES))]
    refs: Annotated[list[Ref], Field(max_length=10)] | None = None
    text: Annotated[str, Field(max_length=200)] | None = None
    count: Annotated[int, Field(ge=0), CARRIED] | None = None
    status: Annotated[int, Field(ge=400, le=599)] | None = None
    seconds: Annotated[PlaybackSeconds, Field(allow_inf_nan=False)] | None = None

    @property
    def claim(self) -> Claim:
        """The claim to check."""
        return Claim(
            self.kind, tuple(self.refs or ()), self.text or "", self.count, status=self.status, seconds=self.seconds
        )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        refs = len(self.refs or ())
        if self.kind == "order" and refs < 2:
            raise ValueError("order needs at least two refs")
        if self.kind == "duration" and (self.seconds is None or refs > 2):
            raise ValueError("duration needs seconds, and at most two refs")
        if self.status is not None and self.kind != "request_failed":
            raise ValueError("status is only for request_failed")
        if self.count is not None and self.kind in ("saw_text", "visible", "order", "duration"):
            raise ValueError(f"count is not for {self.kind}")
        if self.kind in ("order", "duration") and self.text is not None:
            raise ValueError(f"text is not for {self.kind}; use refs")
        if self.kind == "order" and self.seconds is not None:
            raise ValueError("seconds are not for order")
        if self.kind in ("saw_text", "visible") and not (self.text or "").strip():
            raise ValueError(f"{self.kind} needs text")
        if self.kind == "visible" and (self.seconds is None) == (refs != 1):
            raise ValueError("visible needs seconds or one ref")
        return self


class ClaimsParams(Params):
    """The claims to check."""

    claims: Annotated[
        list[ClaimParams], Field(min_length=1, max_length=MAX_CLAIMS, description="Each about one recording.")
    ]


class ClaimsResult(Result):
    """The verdicts, in the order of the claims."""

    counts: dict[str, int] = Field(description="claims by verdict")
    results: list[CheckedClaim]


@tool(title="Check claims", level="read", uses=(RECORDINGS_LIST, SNAPSHOT_SOURCES, SNAPSHOTS))
async def session_claims_check(params: ClaimsParams, context: ToolContext) -> ClaimsResult:
    """Check up to 20 statements about recordings before you report them; the timelines decide.

    text: words of the element, text, URL, request or message. count: how many, 0: none. seconds: when; for duration how
    long (the recording, a ref, or from ref to ref). refs: exactly these rows; for order, in order.
    """
    claims = [(each.id, each.claim) for each in params.claims]
    results = checked_claims(claims, await check_claims(claims, context), context)
    return ClaimsResult(counts=dict(Counter(result.verdict for result in results)), results=results)
