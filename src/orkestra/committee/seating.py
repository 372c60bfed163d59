"""Who votes: found out once, when the vote begins, and kept with its run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orkestra.agents.agent import Agent, CrewMember
from orkestra.domain.crew import OFFLINE
from orkestra.domain.errors import AgentError, AgentUnavailable
from orkestra.domain.protocol import Step

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.agents.crew import Crew
    from orkestra.counting.weights import Weights
    from orkestra.domain.protocol import Protocol
    from orkestra.domain.votes import Vote
    from orkestra.engine.run import Run


@dataclass(frozen=True)
class Member:
    """A voter and the agent that answers for it."""

    voter: str
    agent: Agent


@dataclass(frozen=True, kw_only=True)
class Seats:
    """For each voter the agent that answers for it, and why others can't vote."""

    voters: dict[str, str]
    absent: dict[str, str]

    def only(self, voter: str) -> Seats:
        """Return the seats with that voter alone."""
        return Seats(voters={name: agent for name, agent in self.voters.items() if name == voter}, absent=self.absent)


def seat(crew: Crew, names: Sequence[str]) -> Seats:
    """Return who votes, and for each name that can't, why.

    Members that go by the same offline rules are one voter: five copies of a rule are not five opinions.
    """
    voters: dict[str, str] = {}
    absent: dict[str, str] = {}
    for name in names:
        try:
            backend = crew[name].thinker()
        except AgentError as error:
            absent[name] = str(error)
            continue
        if backend is None:
            absent[name] = f"{name} has no backend that answers questions"
        else:
            voters.setdefault(OFFLINE if backend.kind == OFFLINE else name, name)
    return Seats(voters=voters, absent=absent)


async def seated(run: Run, crew: Crew, vote: Vote, weights: Weights, protocol: Protocol) -> Seats:
    """Return who votes, as it was when the vote began: all, or for what is cheap to undo the best by the record."""

    async def now() -> Seats:
        seats = seat(crew, [name for name in vote.agents_required if name not in vote.agenda.people])
        if Step.GATE not in protocol or not vote.agenda.cheap_to_undo:
            return seats
        best = max(seats.voters, key=lambda voter: weights.of(voter, vote.agenda.area), default="")
        return seats.only(best)

    return await run.step("seats", now, returns=Seats)


def members_of(seats: Seats, crew: Crew) -> list[Member]:
    """Return the members of a vote; one that has left the crew meanwhile is asked nothing, but what it said counts."""
    return [Member(voter, _present(crew, name)) for voter, name in seats.voters.items()]


def _present(crew: Crew, name: str) -> Agent:
    try:
        return crew[name]
    except AgentUnavailable:
        return CrewMember(name, ())
