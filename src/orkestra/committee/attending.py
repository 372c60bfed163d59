"""People who sit as members: they cast their ballots from any terminal, and the vote waits for them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orkestra.committee.standing import standing
from orkestra.counting.early import settled
from orkestra.domain.protocol import Step

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orkestra.committee.ledger import VoteLedger
    from orkestra.counting.ballots import Profile
    from orkestra.domain.protocol import Protocol
    from orkestra.domain.votes import Ballot, Vote, VoteRound

LOOK_SECONDS: Final = 0.2


async def attend(
    ledger: VoteLedger, vote: Vote, rounds: Sequence[VoteRound], protocol: Protocol, as_profile: Callable[..., Profile]
) -> VoteRound:
    """Return the newest round with the ballots of the people who sit in the vote.

    Waits for those who have not voted yet, until the deadline, and no longer than their ballots can change who leads.
    """
    held = rounds[-1]
    while True:
        cast = _by_people(ledger, vote)
        voted = {each.voter for each in standing(rounds)} | {each.voter for each in cast}
        out = [person for person in vote.agenda.people if person not in voted]
        now = [*held.ballots, *(each for each in cast if each.voter not in {b.voter for b in held.ballots})]
        seen = replace(held, ballots=tuple(now))
        if not out or _late(ledger, vote):
            return replace(seen, failures={**held.failures, **dict.fromkeys(out, "did not vote in time")})
        if Step.EARLY_STOP in protocol and settled(as_profile(standing([*rounds[:-1], seen])), float(len(out))):
            return seen
        await asyncio.sleep(LOOK_SECONDS)


def _by_people(ledger: VoteLedger, vote: Vote) -> list[Ballot]:
    rounds = ledger.rounds(vote.vote_id)
    return [each for each in standing(rounds) if each.voter in vote.agenda.people]


def _late(ledger: VoteLedger, vote: Vote) -> bool:
    return vote.deadline is not None and ledger.now() >= vote.deadline
