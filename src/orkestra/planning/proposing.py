"""Proposals: every member makes its own, without seeing another's."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orkestra.agents.prompting import Asking, render_prompt
from orkestra.committee.seating import members_of, seat
from orkestra.domain.agents import Answer
from orkestra.domain.errors import AgentError, InvalidInputError, ProviderError, VotingError
from orkestra.domain.plans import Proposal
from orkestra.planning.drafting import draft_plan

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.agents.agent import Agent
    from orkestra.agents.crew import Crew
    from orkestra.domain.plans import Brief
    from orkestra.engine.run import Run


@dataclass(frozen=True)
class Proposed:
    """A proposal, and the members that made it, each on its own."""

    proposal: Proposal
    authors: list[str]


async def gather_proposals(
    run: Run, crew: Crew, members: Sequence[str], brief: Brief, changes: Sequence[str]
) -> list[Proposed]:
    """Return the distinct proposals of the members with their authors, asked at the same time, in the members' order.

    A proposal that is no plan (circular or unknown tasks) is left out like a member that can't answer.
    Raises VotingError, naming who was asked and why each failed, when none is left.
    """
    seats = seat(crew, members)
    seated, failures = members_of(seats, crew), dict(seats.absent)
    number = len(changes) + 1
    made = await asyncio.gather(
        *(_propose(run.branch(f"proposal-{number}-{m.voter}"), m.agent, brief, changes) for m in seated)
    )
    proposals: dict[str, Proposed] = {}
    for member, result in zip(seated, made, strict=True):
        if isinstance(result, str):
            failures[member.voter] = result
        else:
            same = proposals.setdefault(result.title.strip().casefold(), Proposed(result, []))
            same.authors.append(member.voter)
    if not proposals:
        why = "; ".join(f"{name}: {reason}" for name, reason in failures.items())
        raise VotingError(f"nobody could propose a plan for {brief.name}: {why}")
    return list(proposals.values())


async def _propose(run: Run, agent: Agent, brief: Brief, changes: Sequence[str]) -> Proposal | str:
    asking = Asking(
        package="orkestra.planning",
        template="proposal.md.j2",
        purpose="proposal",
        subject=brief.name,
        round=len(changes) + 1,
    )
    facts: dict[str, Any] = {
        "name": brief.name,
        "description": brief.description,
        "features": brief.features,
        "changes": tuple(changes),
    }
    prompt = render_prompt(asking, agent.name, facts)

    async def answer(*, key: str) -> Answer[Proposal]:
        return await agent.ask(prompt, Proposal, key=key)

    try:
        proposal = (await run.paid(f"proposal of {agent.name}", answer, returns=Answer[Proposal])).value
        draft_plan(brief, proposal)
    except (ProviderError, AgentError, InvalidInputError) as error:
        return str(error)
    return proposal
