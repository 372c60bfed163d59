"""Asking a role: the right agent, the right prompt, within the deadline."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeVar

from orkestra.agents.prompting import Asking, render_prompt
from orkestra.domain.agents import Answer, Prompt
from orkestra.domain.crew import OFFLINE
from orkestra.domain.errors import AgentUnavailable, BadResponse, ProviderTimeout
from orkestra.domain.scaffolds import is_done_by_rule
from orkestra.pipeline.roles import CHAINS, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.agents.crew import Crew
    from orkestra.domain.ports import Workspace
    from orkestra.domain.tasks import Task

T = TypeVar("T")
MAX_SUMMARY: Final = 4_000


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays the roles, and how many seconds each may take."""

    crew: Crew
    deadline: float

    async def ask(
        self, role: Role, task: Task, form: type[T], *, facts: Mapping[str, Any], key: str, number: int = 1
    ) -> Answer[T]:
        """Return a role's answer; raise AgentUnavailable when nobody can play it, a ProviderError for no answer."""
        agent = self.crew.thinker(CHAINS[role], by_rule=is_done_by_rule(task))
        prompt = _prompt(role, task, agent.name, facts, number)
        try:
            async with asyncio.timeout(self.deadline):
                return await agent.ask(prompt, form, key=key)
        except TimeoutError:
            raise ProviderTimeout(f"{agent.name} did not answer as {role} within {self.deadline:g} s") from None

    async def code(
        self, role: Role, task: Task, workspace: Workspace, *, facts: Mapping[str, Any], key: str, number: int
    ) -> tuple[str, str, str]:
        """Let a role work in a workspace; return who it was, by which backend, and its summary."""
        agent = self.crew.maker(CHAINS[role], by_rule=is_done_by_rule(task))
        backend = agent.maker()
        if backend is None or backend.coder is None:
            raise AgentUnavailable(f"{agent.name} can't write code")
        prompt = _prompt(role, task, agent.name, facts, number)
        summary: str | None = None
        try:
            async with asyncio.timeout(self.deadline):
                async for event in backend.coder.run(prompt, workspace, deadline=self.deadline, key=key):
                    summary = event.text if event.kind == "result" else summary
        except TimeoutError:
            raise ProviderTimeout(f"{agent.name} was still working as {role} after {self.deadline:g} s") from None
        if summary is None:
            raise BadResponse(f"{agent.name} stopped without a result")
        who = OFFLINE if backend.kind == OFFLINE else agent.name  # a rule is never presented as an AI's work
        return who, backend.kind, summary[:MAX_SUMMARY]


def _prompt(role: Role, task: Task, agent: str, facts: Mapping[str, Any], number: int) -> Prompt:
    asking = Asking(
        package="orkestra.pipeline",
        template=f"{role}.md.j2",
        purpose=str(role),
        subject=task.title,
        round=number,
    )
    return render_prompt(asking, agent, {"task": task, **facts})
