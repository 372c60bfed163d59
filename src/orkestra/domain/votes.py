"""Votes: the question, the options, what each member answered, and what was decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from orkestra.domain.errors import InvalidVoteError
from orkestra.domain.protocol import USUAL_ROUNDS, DecisionKind, Protocol, Step

NOTHING: Final = "nothing"
"""What a vote decided that was closed without a decision."""


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
    """How a member fills in a ballot: the id of the option it chooses, and why.

    `ranking` names all options it would accept, the best first. `scores` are marks from 0 to 10 per criterion and
    option. `new_fact` refers to what made it change its choice, `failure` is a command that shows a failure (reviews),
    `would_show` what would show it right should it be outvoted, `experiment` the cheapest test that would settle it.
    """

    choice: str
    reasoning: str
    ranking: tuple[str, ...] = ()
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    new_fact: str = ""
    failure: str = ""
    would_show: str = ""
    experiment: str = ""


@dataclass(frozen=True, kw_only=True)
class Ballot:
    """What one voter answered in one round; `ranking` holds option ids, the best first, none for an abstention.

    The other fields are as in BallotAnswer. `yielded` says that the voter changed its choice without a new fact:
    then the ballot before this one counts.
    """

    voter: str
    ranking: tuple[str, ...]
    reasoning: str = ""
    backend: str = ""
    scores: dict[str, dict[str, float]] = field(default_factory=dict)
    new_fact: str = ""
    failure: str = ""
    would_show: str = ""
    experiment: str = ""
    yielded: bool = False

    @property
    def choice(self) -> str:
        """The option id this ballot puts first, "" for an abstention."""
        return self.ranking[0] if self.ranking else ""


@dataclass(frozen=True, kw_only=True)
class VoteRound:
    """One round: the ballots by voter, who failed and why, and what the user said after it.

    `nonsense` are those among the failed who did answer, but not in a form that counts.
    """

    number: int
    ballots: tuple[Ballot, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    nonsense: tuple[str, ...] = ()
    feedback: str = ""


@dataclass(frozen=True, kw_only=True)
class Agenda:
    """What is known about a vote before it is held.

    `key` names it, so that creating it again changes nothing. `area` is the kind of work the decision belongs to
    (architecture, code, ...). `authors` are the members that proposed an option, `trials` the command that shows
    whether an option works, both by option id. `people` are voters who cast their ballots themselves. `cheap_to_undo`
    says that one member may decide it, `direct` that no agent is asked: ballots alone decide. `without` are the steps
    of the protocol that are left out, `rounds` how many rounds there are without anybody's feedback.
    """

    kind: DecisionKind = DecisionKind.CHOICE
    key: str = ""
    area: str = ""
    authors: dict[str, list[str]] = field(default_factory=dict)
    trials: dict[str, list[str]] = field(default_factory=dict)
    people: list[str] = field(default_factory=list)
    cheap_to_undo: bool = False
    direct: bool = False
    without: tuple[Step, ...] = ()
    rounds: int = USUAL_ROUNDS

    @property
    def protocol(self) -> Protocol:
        """The steps that are taken."""
        return Protocol(rounds=self.rounds).without(*self.without)


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
    agenda: Agenda = field(default_factory=Agenda)

    def option(self, choice: str) -> VoteOption | None:
        """Return the option with that id or, in any case, that text; None when there is none."""
        wanted = choice.strip().casefold()
        return next((o for o in self.options if wanted in {o.id.casefold(), o.description.strip().casefold()}), None)

    def in_words(self, text: str) -> str:
        """Return a text with the options' descriptions, quoted, in the place of their ids."""
        for option in reversed(self.options):  # option_10 before option_1
            text = text.replace(option.id, repr(option.description))
        return text


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Ballots counted: votes per option id, the leader, its share from 0 to 1, and how a tie was broken."""

    counts: Mapping[str, int]
    winner: str | None
    share: float
    level: ConsensusLevel
    voters: int
    tied: tuple[str, ...] = ()
