"""Starting weights from nothing but who agrees with whom, before anything is verified."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from orkestra.counting.patterns import chances
from orkestra.counting.weights import START

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from orkestra.counting.patterns import Pattern

FEWEST: Final = 4
"""Fewer members can't be told apart: three pairs that agree more or less explain three unknown skills exactly, so
nothing is left that would show a pair of twins who share their errors."""

FIRMNESS: Final = 20.0
SKILL: Final = 0.6
"""Each member starts with as many imagined answers (FIRMNESS), right as often as this."""

TURNS: Final = 30
CLOSE: Final = 1e-3


def starting_weights(counted: Counter[Pattern], voters: int) -> list[float]:
    """Return a weight for each voter by how well it agrees with where the others agree; their mean is START.

    The truth is not looked at. Equal weights for fewer than FEWEST voters.
    Source: Dawid and Skene (1979), "Maximum likelihood estimation of observer error-rates using the EM algorithm", with
    one rate per voter and all wrong options alike. Errors that members share make the log-odds too large but hardly
    change their proportions, so only these are kept.
    """
    weights = [START] * voters
    if voters < FEWEST:
        return weights
    wrong = max(_mean_options(counted) - 1.0, 1.0)
    for _ in range(TURNS):
        before, weights = weights, [max(math.log(wrong * s / (1.0 - s)), 0.0) for s in _skills(counted, weights)]
        if max(abs(one - other) for one, other in zip(before, weights, strict=True)) < CLOSE:
            break
    mean = sum(weights) / voters
    return [START * weight / mean for weight in weights] if mean else [START] * voters


def _mean_options(counted: Counter[Pattern]) -> float:
    options = sum(times * (len(pattern.camps) + pattern.unchosen) for pattern, times in counted.items())
    return options / max(counted.total(), 1)


def _skills(counted: Counter[Pattern], weights: Sequence[float]) -> list[float]:
    """How often each voter is right, if the probabilities of the options follow from these weights."""
    right = [FIRMNESS * SKILL] * len(weights)
    cases = [FIRMNESS] * len(weights)
    for pattern, times in counted.items():
        for camp, chance in zip(pattern.camps, chances(pattern, weights)[0], strict=True):
            for voter in camp:
                right[voter] += times * chance
                cases[voter] += times
    return [hits / of for hits, of in zip(right, cases, strict=True)]
