"""By how much each member is ahead of the others, and how much doubt it takes to go against the one in the lead."""

from __future__ import annotations

import math
from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from orkestra.counting.solving import factor, solve, zeros

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from orkestra.counting.weights import Outcome

FIRMNESS: Final = 10.0
"""As many cases as it takes before the record says more than what is usual: here, that nobody is better than another (a
handful of cases always makes one look so)."""

DIGITS: Final = 9
"""Shares that differ in a later digit are the same."""

EDGE: Final = 0.01
"""Nobody is taken to be right in more than 99 of a hundred cases, nor in less than one."""


class Lead(NamedTuple):
    """By how much more often than the average a member would be right, and which part of that (0 to 1) is not luck.

    `cases` is how many it was compared in.
    """

    gap: float
    cases: int
    trust: float


class Comparison(NamedTuple):
    """What is told by the cases that several were asked.

    Each member's lead, the `share` of all answers that was right, how far it is `above` chance, and how many cases
    there were.
    """

    leads: Mapping[str, Lead]
    share: float
    above: float
    cases: int


Hits = dict[str, bool]
"""Who of those that were asked the same was right."""


def compare(record: Sequence[Outcome]) -> Comparison:
    """Return how the members compare by the verified outcomes; who was always asked alone is not compared.

    Skill and difficulty are told apart over all cases (best linear unbiased prediction: Henderson 1975, "Best linear
    unbiased estimation and prediction under a selection model"), as if one more member had been asked each time that is
    as good as the average: so members that were never asked the same are compared, too, with caution. How much is luck
    follows from how far the members lie apart and how much a single case scatters (empirical Bayes by moments: Efron
    and Morris 1975, "Data analysis using Stein's estimator and its generalizations"). Who abstained was not right.
    """
    shared = list(_shared(record))
    cases = [hits for hits, _ in shared]
    each = [hit for hits in cases for hit in hits.values()]
    return Comparison(
        leads=_leads(cases),
        share=(sum(each) + 1.0) / (len(each) + 2.0),
        above=fmean(fmean(hits.values()) - chance for hits, chance in shared) if shared else 0.0,
        cases=len(cases),
    )


def leader(found: Comparison) -> tuple[str | None, float]:
    """Return who is ahead most, and by how many log-odds others must win to be preferred.

    They must win by as much as the leader leads the next: where it is hardly better, it costs nothing to go against it;
    where it towers above the others, doubtful cases won nothing on average and lost in some teams
    (docs/adr/0010-weights-from-the-record.md). Nobody leads, by nothing, where nobody is compared or all are alike.
    """
    shares = {voter: round(found.share + ahead.gap, DIGITS) for voter, ahead in found.leads.items()}
    ranked = sorted(shares, key=lambda voter: (-shares[voter], voter))
    if not ranked or shares[ranked[0]] == shares[ranked[-1]]:
        return None, 0.0
    first, second = (_log_odds(shares[voter]) for voter in ranked[:2])
    return ranked[0], first - second


def _shared(record: Sequence[Outcome]) -> Iterator[tuple[Hits, float]]:
    """The verified outcomes that several were asked, and how often each would be right there by chance."""
    for outcome in record:
        hits = dict.fromkeys(outcome.abstained, False)
        hits |= {voter: option == outcome.right for voter, option in outcome.answers.items()}
        if outcome.right is not None and len(hits) > 1:
            yield hits, 1.0 / max(outcome.options, 2)


def _leads(cases: Sequence[Hits]) -> dict[str, Lead]:
    many = Counter(voter for hits in cases for voter in hits)
    scatter = sum(map(_scatter, cases)) / max(many.total(), 1)
    if not scatter:
        return {voter: Lead(0.0, asked, 0.0) for voter, asked in many.items()}
    skills = _skills(cases)
    seen = {voter: skill * (many[voter] + FIRMNESS) / many[voter] for voter, skill in skills.items()}
    apart = sum(seen[voter] ** 2 * asked - scatter for voter, asked in many.items()) / many.total()
    spread = max(apart, 0.0)
    return {
        voter: Lead(skills[voter], asked, asked * spread / (asked * spread + scatter)) for voter, asked in many.items()
    }


def _scatter(hits: Hits) -> float:
    mean = fmean(hits.values())
    return sum((hit - mean) ** 2 for hit in hits.values())


def _skills(cases: Sequence[Hits]) -> dict[str, float]:
    """How much more often than the average each would be right in the same cases, held to 0 by FIRMNESS cases."""
    average = fmean(hit for hits in cases for hit in hits.values())
    voters = {voter: index for index, voter in enumerate(sorted({voter for hits in cases for voter in hits}))}
    right = [0.0] * len(voters)
    for hits in cases:
        difficulty = sum(hit - average for hit in hits.values()) / (len(hits) + 1)
        for voter, hit in hits.items():
            right[voters[voter]] += hit - average - difficulty
    left = zeros(len(voters))
    for company, times in Counter(tuple(sorted(voters[voter] for voter in hits)) for hits in cases).items():
        for one in company:
            left[one][one] += times
            for other in company:
                left[one][other] -= times / (len(company) + 1)
    for index, row in enumerate(left):
        row[index] += FIRMNESS
    return dict(zip(voters, solve(factor(left), right), strict=True))


def _log_odds(share: float) -> float:
    held = min(max(share, EDGE), 1.0 - EDGE)
    return math.log(held / (1.0 - held))
