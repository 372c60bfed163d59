"""A committee's tally: plurality over the first choices of its ballots, and how far they agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.counting.ballots import Profile, ranked
from orkestra.counting.positional import plurality
from orkestra.domain.votes import ConsensusLevel, Tally

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orkestra.domain.votes import Ballot

STRONG_SHARE: Final = 0.8
"""From this share of the voters on, agreement counts as strong (FEATURES M1.3)."""


def tally(ballots: Iterable[Ballot], options: Sequence[str]) -> Tally:
    """Count first choices; `options` are all ids in the order in which they were proposed.

    A tie goes to the option that was proposed first, and the tally names all that were tied.
    Without ballots there is no winner. Raises InvalidVoteError for a choice that is no option.
    """
    profile = Profile(tuple(options), tuple(ranked(ballot.voter, ballot.choice) for ballot in ballots))
    count = plurality(profile)
    counts = {option: round(score) for option, score in count.scores.items()}
    voters = len(profile.preferences)
    return Tally(
        counts=counts,
        winner=count.winner,
        share=count.share,
        level=level_of(max(counts.values(), default=0), voters),
        voters=voters,
        tied=count.tied,
    )


def level_of(agreeing: int, voters: int) -> ConsensusLevel:
    """Return how far `agreeing` of `voters` is consensus: all, 80 % and more, or less."""
    if voters and agreeing == voters:
        return ConsensusLevel.UNANIMOUS
    if voters and agreeing >= STRONG_SHARE * voters:
        return ConsensusLevel.STRONG
    return ConsensusLevel.SPLIT
