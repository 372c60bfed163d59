"""A model that says what its script says."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from orkestra.codec import DecodeError, from_plain
from orkestra.domain.agents import Answer, Prompt, Usage
from orkestra.domain.errors import WrongForm

if TYPE_CHECKING:
    from orkestra.testing.script import Script

T = TypeVar("T")
WORDS_PER_TOKEN = 0.75


class ScriptedModel:
    """Answers from a script; usage is counted as words, the cost is 0."""

    def __init__(self, script: Script) -> None:
        self._script = script

    async def ask(self, prompt: Prompt, schema: type[T], *, key: str) -> Answer[T]:
        """Return the script's answer; raise AgentError when it has none, WrongForm for one of another form."""
        line = self._script.find(prompt, key=key)
        await asyncio.sleep(line.seconds)
        try:
            value = from_plain(line.answer, schema)
        except DecodeError as error:
            raise WrongForm(f"the script's answer to {prompt.purpose} {prompt.subject!r}: {error}") from error
        return Answer(value=value, backend="script", model="script", usage=_usage(prompt.text, str(line.answer)))


def _usage(asked: str, answered: str) -> Usage:
    tokens = [round(len(text.split()) / WORDS_PER_TOKEN) for text in (asked, answered)]
    return Usage(input_tokens=tokens[0], output_tokens=tokens[1], cost_usd=0.0)
