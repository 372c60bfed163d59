"""What a committee knows about its members: verified outcomes, and the weights that follow from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

START: Final = 1.0
"""The weight (log-odds) of a member about whom nothing is known: everyone starts equal."""

CAP: Final = 4.0
"""No vote weighs more than this, nor less than nothing: e^4 is 55 to 1, more than any record so far has shown."""

CORRELATION: Final = 0.5
"""How far the errors of two members are taken to correlate before the record says otherwise.

Source: between .40, the mean over the pairs of 20 models on MMLU-Pro, and .58, models of different vendors on
500 repository tasks (docs/adr/0010-weights-from-the-record.md).
"""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One decision of the past: the kind of work, what each voter chose, and which option turned out right.

    `answers` maps voters to options, `abstained` are those who were asked and chose none; whoever was not asked, or
    could not be reached, is left out. `options` says how many there were. `right` is None while nothing has been
    verified; it need not be among the answers.
    """

    kind: str
    answers: Mapping[str, str]
    options: int
    right: str | None = None
    abstained: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What each vote weighs, in log-odds from 0 to CAP.

    `common` holds each voter's weight on a kind of work without a record, `by_kind` those for the kinds that have one.
    `correlations` tells how far the errors of two voters (named in sorted order) go together, from 0 to 1.
    `leader` is who is furthest ahead of the others (None: nobody is), `benefit` by how many log-odds another option
    must win before the leader's own is left. `outcomes` is the number of verified outcomes that all was learnt from.
    """

    common: Mapping[str, float] = field(default_factory=dict)
    by_kind: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    correlations: Mapping[tuple[str, str], float] = field(default_factory=dict)
    leader: str | None = None
    benefit: float = 0.0
    outcomes: int = 0

    def of(self, voter: str, kind: str = "") -> float:
        """Return the weight of a voter's choice in this kind of work; START for a voter without any record."""
        weight = self.by_kind.get(kind, self.common).get(voter)
        return self.common.get(voter, START) if weight is None else weight

    def correlation(self, one: str, other: str) -> float:
        """Return how far the errors of two voters go together; 1 for a voter and itself."""
        if one == other:
            return 1.0
        return self.correlations.get(pair(one, other), CORRELATION)


def pair(one: str, other: str) -> tuple[str, str]:
    """Return two voters in the order in which pairs are named."""
    return (one, other) if one < other else (other, one)
