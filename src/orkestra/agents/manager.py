"""All agents behind services, as they are configured now."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

from orkestra.agents.calls import CallLedger
from orkestra.agents.crew import crew_settings
from orkestra.agents.fallback import FallbackAgent
from orkestra.agents.notifications import AgentNotifications
from orkestra.agents.reaching import Reach
from orkestra.agents.services import CLASSES, ServiceAgent
from orkestra.core.opening import InProject
from orkestra.domain.errors import AgentUnavailable, OrkestraError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orkestra.agents.calls import Total
    from orkestra.core.opening import OpenProject


class AgentManager(InProject):
    """The agents of one project by name: who is there, who answers, what each has cost."""

    def __init__(self, project_root: str | os.PathLike[str] | OpenProject = ".") -> None:
        super().__init__(project_root)
        reach = Reach(crew_settings(self._project))
        configs = {config.name: config for config in reach.configs()}
        self.calls = CallLedger(self._project)
        self._known = {name: kind(configs.get(name), reach=reach) for name, kind in CLASSES.items()}
        others = {name: config for name, config in configs.items() if name not in CLASSES}
        self._known |= {name: ServiceAgent(config, reach=reach) for name, config in others.items()}

    def __iter__(self) -> Iterator[ServiceAgent]:
        """Go through all agents, those that are not configured included."""
        return iter(self._known.values())

    def __getitem__(self, name: str) -> ServiceAgent:
        """Return an agent; raise AgentUnavailable, naming all, for an unknown name."""
        if name not in self._known:
            raise AgentUnavailable(f"no agent is called {name!r}; known: {', '.join(self._known)}")
        return self._known[name]

    def available(self) -> list[ServiceAgent]:
        """Return the agents that are configured."""
        return [agent for agent in self if agent.is_available()]

    def get_info(self) -> dict[str, dict[str, str]]:
        """Return `name`, `model` and `provider` of each agent that is configured."""
        return {agent.name: agent.get_info() for agent in self.available()}

    def chain(self, names: Sequence[str]) -> FallbackAgent:
        """Return one agent that asks these in turn until one answers; those that are not configured are left out."""
        return FallbackAgent([agent for agent in map(self.__getitem__, names) if agent.is_available()])

    def notifications(self, name: str) -> AgentNotifications:
        """Return the notes for an agent."""
        return AgentNotifications(self._project, self[name].name)

    def statistics(self) -> dict[str, Total]:
        """Return the totals of each agent that was ever asked in this project."""
        return self.calls.by_agent()

    async def test_connections(self) -> dict[str, str]:
        """Return what is wrong with each agent that is configured, "" where all is well; costs nothing."""
        agents = self.available()
        found = await asyncio.gather(*map(_trouble, agents))
        return dict(zip([agent.name for agent in agents], found, strict=True))


async def _trouble(agent: ServiceAgent) -> str:
    try:
        await agent.test_connection()
    except OrkestraError as error:
        return str(error)
    return ""
