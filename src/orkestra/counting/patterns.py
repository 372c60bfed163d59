"""Outcomes as patterns: who agreed with whom, and with the truth, whatever the options are called."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from orkestra.counting.solving import zeros

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orkestra.counting.solving import Matrix
    from orkestra.counting.weights import Outcome


class Pattern(NamedTuple):
    """One way in which voters, by index, sided with options.

    `camps` are those of one mind, `unchosen` the number of options that nobody chose, `right` says which camp was right
    (the number of camps where none was).
    """

    camps: tuple[tuple[int, ...], ...]
    unchosen: int
    right: int


def patterns(record: Iterable[Outcome], voters: Sequence[str]) -> dict[str, Counter[Pattern]]:
    """Return for each kind of work how often each pattern occurred."""
    found: dict[str, Counter[Pattern]] = {}
    for outcome in record:
        found.setdefault(outcome.kind, Counter())[_pattern(outcome, voters)] += 1
    return found


def _pattern(outcome: Outcome, voters: Sequence[str]) -> Pattern:
    camps: dict[str, list[int]] = {}
    for index, voter in enumerate(voters):
        option = outcome.answers.get(voter)
        if option is not None:
            camps.setdefault(option, []).append(index)
    right = list(camps).index(outcome.right) if outcome.right in camps else len(camps)
    # the right option existed, whatever the number of options says
    unchosen = max(outcome.options - len(camps), int(right == len(camps)))
    return Pattern(tuple(map(tuple, camps.values())), unchosen, right)


def chances(pattern: Pattern, weights: Sequence[float]) -> tuple[list[float], float]:
    """Return each camp's probability to be right, and that of all unchosen options together."""
    odds = [math.exp(sum([weights[voter] for voter in camp])) for camp in pattern.camps]
    total = sum(odds) + pattern.unchosen
    return [share / total for share in odds], pattern.unchosen / total


def log_likelihood(counted: Counter[Pattern], weights: Sequence[float]) -> float:
    """Return how well the weights foretell what was right: the logarithm of its probability, summed."""
    total = 0.0
    for pattern, times in counted.items():
        camps, unchosen = chances(pattern, weights)
        # one of the unchosen options: which one is the same for all weights
        total += times * math.log(camps[pattern.right] if pattern.right < len(camps) else unchosen)
    return total


def slopes(counted: Counter[Pattern], weights: Sequence[float]) -> tuple[list[float], Matrix]:
    """Return gradient and Hessian (its lower triangle) of the negative log-likelihood at these weights."""
    gradient = [0.0] * len(weights)
    hessian = zeros(len(weights))
    for pattern, times in counted.items():
        members: list[tuple[int, int, float]] = []
        for number, (camp, chance) in enumerate(zip(pattern.camps, chances(pattern, weights)[0], strict=True)):
            slope = times * (chance - (number == pattern.right))
            for voter in camp:
                gradient[voter] += slope
                members.append((voter, number, chance))
        _add_curvature(hessian, members, times)
    return gradient, hessian


def _add_curvature(hessian: Matrix, members: list[tuple[int, int, float]], times: int) -> None:
    """Add the covariance of "this voter's option is the right one" between all voters."""
    members.sort()
    for at, (voter, camp, chance) in enumerate(members):
        row, scaled = hessian[voter], times * chance
        for other, its_camp, its_chance in members[:at]:
            row[other] += scaled * ((camp == its_camp) - its_chance)
        row[voter] += scaled * (1.0 - chance)
