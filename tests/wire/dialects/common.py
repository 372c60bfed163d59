"""What every API has in common: reading a request, and telling an answer whole or in pieces."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from tests.wire.script import Asked, Reply

PIECE = 12
"""Characters of text or arguments in one chunk of a stream."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A fault that an API tells by its HTTP status."""

    kind: str
    status: int
    retry_after: float | None = None


class Dialect(Protocol):
    """One API: how it is asked, and how it answers."""

    def read(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Asked:
        """What a request says."""

    def whole(self, asked: Asked, reply: Reply) -> dict[str, Any]:
        """The reply as one JSON object."""

    def chunks(self, asked: Asked, reply: Reply) -> Iterator[str]:
        """The reply as server-sent events."""

    def refusal(self, refusal: Refusal) -> dict[str, Any]:
        """The body of an answer that is no success."""


def event(payload: dict[str, Any], name: str = "") -> str:
    """A server-sent event."""
    head = f"event: {name}\n" if name else ""
    return f"{head}data: {json.dumps(payload, ensure_ascii=False)}\n\n"


def pieces(text: str) -> Iterator[str]:
    """Text as a stream brings it; an empty one is one empty piece."""
    yield from (text[at : at + PIECE] for at in range(0, len(text), PIECE)) if text else [""]


def as_json(arguments: dict[str, Any] | str) -> str:
    """A tool's arguments as the text that is sent."""
    return arguments if isinstance(arguments, str) else json.dumps(arguments, ensure_ascii=False)


def as_object(arguments: dict[str, Any] | str) -> dict[str, Any]:
    """A tool's arguments where the API has no text for them: malformed ones become an object nobody asked for."""
    return {"malformed": arguments} if isinstance(arguments, str) else arguments


def flat(content: Any) -> str:  # noqa: ANN401 - a string, a block or a list of blocks
    """The text in a message's content."""
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "\n".join(map(flat, content))
    if isinstance(content, dict):
        return flat(next((content[name] for name in ("text", "content", "output", "result") if name in content), ""))
    return "" if content is None else json.dumps(content)
