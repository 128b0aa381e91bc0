"""Progress and confirmation during a call, for both protocol eras of MCP."""

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
"""How long to wait for an answer to a confirmation that a client of the older protocol shows during the call."""

_KEY: Final = "confirm"
_NEW_PROTOCOL: Final = "2026"
_ALTERNATIVES: Final = (
    "Ask the person to do it in the PostHog app, or to start this server with REPLAY_MCP_PERMISSION=delete."
)
_UNREADABLE: Final = "The MCP client's answer to the confirmation cannot be read, so nothing was confirmed."
_ASK_AGAIN: Final = "Ask the person, then try again."
_MALFORMED: Final = frozenset({PARSE_ERROR, INVALID_REQUEST})
"""Codes of the errors with which transports replace a malformed response."""

AnyContext = Context[Any, Any]


class Confirmation(BaseModel):
    """The confirmation form."""

    confirm: StrictBool = Field(default=False, description="Yes, do it")


class InputRequired(Exception):
    """Ends the call with this result: the client asks the person and repeats the call (protocol 2026-07-28)."""

    def __init__(self, result: InputRequiredResult) -> None:
        super().__init__("input required")
        self.result = result


class McpConversation:
    """Implements `Conversation` for one MCP call."""

    def __init__(self, context: AnyContext) -> None:
        self._context = context

    async def progress(self, done: float, total: float, message: str) -> None:
        """Send a progress notification if the client gave a progress token."""
        await self._context.report_progress(done, total, message)

    async def confirm(self, question: str, state: str) -> None:
        """Ask a person by elicitation: as the result of this call in the 2026 protocol, during the call in older ones.

        Raises:
            NotConfirmed: the person declined or did not answer in time, or the client cannot ask.
            InputRequired: the question, to be returned as the call's result.
        """
        capabilities = self._context.client_capabilities
        elicitation = capabilities.elicitation if capabilities else None
        # An empty capability means forms.
        if elicitation is None or (elicitation.form is None and elicitation.url is not None):
            raise NotConfirmed("A person must confirm this, but this MCP client cannot ask.", next=_ALTERNATIVES)
        if (self._context.protocol_version or "") >= _NEW_PROTOCOL:
            agreed = self._answer(question, state)
        else:
            agreed = await self._ask(question)
        if not agreed:
            raise NotConfirmed("The person did not confirm.", next="Do not try again unless they ask for it.")

    def _answer(self, question: str, state: str) -> bool:
        answer = (self._context.input_responses or {}).get(_KEY)
        # The SDK seals and verifies the state; comparing it ties the answer to exactly this question.
        if answer is not None and self._context.request_state == state:
            if not isinstance(answer, ElicitResult):
                raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN)
            return answer.action == "accept" and (answer.content or {}).get("confirm") is True
        schema = Confirmation.model_json_schema()
        form = ElicitRequestFormParams(message=question, requested_schema=schema)
        raise InputRequired(InputRequiredResult(input_requests={_KEY: ElicitRequest(params=form)}, request_state=state))

    async def _ask(self, question: str) -> bool:
        try:
            with anyio.fail_after(ANSWER_WITHIN_SECONDS):
                answer = await self._context.elicit(question, Confirmation)
        except TimeoutError as error:
            raise NotConfirmed("The confirmation was not answered in time.", next=_ASK_AGAIN) from error
        except ValidationError as error:  # not an elicitation result
            raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN) from error
        except ValueError:  # raised by the SDK for an answer that does not match the form: not a confirmation
            return False
        except MCPError as error:
            if error.code in _MALFORMED:
                raise NotConfirmed(_UNREADABLE, next=_ASK_AGAIN) from error
            # For example stateless HTTP before 2026, which cannot send requests to the client.
            why = "A person must confirm this, but the question cannot be sent over this connection."
            raise NotConfirmed(why, next=_ALTERNATIVES) from error
        return answer.action == "accept" and answer.data.confirm
