"""How much more often than its company each member was right: starting weights, as far as it can't be luck."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from orkestra.counting.solving import factor, solve, zeros
from orkestra.counting.weights import CAP, CORRELATION, START

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.counting.weights import Outcome

STEEPNESS: Final = 3.0
"""A lead over the company weighs three times what the same lead of all over chance does, as the others repeat each
other's votes: among n members of whom each two correlate by r, linear discriminants (Fisher 1936) give
(1 + (n - 1) r) / (1 - r), which is 2.7 for four at .3 and 4.3 for five at .4."""

USUAL: Final = 0.4
"""How far above chance members are taken to be before the record says otherwise: the mean of 20 models on MMLU-Pro.
Members that are so far above it weigh START on average."""

FIRMNESS: Final = 10.0
"""As many cases as it takes before the record says more than what is usual: how far members are above chance, and that
none is better than another (a handful of cases always makes one look so)."""

FADING: Final = 20.0
"""As many cases as it takes before half is left of a start that was known otherwise."""

LEAST: Final = 0.05
"""Nobody starts with less: the fit may still find what a member is good for."""


Compared = tuple[dict[str, bool], int]
"""Who of those that were asked the same was right, and how many options there were."""


class Lead(NamedTuple):
    """By how much more often a member was right than its company, in how many cases, and which part is not luck."""

    gap: float
    cases: int
    trust: float


def merited(
    start: Sequence[float],
    record: Sequence[Outcome],
    voters: Sequence[str],
    correlations: Mapping[tuple[str, str], float],
) -> list[float]:
    """Return the starting weights of these voters, from LEAST to CAP, after a look at how often each was right.

    `start` are weights known otherwise, such as from who agrees with whom (mean START); the more cases are verified,
    the less is left of them. Members whose errors go together more than usual share their weight.
    """
    ahead, above = leads(record), _above_chance(record)
    weights = []
    for voter, known in zip(voters, start, strict=True):
        gap, cases, trust = ahead.get(voter, Lead(0.0, 0, 0.0))
        own = START * (above + STEEPNESS * trust * gap) / USUAL
        fading = FADING / (FADING + cases)
        weights.append(max(own, LEAST) * known**fading / _repeated(voter, voters, correlations))
    return [min(max(weight, LEAST), CAP) for weight in weights]


def leads(record: Sequence[Outcome]) -> dict[str, Lead]:
    """Return each member's lead over those that were asked the same; who was always asked alone has none.

    Skill and difficulty are told apart over all cases (best linear unbiased prediction: Henderson 1975, "Best linear
    unbiased estimation and prediction under a selection model"), as if one more member had been asked each time that is
    as good as the average: so members that were never asked the same are compared, too, with caution. How much is luck
    follows from how far the members lie apart and how much a single case scatters (empirical Bayes by moments: Efron
    and Morris 1975, "Data analysis using Stein's estimator and its generalizations"). Who abstained was not right.
    """
    cases = compared(record)
    many = Counter(voter for hits, _ in cases for voter in hits)
    scatter = sum(_scatter(hits) for hits, _ in cases) / max(many.total(), 1)
    if not scatter:
        return {voter: Lead(0.0, asked, 0.0) for voter, asked in many.items()}
    gaps = {voter: skill * (many[voter] + FIRMNESS) / many[voter] for voter, skill in _skills(cases).items()}
    apart = sum(gaps[voter] ** 2 * asked - scatter for voter, asked in many.items()) / many.total()
    spread = max(apart, 0.0)
    return {
        voter: Lead(gaps[voter], asked, asked / (asked + FIRMNESS) * asked * spread / (asked * spread + scatter))
        for voter, asked in many.items()
    }


def _scatter(hits: Mapping[str, bool]) -> float:
    mean = fmean(hits.values())
    return sum((hit - mean) ** 2 for hit in hits.values())


def _skills(cases: Sequence[Compared]) -> dict[str, float]:
    """How much more often than the average each would be right in the same cases, held to 0 by FIRMNESS cases."""
    average = fmean(hit for hits, _ in cases for hit in hits.values())
    voters = {voter: index for index, voter in enumerate(sorted({voter for hits, _ in cases for voter in hits}))}
    right = [0.0] * len(voters)
    for hits, _ in cases:
        shared = sum(hit - average for hit in hits.values()) / (len(hits) + 1)
        for voter, hit in hits.items():
            right[voters[voter]] += hit - average - shared
    left = zeros(len(voters))
    for company, times in Counter(tuple(sorted(voters[voter] for voter in hits)) for hits, _ in cases).items():
        for one in company:
            left[one][one] += times
            for other in company:
                left[one][other] -= times / (len(company) + 1)
    for index, row in enumerate(left):
        row[index] += FIRMNESS
    return dict(zip(voters, solve(factor(left), right), strict=True))


def compared(record: Sequence[Outcome]) -> list[Compared]:
    """Return of each verified outcome that several were asked who was right, and how many options there were."""
    found = []
    for outcome in record:
        hits = dict.fromkeys(outcome.abstained, False)
        hits |= {voter: option == outcome.right for voter, option in outcome.answers.items()}
        if outcome.right is not None and len(hits) > 1:
            found.append((hits, max(outcome.options, 2)))
    return found


def _above_chance(record: Sequence[Outcome]) -> float:
    """How much more often than by chance the members were right, on average."""
    each = [fmean(hits.values()) - 1.0 / options for hits, options in compared(record)]
    return (sum(each) + FIRMNESS * USUAL) / (len(each) + FIRMNESS)


def _repeated(voter: str, voters: Sequence[str], correlations: Mapping[tuple[str, str], float]) -> float:
    """How many times a voter's errors are there: 1, and up to 1 more for each other that errs with it."""
    beyond = (
        (correlations.get((min(voter, other), max(voter, other)), CORRELATION) - CORRELATION) / (1.0 - CORRELATION)
        for other in voters
        if other != voter
    )
    return 1.0 + sum(max(share, 0.0) ** 2 for share in beyond)
