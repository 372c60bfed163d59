"""A vote from its first round to its decision, as a durable run.

The steps are those of the protocol (domain/protocol.py), in this order: what can be run is run; sealed ballots;
one round of critique by those who disagree, anonymous; counted by kind of decision; the ladder out of a deadlock.
"""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from orkestra.committee.asking import Table, hold_round
from orkestra.committee.attending import attend
from orkestra.committee.electing import Electorate, elect
from orkestra.committee.facts import Facts
from orkestra.committee.ladder import climb
from orkestra.committee.outcomes import outcome_of, settled_by_machine
from orkestra.committee.profiles import profile_of
from orkestra.committee.seating import members_of, seated
from orkestra.committee.standing import standing
from orkestra.committee.trying import Bench, Trial, reproduce, try_options
from orkestra.counting.weights import Weights
from orkestra.domain.errors import ConsensusFailureError, Deadlock, NoQuorum
from orkestra.domain.protocol import DecisionKind, Step
from orkestra.domain.votes import ConsensusLevel, VoteRound

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from orkestra.agents.crew import Crew
    from orkestra.committee.electing import Election
    from orkestra.committee.ledger import VoteLedger
    from orkestra.committee.record import TrackRecord
    from orkestra.committee.seating import Seats
    from orkestra.committee.terms import Rules
    from orkestra.domain.votes import Ballot, Vote
    from orkestra.engine.run import Run

STOP: Final = "\x00stop"


@dataclass(frozen=True, kw_only=True)
class Chamber:
    """What a vote is held with; `person` says whether somebody is there to break a deadlock."""

    ledger: VoteLedger
    crew: Crew
    record: TrackRecord
    bench: Bench
    person: bool = False


async def decide(run: Run, chamber: Chamber, vote: Vote, rules: Rules) -> dict[str, Any]:
    """Hold rounds until the members agree (80 % and more), the user stops, or the rounds are used up; then count.

    Returns the outcome. Raises NoQuorum when not one member could answer, Deadlock when no option passes its trial,
    ConsensusFailureError when the vote stays split although consensus was required.
    """
    tried = await try_options(run, chamber.bench, vote) if Step.MACHINE_FIRST in rules.protocol else {}
    options = _survivors(vote, tried)
    if len(options) == 1 and tried:
        outcome = settled_by_machine(vote, options[0], tried)
    else:
        weights = chamber.record.weights() if Step.WEIGHTS in rules.protocol else Weights()
        seats = await seated(run, chamber.crew, vote, weights, rules.protocol)
        outputs = tuple(trial.digest for trial in tried.values())
        facts = Facts(root=chamber.bench.root, known=f"{vote.topic}\n{vote.context}", outputs=outputs)
        ground = _Ground(options=options, seats=seats, weights=weights, facts=facts)
        outcome = await _Debate(run, chamber, vote, rules, ground).outcome()
    return {**outcome, "left_out": list(rules.protocol.left_out)}


@dataclass(frozen=True, kw_only=True)
class _Ground:
    """What a debate begins with: the options still to be had, who votes, what they weigh, what counts as a fact."""

    options: Sequence[str]
    seats: Seats
    weights: Weights
    facts: Facts


