"""Direct votes: ballots are cast by name, no agent is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orkestra.counting.plurality import tally
from orkestra.counting.thresholds import quorum_met
from orkestra.domain.errors import InvalidVoteError
from orkestra.domain.votes import Ballot, Vote, VoteStatus, VoteType

if TYPE_CHECKING:
    from collections.abc import Sequence

YES_NO = ("yes", "no")


def check_options(vote_type: VoteType, options: Sequence[str] | None) -> list[str]:
    """Return the options of a direct vote; raise InvalidVoteError when they don't suit its type."""
    if vote_type is VoteType.YES_NO:
        if options and [each.casefold() for each in options] != list(YES_NO):
            raise InvalidVoteError("a yes/no vote has the options yes and no; use MULTIPLE_CHOICE for others")
        return list(YES_NO)
    return distinct_options(options or ())


def distinct_options(options: Sequence[str]) -> list[str]:
    """Return the options without surrounding space; raise InvalidVoteError for fewer than two or for duplicates."""
    texts = [str(option).strip() for option in options]
    if len(texts) < len(YES_NO) or not all(texts):
        raise InvalidVoteError(f"a vote needs at least two options with text; given: {texts}")
    seen: set[str] = set()
    for text in texts:
        if text.casefold() in seen:
            raise InvalidVoteError(f"the option {text!r} is given twice")
        seen.add(text.casefold())
    return texts


def ballot_for(vote: Vote, voter: str, choice: str | Sequence[str], reasoning: str, now: str) -> Ballot:
    """Return the ballot of a voter; raise InvalidVoteError when the vote does not allow it.

    A ranking is a sequence of options, or text with commas or `>` between them, the best first.
    """
    if vote.status is not VoteStatus.ACTIVE:
        raise InvalidVoteError(f"vote {vote.vote_id} is {vote.status}: no more ballots are taken")
    if vote.deadline and now >= vote.deadline:
        raise InvalidVoteError(f"vote {vote.vote_id} closed at {vote.deadline}: the ballot of {voter} came too late")
    by_hand = vote.agents_required if vote.agenda.direct else vote.agenda.people
    if voter not in by_hand:
        known = ", ".join(by_hand) or "nobody, its agents are asked"
        raise InvalidVoteError(f"{voter} is no voter who casts a ballot in {vote.vote_id}; those are: {known}")
    ranking = tuple(_option_id(vote, each) for each in _choices(vote, choice))
    if len(set(ranking)) < len(ranking):
        raise InvalidVoteError("a ranking names each option once")
    return Ballot(voter=voter, ranking=ranking, reasoning=reasoning, backend="direct")


def result_of(vote: Vote, ballots: Sequence[Ballot]) -> dict[str, Any]:
    """Return how a direct vote stands: decision (None without quorum or at a tie), counts, turnout, quorum."""
    count = tally(ballots, [option.id for option in vote.options])
    texts = {option.id: option.description for option in vote.options}
    met = quorum_met(count.voters, len(vote.agents_required))
    decided = met and not count.tied and count.winner is not None
    return {
        "vote_id": vote.vote_id,
        "decision": texts[str(count.winner)] if decided else None,
        "counts": {texts[each]: number for each, number in count.counts.items()},
        "votes_cast": count.voters,
        "required": len(vote.agents_required),
        "quorum_met": met,
        "consensus_level": str(count.level),
        "share": round(count.share, 4),
        "tied": [texts[each] for each in count.tied] if count.voters else [],
        "status": str(vote.status),
        "reasoning": {ballot.voter: ballot.reasoning for ballot in ballots},
    }


def _choices(vote: Vote, choice: str | Sequence[str]) -> list[str]:
    if not isinstance(choice, str):
        return list(choice)
    if vote.vote_type is VoteType.RANKED and vote.option(choice) is None:
        return [piece.strip() for piece in choice.replace(">", ",").split(",")]
    return [choice]


def _option_id(vote: Vote, choice: str) -> str:
    option = vote.option(str(choice))
    if option is None:
        known = ", ".join(f"{each.id} ({each.description})" for each in vote.options)
        raise InvalidVoteError(f"{choice!r} is not an option of {vote.vote_id}; use one of: {known}")
    return option.id
