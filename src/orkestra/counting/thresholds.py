"""Bars that a share of the votes must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orkestra.domain.votes import Tally


def majority(tally: Tally) -> bool:
    """Say whether the leader has more than half of the votes cast."""
    return tally.winner is not None and 2 * tally.counts[tally.winner] > tally.voters


def unanimity(tally: Tally) -> bool:
    """Say whether everyone who voted chose the leader."""
    return tally.winner is not None and tally.counts[tally.winner] == tally.voters


def quorum_met(voted: int, required: int) -> bool:
    """Say whether more than half of the required voters have voted; nobody required is no quorum."""
    return required > 0 and 2 * voted > required