class _Debate:
    """One vote while it is held."""

    def __init__(self, run: Run, chamber: Chamber, vote: Vote, rules: Rules, ground: _Ground) -> None:
        self._run, self._chamber, self._vote, self._rules, self._ground = run, chamber, vote, rules, ground
        self._members = members_of(ground.seats, chamber.crew)
        self._rounds: list[VoteRound] = []

    async def outcome(self) -> dict[str, Any]:
        """Hold the rounds, count, and return the outcome."""
        election = await self._debated()
        these = await self._electorate(reviewed=True)
        if these.reproduced or self._vote.agenda.kind is DecisionKind.REVIEW:
            election = elect(self._vote, these, self._rules.protocol)
        if self._rules.terms.require_consensus and election.level is ConsensusLevel.SPLIT:
            raise ConsensusFailureError(
                f"no consensus on {self._vote.topic!r} after {len(self._rounds)} rounds: {self._shares(election)}"
            )
        laddered = Step.LADDER in self._rules.protocol and (election.deadlocked or not election.decided)
        final = self._vote.agenda.kind is DecisionKind.IRREVERSIBLE
        rung = None
        if laddered or final:
            rung = await climb(self._run, self._vote, election, these, person=self._chamber.person)
        outcome = outcome_of(self._vote, self._rounds, these.ballots, election, rung)
        return outcome if Step.DISSENT in self._rules.protocol else {**outcome, "watch": []}

    async def _debated(self) -> Election:
        while True:
            held = await self._round()
            election = elect(self._vote, await self._electorate(), self._rules.protocol)
            last = held.number >= self._rules.rounds or self._settled(election)
            said = "" if last else await _listen(self._run, self._rules, held, election)
            self._rounds[-1] = replace(held, feedback="" if said == STOP else said)
            self._keep(self._rounds[-1])
            if last or said == STOP or (not said and held.number >= self._rules.terms.rounds):
                return election

    async def _round(self) -> VoteRound:
        table = Table(
            ledger=self._chamber.ledger, members=self._members, protocol=self._rules.protocol, facts=self._ground.facts
        )
        asked = await hold_round(self._run, table, self._to_be_had(), self._rounds)
        held = replace(asked, failures={**self._ground.seats.absent, **asked.failures})
        self._rounds.append(held)
        if self._vote.agenda.people:
            self._rounds[-1] = held = await attend(
                self._chamber.ledger, self._vote, self._rounds, self._rules.protocol, self._profile
            )
        self._keep(held)
        if not standing(self._rounds):
            raise NoQuorum(f"nobody could vote on {self._vote.topic!r}: {_why(held)}")
        return held

    async def _electorate(self, *, reviewed: bool = False) -> Electorate:
        ballots = standing(self._rounds)
        shown: dict[str, Trial] = {}
        if reviewed and self._vote.agenda.kind is DecisionKind.REVIEW:
            blocking = [each for each in ballots if each.choice == self._ground.options[-1]]
            shown = await reproduce(self._run, self._chamber.bench, blocking)
        return Electorate(
            options=self._ground.options,
            ballots=ballots,
            weights=self._ground.weights,
            eligible=len(self._members) + len(self._vote.agenda.people),
            reproduced=[voter for voter, trial in shown.items() if trial.failed],
            citing=[each.voter for each in ballots if self._ground.facts.resolve(each.new_fact)],
        )

    def _to_be_had(self) -> Vote:
        """The vote as members are asked: what failed its trial is no option any more."""
        return replace(self._vote, options=[each for each in self._vote.options if each.id in self._ground.options])

    def _profile(self, ballots: Sequence[Ballot]) -> Any:  # noqa: ANN401 - a Profile, as `attend` counts it
        return profile_of(self._vote, self._ground.options, ballots, Weights(), self._rules.protocol).profile

    def _settled(self, election: Election) -> bool:
        if Step.EARLY_STOP not in self._rules.protocol:
            return False
        return election.level is not ConsensusLevel.SPLIT or len(standing(self._rounds)) == 1

    def _keep(self, held: VoteRound) -> None:
        self._chamber.ledger.keep_round(self._vote.vote_id, held)

    def _shares(self, election: Election) -> str:
        return ", ".join(f"{option.description} {election.counts.get(option.id, 0)}" for option in self._vote.options)


def _survivors(vote: Vote, tried: Mapping[str, Trial]) -> list[str]:
    left = [option.id for option in vote.options if option.id not in tried or not tried[option.id].failed]
    if not left:
        why = "; ".join(f"{trial.command} ended with {trial.exit_code}" for trial in tried.values())
        raise Deadlock(f"no option of {vote.topic!r} works: {why}; propose others")
    return left


async def _listen(run: Run, rules: Rules, held: VoteRound, election: Election) -> str:
    callback = rules.feedback
    if callback is None:
        return ""

    async def heard() -> str:
        said = await asyncio.to_thread(_call, callback, held, election)
        if inspect.isawaitable(said):
            said = await said
        return STOP if said is False else str(said or "")

    return await run.step(f"feedback on round {held.number}", heard, returns=str)


def _call(callback: Callable[..., Any], held: VoteRound, election: Election) -> Any:  # noqa: ANN401 - the user's own
    if not inspect.signature(callback).parameters:
        return callback()
    ballots = [{**vars(ballot), "choice": ballot.choice} for ballot in held.ballots]
    return callback({"round": held.number, "ballots": ballots, "consensus_level": str(election.level)})


def _why(held: VoteRound) -> str:
    return "; ".join(f"{name}: {reason}" for name, reason in held.failures.items()) or "no members were named"
