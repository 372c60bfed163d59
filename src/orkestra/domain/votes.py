"""Votes: the question, the options, what each member answered, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from orkestra.domain.errors import InvalidVoteError


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


class ConsensusMethod(StrEnum):
    """How ballots become a decision; the bars are shares of the votes for the leader.

    UNANIMOUS asks for all of them, SUPERMAJORITY for 75 % and more, MAJORITY for more than 50 %. With PLURALITY
    and, by weight, with WEIGHTED it is enough to lead. RANKED_CHOICE strikes the last option out until one has
    more than half of the ballots that still name an option.
    """

    UNANIMOUS = "unanimous"
    SUPERMAJORITY = "supermajority"
    MAJORITY = "majority"
    PLURALITY = "plurality"
    RANKED_CHOICE = "ranked_choice"
    WEIGHTED = "weighted"


@dataclass(frozen=True)
class VotingRule:
    """When a vote counts as decided; raises InvalidVoteError for shares outside 0 to 1 and unknown methods.

    `min_participation` is the turnout needed, `quorum` the share the winner needs: the bar is the higher of the
    quorum and the method's own. With `weight_by_expertise` each ballot counts by its weight; WEIGHTED always does.
    """

    method: ConsensusMethod = ConsensusMethod.MAJORITY
    min_participation: float = 0.5
    quorum: float = 0.0
    weight_by_expertise: bool = False

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "method", ConsensusMethod(self.method))
        except ValueError:
            known = ", ".join(ConsensusMethod)
            raise InvalidVoteError(f"{self.method!r} is no method of counting; use one of: {known}") from None
        for name in ("min_participation", "quorum"):
            share = getattr(self, name)
            if not isinstance(share, int | float) or not 0 <= share <= 1:  # NaN is not between 0 and 1 either
                raise InvalidVoteError(f"{name} is a share from 0 to 1, not {share!r}")


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
