"""Whether a rule makes a decision of the ballots, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from orkestra.counting.methods import METHODS
from orkestra.counting.positional import plurality
from orkestra.counting.results import BY_ORDER, CLOSE, Count
from orkestra.counting.thresholds import Bar, bar_of
from orkestra.domain.errors import InvalidVoteError
from orkestra.domain.votes import ConsensusMethod

if TYPE_CHECKING:
    from orkestra.counting.ballots import Profile
    from orkestra.domain.votes import VotingRule


@dataclass(frozen=True, kw_only=True)
class Consensus:
    """What a rule made of the ballots.

    `winner` is who leads, decided or not (None without ballots); `shares` say from 0 to 1 how much of the votes each
    option has, `share` the leader's; `participation` is the turnout from 0 to 1, `bar` the share the winner needs, and
    `why` says in words what the decision rests on or what it lacks.
    """

    decided: bool
    winner: str | None
    share: float
    shares: Mapping[str, float]
    participation: float
    bar: float
    why: str
    count: Count


def calculate(rule: VotingRule, profile: Profile, eligible: int) -> Consensus:
    """Return what the rule makes of the ballots of `eligible` voters.

    Ballots count by heads unless the method is WEIGHTED or the rule says `weight_by_expertise`. Abstentions take part
    but are no votes. A tie that only the order of proposal could break is no decision. Raises InvalidVoteError when
    there are more ballots than eligible voters.
    """
    cast = len(profile.preferences)
    if cast > eligible:
        raise InvalidVoteError(f"{cast} ballots from {eligible} eligible voters; count each voter once")
    by_weight = rule.weight_by_expertise or rule.method is ConsensusMethod.WEIGHTED
    counted = profile if by_weight else profile.by_heads()
    count = _counted(rule.method, counted)
    participation = cast / eligible if eligible else 0.0
    bar = bar_of(rule)
    lacking = _lacking(rule, count, participation, bar)
    return Consensus(
        decided=not lacking,
        winner=count.winner,
        share=count.share,
        shares=_shares(count, counted),
        participation=participation,
        bar=bar.share,
        why=lacking or _reason(count, bar),
        count=count,
    )


def _counted(method: ConsensusMethod, profile: Profile) -> Count:
    if method in {ConsensusMethod.RANKED_CHOICE, ConsensusMethod.WEIGHTED}:
        return METHODS[method](profile)
    return plurality(profile)  # the others are plurality with a bar


def _lacking(rule: VotingRule, count: Count, participation: float, bar: Bar) -> str:
    if count.winner is None:
        return "not decided: nobody voted for an option"
    if participation < rule.min_participation - CLOSE:
        return f"not decided: {participation:.1%} took part, {rule.min_participation:.1%} are needed"
    if not bar.passed_by(count.share):
        return f"not decided: {count.winner} leads with {count.share:.1%}, {bar} is needed"
    if count.tied and count.tie_broken_by == BY_ORDER:
        return f"not decided: {' and '.join(count.tied)} are level"
    return ""


def _reason(count: Count, bar: Bar) -> str:
    broken = f"; level with {', '.join(each for each in count.tied if each != count.winner)}" if count.tied else ""
    chosen = f", chosen by {count.tie_broken_by}" if count.tied else ""
    return f"decided: {count.winner} has {count.share:.1%} (needed: {bar}){broken}{chosen}"


def _shares(count: Count, profile: Profile) -> dict[str, float]:
    total = fsum(count.scores.values())
    return {option: count.scores.get(option, 0.0) / total if total else 0.0 for option in profile.options}
