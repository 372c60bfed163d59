"""What is counted: one preference per voter, and all of them together as a profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from math import fsum, isfinite

from orkestra.domain.errors import InvalidVoteError

Tiers = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Preference:
    """What one voter prefers: tiers of option ids, the best tier first; options in one tier are level.

    Options that stand in no tier are below all that do, and level with each other; without tiers the voter abstains.
    `scores` are marks per option, the higher the better, in whatever unit the voters were asked for.
    Raises InvalidVoteError for a weight or mark that is no finite number, a negative weight, and an option named twice.
    """

    voter: str
    tiers: Tiers = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    weight: float = 1.0

    def __post_init__(self) -> None:
        if not isfinite(self.weight) or self.weight < 0:
            raise InvalidVoteError(f"the ballot of {self.voter} weighs {self.weight}; a weight is a number from 0 on")
        if wrong := [option for option, mark in self.scores.items() if not isfinite(mark)]:
            raise InvalidVoteError(
                f"the ballot of {self.voter} marks {', '.join(wrong)} with something else than a number"
            )
        named = tuple(chain.from_iterable(self.tiers))
        if len(set(named)) < len(named):
            raise InvalidVoteError(f"the ballot of {self.voter} names {_repeated(named)} more than once")
        if not all(self.tiers):
            raise InvalidVoteError(f"the ballot of {self.voter} has a tier without options; leave it out")
        if self.scores and not self.tiers:
            raise InvalidVoteError(f"the ballot of {self.voter} has marks but no tiers; make it with scored()")

    @property
    def options(self) -> set[str]:
        """The ids of all options that this ballot names."""
        return {*chain.from_iterable(self.tiers), *self.scores}


def ranked(voter: str, *options: str, weight: float = 1.0) -> Preference:
    """Return a ballot that ranks single options, the best first; one option is a single choice, none an abstention."""
    return Preference(voter, tuple((option,) for option in options), weight=weight)


def scored(voter: str, scores: Mapping[str, float], weight: float = 1.0) -> Preference:
    """Return a ballot of marks that also ranks: the option with the highest mark first, equal marks level."""
    marks = sorted(set(scores.values()), reverse=True)
    tiers = tuple(tuple(option for option, mark in scores.items() if mark == each) for each in marks)
    return Preference(voter, tiers, scores, weight)


@dataclass(frozen=True)
class Profile:
    """The options in the order in which they were proposed, and one preference per voter.

    Raises InvalidVoteError, naming the culprit, for duplicate options, unknown options and two ballots of one voter.
    """

    options: tuple[str, ...]
    preferences: tuple[Preference, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "options", tuple(self.options))
        object.__setattr__(self, "preferences", tuple(self.preferences))
        known = set(self.options)
        if len(known) < len(self.options):
            raise InvalidVoteError(f"proposed more than once: {_repeated(self.options)}")
        for each in self.preferences:
            if unknown := sorted(each.options - known):
                raise InvalidVoteError(
                    f"the ballot of {each.voter} names {', '.join(unknown)}; options: {', '.join(self.options)}"
                )
        voters = [each.voter for each in self.preferences]
        if len(set(voters)) < len(voters):
            raise InvalidVoteError(f"more than one ballot from {_repeated(voters)}")

    @cached_property
    def voting(self) -> tuple[Preference, ...]:
        """The preferences without the abstentions."""
        return tuple(each for each in self.preferences if each.tiers)

    @cached_property
    def weight(self) -> float:
        """How much all preferences weigh together, abstentions left out."""
        return fsum(each.weight for each in self.voting)

    @cached_property
    def groups(self) -> tuple[tuple[Tiers, float], ...]:
        """Each distinct ranking with the weight behind it, abstentions left out."""
        weights: dict[Tiers, list[float]] = {}
        for each in self.voting:
            weights.setdefault(each.tiers, []).append(each.weight)
        return tuple((tiers, fsum(each)) for tiers, each in weights.items())

    def by_heads(self) -> Profile:
        """Return the same profile with each ballot at weight 1."""
        return Profile(self.options, tuple(replace(each, weight=1.0) for each in self.preferences))


def _repeated(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(name for name, times in Counter(names).items() if times > 1)
