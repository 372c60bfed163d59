"""Patience with services: how often and after how long something that failed is tried again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from orkestra.domain.errors import OrkestraError, ProviderTimeout, ProviderUnavailable, RateLimited

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
PASSING = (RateLimited, ProviderTimeout, ProviderUnavailable)
"""Errors that may be gone when the same is asked again; all others would only come back."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to go on: at most `tries` tries, with waits that double from `first` to `longest` seconds.

    A service that says how long to wait is obeyed up to `most` seconds; for longer, the work is given up at once.
    `sleep` and `chance` (0 to 1, the jitter) can be given by tests.
    """

    tries: int = 4
    first: float = 1.0
    longest: float = 30.0
    most: float = 120.0
    sleep: Sleep = asyncio.sleep
    chance: Callable[[], float] = random.random

    def wait_after(self, failures: int, error: OrkestraError) -> float | None:
        """Return the seconds to wait after that many failures, None to give up.

        Waits are drawn from the upper half of the doubled wait ("equal jitter"), so that clients that failed
        together don't come back together.
        """
        if failures >= self.tries or not isinstance(error, PASSING):
            return None
        doubled = min(self.longest, self.first * 2 ** (failures - 1))
        wait = doubled * (0.5 + self.chance() / 2)
        asked = getattr(error, "retry_after", None) or 0.0
        return None if asked > self.most else max(wait, asked)

    async def persist(self, work: Callable[[], Awaitable[T]]) -> T:
        """Do the work until it succeeds; raise its last error when it is given up."""
        failures = 0
        while True:
            try:
                return await work()
            except PASSING as error:
                failures += 1
                wait = self.wait_after(failures, error)
                if wait is None:
                    raise
            await self.sleep(wait)
