"""Ranked choice (instant runoff): the option with the least is struck out until one has more than half."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Protocol

from orkestra.counting.results import BY_BORDA, BY_ORDER, CLOSE, Count, Elimination

if TYPE_CHECKING:
    from collections.abc import Sequence


class Piles(Protocol):
    """Ballots in piles, each on the pile of the best option it names that is still in; options are numbered."""

    def heights(self) -> Sequence[float]:
        """Return the weight of each option's pile; struck options have 0."""

    def strike(self, option: int) -> None:
        """Take an option out: its ballots move to the next option they name, or off the table."""

    def points(self) -> Sequence[float]:
        """Return the Borda points of each option over all ballots; asked only when there is a tie."""


def run_off(options: Sequence[str], piles: Piles) -> Count:
    """Return the winner of an instant runoff with its rounds; `scores` and `share` are those of the last one.

    Of several options with the least, the one with the fewest Borda points is struck out, then the one that was
    proposed last. The share is that of the ballots that still name an option. `tied` are the options that were left
    when all of them were level.
    """
    left = list(range(len(options)))
    rounds: list[Elimination] = []
    while True:
        heights = piles.heights()
        total = fsum(heights[each] for each in left)
        standing = {options[each]: heights[each] for each in left}
        if not total:
            return Count(method="ranked_choice", winner=None, scores=standing, rounds=tuple(rounds))
        winner = max(left, key=heights.__getitem__)
        if len(left) == 1 or heights[winner] > total * (0.5 + CLOSE):
            rounds.append(Elimination(scores=standing))
            return _count(options[winner], rounds)
        least = min(heights[each] for each in left)
        level = [each for each in left if heights[each] <= least + CLOSE * total]
        struck, broken_by = _weakest(level, piles)
        others = tuple(options[each] for each in level if each != struck)
        rounds.append(Elimination(scores=standing, struck=options[struck], level_with=others, tie_broken_by=broken_by))
        left.remove(struck)
        piles.strike(struck)


def _weakest(level: Sequence[int], piles: Piles) -> tuple[int, str]:
    if len(level) == 1:
        return level[0], ""
    points = piles.points()
    fewest = min(points[each] for each in level) + CLOSE * fsum(points)
    weakest = [each for each in level if points[each] <= fewest]
    return weakest[-1], BY_BORDA if len(weakest) == 1 else BY_ORDER


def _count(winner: str, rounds: Sequence[Elimination]) -> Count:
    last = rounds[-1].scores
    dead_heats = [each for each in rounds[:-1] if len(each.level_with) == len(each.scores) - 1]
    broken_by = {each.tie_broken_by for each in dead_heats}
    return Count(
        method="ranked_choice",
        winner=winner,
        scores=last,
        share=last[winner] / fsum(last.values()),
        tied=tuple(dead_heats[0].scores) if dead_heats else (),
        tie_broken_by=BY_ORDER if BY_ORDER in broken_by else "".join(broken_by),
        rounds=tuple(rounds),
    )
