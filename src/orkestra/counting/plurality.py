"""Plurality over first choices: the option named first most often leads."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from orkestra.domain.votes import ConsensusLevel, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orkestra.domain.votes import Ballot

STRONG_SHARE: Final = 0.8
"""From this share of the voters on, agreement counts as strong (FEATURES M1.3)."""


def tally(ballots: Iterable[Ballot], options: Sequence[str]) -> Tally:
    """Count first choices; `options` are all ids in the order in which they were proposed.

    A tie goes to the option that was proposed first, and the tally names all that were tied.
    Without ballots there is no winner.
    """
    counts = Counter(dict.fromkeys(options, 0))
    counts.update(ballot.choice for ballot in ballots)
    voters = counts.total()
    most = max(counts.values(), default=0)
    leaders = tuple(option for option in options if counts[option] == most)
    if voters == 0:
        return Tally(counts=dict(counts), winner=None, share=0.0, level=ConsensusLevel.SPLIT, voters=0)
    return Tally(
        counts=dict(counts),
        winner=leaders[0],
        share=most / voters,
        level=level_of(most, voters),
        voters=voters,
        tied=leaders if len(leaders) > 1 else (),
    )


def level_of(agreeing: int, voters: int) -> ConsensusLevel:
    """Return how far `agreeing` of `voters` is consensus: all, 80 % and more, or less."""
    if voters and agreeing == voters:
        return ConsensusLevel.UNANIMOUS
    if voters and agreeing >= STRONG_SHARE * voters:
        return ConsensusLevel.STRONG
    return ConsensusLevel.SPLIT
