"""One round: every member is asked at the same time, and each ballot is kept as it comes in."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from orkestra.agents.prompting import Asking, render_prompt
from orkestra.committee.anonymity import options_for, rounds_for
from orkestra.committee.standing import judged
from orkestra.domain.agents import Answer
from orkestra.domain.errors import AgentError, ProviderError, WrongForm
from orkestra.domain.protocol import Step
from orkestra.domain.votes import Ballot, BallotAnswer, VoteRound

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.committee.facts import Facts
    from orkestra.committee.ledger import VoteLedger
    from orkestra.committee.seating import Member
    from orkestra.domain.protocol import Protocol
    from orkestra.domain.votes import Vote
    from orkestra.engine.run import Run

MARKS = (0.0, 10.0)


@dataclass(frozen=True, kw_only=True)
class Table:
    """What a round is held with: the ledger, who is asked, by which protocol, and what counts as a fact."""

    ledger: VoteLedger
    members: Sequence[Member]
    protocol: Protocol
    facts: Facts


@dataclass(frozen=True)
class _Reply:
    """What came from a member: its ballot, or who failed and why, and whether that was an answer, but nonsense."""

    ballot: Ballot | None
    failures: dict[str, str] = field(default_factory=dict)
    nonsense: bool = False


async def hold_round(run: Run, table: Table, vote: Vote, earlier: Sequence[VoteRound]) -> VoteRound:
    """Ask all members at the same time and return the round.

    A member that can't answer is noted with the reason and does not stop the others.
    """
    number = len(earlier) + 1
    replies = await asyncio.gather(
        *(_ask(run.branch(f"round-{number}-{member.voter}"), table, member, vote, earlier) for member in table.members)
    )
    failures = {voter: reason for reply in replies for voter, reason in reply.failures.items()}
    return VoteRound(
        number=number,
        ballots=tuple(reply.ballot for reply in replies if reply.ballot),
        failures=failures,
        nonsense=tuple(voter for reply in replies if reply.nonsense for voter in reply.failures),
    )


async def _ask(run: Run, table: Table, member: Member, vote: Vote, earlier: Sequence[VoteRound]) -> _Reply:
    asking = Asking(
        package="orkestra.committee",
        template="ballot.md.j2",
        purpose="ballot",
        subject=vote.topic,
        round=len(earlier) + 1,
    )
    options = options_for(member.voter, asking.round, vote, table.protocol)
    facts = {
        "topic": vote.topic,
        "context": vote.context,
        "kind": str(vote.agenda.kind),
        "options": [{"id": option.id, "description": option.description} for option in options],
        "rounds": rounds_for(member.voter, vote, earlier, table.protocol),
    }
    prompt = render_prompt(asking, member.agent.name, facts)

    async def fill_in(*, key: str) -> Answer[BallotAnswer]:
        answer = await member.agent.ask(prompt, BallotAnswer, key=key)
        _check(answer.value, vote)
        return answer

    try:
        answer = await run.paid(f"ballot of {member.voter}", fill_in, returns=Answer[BallotAnswer])
    except (ProviderError, AgentError) as error:
        return _Reply(None, {member.voter: str(error)}, nonsense=isinstance(error, WrongForm))
    ballot = _ballot(member.voter, answer, vote)
    if Step.NEW_FACTS in table.protocol:
        freed = bool(earlier and earlier[-1].feedback)
        ballot = judged(ballot, earlier, table.facts.resolve, freed=freed)
    return _Reply(table.ledger.kept(vote.vote_id, asking.round, ballot))


def _check(answer: BallotAnswer, vote: Vote) -> None:
    """Raise WrongForm for an answer that names no option or gives marks that are no marks."""
    for choice in (answer.choice, *answer.ranking):
        if vote.option(choice) is None:
            raise WrongForm(f"{choice!r} is not one of the options")
    low, high = MARKS
    for criterion, marks in answer.scores.items():
        for option, mark in marks.items():
            if vote.option(option) is None or not low <= mark <= high:  # NaN is not between them either
                raise WrongForm(f"{criterion}: {option!r} with {mark} is no mark from {low:g} to {high:g}")


def _ballot(voter: str, answer: Answer[BallotAnswer], vote: Vote) -> Ballot:
    said = answer.value
    ranking = dict.fromkeys(_id(vote, choice) for choice in (said.choice, *said.ranking))
    marks = {
        criterion: {_id(vote, option): mark for option, mark in given.items()}
        for criterion, given in said.scores.items()
    }
    return Ballot(
        voter=voter,
        ranking=tuple(ranking),
        reasoning=said.reasoning,
        backend=answer.backend,
        scores=marks,
        new_fact=said.new_fact,
        failure=said.failure,
        would_show=said.would_show,
        experiment=said.experiment,
    )


def _id(vote: Vote, choice: str) -> str:
    option = vote.option(choice)
    assert option is not None  # noqa: S101 - checked when it was answered; for the type checker
    return option.id
