"""What must never leave: the keys we know, taken out of every prompt, reply, log and message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from orkestra.domain.redaction import MASK, redact, redact_keys
from orkestra.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST: Final = 8
"""Characters of the shortest text that is taken for a key: masking "test" everywhere would ruin the work."""
MAX_MESSAGE: Final = 300


@dataclass(frozen=True)
class Secrets:
    """The keys of all services, so that none of them is told to another."""

    values: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, values: Iterable[str]) -> Secrets:
        """Return these keys as secrets, the longest first."""
        return cls(tuple(sorted({value for value in values if len(value) >= SHORTEST}, key=len, reverse=True)))

    def known_in(self, text: str) -> bool:
        """Say whether a key of ours stands in the text."""
        return any(value in text for value in self.values)

    def hide(self, text: str) -> str:
        """Return the text without our keys; all else stays exactly as it is."""
        for value in self.values:
            text = text.replace(value, MASK)
        return text

    def for_prompt(self, text: str) -> str:
        """Return what may be sent to a service: neither our keys nor anything that has the shape of one."""
        return redact_keys(self.hide(text))

    def for_message(self, text: str) -> str:
        """Return what may be shown and logged, in one line."""
        return one_line(redact(self.hide(text)), MAX_MESSAGE)
