"""The conversation of one attempt: what was said and done so far, and what is said next."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from pydantic_ai.direct import model_request
from pydantic_ai.messages import ModelRequest, ModelResponse, ToolReturnPart, UserPromptPart
from pydantic_ai.models import ModelRequestParameters

from orkestra.adapters.models.toolwork import refuse
from orkestra.domain.errors import BadResponse, ProviderTimeout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_ai.messages import ModelMessage, ModelRequestPart, ToolCallPart
    from pydantic_ai.models import Model as LibraryModel

    from orkestra.adapters.models.toolwork import Toolwork

MOST_MISHAPS: Final = 4
"""Answers in a row that no tool could do anything with."""
MOST_CALLS: Final = 32
"""Tool calls of one answer that are done."""
MOST_REMEMBERED: Final = 480_000
"""Characters of results that are sent again with each request, about 120,000 tokens; beyond it the oldest half goes."""
_SETTINGS: Final[Any] = {"anthropic_cache": True}
"""Each turn sends the conversation again: what was sent before is then read at a tenth of the price."""
_EMPTY: Final = "Your answer was empty. Go on with a tool, or finish with a short summary of what you did."
_CUT: Final = "Your answer reached its limit of tokens and was cut: nothing of it was done. Do it in smaller steps."
_CROWDED: Final = f"not done: one answer may make {MOST_CALLS} calls; make this one again"
_FORGOTTEN: Final = "[left out, for it was long ago: use the tool again if you need it]"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """Who works, what it was told (instructions and task), and the moment on the loop's clock when it must be done."""

    name: str
    instructions: str
    task: str
    end: float


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer of the service: what to do, or the summary that ends the work; `cut` when it is not whole."""

    response: ModelResponse
    said: str = ""
    calls: Sequence[ToolCallPart] = ()
    summary: str = ""
    cut: bool = False


class Talk:
    """Turns of a service and our tools. Nothing of an answer is done before all of it is here."""

    def __init__(self, terms: Terms, model: LibraryModel, work: Toolwork) -> None:
        self._terms = terms
        self._model = model
        self._work = work
        self._next: list[ModelRequestPart] = [UserPromptPart(terms.task)]
        self._messages: list[ModelMessage] = []
        self._mishaps = 0
        self._usable = True

    async def turn(self) -> Reply:
        """Send what is there to say, and return the answer; raises a ProviderError."""
        self._count_mishaps()
        response = await self._ask()
        said, cut = (response.text or "").strip(), response.finish_reason == "length"
        if response.tool_calls:
            return Reply(response=response, said=said, calls=response.tool_calls, cut=cut)
        if said and not cut:
            return Reply(response=response, summary=said)
        self._next = [UserPromptPart(_CUT if cut else _EMPTY)]
        return Reply(response=response, said=said)

    async def do(self, call: ToolCallPart, reply: Reply) -> str:
        """Do one call of an answer, unless that was cut, and return a line about it; raises ProviderTimeout."""
        if asyncio.get_running_loop().time() >= self._terms.end:
            raise self._too_late()
        crowded = len(self._next) >= MOST_CALLS
        done = refuse(call, _CUT if reply.cut else _CROWDED) if reply.cut or crowded else await self._work.do(call)
        self._next.append(done.answer)
        self._usable = self._usable or done.usable
        return done.line

    async def _ask(self) -> ModelResponse:
        self._messages.append(ModelRequest(parts=self._next, instructions=self._terms.instructions))
        self._next = []
        self._messages = forgetting(self._messages)
        parameters = ModelRequestParameters(function_tools=self._work.definitions(), allow_text_output=True)
        try:
            async with asyncio.timeout_at(self._terms.end):
                response = await model_request(
                    self._model, self._messages, model_settings=_SETTINGS, model_request_parameters=parameters
                )
        except TimeoutError:
            raise self._too_late() from None
        self._messages.append(response)
        return response

    def _count_mishaps(self) -> None:
        """Nobody pays for ever for answers that no tool can do anything with."""
        self._mishaps = 0 if self._usable else self._mishaps + 1
        self._usable = False
        if self._mishaps >= MOST_MISHAPS:
            raise BadResponse(
                f"{self._terms.name} gave {MOST_MISHAPS} answers in a row that hold no usable tool call:"
                " give the task to another agent or model"
            )

    def _too_late(self) -> ProviderTimeout:
        return ProviderTimeout(
            f"{self._terms.name} was still working at its deadline: split the task, or allow more time"
        )


def forgetting(messages: list[ModelMessage], most: int = MOST_REMEMBERED) -> list[ModelMessage]:
    """Return the messages with the oldest results left out, when all results together are too long.

    Half of the room is made free at once, so that what is sent stays the same, and cheap to read, for many turns.
    """
    if _length(messages) <= most:
        return messages
    kept, room = list[Any](), most // 2
    for message in reversed(messages):
        room -= _length([message])
        kept.append(message if room >= 0 or message is messages[-1] else _without_results(message))
    return kept[::-1]


def _without_results(message: ModelMessage) -> ModelMessage:
    if isinstance(message, ModelResponse):
        return message
    return replace(message, parts=[_forgotten(part) if _text(part) else part for part in message.parts])


def _forgotten(part: Any) -> ToolReturnPart:  # noqa: ANN401 - one of the library's kinds of parts
    return ToolReturnPart(part.tool_name, _FORGOTTEN, part.tool_call_id)


def _length(messages: Sequence[ModelMessage]) -> int:
    return sum(len(_text(part)) for message in messages for part in message.parts)


def _text(part: object) -> str:
    """What a tool has said; all other parts of a conversation stay."""
    return part.content if isinstance(part, ToolReturnPart) and isinstance(part.content, str) else ""
