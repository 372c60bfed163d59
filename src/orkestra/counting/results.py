"""What every method of counting returns, and when two scores are the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

CLOSE: Final = 1e-9
"""Scores closer than this share of all the weight are level: weights such as 0.1 + 0.2 and 0.3 must tie."""

BY_BORDA: Final = "the Borda count"
BY_ORDER: Final = "the option that was proposed first"


@dataclass(frozen=True, kw_only=True)
class Elimination:
    """One round of a runoff: the weight on each option still in, and which option was struck out (None in the last).

    `level_with` are the options that had as little and stayed in by the tie rule named in `tie_broken_by`.
    """

    scores: Mapping[str, float]
    struck: str | None = None
    level_with: tuple[str, ...] = ()
    tie_broken_by: str = ""


@dataclass(frozen=True, kw_only=True)
class Count:
    """A profile counted by one method.

    `winner` is None when nobody voted or the method's bar was not passed; `tied` are all options the method itself
    could not separate, () when it could; `scores` are in the method's own unit; `share` says from 0 to 1 how strong
    the leader is; `tie_broken_by` names the rule that chose among the tied.
    """

    method: str
    winner: str | None
    scores: Mapping[str, float]
    share: float = 0.0
    tied: tuple[str, ...] = ()
    tie_broken_by: str = ""
    rounds: tuple[Elimination, ...] = ()
