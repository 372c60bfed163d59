"""Agents behind AI services, one class for each."""

from __future__ import annotations

import os
import time
from functools import cached_property
from typing import TYPE_CHECKING, ClassVar

from orkestra.adapters.models.probing import probe
from orkestra.adapters.models.services import AgentConfig
from orkestra.agents.agent import Agent
from orkestra.agents.reaching import Reach
from orkestra.agents.response import AgentResponse, Saying
from orkestra.config.home import orkestra_home
from orkestra.domain.agents import Prompt
from orkestra.domain.crew import CrewSettings
from orkestra.domain.errors import AgentUnavailable
from orkestra.domain.identity import new_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.adapters.models.connection import Connection
    from orkestra.domain.crew import Backend


class ServiceAgent(Agent):
    """An AI behind a service's API.

    `config` says how the service is reached; without it the environment and the home's keys do. `reach` is shared by
    the agents of a project, whose log of calls it knows.
    """

    service: ClassVar[str] = "local"

    def __init__(self, config: AgentConfig | None = None, *, reach: Reach | None = None) -> None:
        self._reach = reach or Reach(CrewSettings(home=orkestra_home(), environment=dict(os.environ)))
        self.config = config or AgentConfig.from_environment(self.service, self._reach.variables)
        self.name = self.config.name

    def __repr__(self) -> str:
        return f"{type(self).__name__}(name={self.name!r}, model={self.config.model!r})"

    @property
    def backends(self) -> Sequence[Backend]:
        """The way over the API, none where the key or the server's URL and model are missing."""
        return (self._backend,) if self.config.is_complete else ()

    async def respond(self, text: str, *, key: str = "") -> AgentResponse:
        """Return what it says to a plain question; the same `key` never pays for the same question twice.

        Raises a ProviderError, or AgentUnavailable, naming the variable, when it is not configured.
        """
        self._require()
        began = time.monotonic()
        prompt = Prompt(text=text, purpose="question", subject=text[:80], agent=self.name)
        answer = await self.ask(prompt, Saying, key=key or new_id("call"))
        return AgentResponse(
            text=answer.value.text,
            agent=self.name,
            backend=answer.backend,
            model=answer.model,
            usage=answer.usage,
            seconds=time.monotonic() - began,
        )

    async def test_connection(self) -> None:
        """Return when the service answers and takes the key, without paying; otherwise raises as `respond`."""
        self._require()
        await probe(self._connection)

    def _require(self) -> None:
        if not self.config.is_complete:
            raise AgentUnavailable(f"{self.name} is not configured: set {', '.join(self.config.missing)}")

    @cached_property
    def _connection(self) -> Connection:
        return self._reach.connection(self.config)

    @cached_property
    def _backend(self) -> Backend:
        return self._reach.backend(self.config, self._connection)


class ClaudeAgent(ServiceAgent):
    """Claude, of Anthropic."""

    service = "claude"


class ChatGPTAgent(ServiceAgent):
    """ChatGPT, of OpenAI; `CHATGPT_KIND=openai-chat` for the older API."""

    service = "chatgpt"


class GeminiAgent(ServiceAgent):
    """Gemini, of Google."""

    service = "gemini"


class CopilotAgent(ServiceAgent):
    """Copilot, over the provider that `COPILOT_PROVIDER_BASE_URL` names: GitHub's own service is retired."""

    service = "copilot"


class GrokAgent(ServiceAgent):
    """Grok, of xAI."""

    service = "grok"


class CodexAgent(ServiceAgent):
    """Codex, of OpenAI, with a key of its own: one key is one voter."""

    service = "codex"


class GLMAgent(ServiceAgent):
    """GLM, of Z.AI."""

    service = "glm"


CLASSES = {each.service: each for each in ServiceAgent.__subclasses__()}
"""The class of each service that has one; all others are a ServiceAgent."""
