"""The crew: who is there, and who does which kind of work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from orkestra.agents.agent import Agent, CrewMember
from orkestra.config.home import orkestra_home
from orkestra.domain.crew import CrewSettings
from orkestra.domain.errors import AgentUnavailable
from orkestra.plugins.crews import load_crew

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.crew import Backend


class Crew:
    """The agents of a project by name."""

    def __init__(self, agents: Iterable[Agent]) -> None:
        self._agents = {agent.name: agent for agent in agents}

    @classmethod
    def of(cls, backends: Iterable[Backend]) -> Self:
        """Return the crew with these backends, grouped by the agents they reach."""
        grouped: dict[str, list[Backend]] = {}
        for backend in backends:
            grouped.setdefault(backend.agent, []).append(backend)
        return cls(CrewMember(name, ways) for name, ways in grouped.items())

    @classmethod
    def assemble(cls, project: OpenProject) -> Self:
        """Return the crew that the project's settings name; raise ConfigError when no plugin offers it."""
        settings = CrewSettings(home=orkestra_home(), environment=dict(os.environ))
        return cls.of(load_crew(project.settings.crew, settings))

    def __iter__(self) -> Iterator[Agent]:
        """Go through the agents in the crew's order."""
        return iter(self._agents.values())

    def __getitem__(self, name: str) -> Agent:
        """Return an agent; raise AgentUnavailable when the crew has nobody of that name."""
        if name not in self._agents:
            raise AgentUnavailable(f"{name} is not on the crew ({', '.join(self._agents) or 'nobody is'})")
        return self._agents[name]

    def thinker(self, chain: Sequence[str]) -> Agent:
        """Return the first of the chain, else of the crew, that answers questions as an AI would."""
        return self._first(chain, [a for a in self if (way := a.thinker()) and way.kind != "offline"], "answers")

    def maker(self, chain: Sequence[str]) -> Agent:
        """Return the first of the chain, else of the crew, that works in a worktree."""
        return self._first(chain, [a for a in self if a.maker()], "writes code")

    def _first(self, chain: Sequence[str], able: Sequence[Agent], what: str) -> Agent:
        if not able:
            raise AgentUnavailable(
                f"this needs an AI that {what}, and the crew has none: set one up, then `orkestra start`"
            )
        by_name = {agent.name: agent for agent in able}
        return next((by_name[name] for name in chain if name in by_name), able[0])
