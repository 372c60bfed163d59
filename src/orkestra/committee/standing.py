"""Which ballot of each voter counts: the last one, but never one that only yielded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orkestra.domain.votes import Ballot, VoteRound


def standing(rounds: Sequence[VoteRound]) -> tuple[Ballot, ...]:
    """Return the ballot of each voter that counts, in the order in which the voters first voted.

    Whoever could not answer again, or changed without a new fact, is counted by the ballot before.
    """
    kept: dict[str, Ballot] = {}
    for held in rounds:
        for ballot in held.ballots:
            if ballot.voter not in kept or not ballot.yielded:
                kept[ballot.voter] = ballot
    return tuple(kept.values())


def judged(ballot: Ballot, rounds: Sequence[VoteRound], resolve: Callable[[str, str], str], *, freed: bool) -> Ballot:
    """Return a ballot with its verdict: `yielded` when it changes the voter's choice without a fact that resolves.

    `resolve(said, earlier)` returns the reference found. `freed` says that the user spoke since: that is new to all.
    """
    before = next((each for each in standing(rounds) if each.voter == ballot.voter), None)
    if before is None or before.choice == ballot.choice or freed:
        return ballot
    earlier = " ".join(f"{b.reasoning} {b.new_fact}" for r in rounds for b in r.ballots if b.voter == ballot.voter)
    found = resolve(ballot.new_fact, earlier)
    return replace(ballot, yielded=not found)
