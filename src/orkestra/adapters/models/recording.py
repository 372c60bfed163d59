"""What a conversation's requests are kept under."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from orkestra.domain.agents import Prompt
    from orkestra.domain.patience import Patience
    from orkestra.domain.ports import Calls

API: Final = "api"
"""The kind of backends that are reached over a service's API."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """What requests are kept under: the step's key, and whose question it is.

    Without `calls` nothing is kept. With `patience`, a request that fails is tried again as the same turn.
    """

    prompt: Prompt
    key: str
    calls: Calls | None = None
    patience: Patience | None = None
