"""Weights from the record of verified outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.counting.correlation import correlations
from orkestra.counting.patterns import log_likelihood, patterns, slopes
from orkestra.counting.solving import factor, inverse, solve, zeros
from orkestra.counting.weights import CAP, START, Weights

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterable, Sequence

    from orkestra.counting.patterns import Pattern
    from orkestra.counting.solving import Matrix
    from orkestra.counting.weights import Outcome

STEPS: Final = 25
SHORTEST: Final = 1e-4
CLOSE: Final = 1e-3
"""Fitting ends when a step gains less than this in log-likelihood: no weight moves by a hundredth any more."""


@dataclass(frozen=True, kw_only=True)
class Prior:
    """How firmly weights are held together before the record speaks, as precisions (1 / variance, in log-odds).

    `level` holds the members' mean to START, `voter` each member to that mean, `kind` a member's weight in one kind of
    work to its common weight.
    """

    level: float = 1.0
    voter: float = 2.0
    kind: float = 10.0


def learn(record: Iterable[Outcome], prior: Prior = Prior()) -> Weights:
    """Return the weights under which the verified outcomes of the record were most probable, given the prior.

    All members are weighed jointly, so that one which only repeats another adds nothing, and weak ones can't outvote a
    strong one. Without a record everyone weighs START. The order of the record does not matter.
    Source of the model: McFadden (1974), conditional logit; of its shrinkage: Gelman and Hill (2007), "Data Analysis
    Using Regression and Multilevel/Hierarchical Models", ch. 12; fitted by Newton's method.
    """
    outcomes = list(record)
    voters = sorted({voter for outcome in outcomes for voter in outcome.answers})
    fit = _Fit(patterns(outcomes, voters), len(voters), prior)
    fit.run()
    return Weights(
        common=_capped(voters, fit.common),
        by_kind={kind: _capped(voters, weights) for kind, weights in fit.by_kind.items()},
        correlations=correlations(outcomes, voters),
        outcomes=len(outcomes),
    )


def _capped(voters: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
    return {voter: min(max(weight, 0.0), CAP) for voter, weight in zip(voters, weights, strict=True)}


class _Fit:
    """Newton's method over the common weights and those of each kind.

    Kinds meet only in the common weights, so each is solved by itself and the common ones from what is left (Schur's
    complement): the work grows with the number of kinds, not with its cube.
    """

    def __init__(self, counted: dict[str, Counter[Pattern]], voters: int, prior: Prior) -> None:
        self.counted = counted
        self.prior = prior
        self.common = [START] * voters
        self.by_kind = {kind: [START] * voters for kind in sorted(counted)}
        self._held = _held(voters, prior)

    def run(self) -> None:
        """Climb until a step gains nothing to speak of."""
        reached = self._goodness(self.common, self.by_kind)
        for _ in range(STEPS):
            before = reached
            reached = self._climb(before)
            if reached - before < CLOSE:
                break

    def _goodness(self, common: list[float], by_kind: dict[str, list[float]]) -> float:
        """Return the logarithm of the posterior, but for a constant."""
        away = [weight - START for weight in common]
        bent = sum(one * sum(map(float.__mul__, row, away)) for one, row in zip(away, self._held, strict=True))
        spread = sum((w - c) ** 2 for weights in by_kind.values() for w, c in zip(weights, common, strict=True))
        fits = sum(log_likelihood(self.counted[kind], weights) for kind, weights in by_kind.items())
        return fits - (bent + self.prior.kind * spread) / 2.0

    def _climb(self, before: float) -> float:
        common, by_kind = self._direction()
        share = 1.0
        while share > SHORTEST:
            here = [weight - share * step for weight, step in zip(self.common, common, strict=True)]
            there = {
                kind: [weight - share * step for weight, step in zip(weights, by_kind[kind], strict=True)]
                for kind, weights in self.by_kind.items()
            }
            reached = self._goodness(here, there)
            if reached >= before:
                self.common, self.by_kind = here, there
                return reached
            share /= 2.0
        return before

    def _direction(self) -> tuple[list[float], dict[str, list[float]]]:
        """Return Newton's step (to be subtracted) for the common weights and for each kind's."""
        size, hold = len(self.common), self.prior.kind
        left = [row[:] for row in self._held]
        right = [sum(h * (c - START) for h, c in zip(row, self.common, strict=True)) for row in self._held]
        solved: dict[str, tuple[list[float], Matrix]] = {}
        for kind, weights in self.by_kind.items():
            gradient, hessian = slopes(self.counted[kind], weights)
            for index in range(size):
                gradient[index] += hold * (weights[index] - self.common[index])
                hessian[index][index] += hold
            inverted = inverse(factor(hessian))
            step = [sum(map(float.__mul__, row, gradient)) for row in inverted]
            solved[kind] = step, inverted
            for index, row in enumerate(inverted):
                right[index] += hold * (self.common[index] - weights[index] + step[index])
                left[index][index] += hold
                for other in range(index + 1):
                    left[index][other] -= hold * hold * row[other]
        common = solve(factor(left), right)
        return common, {
            kind: [one + hold * sum(map(float.__mul__, row, common)) for one, row in zip(step, inverted, strict=True)]
            for kind, (step, inverted) in solved.items()
        }


def _held(voters: int, prior: Prior) -> Matrix:
    """Return the precision of the common weights, with the unknown mean that they share integrated out.

    Sherman and Morrison's formula: the inverse of I / voter + 1 1' / level.
    """
    matrix = zeros(voters)
    shared = prior.voter**2 / (prior.level + voters * prior.voter)
    for row in range(voters):
        for column in range(voters):
            matrix[row][column] = prior.voter * (row == column) - shared
    return matrix
