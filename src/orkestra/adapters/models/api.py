"""A service as a mind: asked in words, answering in the form of a dataclass."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

from orkestra.adapters.models.recording import API
from orkestra.adapters.models.translating import translated
from orkestra.codec import DecodeError, from_plain, schema_of
from orkestra.domain.agents import Answer

if TYPE_CHECKING:
    from pydantic_ai import Agent

    from orkestra.adapters.models.speaking import Speaker
    from orkestra.domain.agents import Prompt

T = TypeVar("T")
REPAIRS: Final = 1
"""How often a service may correct an answer that does not have the form that was asked for."""
_FORMS: Final = 64


@dataclass(frozen=True)
class ApiModel:
    """The port Model over a service's API. Each request is kept, so none that was answered is sent again."""

    speaker: Speaker

    async def ask(self, prompt: Prompt, schema: type[T], *, key: str) -> Answer[T]:
        """Answer in the form of `schema`; a bad answer is told to the service, which may repair it once.

        Raises AuthError, RateLimited, ProviderTimeout, ProviderUnavailable, ContextOverflow, ContentFiltered,
        BadResponse or another ProviderError, and AgentUnavailable when the libraries are missing.
        """
        config, secrets = self.speaker.connection.config, self.speaker.connection.secrets
        form: Any = schema  # to mypy, no class of unknown type is hashable
        async with self.speaker.speaking(prompt, key) as model:
            with translated(config, secrets):
                result = await _asker(form).run(secrets.for_prompt(prompt.text), model=model)
        return Answer(value=result.output, backend=API, model=config.model, usage=model.spent.total())


@lru_cache(maxsize=_FORMS)
def _asker(schema: type[Any]) -> Agent[None, Any]:
    """The library's agent for one form: the schema is told to the service, our codec decides what has that form."""
    from pydantic_ai import Agent, ModelRetry, StructuredDict, ToolOutput

    form = StructuredDict(schema_of(schema), name=schema.__name__)
    asker: Agent[None, Any] = Agent(output_type=ToolOutput(form), retries={"tools": 0, "output": REPAIRS})

    @asker.output_validator
    def _decide(answer: dict[str, Any]) -> Any:  # noqa: ANN401 - a value of the form
        try:
            return from_plain(answer, schema)
        except DecodeError as error:
            raise ModelRetry(f"The answer does not have the form that was asked for: {error}") from error

    return asker
