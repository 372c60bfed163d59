"""Weighted votes into one answer: how probable each option is, and how sure that makes us."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.counting.weights import Weights


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """The committee's answer: each option's probability, the winner, and how sure (its probability, 0 to 1).

    `tied` names the options that share the first place, where there are several; the winner is the first of them in the
    order of the options. `voters` counts who voted, `effective_voters` (1 to `voters`) how many independent voters of
    equal weight they are worth; both are 0 where nobody voted, and then nobody wins.
    """

    probabilities: Mapping[str, float]
    winner: str | None
    sure: float
    tied: tuple[str, ...]
    voters: int
    effective_voters: float


def pool(answers: Mapping[str, str], options: Sequence[str], weights: Weights, kind: str = "") -> Pooled:
    """Return what the voters' answers amount to, each weighed by its voter's record in this kind of work.

    An answer that is not among the options is no vote.
    """
    chances = probabilities(answers, options, weights, kind)
    voters = [voter for voter, option in answers.items() if option in chances]
    most = max(chances.values(), default=0.0)
    leaders = tuple(option for option in options if math.isclose(chances[option], most, rel_tol=1e-9))
    return Pooled(
        probabilities=chances,
        winner=leaders[0] if voters else None,
        sure=most if voters else 0.0,
        tied=leaders if voters and len(leaders) > 1 else (),
        voters=len(voters),
        effective_voters=effective_voters(voters, weights, kind),
    )


def probabilities(
    answers: Mapping[str, str], options: Sequence[str], weights: Weights, kind: str = ""
) -> dict[str, float]:
    """Return how probable each option is: proportional to e to the sum of the weights behind it.

    Source: the conditional logit of McFadden (1974), "Conditional logit analysis of qualitative choice behavior".
    """
    scores = dict.fromkeys(options, 0.0)
    for voter, option in answers.items():
        if option in scores:
            scores[option] += weights.of(voter, kind)
    highest = max(scores.values(), default=0.0)
    odds = {option: math.exp(score - highest) for option, score in scores.items()}
    total = sum(odds.values())
    return {option: share / total for option, share in odds.items()}


def effective_voters(voters: Sequence[str], weights: Weights, kind: str = "") -> float:
    """Return how many independent voters of equal weight these are worth, from 1 to their number (0 for nobody).

    Source: Kish (1965), "Survey Sampling": the effective sample size (sum w)^2 / sum w^2, with the correlations of the
    errors in the denominator, as for the variance of a weighted sum.
    """
    shares = {voter: weights.of(voter, kind) for voter in voters}
    if not any(shares.values()):
        shares = dict.fromkeys(voters, 1.0)
    if not shares:
        return 0.0
    spread = sum(a * b * weights.correlation(one, other) for one, a in shares.items() for other, b in shares.items())
    return float(sum(shares.values()) ** 2 / spread)
