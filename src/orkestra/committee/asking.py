"""One round: every member is asked at the same time, and each ballot is kept as it comes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orkestra.agents.prompting import Asking, render_prompt
from orkestra.domain.agents import Answer
from orkestra.domain.crew import OFFLINE
from orkestra.domain.errors import AgentError, BadResponse, ProviderError
from orkestra.domain.votes import Ballot, BallotAnswer, VoteRound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.agents.agent import Agent
    from orkestra.agents.crew import Crew
    from orkestra.committee.ledger import VoteLedger
    from orkestra.domain.votes import Vote
    from orkestra.engine.run import Run


@dataclass(frozen=True)
class _Member:
    voter: str
    agent: Agent


@dataclass(frozen=True)
class _Reply:
    ballot: Ballot | None
    failures: dict[str, str]


async def hold_round(run: Run, ledger: VoteLedger, crew: Crew, vote: Vote, earlier: Sequence[VoteRound]) -> VoteRound:
    """Ask all members of a vote at the same time and return the round.

    A member that can't answer is noted with the reason and does not stop the others.
    """
    number = len(earlier) + 1
    members, failures = seat(crew, vote.agents_required)
    replies = await asyncio.gather(
        *(_ask(run.branch(f"round-{number}-{member.voter}"), ledger, member, vote, earlier) for member in members)
    )
    for reply in replies:
        failures.update(reply.failures)
    ballots = tuple(reply.ballot for reply in replies if reply.ballot)
    ledger.keep_round(vote.vote_id, number, failures, "")
    return VoteRound(number=number, ballots=ballots, failures=failures)


def seat(crew: Crew, names: Sequence[str]) -> tuple[list[_Member], dict[str, str]]:
    """Return who votes, and for each name that can't, why.

    Members that go by the same offline rules are one voter: five copies of a rule are not five opinions.
    """
    members: dict[str, _Member] = {}
    failures: dict[str, str] = {}
    for name in names:
        try:
            agent = crew[name]
        except AgentError as error:
            failures[name] = str(error)
            continue
        backend = agent.thinker()
        if backend is None:
            failures[name] = f"{name} has no backend that answers questions"
        else:
            voter = OFFLINE if backend.kind == OFFLINE else name
            members.setdefault(voter, _Member(voter, agent))
    return list(members.values()), failures


async def _ask(run: Run, ledger: VoteLedger, member: _Member, vote: Vote, earlier: Sequence[VoteRound]) -> _Reply:
    asking = Asking(
        package="orkestra.committee",
        template="ballot.md.j2",
        purpose="ballot",
        subject=vote.topic,
        round=len(earlier) + 1,
    )
    facts = {
        "topic": vote.topic,
        "context": vote.context,
        "options": [{"id": option.id, "description": option.description} for option in vote.options],
        "rounds": earlier,
    }
    prompt = render_prompt(asking, member.agent.name, facts)

    async def fill_in(*, key: str) -> Answer[BallotAnswer]:
        answer = await member.agent.ask(prompt, BallotAnswer, key=key)
        if vote.option(answer.value.choice) is None:
            raise BadResponse(f"{answer.value.choice!r} is not one of the options")
        return answer

    try:
        answer = await run.paid(f"ballot of {member.voter}", fill_in, returns=Answer[BallotAnswer])
    except (ProviderError, AgentError) as error:
        return _Reply(None, {member.voter: str(error)})
    ballot = _ballot(member.voter, answer, vote)
    ledger.cast(vote.vote_id, asking.round, ballot)
    return _Reply(ballot, {})


def _ballot(voter: str, answer: Answer[BallotAnswer], vote: Vote) -> Ballot:
    option = vote.option(answer.value.choice)
    assert option is not None  # noqa: S101 - checked when it was answered; for the type checker
    return Ballot(voter=voter, ranking=(option.id,), reasoning=answer.value.reasoning, backend=answer.backend)
