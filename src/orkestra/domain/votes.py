"""Votes: the question, the options, what each member answered, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class VoteType(StrEnum):
    """The form of a direct vote."""

    YES_NO = "yes_no"
    MULTIPLE_CHOICE = "multiple_choice"
    RANKED = "ranked"


class VoteStatus(StrEnum):
    """Where a vote stands."""

    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class ConsensusLevel(StrEnum):
    """How far the members agree: all, 80 % and more, or less."""

    UNANIMOUS = "unanimous"
    STRONG = "strong"
    SPLIT = "split"


@dataclass(frozen=True)
class Agent:
    """A member of the committee, as a card: who it is and what it is known for."""

    name: str
    description: str
    status: str = "active"


@dataclass(frozen=True)
class VoteOption:
    """One choice; `votes` are the members that chose it last, `reasoning` their reasons by name."""

    id: str
    description: str
    votes: list[str] = field(default_factory=list)
    reasoning: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class BallotAnswer:
    """How a member fills in a ballot: the id of the option it chooses, and why."""

    choice: str
    reasoning: str


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """What one voter answered in one round; `ranking` holds option ids, the best first."""

    voter: str
    ranking: tuple[str, ...]
    reasoning: str = ""
    backend: str = ""

    @property
    def choice(self) -> str:
        """The option id this ballot puts first."""
        return self.ranking[0]


@dataclass(frozen=True, kw_only=True)
class VoteRound:
    """One round: the ballots by voter, who failed and why, and what the user said after it."""

    number: int
    ballots: tuple[Ballot, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    feedback: str = ""


@dataclass(frozen=True)
class Vote:
    """A vote with its whole history; `rounds` are plain mappings as they stand in the record."""

    vote_id: str
    topic: str
    options: list[VoteOption]
    context: str = ""
    rounds: list[dict[str, Any]] = field(default_factory=list)
    agents_required: list[str] = field(default_factory=list)
    created_at: str = ""
    updated_at: str = ""
    status: VoteStatus = VoteStatus.ACTIVE
    vote_type: VoteType = VoteType.MULTIPLE_CHOICE
    deadline: str | None = None
    outcome: dict[str, Any] | None = None

    def option(self, choice: str) -> VoteOption | None:
        """Return the option with that id or, in any case, that text; None when there is none."""
        wanted = choice.strip().casefold()
        return next((o for o in self.options if wanted in {o.id.casefold(), o.description.strip().casefold()}), None)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Ballots counted: votes per option id, the leader, its share from 0 to 1, and how a tie was broken."""

    counts: Mapping[str, int]
    winner: str | None
    share: float
    level: ConsensusLevel
    voters: int
    tied: tuple[str, ...] = ()
