"""How much more often than its company each member was right: starting weights, as far as it can't be luck."""

from __future__ import annotations

from collections import Counter
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from orkestra.counting.weights import START

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from orkestra.counting.weights import Outcome

STEEPNESS: Final = 3.0
"""A member that is further above chance than the mean by one tenth of what the mean is weighs three tenths more.

Among n members of whom each two correlate by r, linear discriminants (Fisher 1936) give (1 + (n - 1) r) / (1 - r): 2.7
for four at .3, 4.3 for five at .4. What the right figure is for each team is left to the fit; that a lead counts more
than proportionally, because the others' votes repeat each other, is not.
"""

LEAST: Final = 0.05
"""Nobody starts with a smaller share of the mean weight: the fit may still find what a member is good for."""

USUAL: Final = 0.4
"""How far above chance members are taken to be before the record says otherwise: 20 models on MMLU-Pro."""

FIRMNESS: Final = 10.0
"""As many cases as it takes before the record says more than what is usual: how far members are above chance, and that
none is better than another (a handful of cases always makes one look so)."""

LOWEST: Final = 0.1
"""Members that are right about as often as chance are told apart as if they were so far above it."""


class Lead(NamedTuple):
    """By how much more often a member was right than its company, and which part of that is not luck (0 to 1)."""

    gap: float
    trust: float


def merited(start: Sequence[float], verified: Sequence[Outcome], voters: Sequence[str]) -> list[float]:
    """Return the starting weights of these voters (mean START) after a look at how often each was right.

    `start` are weights known otherwise, such as from who agrees with whom. The further a member's lead can be trusted,
    the less is left of these: nothing is verified, they stay; a long record replaces them. Who abstained was not right.
    """
    ahead = leads(verified)
    above = _above_chance(verified)
    raised = []
    for voter, weight in zip(voters, start, strict=True):
        gap, trust = ahead.get(voter, Lead(0.0, 0.0))
        raised.append(max(1.0 + STEEPNESS * trust * gap / above, LEAST) * weight ** (1.0 - trust))
    return [START * len(voters) * each / sum(raised) for each in raised]


def leads(verified: Sequence[Outcome]) -> dict[str, Lead]:
    """Return each member's lead over those that were asked the same.

    Where a member was asked alone, it is compared with how such cases turn out on average. How much is luck follows
    from how far the members lie apart and how much a single case scatters (empirical Bayes by moments: Efron and Morris
    1975, "Data analysis using Stein's estimator and its generalizations").
    """
    asked: Counter[str] = Counter()
    total: dict[str, float] = {}
    squares = 0.0
    for voter, ahead in _compared(verified):
        asked[voter] += 1
        total[voter] = total.get(voter, 0.0) + ahead
        squares += ahead**2
    if not squares:
        return {}
    scatter = squares / asked.total()
    apart = sum(total[voter] ** 2 / cases - scatter for voter, cases in asked.items()) / asked.total()
    spread = max(apart, 0.0)
    return {
        voter: Lead(total[voter] / cases, cases / (cases + FIRMNESS) * cases * spread / (cases * spread + scatter))
        for voter, cases in asked.items()
    }


def _compared(verified: Sequence[Outcome]) -> Iterator[tuple[str, float]]:
    """For each voter of each outcome: 1 if it was right, else 0, less the mean of its company."""
    all_hits = [_hits(outcome) for outcome in verified]
    alone = [hit for hits in all_hits if len(hits) == 1 for hit in hits.values()]
    usual = fmean(alone) if alone else 0.0
    for hits in all_hits:
        mean = fmean(hits.values()) if len(hits) > 1 else usual
        yield from ((voter, hit - mean) for voter, hit in hits.items())


def _hits(outcome: Outcome) -> Mapping[str, bool]:
    return {
        **dict.fromkeys(sorted(outcome.abstained), False),
        **{voter: option == outcome.right for voter, option in outcome.answers.items()},
    }


def _above_chance(verified: Sequence[Outcome]) -> float:
    """How much more often than by chance the members were right, on average."""
    each = [fmean(hits.values()) - 1.0 / max(outcome.options, 2) for outcome in verified if (hits := _hits(outcome))]
    return max((sum(each) + FIRMNESS * USUAL) / (len(each) + FIRMNESS), LOWEST)
