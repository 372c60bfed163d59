"""Falling back: where one can't answer, the next in the chain is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from orkestra.agents.agent import Agent
from orkestra.domain.crew import Backend
from orkestra.domain.errors import AgentError, AgentUnavailable, ProviderError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.agents import Answer, Prompt
    from orkestra.domain.ports import Model

T = TypeVar("T")


@dataclass(frozen=True)
class FallbackModel:
    """A chain of models under one name. Any ProviderError moves on: 429, connection, time-out, bad answer, overflow.

    Each has its own key, so that one's kept replies are never taken for another's.
    """

    models: tuple[tuple[str, Model], ...]

    async def ask(self, prompt: Prompt, schema: type[T], *, key: str) -> Answer[T]:
        """Return the first answer; raises AgentError, naming all and why each failed, when nobody has one."""
        failures: list[str] = []
        last: Exception | None = None
        for number, (name, model) in enumerate(self.models):
            try:
                return await model.ask(prompt, schema, key=f"{key}+{name}" if number else key)
            except (ProviderError, AgentError) as error:
                failures.append(f"{name}: {error}")
                last = error
        raise AgentError(f"nobody in the chain could answer: {'; '.join(failures)}") from last


class FallbackAgent(Agent):
    """Several agents as one: the first that can answer does.

    It has the first one's name unless told another. What writes code is the first one's that can.
    """

    def __init__(self, agents: Sequence[Agent], *, name: str = "") -> None:
        self._agents = tuple(agents)
        if not self._agents:
            raise AgentUnavailable("a chain of agents needs at least one agent")
        self.name = name or self._agents[0].name

    @property
    def backends(self) -> Sequence[Backend]:
        """One way that goes through the whole chain, then each agent's ways to write code."""
        thinkers = [(agent.name, way) for agent in self._agents if (way := agent.thinker())]
        makers = [way for agent in self._agents if (way := agent.maker())]
        chain = tuple((name, way.model) for name, way in thinkers if way.model)
        coded = [
            Backend(agent=self.name, kind=way.kind, coder=way.coder, name=way.name, provider=way.provider)
            for way in makers
        ]
        if not chain:
            return coded
        first = thinkers[0][1]
        thinking = Backend(
            agent=self.name, kind=first.kind, model=FallbackModel(chain), name=first.name, provider=first.provider
        )
        return [thinking, *coded]
