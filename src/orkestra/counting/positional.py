"""Methods that add up what each ballot gives an option: first places, points, approvals, marks."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from orkestra.counting.borda import borda_scores, points_of
from orkestra.counting.results import BY_ORDER, Count
from orkestra.counting.ties import counted, leaders

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.counting.ballots import Preference, Profile


def first_places(profile: Profile) -> dict[str, float]:
    """Return the weight that puts each option first; a ballot with several first options is divided among them."""
    given: dict[str, list[float]] = {option: [] for option in profile.options}
    for tiers, weight in profile.groups:
        for option in tiers[0]:
            given[option].append(weight / len(tiers[0]))
    return {option: fsum(weights) for option, weights in given.items()}


def plurality(profile: Profile) -> Count:
    """Return who leads by first places; the share is that of the weight cast."""
    return _most_weight("plurality", profile, first_places(profile))


def weighted(profile: Profile) -> Count:
    """Return who has the most weight in first places: plurality of a profile whose ballots carry expertise."""
    return _most_weight("weighted", profile, first_places(profile))


def borda(profile: Profile) -> Count:
    """Return who has the most Borda points; the share is that of the points one option can earn at most."""
    scores = borda_scores(profile)
    most = profile.weight * max(len(profile.options) - 1, 1)
    count = counted("borda", profile, scores, leaders(scores, most), _shares(scores, most))
    return count if not count.tied else _in_order(count)


def approval(profile: Profile) -> Count:
    """Return which option most of the weight approves of.

    A ballot approves of what is above its own average, by its marks or, without marks, by its Borda points: the best
    answer of a voter who knows nothing about the others (Weber, "Approval Voting", Journal of Economic Perspectives
    9, 1995). A ballot of one tier approves of just that tier.
    """
    given: dict[str, list[float]] = {option: [] for option in profile.options}
    for each in profile.voting:
        for option in _approved(each, profile.options):
            given[option].append(each.weight)
    return _most_weight("approval", profile, {option: fsum(weights) for option, weights in given.items()})


def score(profile: Profile) -> Count:
    """Return which option has the highest average mark; ballots without marks are left out.

    An option that a ballot of marks leaves out gets that ballot's lowest. The share is where the winner's average
    stands between the lowest and the highest mark that anybody gave.
    """
    marked = [each for each in profile.voting if each.scores]
    total = fsum(each.weight for each in marked)
    if not total:
        return Count(method="score", winner=None, scores=dict.fromkeys(profile.options, 0.0))
    means = {option: fsum(_mark(each, option) * each.weight for each in marked) / total for option in profile.options}
    given = [mark for each in marked for mark in each.scores.values()]
    low, high = min(given), max(given)
    span = (high - low) or 1.0
    shares = {option: (mean - low) / span for option, mean in means.items()}
    return counted("score", profile, means, leaders(means, span), shares)


def _most_weight(method: str, profile: Profile, scores: Mapping[str, float]) -> Count:
    return counted(method, profile, scores, leaders(scores, profile.weight), _shares(scores, profile.weight))


def _shares(scores: Mapping[str, float], most: float) -> dict[str, float]:
    return {option: score / most if most else 0.0 for option, score in scores.items()}


def _approved(ballot: Preference, options: tuple[str, ...]) -> list[str]:
    worth = dict(ballot.scores) or points_of(ballot.tiers, options)
    low = min(worth.values())
    average = fsum(worth.get(option, low) for option in options) / len(options)
    return [option for option, each in worth.items() if each > average]


def _mark(ballot: Preference, option: str) -> float:
    return ballot.scores.get(option, min(ballot.scores.values()))


def _in_order(count: Count) -> Count:
    return Count(**{**vars(count), "tie_broken_by": BY_ORDER})
