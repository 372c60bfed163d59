"""Who agrees with whom, verified or not: starting weights, and in which kind of work a member is better or worse."""

from __future__ import annotations

import math
from itertools import combinations, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

from orkestra.counting.weights import START

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from orkestra.counting.weights import Outcome

FEWEST: Final = 4
"""Fewer members can't be told apart: three pairs that agree more or less explain three unknown skills exactly, so
nothing is left that would show a pair of twins who share their errors."""

FIRMNESS: Final = 20.0
"""As many shared cases as it takes before a pair counts as much as all pairs, and its cases in one kind of work as much
as those in all."""


class Agreement(NamedTuple):
    """What the members' agreement tells: where their weights start, and what a kind of work multiplies them by."""

    start: list[float]
    by_kind: dict[str, list[float]]


def agreement(record: Iterable[Outcome], voters: Sequence[str]) -> Agreement:
    """Return what follows from who agrees with whom; the truth is not looked at.

    A pair's agreement, in log-odds, is taken as a level plus what each of the two adds. e to what a member adds over
    all kinds is its starting weight (their mean is START); e to what it adds more in one kind is that kind's factor.
    Whoever shares cases with fewer than FEWEST - 1 others starts at START, with factors of 1.
    """
    grouped: dict[str, list[Outcome]] = {}
    for outcome in record:
        grouped.setdefault(outcome.kind, []).append(outcome)
    company = _company((outcome for outcomes in grouped.values() for outcome in outcomes), voters)
    told = _told(grouped, company)
    return Agreement(
        _spread(told.start, company, voters, START),
        {kind: _spread(factors, company, voters, 1.0) for kind, factors in told.by_kind.items()},
    )


def _company(record: Iterable[Outcome], voters: Sequence[str]) -> list[str]:
    """The voters of whom each shares cases with at least FEWEST - 1 of the others."""
    others: dict[str, set[str]] = {voter: {voter} for voter in voters}
    for outcome in record:
        for voter in outcome.answers:
            others[voter] |= outcome.answers.keys()
    left = set(voters)
    while few := {voter for voter in left if len(others[voter] & left) < FEWEST}:
        left -= few
    return [voter for voter in voters if voter in left]


def _spread(values: Sequence[float], company: Sequence[str], voters: Sequence[str], others: float) -> list[float]:
    known = dict(zip(company, values, strict=True))
    return [known.get(voter, others) for voter in voters]


def _told(grouped: Mapping[str, Sequence[Outcome]], voters: Sequence[str]) -> Agreement:
    counted = {kind: _counts(outcomes, voters) for kind, outcomes in sorted(grouped.items())}
    if not voters:
        return Agreement([], {kind: [] for kind in counted})
    totals = [_total(pair) for pair in zip(*counted.values(), strict=True)]
    same, both = _total(totals)
    overall = _shares(totals, repeat((same + 1.0) / (both + 2.0)))
    raised = _raised([_log_odds(share) for share in overall], len(voters))
    start = [START * len(voters) * each / sum(raised) for each in raised]
    # shrunk alike, so that the only kind there is tells nothing new
    everywhere = _shares(totals, overall)
    by_kind = {}
    for kind, pairs in counted.items():
        shares = zip(_shares(pairs, overall), everywhere, strict=True)
        by_kind[kind] = _raised([_log_odds(here) - _log_odds(usual) for here, usual in shares], len(voters))
    return Agreement(start, by_kind)


def _counts(outcomes: Sequence[Outcome], voters: Sequence[str]) -> list[tuple[int, int]]:
    """For each pair: in how many cases both chose the same, and in how many both chose."""
    camps: dict[str, list[int]] = {voter: [0] * len(voters) for voter in voters}
    for number, outcome in enumerate(outcomes):
        bit = 1 << number
        names: dict[str, int] = {}
        for voter, option in outcome.answers.items():
            if voter in camps:
                camps[voter][names.setdefault(option, len(names))] |= bit
    voted = {voter: sum(masks) for voter, masks in camps.items()}
    return [
        (
            sum((one & other).bit_count() for one, other in zip(camps[a], camps[b], strict=True)),
            (voted[a] & voted[b]).bit_count(),
        )
        for a, b in combinations(voters, 2)
    ]


def _total(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    counts = list(counts)
    return sum(same for same, _ in counts), sum(both for _, both in counts)


def _shares(counts: Iterable[tuple[int, int]], usual: Iterable[float]) -> list[float]:
    """How often each pair agrees, shrunk to what is usual."""
    return [(same + FIRMNESS * share) / (both + FIRMNESS) for (same, both), share in zip(counts, usual, strict=False)]


def _log_odds(share: float) -> float:
    return math.log(share / (1.0 - share))


def _raised(pairs: Sequence[float], voters: int) -> list[float]:
    """Return e to what each member adds to the values of its pairs, by least squares; 1 where nobody stands out.

    Source: Griffing (1956), "Concept of general and specific combining ability in relation to diallel crossing
    systems", method 4.
    """
    sums = [0.0] * voters
    for (a, b), value in zip(combinations(range(voters), 2), pairs, strict=True):
        sums[a] += value
        sums[b] += value
    mean = sum(sums) / voters
    return [math.exp((each - mean) / (voters - 2)) for each in sums]
