"""How far the errors of two members go together."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Final

from orkestra.counting.weights import CORRELATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orkestra.counting.weights import Outcome

FIRMNESS: Final = 20.0
"""As many outcomes as it takes before the record counts as much as CORRELATION, where nothing is known yet."""


def correlations(record: Iterable[Outcome], voters: Sequence[str]) -> dict[tuple[str, str], float]:
    """Return for each pair, in sorted order, how far being wrong goes together: 0 not at all, 1 always.

    It is the phi coefficient over the outcomes that both voted on (Yule 1912, "On the methods of measuring association
    between two attributes"), shrunk to CORRELATION while they are few, and never below 0.
    """
    masks = _masks(record, voters)
    return {(a, b): _shrunk(masks[a], masks[b]) for a, b in combinations(sorted(voters), 2)}


def _masks(record: Iterable[Outcome], voters: Sequence[str]) -> dict[str, tuple[int, int]]:
    """For each voter two sets of outcomes, one bit each: those it voted on, and those it was wrong about."""
    voted, wrong = dict.fromkeys(voters, 0), dict.fromkeys(voters, 0)
    for number, outcome in enumerate(record):
        for voter, option in outcome.answers.items():
            voted[voter] |= 1 << number
            if option != outcome.right:
                wrong[voter] |= 1 << number
    return {voter: (voted[voter], wrong[voter]) for voter in voters}


def _shrunk(one: tuple[int, int], other: tuple[int, int]) -> float:
    shared = one[0] & other[0]
    both = shared.bit_count()
    a, b, ab = ((shared & mask).bit_count() for mask in (one[1], other[1], one[1] & other[1]))
    spread = math.sqrt(a * (both - a) * b * (both - b))
    phi = (both * ab - a * b) / spread if spread else CORRELATION
    return max((both * phi + FIRMNESS * CORRELATION) / (both + FIRMNESS), 0.0)
