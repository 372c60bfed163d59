"""Whoever serves the script: our own server, or, with WIRE_SERVER=aimock, one that others wrote."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from tests.wire.aimock.server import Aimock
from tests.wire.script import Rule
from tests.wire.server import WireServer


class Wire(Protocol):
    """What the tests of every API need of a server."""

    @property
    def url(self) -> str:
        """Where it is, without a slash at the end."""

    @property
    def keys(self) -> list[str]:
        """The idempotency keys of all requests, in the order they came."""

    @property
    def written(self) -> str:
        """All that was asked, as text, without credentials."""


Serve = Callable[[Sequence[Rule]], AbstractContextManager[Wire]]
SERVERS: dict[str, Serve] = {"own": WireServer, "aimock": Aimock}
CHOSEN = os.environ.get("WIRE_SERVER", "own")


def serving(script: Sequence[Rule]) -> AbstractContextManager[Wire]:
    """A server that says what the script says, for a block."""
    return SERVERS[CHOSEN](script)
