"""How much each AI's vote weighs in each domain before its record says more (FEATURES M2.3)."""

from __future__ import annotations

import re
from statistics import fmean
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import InvalidVoteError

if TYPE_CHECKING:
    from collections.abc import Mapping

DOMAINS: Final = ("architecture", "content", "cloud", "innovation", "code")

EXPERTISE: Final[Mapping[str, tuple[float, ...]]] = {
    "claude": (2.0, 1.5, 1.5, 1.5, 1.0),
    "chatgpt": (1.0, 2.0, 0.5, 1.0, 0.5),
    "gemini": (1.5, 0.5, 2.0, 1.0, 1.5),
    "copilot": (1.5, 0.5, 1.0, 1.0, 2.0),
    "grok": (1.0, 1.0, 1.0, 2.0, 1.0),
}
"""A row per AI, a column per domain."""

WORDS: Final[Mapping[str, str]] = {
    "architecture": "api architecture boundary component design interface layer module pattern schema",
    "content": "content copy documentation docs product readme style text translation wording",
    "cloud": "aws azure cloud database deployment docker hosting infrastructure kubernetes server",
    "innovation": "alternative analysis experiment idea innovation invention novel prototype research",
    "code": "algorithm bug code coding function implementation library performance refactoring test",
}
"""What the topic of a vote is recognised by; a plural counts as well."""


def weight_of(voter: str, domain: str = "") -> float:
    """Return how much a voter's ballot weighs in a domain, without one in general: the mean over all domains.

    Voters who are not in the table weigh 1. Raises InvalidVoteError for an unknown domain.
    """
    if domain and domain not in DOMAINS:
        raise InvalidVoteError(f"{domain!r} is no domain of expertise; use one of: {', '.join(DOMAINS)}")
    row = EXPERTISE.get(voter.casefold())
    if row is None:
        return 1.0
    return row[DOMAINS.index(domain)] if domain else fmean(row)


def domain_of(text: str) -> str:
    """Return the domain that a text has the most words of, the first of several, "" for none."""
    words = re.findall(r"[a-z]+", text.casefold())
    found = {
        domain: sum(word in known or word.removesuffix("s") in known for word in words)
        for domain, known in ((domain, WORDS[domain].split()) for domain in DOMAINS)
    }
    best = max(DOMAINS, key=lambda domain: found[domain])
    return best if found[best] else ""
