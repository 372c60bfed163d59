"""Who has been right most often, and how much doubt it takes to go against that member."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.counting.weights import Outcome

FIRMNESS: Final = 10.0


def leader(record: Sequence[Outcome]) -> tuple[str | None, float]:
    """Return who was right most often of what it was asked, and by how many log-odds others must win to be preferred.

    They must win by as much as the leader leads the next: where it is hardly better, it costs nothing to go against it;
    where it towers above the others, doubtful cases won nothing on average and lost in some teams
    (docs/adr/0010-weights-from-the-record.md). Who abstained was not right. Nobody leads, by nothing, where nothing was
    verified or all are alike.
    """
    asked: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    for outcome in record:
        if outcome.right is not None:
            asked.update({*outcome.answers, *outcome.abstained})
            hits.update(voter for voter, option in outcome.answers.items() if option == outcome.right)
    if not asked:
        return None, 0.0
    mean = hits.total() / asked.total()
    odds = {voter: _log_odds(hits[voter], mean, cases) for voter, cases in asked.items()}
    first, *others = sorted(odds, key=lambda voter: (-odds[voter], voter))
    if not others or odds[first] == min(odds.values()):
        return None, 0.0
    return first, odds[first] - odds[others[0]]


def _log_odds(hits: int, mean: float, cases: int) -> float:
    """Shrunk to the share of all members by FIRMNESS imagined cases, and by one of each kind away from infinity."""
    share = (hits + FIRMNESS * mean + 1.0) / (cases + FIRMNESS + 2.0)
    return math.log(share / (1.0 - share))
