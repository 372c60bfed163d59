"""Weights from the record of verified outcomes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from operator import mul
from typing import TYPE_CHECKING, Final

from orkestra.counting.agreement import agreement
from orkestra.counting.correlation import correlations
from orkestra.counting.leading import compare, leader
from orkestra.counting.merit import merited
from orkestra.counting.patterns import log_likelihood, patterns, slopes
from orkestra.counting.solving import factor, inverse, solve, zeros
from orkestra.counting.weights import CAP, Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orkestra.counting.agreement import Agreement
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

    `level` holds the members' mean to where it starts, `voter` each member to that mean, `kind` a member's
    weight in one kind of work to its common weight times what agreement there tells (`Agreement.by_kind`).
    """

    level: float = 5.0
    voter: float = 20.0
    kind: float = 7.0


def learn(record: Iterable[Outcome], prior: Prior = Prior()) -> Weights:
    """Return the weights under which the verified outcomes of the record were most probable, given the prior.

    All members are weighed jointly, so that one which only repeats another adds nothing, and weak ones can't outvote a
    strong one. Weights begin with how often each was right, and as far as that can't be trusted yet, with who agrees
    with whom, to which unverified outcomes add, too; without a record everyone weighs START. The order of the record
    does not matter.
    Source of the model: McFadden (1974), conditional logit; of its shrinkage: Gelman and Hill (2007), "Data Analysis
    Using Regression and Multilevel/Hierarchical Models", ch. 12; fitted by Newton's method.
    """
    outcomes = list(record)
    voters = sorted({voter for outcome in outcomes for voter in (*outcome.answers, *outcome.abstained)})
    verified = [outcome for outcome in outcomes if outcome.right is not None]
    known = agreement(outcomes, voters)
    together = correlations(verified, voters)
    found = compare(verified)
    start = merited(known.start, found, voters, together)
    fit = _Fit(patterns(verified, voters), known._replace(start=start), prior)
    fit.run()
    first, benefit = leader(found)
    return Weights(
        common=_capped(voters, fit.common),
        by_kind={kind: _capped(voters, weights) for kind, weights in fit.by_kind.items()},
        correlations=together,
        leader=first,
        benefit=benefit,
        outcomes=len(verified),
    )


def _capped(voters: Sequence[str], weights: Sequence[float]) -> dict[str, float]:
    return dict(zip(voters, _within(weights), strict=True))


class _Fit:
    """Newton's method over the common weights and those of each kind.

    Kinds meet only in the common weights, so each is solved by itself and the common ones from what is left (Schur's
    complement): the work grows with the number of kinds, not with its cube.
    """

    def __init__(self, verified: dict[str, Counter[Pattern]], known: Agreement, prior: Prior) -> None:
        self.counted = {kind: verified.get(kind, Counter()) for kind in known.by_kind}
        self.prior = prior
        self.factors = known.by_kind
        self.start = self.common = known.start
        self.by_kind = {kind: _within(map(mul, factors, self.start)) for kind, factors in self.factors.items()}
        self._held = _held(len(self.start), prior)

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
        away = [weight - start for weight, start in zip(common, self.start, strict=True)]
        bent = sum(one * _dot(row, away) for one, row in zip(away, self._held, strict=True))
        spread = sum(
            (w - f * c) ** 2
            for kind, weights in by_kind.items()
            for w, f, c in zip(weights, self.factors[kind], common, strict=True)
        )
        fits = sum(log_likelihood(self.counted[kind], weights) for kind, weights in by_kind.items())
        return fits - (bent + self.prior.kind * spread) / 2.0

    def _climb(self, before: float) -> float:
        common, by_kind = self._direction()
        share = 1.0
        while share > SHORTEST:
            here = [weight - share * step for weight, step in zip(self.common, common, strict=True)]
            there = {
                kind: _within(weight - share * step for weight, step in zip(weights, by_kind[kind], strict=True))
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
        away = [weight - start for weight, start in zip(self.common, self.start, strict=True)]
        right = [_dot(row, away) for row in self._held]
        left = [row[:] for row in self._held]
        solved: dict[str, tuple[list[float], Matrix, list[float]]] = {}
        for kind, weights in self.by_kind.items():
            step, inverted, ties = solved[kind] = self._alone(kind, weights)
            for index, (tie, row, bend) in enumerate(zip(ties, inverted, self.factors[kind], strict=True)):
                hold = self.prior.kind * bend
                right[index] += hold * (bend * self.common[index] - weights[index]) + tie * step[index]
                left[index][index] += hold * bend
                for other in range(index + 1):
                    left[index][other] -= tie * ties[other] * row[other]
        common = solve(factor(left), right)
        return common, {
            kind: [one + _dot(row, map(mul, ties, common)) for one, row in zip(step, inverted, strict=True)]
            for kind, (step, inverted, ties) in solved.items()
        }

    def _alone(self, kind: str, weights: list[float]) -> tuple[list[float], Matrix, list[float]]:
        """Return a kind's step while the common weights stand still, its inverse Hessian, and its ties to them.

        A weight that lies at a limit and would leave it stays (the two-metric projection of Bertsekas 1982, "Projected
        Newton methods for optimization problems with simple constraints").
        """
        hold, size = self.prior.kind, len(weights)
        gradient, hessian = slopes(self.counted[kind], weights)
        ties = [hold * bend for bend in self.factors[kind]]
        for index, weight in enumerate(weights):
            gradient[index] += hold * weight - ties[index] * self.common[index]
            hessian[index][index] += hold
        for index, weight in enumerate(weights):
            if (weight <= 0.0 and gradient[index] > 0.0) or (weight >= CAP and gradient[index] < 0.0):
                gradient[index] = ties[index] = 0.0
                hessian[index] = [float(index == other) for other in range(size)]
                for below in hessian[index + 1 :]:
                    below[index] = 0.0
        inverted = inverse(factor(hessian))
        return [_dot(row, gradient) for row in inverted], inverted, ties


def _within(weights: Iterable[float]) -> list[float]:
    """Return the weights, but none beyond the limits."""
    return [min(max(weight, 0.0), CAP) for weight in weights]


def _dot(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(map(mul, one, other), 0.0)


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
