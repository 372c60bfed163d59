"""The crew: who is there, and who does which kind of work."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final, Self

from orkestra.agents.agent import Agent, CrewMember
from orkestra.agents.calls import CallLedger
from orkestra.agents.fallback import FallbackAgent
from orkestra.config.home import orkestra_home
from orkestra.domain.crew import AI_REMEDY, OFFLINE, CrewSettings
from orkestra.domain.errors import AgentUnavailable
from orkestra.plugins.crews import load_crew

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.crew import Backend


MOST_ASKED: Final = 3
"""So many AIs are asked in turn when one after another can't answer: a bad prompt must not cost the whole crew."""


def crew_settings(project: OpenProject) -> CrewSettings:
    """Return what crews and agents of a project may see; what they ask is kept in its log of calls."""
    return CrewSettings(
        home=orkestra_home(),
        environment=dict(os.environ),
        calls=CallLedger(project),
        services=project.settings.services,
    )


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
        return cls.of(load_crew(project.settings.crew, crew_settings(project)))

    def __iter__(self) -> Iterator[Agent]:
        """Go through the agents in the crew's order."""
        return iter(self._agents.values())

    def __getitem__(self, name: str) -> Agent:
        """Return an agent; raise AgentUnavailable when the crew has nobody of that name."""
        if name not in self._agents:
            raise AgentUnavailable(f"{name} is not on the crew ({', '.join(self._agents) or 'nobody is'})")
        return self._agents[name]

    def thinker(self, chain: Sequence[str], *, by_rule: bool = False) -> Agent:
        """Return the first AI of the chain, else of the crew, that answers questions; where it can't, the next does.

        With `by_rule`, for what rules can do, too, an offline member when there is no such AI. Raises
        AgentUnavailable, saying what to do, when nobody can.
        """
        able = self._able(chain, [(agent, agent.thinker()) for agent in self], "", by_rule=by_rule)
        return FallbackAgent(able[:MOST_ASKED]) if len(able) > 1 else able[0]

    def maker(self, chain: Sequence[str], *, by_rule: bool = False) -> Agent:
        """Return the first AI of the chain, else of the crew, that works in a worktree.

        Nobody else takes over a half-done worktree. `by_rule` and what is raised are as for `thinker`.
        """
        return self._able(chain, [(agent, agent.maker()) for agent in self], " that writes code", by_rule=by_rule)[0]

    def has_ai(self) -> bool:
        """Say whether there are AIs for every role."""
        return all(any(way and way.kind != OFFLINE for way in ways) for ways in self._ways())

    def has_rules(self) -> bool:
        """Say whether there are offline members for every role, for the tasks that rules can do."""
        return all(any(way and way.kind == OFFLINE for way in ways) for ways in self._ways())

    def _ways(self) -> tuple[list[Backend | None], list[Backend | None]]:
        return [agent.thinker() for agent in self], [agent.maker() for agent in self]

    def _able(
        self, chain: Sequence[str], ways: Sequence[tuple[Agent, Backend | None]], what: str, *, by_rule: bool
    ) -> list[Agent]:
        """Who can do it, in the order of preference."""
        able = [agent for agent, way in ways if way and way.kind != OFFLINE]
        if not able and by_rule:
            able = [agent for agent, way in ways if way]
        if not able:
            raise AgentUnavailable(f"needs an AI{what}: {AI_REMEDY}")
        order = [*chain, *self._agents]
        return sorted(able, key=lambda agent: order.index(agent.name))
