"""Minority veto, for reviews: so many objections with a reproducible failure block, whatever the others say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orkestra.domain.errors import InvalidVoteError


@dataclass(frozen=True, kw_only=True)
class Objection:
    """What a reviewer holds against a change; `failure` says how to reproduce it ("" when it can't be)."""

    voter: str
    reason: str
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class Veto:
    """Whether a review is blocked, by whom, which objections did not count, and why in words."""

    blocked: bool
    by: tuple[Objection, ...]
    set_aside: tuple[Objection, ...]
    why: str


def veto(objections: Iterable[Objection], needed: int = 1) -> Veto:
    """Return whether `needed` reviewers object with a reproducible failure; one reviewer counts once.

    A small veto beats the majority when reviewers tend to wave bad work through (arXiv 2510.11822: 2.8 % errors by a
    veto of 4 of 14, 4.8 % by majority). Raises InvalidVoteError for a bar below one objection.
    """
    if needed < 1:
        raise InvalidVoteError(f"a veto needs at least one objection, not {needed}")
    given = tuple(objections)
    by = tuple(each for each in given if each.failure.strip())
    voters = {each.voter for each in by}
    blocked = len(voters) >= needed
    return Veto(
        blocked=blocked,
        by=by,
        set_aside=tuple(each for each in given if each not in by),
        why=f"{'blocked' if blocked else 'not blocked'}: {len(voters)} reproducible objections, {needed} block",
    )
