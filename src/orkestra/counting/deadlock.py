"""Deadlock: no rule separates the leaders. Compromise: each criterion's winner lends what it does best."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import fsum, isfinite
from typing import TYPE_CHECKING

from orkestra.counting.borda import points_of
from orkestra.counting.condorcet import condorcet
from orkestra.counting.positional import approval, borda, plurality, score
from orkestra.counting.results import BY_ORDER, CLOSE
from orkestra.counting.tiers import ranked_choice
from orkestra.domain.errors import InvalidVoteError

if TYPE_CHECKING:
    from orkestra.counting.ballots import Profile
    from orkestra.counting.results import Count

SEPARATING = (borda, condorcet, ranked_choice, approval, score)


@dataclass(frozen=True, kw_only=True)
class Standstill:
    """Where a vote is deadlocked: the options that the vote can't separate, and why in words."""

    options: tuple[str, ...]
    why: str


@dataclass(frozen=True, kw_only=True)
class Compromise:
    """One option, with what it should take over from others: the criteria in `taken`, each with who wins it.

    `total` is the weighted sum of the scores if everything can be taken over, `alone` that of the option as it is.
    """

    option: str
    taken: Mapping[str, str]
    total: float
    alone: float
    arithmetic: str


def deadlock(profile: Profile) -> Standstill | None:
    """Return where a vote is deadlocked, None when some rule separates its leaders.

    A vote split down the middle is deadlocked whatever the second choices say: they would overrule half of the voters.
    """
    count = plurality(profile)
    if len(count.tied) == 2 and abs(count.share - 0.5) <= CLOSE:  # noqa: PLR2004 - two halves
        one, other = count.tied
        return Standstill(options=count.tied, why=f"split down the middle: half for {one}, half for {other}")
    others = (method(profile) for method in SEPARATING)
    if deadlocked(count) and all(each.winner is None or deadlocked(each) for each in others):
        return Standstill(options=count.tied, why=f"no rule separates {', '.join(count.tied)}")
    return None


def deadlocked(count: Count) -> bool:
    """Say whether nothing but the order of proposal separates the leaders of a count."""
    return bool(count.tied) and count.tie_broken_by == BY_ORDER


def compromises(
    scores: Mapping[str, Mapping[str, float]], weights: Mapping[str, float] | None = None
) -> list[Compromise]:
    """Return what could be agreed on, the one with the least to take over first.

    `scores` has for each criterion the score of each option, `weights` how much a criterion counts (1 unless given).
    Each option that wins a criterion is offered once: it stays as it is where it wins, and takes the rest from the
    winners there. Options that tie for a criterion both win it. Raises InvalidVoteError where a score is missing or no
    finite number.
    """
    options = _options(scores)
    weight = {criterion: (weights or {}).get(criterion, 1.0) for criterion in scores}
    best = {criterion: max(marks.values()) for criterion, marks in scores.items()}
    found = []
    for option in options:
        taken = {
            criterion: next(each for each in options if marks[each] == best[criterion])
            for criterion, marks in scores.items()
            if marks[option] < best[criterion]
        }
        if len(taken) < len(scores):
            found.append(_compromise(option, taken, scores, weight))
    return sorted(found, key=lambda each: (len(each.taken), -each.alone, options.index(each.option)))


def common_ground(profile: Profile) -> list[Compromise]:
    """Return what could be agreed on where nobody gave scores, the option that costs the voters least first.

    Each voter is a criterion: its Borda points are the scores, `taken` names what it would rather have.
    """
    scores = {each.voter: points_of(each.tiers, profile.options) for each in profile.voting}
    weight = {each.voter: each.weight for each in profile.voting}
    first = {each.voter: each.tiers[0] for each in profile.voting}
    found = [
        _compromise(option, {voter: tier[0] for voter, tier in first.items() if option not in tier}, scores, weight)
        for option in profile.options
    ]
    return sorted(found, key=lambda each: (-each.alone, len(each.taken)))


def _options(scores: Mapping[str, Mapping[str, float]]) -> list[str]:
    rows = list(scores.values())
    complete = rows and all(rows) and all(set(row) == set(rows[0]) for row in rows)
    if not complete or not all(isfinite(mark) for row in rows for mark in row.values()):
        raise InvalidVoteError("a compromise needs a score of every option for every criterion")
    return list(rows[0])


def _compromise(
    option: str, taken: Mapping[str, str], scores: Mapping[str, Mapping[str, float]], weight: Mapping[str, float]
) -> Compromise:
    parts = {criterion: marks[taken.get(criterion, option)] for criterion, marks in scores.items()}
    total = fsum(weight[criterion] * mark for criterion, mark in parts.items())
    alone = fsum(weight[criterion] * marks[option] for criterion, marks in scores.items())
    terms = " + ".join(
        _term(criterion, mark, weight[criterion], taken.get(criterion)) for criterion, mark in parts.items()
    )
    return Compromise(
        option=option,
        taken=taken,
        total=total,
        alone=alone,
        arithmetic=f"{option}: {terms} = {total:g}, alone {alone:g}",
    )


def _term(criterion: str, mark: float, weight: float, source: str | None) -> str:
    times = "" if weight == 1 else f"{weight:g} x "
    origin = f" from {source}" if source else ""
    return f"{times}{mark:g} ({criterion}{origin})"
