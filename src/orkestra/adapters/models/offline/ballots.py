"""A ballot by rule: points by stated criteria, with the whole sum in the reasoning."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.domain.votes import BallotAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MOST_SHARED: Final = 5
"""More words of the question than this give no more points: an option must not win by its length."""
_WORD: Final = re.compile(r"[^\W_]{3,}")
_ESTIMATE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(hour|day|week|month)s?\b", re.IGNORECASE)
_IN_DAYS: Final = {"hour": 1 / 8, "day": 1.0, "week": 5.0, "month": 21.0}
"""Working days; an estimate in words is compared by them."""
_COMMON: Final = frozenset(
    [
        "and",
        "are",
        "but",
        "can",
        "for",
        "from",
        "has",
        "have",
        "its",
        "not",
        "one",
        "our",
        "that",
        "the",
        "this",
        "was",
        "which",
        "will",
        "with",
    ]
)


@dataclass(frozen=True)
class _Option:
    """One option as the criteria see it; `least` is the smallest estimate of all options in working days."""

    words: frozenset[str]
    question: frozenset[str]
    days: float | None
    least: float | None

    @property
    def shared(self) -> list[str]:
        """The words that it has in common with the question and what is known."""
        return sorted(self.words & self.question)


@dataclass(frozen=True)
class _Criterion:
    name: str
    points: Callable[[_Option], int]
    seen: Callable[[_Option], str] = lambda _: ""


def _names(*stems: str) -> Callable[[_Option], int]:
    return lambda option: int(any(word.startswith(stems) for word in option.words))


CRITERIA: Final = (
    _Criterion(
        "words of the question",
        lambda option: min(len(option.shared), MOST_SHARED),
        lambda option: ", ".join(option.shared[:MOST_SHARED]),
    ),
    _Criterion("names a risk", _names("risk", "drawback", "limitation", "downside")),
    _Criterion("says how it is proven", _names("test", "measur", "benchmark", "proof", "prove")),
    _Criterion("states an estimate", lambda option: int(option.days is not None)),
    _Criterion(
        "the smallest estimate",
        lambda option: int(option.days is not None and option.days == option.least),
        lambda option: f"{option.days:g} days",
    ),
    _Criterion("can be undone", _names("reversib", "revert", "undo", "rollback", "optional", "incremental")),
    _Criterion("can't be undone", lambda option: -_names("irreversib", "permanent", "rewrit", "lockin")(option)),
)


def fill_in(facts: Mapping[str, Any]) -> BallotAnswer:
    """Return the ballot for the option with most points, the first of equals, with the arithmetic of all."""
    texts = {option["id"]: str(option["description"]) for option in facts["options"]}
    question = _words(f"{facts['topic']} {facts['context']}")
    days = {option_id: _days(text) for option_id, text in texts.items()}
    least = min((each for each in days.values() if each is not None), default=None)
    options = {option_id: _Option(_words(text), question, days[option_id], least) for option_id, text in texts.items()}
    totals = {option_id: sum(each.points(option) for each in CRITERIA) for option_id, option in options.items()}
    best = max(totals, key=lambda option_id: totals[option_id])  # the first of equals
    sums = "; ".join(f"{option_id} = {totals[option_id]}: {_sum(option)}" for option_id, option in options.items())
    return BallotAnswer(
        choice=best,
        reasoning=f"By rule, no AI was asked: points by stated criteria, the first of equals wins. {sums}.",
    )


def _sum(option: _Option) -> str:
    parts = []
    for criterion in CRITERIA:
        if points := criterion.points(option):
            seen = criterion.seen(option)
            parts.append(f"{points:+d} {criterion.name}{f' ({seen})' if seen else ''}")
    return " ".join(parts) or "no criterion applies"


def _days(text: str) -> float | None:
    found = [float(number) * _IN_DAYS[unit.lower()] for number, unit in _ESTIMATE.findall(text)]
    return sum(found) if found else None


def _words(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in _WORD.findall(text)) - _COMMON
