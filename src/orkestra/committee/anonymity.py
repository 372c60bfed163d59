"""Who sees what in which order: nobody is named, and no order is the same for two voters.

Judges prefer their own vendor even where it is not named (arXiv 2306.05685, 2510.07517), and what stands first
(the same): so names become letters, and orders are drawn anew for each voter and round, always the same way, so that a
vote that goes on after a crash asks the same questions.
"""

from __future__ import annotations

from string import ascii_uppercase
from typing import TYPE_CHECKING, Any, TypeVar

from orkestra.domain.crew import OFFLINE
from orkestra.domain.identity import digest
from orkestra.domain.protocol import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from orkestra.domain.protocol import Protocol
    from orkestra.domain.votes import Ballot, Vote, VoteOption, VoteRound

T = TypeVar("T")


def options_for(voter: str, number: int, vote: Vote, protocol: Protocol) -> list[VoteOption]:
    """Return the options in the order in which this voter reads them in round `number`."""
    if Step.SHUFFLED not in protocol or voter == OFFLINE:  # rules have no favourite place
        return list(vote.options)
    return _drawn(vote.options, (vote.vote_id, voter, str(number)), lambda option: option.id)


def rounds_for(voter: str, vote: Vote, earlier: Sequence[VoteRound], protocol: Protocol) -> list[dict[str, Any]]:
    """Return the earlier rounds as this voter may see them: `number`, `ballots` with `who`, and the `feedback`.

    A voter's own ballot is named "you".
    """
    names = _names(voter, vote, earlier, protocol)
    return [
        {
            "number": held.number,
            "ballots": [{**_said(ballot), "who": names[ballot.voter]} for ballot in _in_order(held.ballots, names)],
            "feedback": held.feedback,
        }
        for held in earlier
    ]


def _names(voter: str, vote: Vote, earlier: Sequence[VoteRound], protocol: Protocol) -> dict[str, str]:
    voters = sorted({ballot.voter for held in earlier for ballot in held.ballots})
    if Step.ANONYMOUS not in protocol:
        return dict(zip(voters, voters, strict=True)) | {voter: "you"}
    others = _drawn([each for each in voters if each != voter], (vote.vote_id, voter), str)
    letters = (f"Member {ascii_uppercase[at % 26]}{at // 26 or ''}" for at in range(len(others)))
    return {voter: "you", **dict(zip(others, letters, strict=True))}


def _in_order(ballots: Iterable[Ballot], names: dict[str, str]) -> list[Ballot]:
    return sorted(ballots, key=lambda ballot: names[ballot.voter])


def _said(ballot: Ballot) -> dict[str, str]:
    return {"choice": ballot.choice or "nothing", "reasoning": ballot.reasoning, "new_fact": ballot.new_fact}


def _drawn(items: Iterable[T], seed: tuple[str, ...], name: Callable[[T], str]) -> list[T]:
    return sorted(items, key=lambda item: digest("\x1f".join((*seed, name(item)))))
