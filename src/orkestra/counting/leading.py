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
    """Return who was right most often in the record, and by how many log-odds others must win to be preferred.

    They must win by as much as the leader leads the next: where it is hardly better, it costs nothing to go against it;
    where it towers above the others, doubtful cases won nothing on average and lost in some teams
    (docs/adr/0010-weights-from-the-record.md). Silence counts as not right. Nobody leads, by nothing, where nothing was
    verified or all are alike.
    """
    verified = [outcome for outcome in record if outcome.right is not None]
    hits = Counter({voter: 0 for outcome in verified for voter in outcome.answers})
    hits.update(voter for outcome in verified for voter, option in outcome.answers.items() if option == outcome.right)
    if len(set(hits.values())) <= 1:
        return None, 0.0
    mean = sum(hits.values()) / len(hits)
    ranked = sorted(hits, key=lambda voter: (-hits[voter], voter))
    first, second = (_log_odds(hits[voter], mean, len(verified)) for voter in ranked[:2])
    return ranked[0], first - second


def _log_odds(hits: int, mean: float, cases: int) -> float:
    """Shrunk to the mean of all members by FIRMNESS imagined cases, and by one of each kind away from infinity."""
    share = (hits + FIRMNESS * mean / cases + 1.0) / (cases + FIRMNESS + 2.0)
    return math.log(share / (1.0 - share))
