"""Stopping early: when the ballots still out can't change who leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.counting.positional import first_places
from orkestra.counting.results import CLOSE

if TYPE_CHECKING:
    from orkestra.counting.ballots import Profile


def settled(profile: Profile, remaining_weight: float) -> bool:
    """Say whether the lead in first places can't be overtaken by ballots of `remaining_weight` still out."""
    scores = sorted(first_places(profile).values(), reverse=True)
    if not profile.weight:
        return False
    second = scores[1] if len(scores) > 1 else 0.0
    close = CLOSE * (profile.weight + remaining_weight)
    return remaining_weight <= close or scores[0] - second > remaining_weight + close
