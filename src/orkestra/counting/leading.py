"""Who is furthest ahead of the others, and how much doubt it takes to go against that member."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from orkestra.counting.merit import compared, leads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.counting.merit import Lead
    from orkestra.counting.weights import Outcome

FIRMNESS: Final = 10.0
"""As many cases as it takes before half of a member's lead is believed."""

DIGITS: Final = 9
"""Shares that differ in a later digit are the same."""

EDGE: Final = 0.01
"""Nobody is taken to be right in more than 99 of a hundred cases, nor in less than one."""


def leader(record: Sequence[Outcome]) -> tuple[str | None, float]:
    """Return who was ahead of its company most, and by how many log-odds others must win to be preferred.

    They must win by as much as the leader leads the next: where it is hardly better, it costs nothing to go against it;
    where it towers above the others, doubtful cases won nothing on average and lost in some teams
    (docs/adr/0010-weights-from-the-record.md). Who abstained was not right; who was always asked alone leads nobody.
    Nobody leads, by nothing, where nothing was verified or all are alike.
    """
    hits = [hit for asked, _ in compared(record) for hit in asked.values()]
    mean = (sum(hits) + 1.0) / (len(hits) + 2.0)
    shares = {voter: round(mean + _believed(ahead), DIGITS) for voter, ahead in leads(record).items()}
    ranked = sorted(shares, key=lambda voter: (-shares[voter], voter))
    if not ranked or shares[ranked[0]] == shares[ranked[-1]]:
        return None, 0.0
    first, second = (_log_odds(shares[voter]) for voter in ranked[:2])
    return ranked[0], first - second


def _believed(ahead: Lead) -> float:
    return ahead.gap * ahead.cases / (ahead.cases + FIRMNESS)


def _log_odds(share: float) -> float:
    held = min(max(share, EDGE), 1.0 - EDGE)
    return math.log(held / (1.0 - held))
