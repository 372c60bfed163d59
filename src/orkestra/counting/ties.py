"""One tie rule for all methods: the higher Borda count, then the option that was proposed first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.counting.borda import borda_scores
from orkestra.counting.results import BY_BORDA, BY_ORDER, CLOSE, Count

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from orkestra.counting.ballots import Profile


def leaders(scores: Mapping[str, float], scale: float) -> tuple[str, ...]:
    """Return the options with the highest score, in the order of `scores`; `scale` is the most that a score can be."""
    most = max(scores.values(), default=0.0)
    return tuple(option for option, score in scores.items() if score >= most - CLOSE * scale)


def break_tie(profile: Profile, tied: Collection[str]) -> tuple[str, str]:
    """Return the winner among `tied`, and by which rule it won: the Borda count or the order of proposal."""
    points = borda_scores(profile)
    best = leaders({each: points[each] for each in profile.options if each in tied}, _most(profile))
    return best[0], BY_BORDA if len(best) == 1 else BY_ORDER


def counted(
    method: str, profile: Profile, scores: Mapping[str, float], first: Collection[str], share: Mapping[str, float]
) -> Count:
    """Return the count of a method that puts `first` first: the tie rule chooses when they are several.

    `share` says how strong each option is, from 0 to 1. Without any weight in the profile there is no winner.
    """
    if not profile.weight or not first:
        return Count(method=method, winner=None, scores=scores)
    tied = tuple(option for option in profile.options if option in first)
    winner, broken_by = (tied[0], "") if len(tied) == 1 else break_tie(profile, tied)
    return Count(
        method=method,
        winner=winner,
        scores=scores,
        share=share[winner],
        tied=tied if len(tied) > 1 else (),
        tie_broken_by=broken_by,
    )


def _most(profile: Profile) -> float:
    return profile.weight * max(len(profile.options) - 1, 1)
