"""Every port on one page: what Orkestra needs from the outside, at most five methods each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, TypeVar

from orkestra.domain.agents import Answer, CallRecord, CoderEvent, Prompt
from orkestra.domain.work import Command, Completed

T = TypeVar("T")
Row = Mapping[str, Any]
Parameters = Mapping[str, Any]


class Clock(Protocol):
    """Time, so that tests can own it."""

    def now(self) -> datetime:
        """Return the present moment in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""


class Transaction(Protocol):
    """Statements that become true together or not at all."""

    def execute(self, sql: str, parameters: Parameters = ...) -> int:
        """Run one statement with `:name` parameters; return the number of rows it changed."""

    def rows(self, sql: str, parameters: Parameters = ...) -> list[Row]:
        """Run one statement; return its rows."""


class Store(Protocol):
    """The one truth: an SQL database. `durable` commits survive a power cut, the others a crash."""

    def transaction(self, *, durable: bool = ...) -> AbstractContextManager[Transaction]:
        """Begin writing; commit at the end of the block, roll back when it raises."""

    def rows(self, sql: str, parameters: Parameters = ...) -> list[Row]:
        """Read outside any transaction."""

    def version(self) -> int:
        """Return a number that differs whenever another connection has committed."""

    def close(self) -> None:
        """Give back the connection; safe to call twice."""


class Locks(Protocol):
    """Mutual exclusion between processes of one machine; a dead owner's lock is free at once."""

    def hold(self, name: str, *, patience: float = ...) -> AbstractContextManager[None]:
        """Hold the lock for the block; raise LeaseHeld when it is not free within `patience` seconds."""

    def is_held(self, name: str) -> bool:
        """Say whether a live process holds it now."""


class Model(Protocol):
    """A mind that answers in a given form: plans, proposals, ballots, reviews."""

    async def ask(self, prompt: Prompt, schema: type[T], *, key: str) -> Answer[T]:
        """Answer in the form of `schema`, a dataclass. `key` is the call's idempotency key.

        Raises a ProviderError when no usable answer came.
        """


class Workspace(Protocol):
    """A worktree as an agent may see it: paths are relative, and nothing outside can be named.

    Every method raises SafetyError for a path that leaves the workspace or is not for agents.
    """

    def files(self) -> Sequence[str]:
        """Return the paths of all files that git would keep, sorted."""

    def read(self, path: str) -> str:
        """Return a file's text."""

    def write(self, path: str, text: str) -> None:
        """Create or replace a file, with the directories it needs."""

    def remove(self, path: str) -> None:
        """Delete a file."""

    def check(self, name: str) -> str:
        """Run one of the project's checks on the files as they are, and return what it said.

        For a name that is no check, return the names there are.
        """


class Calls(Protocol):
    """What was asked of services and what they replied: no request that was answered is paid twice."""

    def recall(self, key: str, turn: int) -> str | None:
        """Return the reply that is kept for a step's request, None when there is none."""

    def keep(self, record: CallRecord) -> None:
        """Keep a request with its reply, or with the error that came instead; waits for the disk."""


class Coder(Protocol):
    """Hands that work in a workspace."""

    def run(self, prompt: Prompt, workspace: Workspace, *, deadline: float, key: str) -> AsyncIterator[CoderEvent]:
        """Do what the prompt says within the workspace, in `deadline` seconds; the last event is a `result`.

        `key` is the call's idempotency key. Raises a ProviderError when the work could not be done.
        """


class Sandbox(Protocol):
    """Where generated code runs: no secrets in its environment, a deadline, and nothing left behind."""

    def run(self, command: Command) -> Completed:
        """Run a program to its end or its deadline; never raises for what the program does."""

    def stop(self) -> None:
        """End what runs, as at its deadline; nobody waits for its result any more."""


class Person(Protocol):
    """The user at a face, as far as there is one."""

    async def answer(self, text: str, options: Sequence[str], default: str) -> str:
        """Ask; return the answer, or the default when nobody can answer."""
