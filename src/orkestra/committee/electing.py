"""Counting by kind of decision, and by all the other rules beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from orkestra.committee.profiles import profile_of
from orkestra.counting.consensus import calculate
from orkestra.counting.methods import METHODS, robustness
from orkestra.counting.plurality import level_of
from orkestra.counting.pooling import pool
from orkestra.counting.results import BY_ORDER, Count
from orkestra.counting.veto import Objection, veto
from orkestra.domain.protocol import DecisionKind
from orkestra.domain.votes import ConsensusLevel, ConsensusMethod, VotingRule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from orkestra.counting.ballots import Profile
    from orkestra.counting.pooling import Pooled
    from orkestra.counting.weights import Weights
    from orkestra.domain.protocol import Protocol
    from orkestra.domain.votes import Ballot, Vote


@dataclass(frozen=True, kw_only=True)
class Election:
    """What the ballots amount to.

    `winner` is the id of the leading option, `decided` whether that is enough for this kind of decision, `method` what
    counted and `why` its reason in words. `counts` are first choices by heads, `share` and `level` how many agree with
    the winner. `methods` has the winner under every rule. `sure` is the winner's probability by the members' records,
    `weights` and `effective_voters` are theirs, learnt from so many `outcomes`.
    """

    winner: str
    decided: bool
    method: str
    why: str
    counts: Mapping[str, int]
    share: float
    level: ConsensusLevel
    tied: tuple[str, ...]
    tie_broken_by: str
    methods: Mapping[str, str | None]
    depends_on_method: bool
    depends_on_weights: bool
    sure: float
    weights: Mapping[str, float]
    effective_voters: float
    outcomes: int
    set_aside: tuple[str, ...]

    @property
    def deadlocked(self) -> bool:
        """Say whether nothing but the order of the options separates the first."""
        return bool(self.tied) and self.tie_broken_by == BY_ORDER


@dataclass(frozen=True, kw_only=True)
class Electorate:
    """What is counted: the options still to be had, the ballots that stand, and what is known about the voters.

    `reproduced` are the voters whose objection Orkestra has seen to fail, `citing` those who refer to something that
    it could resolve, `eligible` how many may vote.
    """

    options: Sequence[str]
    ballots: Sequence[Ballot]
    weights: Weights
    eligible: int
    reproduced: Collection[str] = ()
    citing: Collection[str] = ()


def elect(vote: Vote, these: Electorate, protocol: Protocol) -> Election:
    """Return what the ballots amount to under the rule for this kind of decision, and under every other one."""
    weights = these.weights
    heard = _cited(these) if vote.agenda.kind is DecisionKind.FACT else these.ballots
    counted = profile_of(vote, these.options, heard, weights, protocol)
    profile = counted.profile
    count, why = _COUNTED_BY[vote.agenda.kind](profile, these)
    first = _choices(these.ballots, these.options)
    pooled = pool(first, these.options, weights, vote.agenda.area)
    if vote.agenda.kind in {DecisionKind.CHOICE, DecisionKind.FACT}:
        of_heard = _choices(heard, these.options)
        their = pool(of_heard, these.options, weights, vote.agenda.area)
        count, why = _led(count, why, of_heard.get(weights.leader or ""), their)
    winner = count.winner or these.options[0]
    agreeing = sum(choice == winner for choice in first.values())
    sturdy = robustness(profile)
    return Election(
        winner=winner,
        decided=count.winner is not None,
        method=count.method,
        why=why,
        counts={option: Counter(first.values())[option] for option in these.options},
        share=agreeing / len(first) if first else 0.0,
        level=level_of(agreeing, len(first)),
        tied=count.tied,
        tie_broken_by=count.tie_broken_by,
        methods=sturdy.winners,
        depends_on_method=sturdy.depends_on_method,
        depends_on_weights=sturdy.depends_on_weights,
        sure=pooled.probabilities[winner],
        weights={voter: weights.of(voter, vote.agenda.area) for voter in first},
        effective_voters=pooled.effective_voters,
        outcomes=weights.outcomes,
        set_aside=counted.set_aside,
    )


def _by_ranking(profile: Profile, _these: Electorate) -> tuple[Count, str]:
    """Choices: the option that beats every other one in duels; Borda separates equals."""
    count = METHODS["condorcet"](profile)
    return count, f"{count.winner} wins the duels by rank"


def _by_citation(profile: Profile, _these: Electorate) -> tuple[Count, str]:
    """Facts: the weight of those who cite something; where nobody does, of everybody."""
    count = METHODS["weighted"](profile)
    return count, f"{count.winner} has {count.share:.0%} of the weight of those heard"


def _choices(ballots: Sequence[Ballot], options: Sequence[str]) -> dict[str, str]:
    return {each.voter: each.choice for each in ballots if each.choice in options}


def _led(count: Count, why: str, own: str | None, pooled: Pooled) -> tuple[Count, str]:
    """Follow whoever is furthest ahead by the record where its choice is nearly as probable (`Weights.benefit`)."""
    if own is None or own in {count.winner, ""} or pooled.winner != own:
        return count, why
    led = replace(count, method=f"{count.method}, led", winner=own, tied=(), tie_broken_by="")
    return led, f"{own} is nearly as probable as {count.winner}, and whoever is furthest ahead by the record chose it"


def _by_veto(profile: Profile, these: Electorate) -> tuple[Count, str]:
    """Reviews: one objection that Orkestra could reproduce blocks, whatever the others say."""
    passes, blocks = profile.options[0], profile.options[-1]
    objections = [
        Objection(
            voter=each.voter,
            reason=each.reasoning,
            failure=each.failure if each.voter in these.reproduced else "",
        )
        for each in these.ballots
        if each.choice == blocks
    ]
    verdict = veto(objections)
    winner = blocks if verdict.blocked else passes
    return Count(method="veto", winner=winner, scores={}, share=1.0), verdict.why


def _by_supermajority(profile: Profile, these: Electorate) -> tuple[Count, str]:
    """What can't be undone: 75 % of those who may vote; a person has the last word (see `ladder`)."""
    found = calculate(VotingRule(ConsensusMethod.SUPERMAJORITY, min_participation=0.5), profile, these.eligible)
    return replace(found.count, method="supermajority", winner=found.winner if found.decided else None), found.why


def _cited(these: Electorate) -> Sequence[Ballot]:
    return [each for each in these.ballots if each.voter in these.citing] or these.ballots


_COUNTED_BY: Mapping[DecisionKind, Callable[[Profile, Electorate], tuple[Count, str]]] = {
    DecisionKind.CHOICE: _by_ranking,
    DecisionKind.FACT: _by_citation,
    DecisionKind.REVIEW: _by_veto,
    DecisionKind.IRREVERSIBLE: _by_supermajority,
}
