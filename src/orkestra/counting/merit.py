"""Starting weights: how far above chance the members are, and by how much each leads, as far as that can't be luck."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.counting.leading import FIRMNESS, Lead
from orkestra.counting.weights import CAP, CORRELATION, START, pair

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.counting.leading import Comparison

STEEPNESS: Final = 3.0
"""A lead over the company weighs three times what the same lead of all over chance does, as the others repeat each
other's votes: among n members of whom each two correlate by r, linear discriminants (Fisher 1936) give
(1 + (n - 1) r) / (1 - r), which is 2.7 for four at .3 and 4.3 for five at .4."""

USUAL: Final = 0.4
"""How far above chance members are taken to be before the record says otherwise: the mean of 20 models on MMLU-Pro.
Members that are so far above it weigh START on average."""

FADING: Final = 20.0
"""As many cases as it takes before half is left of a start that was known otherwise."""

LEAST: Final = 0.05
"""Nobody starts with less: the fit may still find what a member is good for."""


def merited(
    start: Sequence[float],
    found: Comparison,
    voters: Sequence[str],
    correlations: Mapping[tuple[str, str], float],
) -> list[float]:
    """Return the starting weights of these voters, from LEAST to CAP, after a look at how they compare.

    `start` are weights known otherwise, such as from who agrees with whom (mean START); the more cases are verified,
    the less is left of them. Members whose errors go together more than usual share their weight.
    """
    above = (found.above * found.cases + FIRMNESS * USUAL) / (found.cases + FIRMNESS)
    weights = []
    for voter, known in zip(voters, start, strict=True):
        gap, cases, trust = found.leads.get(voter, Lead(0.0, 0, 0.0))
        own = START * (above + STEEPNESS * trust * gap) / USUAL
        fading = FADING / (FADING + cases)
        weights.append(max(own, LEAST) * known**fading / _repeated(voter, voters, correlations))
    return [min(max(weight, LEAST), CAP) for weight in weights]


def _repeated(voter: str, voters: Sequence[str], correlations: Mapping[tuple[str, str], float]) -> float:
    """How many times a voter's errors are there: 1, and up to 1 more for each other that errs with it."""
    beyond = (
        (correlations.get(pair(voter, other), CORRELATION) - CORRELATION) / (1.0 - CORRELATION)
        for other in voters
        if other != voter
    )
    return 1.0 + sum(max(share, 0.0) ** 2 for share in beyond)
