"""How much more often than its company each member was right: starting weights, as far as it can't be luck."""

from __future__ import annotations

from collections import Counter, defaultdict
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

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

    How much is luck follows from how far the members lie apart and how much a single case scatters (empirical Bayes by
    moments: Efron and Morris 1975, "Data analysis using Stein's estimator and its generalizations"). Who abstained was
    not right.
    """
    cases: Counter[str] = Counter()
    total: defaultdict[str, float] = defaultdict(float)
    squares = 0.0
    for hits, _ in compared(record):
        mean = fmean(hits.values())
        cases.update(hits.keys())
        for voter, hit in hits.items():
            total[voter] += hit - mean
            squares += (hit - mean) ** 2
    if not squares:
        return {voter: Lead(0.0, many, 0.0) for voter, many in cases.items()}
    scatter = squares / cases.total()
    spread = max(sum(total[voter] ** 2 / many - scatter for voter, many in cases.items()) / cases.total(), 0.0)
    return {
        voter: Lead(total[voter] / many, many, many / (many + FIRMNESS) * many * spread / (many * spread + scatter))
        for voter, many in cases.items()
    }


def compared(record: Sequence[Outcome]) -> list[tuple[dict[str, bool], int]]:
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
