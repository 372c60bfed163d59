"""Events: the append-only story that every face renders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened to `subject`; `seq` orders the story, `at` is ISO 8601 UTC."""

    kind: str
    subject: str
    seq: int = 0
    at: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
