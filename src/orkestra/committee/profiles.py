"""From ballots as they were cast to a profile that can be counted."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from orkestra.counting.ballots import Preference, Profile
from orkestra.domain.protocol import Step

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.counting.weights import Weights
    from orkestra.domain.protocol import Protocol
    from orkestra.domain.votes import Ballot, Vote


@dataclass(frozen=True, kw_only=True)
class Counted:
    """A profile, and the voters whose votes for their own proposals were set aside."""

    profile: Profile
    set_aside: tuple[str, ...] = ()


def profile_of(
    vote: Vote, options: Sequence[str], ballots: Sequence[Ballot], weights: Weights, protocol: Protocol
) -> Counted:
    """Return the ballots as a profile over the options that are still to be had.

    A vote for one's own proposal is set aside: the voter's other choices count (none: an abstention). A proposal that
    several made on their own is nobody's own, and where only such votes were cast they all count.
    """
    own = _own(vote) if Step.OWN_SET_ASIDE in protocol else {}
    named = {each.voter: [option for option in each.ranking if option in options] for each in ballots}
    kept = {voter: [option for option in given if option not in own.get(voter, ())] for voter, given in named.items()}
    if not any(kept.values()):
        kept, own = named, {}
    preferences = tuple(_preference(each, kept[each.voter], vote, weights) for each in ballots)
    aside = tuple(each.voter for each in ballots if each.choice in own.get(each.voter, ()))
    return Counted(profile=Profile(tuple(options), preferences), set_aside=aside)


def marks_of(scores: Mapping[str, Mapping[str, float]], options: Sequence[str]) -> dict[str, float]:
    """Return the mean mark of each option over the criteria; options without a mark are left out."""
    given = {option: [marks[option] for marks in scores.values() if option in marks] for option in options}
    return {option: fsum(marks) / len(marks) for option, marks in given.items() if marks}


def _own(vote: Vote) -> dict[str, set[str]]:
    """Return for each member the options that it alone has proposed."""
    own: dict[str, set[str]] = {}
    for option, authors in vote.agenda.authors.items():
        if len(authors) == 1:
            own.setdefault(authors[0], set()).add(option)
    return own


def _preference(ballot: Ballot, ranking: Sequence[str], vote: Vote, weights: Weights) -> Preference:
    tiers = tuple((option,) for option in ranking)
    marks = marks_of(ballot.scores, ranking) if ranking else {}
    return Preference(ballot.voter, tiers, marks, weights.of(ballot.voter, vote.agenda.area))
