"""From a stored vote to a profile that can be counted, in the words of its options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orkestra.counting.ballots import Profile, ranked
from orkestra.domain.errors import InvalidVoteError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from orkestra.domain.votes import Vote


def profile_of(vote: Vote, weigh: Callable[[str], float]) -> Profile:
    """Return the last ballot of each voter; one that only yielded to the others leaves the ballot before it."""
    texts = {option.id: option.description for option in vote.options}
    standing: dict[str, Mapping[str, Any]] = {}
    for held in vote.rounds:
        for ballot in held["ballots"]:
            if ballot["voter"] not in standing or not ballot.get("yielded"):
                standing[ballot["voter"]] = ballot
    return Profile(
        tuple(texts.values()),
        tuple(
            ranked(voter, *(texts[option] for option in ballot["ranking"]), weight=weigh(voter))
            for voter, ballot in standing.items()
        ),
    )


def eligible(vote: Vote) -> int:
    """Return how many may vote: all who were asked to, and whoever has."""
    voted = {ballot["voter"] for held in vote.rounds for ballot in held["ballots"]}
    return len(voted.union(vote.agents_required))


def text_of(vote: Vote, choice: str) -> str:
    """Return the text of an option that is named by its id or text; raise InvalidVoteError when there is none."""
    option = vote.option(choice)
    if option is None:
        known = ", ".join(f"{each.id} ({each.description})" for each in vote.options)
        raise InvalidVoteError(f"{choice!r} is not an option of {vote.vote_id}; use one of: {known}")
    return option.description
