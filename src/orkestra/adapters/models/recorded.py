"""A model whose every request is kept before its answer is seen, and is never sent again."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pydantic import TypeAdapter
from pydantic_ai.messages import ModelMessagesTypeAdapter, ModelResponse
from pydantic_ai.models.wrapper import WrapperModel

from orkestra.adapters.models.recording import API
from orkestra.adapters.models.spending import Spent, usage_of
from orkestra.adapters.models.translating import cost_of, translated
from orkestra.domain.agents import CallRecord, Usage
from orkestra.domain.errors import ContentFiltered, OrkestraError, ProviderTimeout, ProviderUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

    from pydantic_ai.messages import ModelMessage
    from pydantic_ai.models import ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

    from orkestra.adapters.models.connection import Connection, OpenLine
    from orkestra.adapters.models.recording import Recording

HEADER: Final = "Idempotency-Key"
_RESPONSE: Final = TypeAdapter(ModelResponse)


class RecordedModel(WrapperModel):
    """The library's model on an open line, for one conversation.

    A turn that is kept is recalled without a request. Otherwise it is streamed on the wire (so that silence is
    noticed), translated, and kept on disk, before the caller sees it. Raises our errors only. The turn is told by the
    messages, so the same conversation always asks for the same turns.
    """

    def __init__(self, connection: Connection, line: OpenLine, recording: Recording) -> None:
        super().__init__(line.model)
        self._connection = connection
        self._line = line
        self._recording = recording
        self.spent = Spent()

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        """Return the turn's reply, kept or fresh; raises a ProviderError."""
        turn = 1 + sum(isinstance(message, ModelResponse) for message in messages)
        if kept := self._recalled(turn):
            return self._seen(kept)

        async def asked() -> ModelResponse:
            settings = self._addressed(model_settings, turn)
            return await self._ask(turn, self._concealed(messages), settings, model_request_parameters)

        patience = self._recording.patience
        return self._seen(await (patience.persist(asked) if patience else asked()))

    def request_stream(self, *_: object, **__: object) -> NoReturn:
        """Refuse: what is streamed past the record could not be recalled. Streaming on the wire happens anyway."""
        raise TypeError("a recorded model answers whole: use Agent.run without an event stream handler")

    async def _ask(
        self, turn: int, messages: list[ModelMessage], settings: ModelSettings, parameters: ModelRequestParameters
    ) -> ModelResponse:
        began = time.monotonic()
        response: ModelResponse | None = None
        try:
            async with self._line.places:
                began = time.monotonic()
                with translated(self._connection.config, self._connection.secrets):
                    response = self._without_keys(await self._streamed(messages, settings, parameters))
                self._check(response)
        except (OrkestraError, asyncio.CancelledError) as error:
            usage = usage_of(response) if response else Usage(cost_usd=cost_of(error.__context__ or error))
            self._keep(turn, time.monotonic() - began, usage, error=f"{type(error).__name__}: {error}")
            raise
        reply = _RESPONSE.dump_json(response).decode()
        self._keep(turn, time.monotonic() - began, usage_of(response), reply=reply)
        return response

    async def _streamed(
        self, messages: list[ModelMessage], settings: ModelSettings, parameters: ModelRequestParameters
    ) -> ModelResponse:
        total = self._connection.deadlines.total
        try:
            async with (
                asyncio.timeout(total),
                self.wrapped.request_stream(messages, settings, parameters) as stream,
            ):
                await _drained(stream)
                return stream.get()
        except TimeoutError:
            raise ProviderTimeout(f"{self._connection.config.name} took longer than {total:g} s") from None

    def _check(self, response: ModelResponse) -> None:
        config = self._connection.config
        if response.finish_reason == "content_filter":
            raise ContentFiltered(f"{config.name} ({config.model}) refused to answer for reasons of content")
        ended = response.finish_reason or (response.provider_details or {}).get("finish_reason")
        if not ended:
            raise ProviderUnavailable(f"{config.name} ({config.model}) ended its answer in the middle; ask again")

    def _recalled(self, turn: int) -> ModelResponse | None:
        calls = self._recording.calls
        kept = calls.recall(self._recording.key, turn) if calls else None
        return None if kept is None else _RESPONSE.validate_json(kept)

    def _seen(self, response: ModelResponse) -> ModelResponse:
        self.spent.add(response)
        return response

    def _keep(self, turn: int, seconds: float, usage: Usage, *, reply: str = "", error: str = "") -> None:
        recording = self._recording
        if recording.calls is None:
            return
        secrets = self._connection.secrets
        recording.calls.keep(
            CallRecord(
                key=recording.key,
                turn=turn,
                agent=self._connection.config.name,
                backend=API,
                model=self._connection.config.model,
                purpose=recording.prompt.purpose,
                subject=secrets.for_prompt(recording.prompt.subject),
                usage=usage,
                seconds=round(seconds, 3),
                reply=reply,
                error=secrets.for_message(error),
            )
        )

    def _addressed(self, given: ModelSettings | None, turn: int) -> ModelSettings:
        headers: dict[str, str] = {**((given or {}).get("extra_headers") or {})}
        headers[HEADER] = f"{self._recording.key}:{turn}"
        merged: dict[str, Any] = {**(given or {}), "max_retries": 0, "extra_headers": headers}
        return merged  # type: ignore[return-value] # a TypedDict can't be built from two

    def _concealed(self, messages: list[ModelMessage]) -> list[ModelMessage]:
        """Whatever a tool has read or a prompt has quoted: our keys don't go out with it."""
        text = ModelMessagesTypeAdapter.dump_json(messages).decode()
        if not self._connection.secrets.known_in(text):
            return messages
        return ModelMessagesTypeAdapter.validate_json(self._connection.secrets.hide(text))

    def _without_keys(self, response: ModelResponse) -> ModelResponse:
        text = _RESPONSE.dump_json(response).decode()
        if not self._connection.secrets.known_in(text):
            return response
        return _RESPONSE.validate_json(self._connection.secrets.hide(text))


async def _drained(events: AsyncIterable[Any]) -> None:
    async for _ in events:
        pass
