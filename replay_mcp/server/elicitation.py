"""The other side of a running call, over MCP: progress, and asking a person, in both protocol eras."""

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

ANSWER_WITHIN_SECONDS: Final = 300.0
"""How long a person may think about a confirmation that an older client shows during the call."""

_KEY: Final = "confirm"
_NEW_PROTOCOL: Final = "2026"
_HOW_ELSE: Final = (
    "Ask the person to do it in the PostHog app, or to start this server with REPLAY_MCP_PERMISSION=delete."
)
_UNREADABLE: Final = "The MCP client's answer to the confirmation cannot be read, so nothing was confirmed."
_ASK_AGAIN: Final = "Ask the person, then try again."
_MALFORMED: Final = frozenset({PARSE_ERROR, INVALID_REQUEST})
"""Codes of the errors that transports put in place of an answer that is no JSON-RPC message."""

AnyContext = Context[Any, Any]


class Confirmation(BaseModel):
    """The form that a person fills in."""

    confirm: StrictBool = Field(default=False, description="Yes, do it")


class QuestionAsked(Exception):
    """The call ends with this result; the client asks the person and calls again (protocol 2026-07-28)."""

    def __init__(self, result: InputRequiredResult) -> None:
        super().__init__("input required")
        self.result = result


class McpConversation:
    """`Conversation` of one MCP call."""

    def __init__(self, context: AnyContext) -> None:
        self._context = context

    async def progress(self, done: float, total: float, message: str) -> None:
        """Send a progress notification; nothing happens when the client gave no progress token."""
        await self._context.report_progress(done, total, message)

    async def confirm(self, question: str, state: str) -> None:
        """Ask through elicitation: as this call's result in the 2026 protocol, during the call before it.

        Raises:
            NotConfirmed: declined, not answered in time, or the client has no way to ask.
            QuestionAsked: to be returned as the call's result.
        """
        capabilities = self._context.client_capabilities
        asking = capabilities.elicitation if capabilities else None
        if asking is None or (asking.form is None and asking.url is not None):  # an empty capability means forms
            raise NotConfirmed("A person must confirm this, and this MCP client cannot ask.", next=_HOW_ELSE)
        if (self._context.protocol_version or "") >= _NEW_PROTOCOL:
            agreed = self._answer(question, state)
        else:
            agreed = await self._ask(question)
        if not agreed:
            raise NotConfirmed("The person did not confirm.", next="Do not try again unless they ask for it.")

    def _answer(self, question: str, state: str) -> bool:
        answer = (self._context.input_responses or {}).get(_KEY)
        # The SDK seals and checks the state; comparing it ties the "yes" to exactly what was asked about.
        if answer is not None and self._context.request_state == state:
            if not isinstance(answer, ElicitResult):
                raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN)
            return answer.action == "accept" and (answer.content or {}).get("confirm") is True
        schema = Confirmation.model_json_schema()
        form = ElicitRequestFormParams(message=question, requested_schema=schema)
        raise QuestionAsked(InputRequiredResult(input_requests={_KEY: ElicitRequest(params=form)}, request_state=state))

    async def _ask(self, question: str) -> bool:
        try:
            with anyio.fail_after(ANSWER_WITHIN_SECONDS):
                answer = await self._context.elicit(question, Confirmation)
        except TimeoutError as error:
            raise NotConfirmed("Nobody answered the confirmation in time.", next=_ASK_AGAIN) from error
        except ValidationError as error:  # not an elicitation result
            raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN) from error
        except ValueError:  # the SDK's word for an answer that does not fit the form: no yes
            return False
        except MCPError as error:
            if error.code in _MALFORMED:
                raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN) from error
            # e.g. stateless HTTP before 2026: no way back to the client
            raise NotConfirmed("A person must confirm this, and this connection cannot ask.", next=_HOW_ELSE) from error
        return answer.action == "accept" and answer.data.confirm
