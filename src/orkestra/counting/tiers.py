"""Ranked choice over preferences with level options: each ballot is shared by the options of its best tier."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING

from orkestra.counting.borda import borda_scores
from orkestra.counting.runoff import run_off

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.counting.ballots import Profile
    from orkestra.counting.results import Count


def ranked_choice(profile: Profile) -> Count:
    """Return the winner of an instant runoff; level options share their ballot until one of them is struck out.

    That is Split-IRV (Delemazure and Peters, "Generalizing Instant Runoff Voting to Allow Indifferences", EC 2024): a
    ballot weighs the same whatever it ties. The tie rule is that of `run_off`.
    """
    return run_off(profile.options, TieredPiles(profile))


class TieredPiles:
    """Distinct rankings in piles; the key of a pile are the options that share it."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._rankings = [tiers for tiers, _ in profile.groups]
        self._weights = [weight for _, weight in profile.groups]
        self._tier = [0] * len(self._rankings)
        self._numbers = {option: number for number, option in enumerate(profile.options)}
        self._left = set(profile.options)
        self._piles: dict[tuple[str, ...], list[int]] = {}
        for ballot, tiers in enumerate(self._rankings):
            self._piles.setdefault(tiers[0], []).append(ballot)

    def heights(self) -> Sequence[float]:
        parts: list[list[float]] = [[] for _ in self._numbers]
        for shared_by, pile in self._piles.items():
            part = fsum(map(self._weights.__getitem__, pile)) / len(shared_by)
            for option in shared_by:
                parts[self._numbers[option]].append(part)
        return [fsum(each) for each in parts]

    def strike(self, option: int) -> None:
        struck = self._profile.options[option]
        self._left.remove(struck)
        for shared_by in [key for key in self._piles if struck in key]:
            pile = self._piles.pop(shared_by)
            if rest := tuple(each for each in shared_by if each != struck):
                self._piles.setdefault(rest, []).extend(pile)
            else:
                self._move_on(pile)

    def points(self) -> Sequence[float]:
        return list(borda_scores(self._profile).values())

    def _move_on(self, pile: Sequence[int]) -> None:
        for ballot in pile:
            tiers = self._rankings[ballot]
            for place in range(self._tier[ballot] + 1, len(tiers)):
                if rest := tuple(each for each in tiers[place] if each in self._left):
                    self._tier[ballot] = place
                    self._piles.setdefault(rest, []).append(ballot)
                    break
