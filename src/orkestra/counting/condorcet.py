"""Duels: every option against every other; who beats all, or is beaten least, wins."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from orkestra.counting.results import CLOSE
from orkestra.counting.ties import counted, leaders

if TYPE_CHECKING:
    from orkestra.counting.ballots import Profile, Tiers
    from orkestra.counting.results import Count

Duels = dict[str, dict[str, float]]


def supports(profile: Profile) -> Duels:
    """Return for each option and each rival the weight of the ballots that prefer the option to the rival."""
    places = [(_places(tiers), len(tiers), weight) for tiers, weight in profile.groups]
    return {
        one: {
            other: fsum(weight for place, last, weight in places if place.get(one, last) < place.get(other, last))
            for other in profile.options
            if other != one
        }
        for one in profile.options
    }


def margins(duels: Duels) -> Duels:
    """Return for each option and each rival by how much weight the option is ahead (negative: behind)."""
    return {one: {other: duels[one][other] - duels[other][one] for other in duels[one]} for one in duels}


def copeland_scores(profile: Profile) -> dict[str, float]:
    """Return for each option its duels won less its duels lost."""
    close = CLOSE * profile.weight
    ahead = margins(supports(profile))
    return {
        one: float(sum(margin > close for margin in duels.values()) - sum(margin < -close for margin in duels.values()))
        for one, duels in ahead.items()
    }


def copeland(profile: Profile) -> Count:
    """Return who wins the most duels, less those lost (Copeland 1951); the share is as for `condorcet`."""
    scores = copeland_scores(profile)
    return counted("copeland", profile, scores, leaders(scores, 1.0), _closest(profile, supports(profile)))


def condorcet(profile: Profile) -> Count:
    """Return the Schulze winner: who beats all others, else whom no chain of duels beats more strongly than it answers.

    A duel's strength is its margin, so a ballot that ties two options changes nothing between them (Schulze, "A new
    monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election method", Social
    Choice and Welfare 36, 2011; strongest paths by Floyd and Warshall). `scores` are Copeland's, for reading; the
    share is the weight that prefers the winner to its closest rival.
    """
    duels = supports(profile)
    paths = strongest_paths(margins(duels))
    close = CLOSE * profile.weight
    first = [
        one for one in paths if all(paths[one][other] >= paths[other][one] - close for other in paths if other != one)
    ]
    return counted("condorcet", profile, copeland_scores(profile), first, _closest(profile, duels))


def strongest_paths(ahead: Duels) -> Duels:
    """Return for each pair how strong the strongest chain of won duels is: as strong as the weakest duel in it."""
    paths = {one: {other: max(margin, 0.0) for other, margin in duels.items()} for one, duels in ahead.items()}
    for middle, onward in paths.items():
        for one, reached in paths.items():
            for other in reached:
                if middle not in {one, other}:
                    reached[other] = max(reached[other], min(reached[middle], onward[other]))
    return paths


def _places(tiers: Tiers) -> dict[str, int]:
    return {option: place for place, tier in enumerate(tiers) for option in tier}


def _closest(profile: Profile, duels: Duels) -> dict[str, float]:
    weight = profile.weight or 1.0
    return {one: min(rivals.values(), default=weight) / weight for one, rivals in duels.items()}
