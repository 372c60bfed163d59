"""A line to one service: opened while somebody speaks, bounded, with deadlines of its own."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.models.secrecy import Secrets
from orkestra.domain.errors import AgentUnavailable

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable

    import httpx2
    from pydantic_ai.models import Model as LibraryModel

    from orkestra.adapters.models.services import AgentConfig

MOST_AT_ONCE: Final = 64
"""Requests in flight to one service: 1,000 at once through one client took 14 times as long as one (benchmarks/)."""


@dataclass(frozen=True, kw_only=True)
class Deadlines:
    """Seconds to reach a service, to hear something from it, and for a whole answer."""

    connect: float = 10.0
    silence: float = 120.0
    total: float = 900.0


@dataclass
class OpenLine:
    """A line in use: the library's model, and the places for requests in flight."""

    model: LibraryModel
    places: asyncio.Semaphore
    client: httpx2.AsyncClient
    users: int = 0


@dataclass
class Connection:
    """Everything that is needed to speak to one service. Nothing is imported or opened before somebody does.

    One may be used from several event loops; each has its own line, open while at least one `opened()` block is.
    """

    config: AgentConfig
    secrets: Secrets = field(default_factory=Secrets)
    deadlines: Deadlines = Deadlines()
    at_once: int = MOST_AT_ONCE

    def __post_init__(self) -> None:
        """Begin without a line."""
        self._lines: dict[asyncio.AbstractEventLoop, OpenLine] = {}

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[OpenLine]:
        """Give the line for a block; raise AgentUnavailable when the libraries are not installed."""
        loop = asyncio.get_running_loop()
        line = self._lines.get(loop)
        if line is None:
            line = self._lines[loop] = self._open()
        line.users += 1
        try:
            yield line
        finally:
            line.users -= 1
            if not line.users:
                del self._lines[loop]
                await line.client.aclose()

    def _open(self) -> OpenLine:
        try:
            import httpx2

            from orkestra.adapters.models.kinds import library_model
        except ImportError as error:
            raise AgentUnavailable(
                f"{self.config.name} needs {error.name}: pip install 'orkestra-ai[ai]', then again"
            ) from error
        client = httpx2.AsyncClient(
            verify=_certificates(),
            limits=httpx2.Limits(max_connections=self.at_once, max_keepalive_connections=self.at_once),
            timeout=httpx2.Timeout(self.deadlines.silence),
            event_hooks={"request": [_hurry(self.deadlines)]},
        )
        return OpenLine(library_model(self.config, client), asyncio.Semaphore(self.at_once), client)


def _hurry(deadlines: Deadlines) -> Callable[[httpx2.Request], Awaitable[None]]:
    """Set our deadlines on each request: the SDKs would put theirs there."""
    timeout = {
        "connect": deadlines.connect,
        "read": deadlines.silence,
        "write": deadlines.silence,
        "pool": deadlines.total,
    }

    async def hurry(request: httpx2.Request) -> None:
        extensions: dict[str, Any] = dict(request.extensions)
        request.extensions = {**extensions, "timeout": timeout}

    return hurry


@cache
def _certificates() -> ssl.SSLContext:
    """Read the machine's certificates once: that takes longer than all the rest of a client."""
    import httpx2

    return httpx2.create_ssl_context()
