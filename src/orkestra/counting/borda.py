"""The Borda count: on each ballot an option earns a point per option below it, and half a point per level one."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orkestra.counting.ballots import Profile, Tiers


def borda_scores(profile: Profile) -> dict[str, float]:
    """Return the points of each option, times the ballots' weights.

    Half points for level options make a ballot give the same sum whatever it ties (the symmetric form: Saari,
    "The Borda dictionary", Social Choice and Welfare 7, 1990).
    """
    earned: dict[str, list[float]] = {option: [] for option in profile.options}
    for tiers, weight in profile.groups:
        for option, points in points_of(tiers, profile.options).items():
            earned[option].append(points * weight)
    return {option: fsum(points) for option, points in earned.items()}


def points_of(tiers: Tiers, options: tuple[str, ...]) -> dict[str, float]:
    """Return the points that one ballot gives: options left out share the places below the ranked ones."""
    points: dict[str, float] = {}
    below = len(options)
    for tier in (*tiers, tuple(set(options).difference(*tiers))):
        below -= len(tier)
        points.update(dict.fromkeys(tier, below + (len(tier) - 1) / 2))
    return points
