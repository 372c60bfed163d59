"""How a committee comes to a decision: the steps, each of which can be left out, and the kinds of decision.

The steps and their reasons are those of the evidence-based protocol (docs/adr/0018-the-protocol-of-a-vote.md).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from orkestra.domain.errors import InvalidVoteError

USUAL_ROUNDS = 2
MOST_ROUNDS = 5
"""More rounds before the vote hurt (arXiv 2502.19130); nobody gets more than these."""


class DecisionKind(StrEnum):
    """What is decided, and so how it is counted.

    A CHOICE by ranking, a FACT by the weight of those who cite something, a REVIEW by minority veto, something
    IRREVERSIBLE (or of security) by supermajority and a person.
    """

    CHOICE = "choice"
    FACT = "fact"
    REVIEW = "review"
    IRREVERSIBLE = "irreversible"


class Step(StrEnum):
    """A step of the protocol."""

    GATE = "gate"
    MACHINE_FIRST = "machine_first"
    ANONYMOUS = "anonymous"
    SHUFFLED = "shuffled"
    OWN_SET_ASIDE = "own_set_aside"
    NEW_FACTS = "new_facts"
    WEIGHTS = "weights"
    EARLY_STOP = "early_stop"
    LADDER = "ladder"
    DISSENT = "dissent"


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """The steps that are taken, and how many rounds there are when nobody gives feedback in between."""

    steps: frozenset[Step] = frozenset(Step)
    rounds: int = USUAL_ROUNDS

    def __post_init__(self) -> None:
        if not 1 <= self.rounds <= MOST_ROUNDS:
            raise InvalidVoteError(f"a vote takes from 1 to {MOST_ROUNDS} rounds, not {self.rounds}")

    def __contains__(self, step: Step) -> bool:
        """Say whether a step is taken."""
        return step in self.steps

    @property
    def left_out(self) -> tuple[Step, ...]:
        """The steps that are not taken, in the protocol's order."""
        return tuple(step for step in Step if step not in self.steps)

    def without(self, *steps: Step | str) -> Self:
        """Return the protocol without these steps; raise InvalidVoteError for a name that is no step."""
        for step in steps:
            if step not in {*Step}:
                raise InvalidVoteError(f"{step!r} is no step of the protocol; its steps: {', '.join(Step)}")
        return replace(self, steps=self.steps.difference(map(Step, steps)))
