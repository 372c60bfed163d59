"""A vote from its first round to its decision, as a durable run."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.committee.asking import hold_round
from orkestra.counting.plurality import tally
from orkestra.domain.errors import ConsensusFailureError, NoQuorum
from orkestra.domain.votes import ConsensusLevel, VoteRound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orkestra.agents.crew import Crew
    from orkestra.committee.ledger import VoteLedger
    from orkestra.domain.votes import Tally, Vote
    from orkestra.engine.run import Run

STOP: Final = "\x00stop"


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How a vote is led: how many rounds at most, who speaks for the user, and whether consensus is a must."""

    max_rounds: int = 5
    feedback: Callable[..., Any] | None = None
    require_consensus: bool = False


async def decide(run: Run, ledger: VoteLedger, crew: Crew, vote: Vote, rules: Rules) -> dict[str, Any]:
    """Hold rounds until the members agree (80 % and more), the user stops, or the rounds are used up.

    Returns the outcome. Raises NoQuorum when not one member could answer, ConsensusFailureError when the
    vote stays split although consensus was required.
    """
    options = [option.id for option in vote.options]
    rounds: list[VoteRound] = []
    while True:
        held = await hold_round(run, ledger, crew, vote, rounds)
        if not held.ballots:
            raise NoQuorum(f"nobody could vote on {vote.topic!r}: {_why(held)}")
        count = tally(held.ballots, options)
        last = held.number >= rules.max_rounds or count.level is not ConsensusLevel.SPLIT
        said = "" if last else await _listen(run, rules, held, count)
        rounds.append(VoteRound(**{**vars(held), "feedback": "" if said == STOP else said}))
        ledger.keep_round(vote.vote_id, held.number, held.failures, rounds[-1].feedback)
        if last or said == STOP:
            break
    if rules.require_consensus and count.level is ConsensusLevel.SPLIT:
        raise ConsensusFailureError(
            f"no consensus on {vote.topic!r} after {len(rounds)} rounds: {_shares(vote, count)}"
        )
    return outcome_of(vote, rounds, count)


def outcome_of(vote: Vote, rounds: Sequence[VoteRound], count: Tally) -> dict[str, Any]:
    """Return what was decided, by whom and why, as a mapping for the record."""
    winner = next(option for option in vote.options if option.id == count.winner)
    backing = [ballot for ballot in rounds[-1].ballots if ballot.choice == winner.id]
    return {
        "vote_id": vote.vote_id,
        "topic": vote.topic,
        "decision": winner.description,
        "option_id": winner.id,
        "consensus_level": str(count.level),
        "rounds": len(rounds),
        "reasoning": " ".join(f"{ballot.voter}: {ballot.reasoning}" for ballot in backing),
        "counts": dict(count.counts),
        "share": round(count.share, 4),
        "voters": [ballot.voter for ballot in rounds[-1].ballots],
        "backends": sorted({ballot.backend for ballot in rounds[-1].ballots}),
        "dissent": {b.voter: b.reasoning for b in rounds[-1].ballots if b.choice != winner.id},
        "failures": dict(rounds[-1].failures),
        "tie_broken_by": "the option that was proposed first" if count.tied else "",
    }


async def _listen(run: Run, rules: Rules, held: VoteRound, count: Tally) -> str:
    callback = rules.feedback
    if callback is None:
        return ""

    async def heard() -> str:
        said = await asyncio.to_thread(_call, callback, held, count)
        if inspect.isawaitable(said):
            said = await said
        return STOP if said is False else str(said or "")

    return await run.step(f"feedback on round {held.number}", heard, returns=str)


def _call(callback: Callable[..., Any], held: VoteRound, count: Tally) -> Any:  # noqa: ANN401 - the user's own
    if not inspect.signature(callback).parameters:
        return callback()
    ballots = [{**vars(ballot), "choice": ballot.choice} for ballot in held.ballots]
    return callback({"round": held.number, "ballots": ballots, "consensus_level": str(count.level)})


def _why(held: VoteRound) -> str:
    return "; ".join(f"{name}: {reason}" for name, reason in held.failures.items()) or "no members were named"


def _shares(vote: Vote, count: Tally) -> str:
    return ", ".join(f"{option.description} {count.counts[option.id]}" for option in vote.options)
