"""Progress and confirmation during a call, for both protocol eras of MCP."""

from collections.abc import Sequence
from typing import Any, Final

import anyio
from mcp.server.mcpserver import Context
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_REQUEST,
    PARSE_ERROR,
    ElicitRequest,
    ElicitRequestFormParams,
    ElicitResult,
    InputRequiredResult,
)
from pydantic import BaseModel, Field, StrictBool, ValidationError

from replay_mcp.errors import NotConfirmed
from replay_mcp.server.confirmations import NotCounted, Seals

ANSWER_WITHIN_SECONDS: Final = 300.0
"""How long to wait for an answer to a confirmation that a client of the older protocol shows during the call."""

_KEY: Final = "confirm"
_NEW_PROTOCOL: Final = "2026"
_ALTERNATIVES: Final = (
    "Ask the person to do it in the PostHog app, or to start this server with REPLAY_MCP_PERMISSION=delete."
)
_STATELESS: Final = "A person must confirm this, but this server is stateless, so it cannot ask over this connection."
_STATEFUL: Final = (
    "Ask the person to start this server with --stateful, to use a client of protocol 2026-07-28, or to do it in the "
    "PostHog app."
)
_UNREADABLE: Final = "The MCP client's answer to the confirmation cannot be read, so nothing was confirmed."
_ASK_AGAIN: Final = "Ask the person, then try again."
_MALFORMED: Final = frozenset({PARSE_ERROR, INVALID_REQUEST})
"""Codes of the errors with which transports replace a malformed response."""

AnyContext = Context[Any, Any]


class Confirmation(BaseModel):
    """The form of a confirmation."""

    confirm: StrictBool = Field(default=False, description="Yes, do it")


class LongConfirmation(Confirmation):
    """The form of a confirmation whose question names only some of the ids."""

    show_more: StrictBool = Field(default=False, description="Show more ids first; nothing is done yet")


class InputRequired(Exception):
    """Ends the call with this result: the client asks the person and repeats the call (protocol 2026-07-28)."""

    def __init__(self, result: InputRequiredResult) -> None:
        super().__init__("input required")
        self.result = result


class McpConversation:
    """Implements `Conversation` for one MCP call.

    Args:
        context: the SDK's context of the call.
        seals: the seals of the tool's questions.
    """

    def __init__(self, context: AnyContext, seals: Seals) -> None:
        self._context = context
        self._seals = seals

    async def progress(self, done: float, total: float, message: str) -> None:
        """Send a progress notification if the client gave a progress token."""
        await self._context.report_progress(done, total, message)

    async def confirm(self, question: Sequence[str], ids: Sequence[str]) -> None:
        """Ask a person by elicitation: as the result of this call in the 2026 protocol, during the call in older ones.

        Raises:
            NotConfirmed: the person declined or did not answer in time, or the client cannot ask.
            InputRequired: the question, to be returned as the call's result.
        """
        new_protocol = (self._context.protocol_version or "") >= _NEW_PROTOCOL
        if not (new_protocol or self._context.session.can_send_request):
            raise NotConfirmed(_STATELESS, next=_STATEFUL)
        capabilities = self._context.client_capabilities
        elicitation = capabilities.elicitation if capabilities else None
        # An empty capability means forms.
        if elicitation is None or (elicitation.form is None and elicitation.url is not None):
            raise NotConfirmed("A person must confirm this, but this MCP client cannot ask.", next=_ALTERNATIVES)
        agreed = self._answer(question, ids) if new_protocol else await self._ask_now(question)
        if not agreed:
            raise NotConfirmed("The person did not confirm.", next="Do not try again unless they ask for it.")

    def _answer(self, question: Sequence[str], ids: Sequence[str]) -> bool:
        """Whether the person agreed, according to the answer that came with this call."""
        answer = (self._context.input_responses or {}).get(_KEY)
        if answer is None:
            raise self._ask(question, ids)
        if not isinstance(answer, ElicitResult):
            raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN)
        try:
            page = self._seals.use(self._context.request_state, ids)
        except NotCounted as error:
            raise self._ask(question, ids, before=f"{error.why} ") from error
        content = answer.content or {}
        if answer.action == "accept" and content.get("show_more") is True and page + 1 < len(question):
            raise self._ask(question, ids, page + 1)
        return answer.action == "accept" and content.get("confirm") is True

    def _ask(self, question: Sequence[str], ids: Sequence[str], page: int = 0, *, before: str = "") -> InputRequired:
        schema = _form(question, page).model_json_schema()
        form = ElicitRequestFormParams(message=before + question[page], requested_schema=schema)
        state = self._seals.create(ids, page)
        return InputRequired(
            InputRequiredResult(input_requests={_KEY: ElicitRequest(params=form)}, request_state=state)
        )

    async def _ask_now(self, question: Sequence[str]) -> bool:
        for page, text in enumerate(question):
            answer = await self._elicit(text, _form(question, page))
            if not (isinstance(answer, LongConfirmation) and answer.show_more):
                return answer is not None and answer.confirm
        return False

    async def _elicit(self, text: str, form: type[Confirmation]) -> Confirmation | None:
        """The filled form; None if the person declined."""
        try:
            with anyio.fail_after(ANSWER_WITHIN_SECONDS):
                answer = await self._context.elicit(text, form)
        except TimeoutError as error:
            raise NotConfirmed("The confirmation was not answered in time.", next=_ASK_AGAIN) from error
        except ValidationError as error:  # not an elicitation result
            raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN) from error
        except ValueError:  # raised by the SDK for an answer that does not match the form: not a confirmation
            return None
        except MCPError as error:
            if error.code in _MALFORMED:
                raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN) from error
            why = "A person must confirm this, but the question cannot be sent over this connection."
            raise NotConfirmed(why, next=_ALTERNATIVES) from error
        return answer.data if answer.action == "accept" else None


def _form(question: Sequence[str], page: int) -> type[Confirmation]:
    return LongConfirmation if page + 1 < len(question) else Confirmation
