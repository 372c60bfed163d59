"""Conversations with a service: one for each step, every request of it kept."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orkestra.adapters.models.recording import Recording

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from orkestra.adapters.models.connection import Connection
    from orkestra.adapters.models.recorded import RecordedModel
    from orkestra.domain.agents import Prompt
    from orkestra.domain.patience import Patience
    from orkestra.domain.ports import Calls


@dataclass(frozen=True, kw_only=True)
class Speaker:
    """Somebody behind a service's API, as ApiModel and ApiCoder need it."""

    connection: Connection
    calls: Calls | None = None
    patience: Patience | None = None

    @asynccontextmanager
    async def speaking(self, prompt: Prompt, key: str) -> AsyncIterator[RecordedModel]:
        """Give the library's model for one conversation; raise AgentUnavailable when the libraries are missing."""
        async with self.connection.opened() as line:
            from orkestra.adapters.models.recorded import RecordedModel

            recording = Recording(prompt=prompt, key=key, calls=self.calls, patience=self.patience)
            yield RecordedModel(self.connection, line, recording)
