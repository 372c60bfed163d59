"""What is known of a vote, checked against its options."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from orkestra.domain.errors import InvalidVoteError
from orkestra.domain.protocol import DecisionKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.domain.votes import Agenda, Vote

T = TypeVar("T")
PASS_OR_BLOCK = 2


def checked_agenda(vote: Vote) -> Agenda:
    """Return the agenda of a new vote with its options named by id.

    Raises InvalidVoteError for options that the vote does not have, an empty command, and a review without exactly two
    options: the first lets the work pass, the second blocks it.
    """
    agenda = vote.agenda
    if agenda.kind is DecisionKind.REVIEW and len(vote.options) != PASS_OR_BLOCK:
        raise InvalidVoteError("a review has two options: the first lets the work pass, the second blocks it")
    if not all(agenda.trials.values()):
        raise InvalidVoteError("a trial is a command: a program and its arguments")
    return replace(agenda, authors=_by_id(vote, agenda.authors), trials=_by_id(vote, agenda.trials))


def _by_id(vote: Vote, given: Mapping[str, T]) -> dict[str, T]:
    found: dict[str, T] = {}
    for name, value in given.items():
        option = vote.option(name)
        if option is None:
            raise InvalidVoteError(f"the agenda names {name!r}, which is not an option of this vote")
        found[option.id] = value
    return found
