"""All methods by name, and whether the result depends on the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from orkestra.counting.ballots import Profile
from orkestra.counting.condorcet import condorcet, copeland
from orkestra.counting.positional import approval, borda, plurality, score, weighted
from orkestra.counting.results import Count
from orkestra.counting.thresholds import OWN_BARS
from orkestra.counting.tiers import ranked_choice
from orkestra.domain.votes import ConsensusMethod

Method = Callable[[Profile], Count]


def unanimous(profile: Profile) -> Count:
    """Return the option that every ballot puts first; there is a winner only if there is one."""
    return _above(ConsensusMethod.UNANIMOUS, profile)


def supermajority(profile: Profile) -> Count:
    """Return the option that 75 % and more of the weight put first; no winner where nobody has that."""
    return _above(ConsensusMethod.SUPERMAJORITY, profile)


def majority(profile: Profile) -> Count:
    """Return the option that more than half of the weight puts first; no winner where nobody has that."""
    return _above(ConsensusMethod.MAJORITY, profile)


def _above(method: ConsensusMethod, profile: Profile) -> Count:
    count = replace(plurality(profile), method=str(method))
    return count if OWN_BARS[method].passed_by(count.share) else replace(count, winner=None, tie_broken_by="")


METHODS: Final[Mapping[str, Method]] = MappingProxyType(
    {
        "unanimous": unanimous,
        "supermajority": supermajority,
        "majority": majority,
        "plurality": plurality,
        "ranked_choice": ranked_choice,
        "weighted": weighted,
        "borda": borda,
        "condorcet": condorcet,
        "copeland": copeland,
        "approval": approval,
        "score": score,
    }
)
"""Every method counts the ballots by their weights; `Profile.by_heads()` makes them all alike."""


@dataclass(frozen=True, kw_only=True)
class Robustness:
    """A profile counted by every method.

    `winners` has the winner by method, None where a method names none; `tied` the methods that only a tie rule
    decided. `depends_on_method` says whether two methods name different winners, `depends_on_weights` whether any
    method names another winner when all ballots weigh the same.
    """

    winners: Mapping[str, str | None]
    tied: tuple[str, ...]
    depends_on_method: bool
    depends_on_weights: bool


def robustness(profile: Profile) -> Robustness:
    """Count a profile by every method, with its weights and without."""
    counts = {name: method(profile) for name, method in METHODS.items()}
    winners = {name: count.winner for name, count in counts.items()}
    by_heads = profile.by_heads()
    return Robustness(
        winners=winners,
        tied=tuple(name for name, count in counts.items() if count.tied),
        depends_on_method=len(set(winners.values()) - {None}) > 1,
        depends_on_weights=any(METHODS[name](by_heads).winner != winner for name, winner in winners.items()),
    )
