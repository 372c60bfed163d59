"""The terms under which a vote is held: recorded with its run, so that it goes on as it began."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from orkestra.domain.protocol import MOST_ROUNDS, USUAL_ROUNDS, Protocol, Step


@dataclass(frozen=True, kw_only=True)
class Terms:
    """How many rounds at most, without which steps, whether the user speaks in between, and if consensus is a must.

    `rounds` are those that are held without anybody's feedback.
    """

    max_rounds: int = MOST_ROUNDS
    rounds: int = USUAL_ROUNDS
    without: tuple[Step, ...] = ()
    with_feedback: bool = False
    require_consensus: bool = False

    @property
    def protocol(self) -> Protocol:
        """The steps that are taken."""
        return Protocol(rounds=self.rounds).without(*self.without)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How a vote is led: its terms, and who speaks for the user."""

    terms: Terms = field(default_factory=Terms)
    feedback: Callable[..., Any] | None = None

    @property
    def protocol(self) -> Protocol:
        """The steps that are taken."""
        return self.terms.protocol

    @property
    def rounds(self) -> int:
        """How many rounds there are at most: more than the protocol's only while the user says something new."""
        most = min(self.terms.max_rounds, MOST_ROUNDS)
        return most if self.feedback else min(most, self.terms.rounds)
