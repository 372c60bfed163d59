"""The queue's record, `config/task-queue.json`: for people and for git, derived from the truth."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from orkestra.core.records import SCHEMA_VERSION, write_atomically
from orkestra.domain.errors import RecordError

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from orkestra.core.opening import OpenProject

SMALL_QUEUE: Final = 1_000
"""Below this many tasks the record is written with each change."""
LARGE_QUEUE_SECONDS: Final = 2.0
"""From there on, at most this often, and at close."""
BURST_SECONDS: Final = 0.05
"""Inside a running event loop, changes this close together are written once: see docs/adr."""
PATIENCE_SECONDS: Final = 30.0
"""Far longer than a live process takes to write the record."""
SHARE_OF_TIME: Final = 20
"""A huge queue's record is written so seldom that it takes at most a twentieth of the time."""


def render_queue(entries: Iterable[str]) -> bytes:
    """Return the record of these tasks, JSON objects, as the bytes of its file: a task a line, for git's diffs."""
    tasks = ",\n".join(entries)
    return f'{{"schema_version": {SCHEMA_VERSION}, "tasks": [\n{tasks}\n]}}\n'.encode()


class QueueRecord:
    """Keeps the record's file in step with the queue, as often as its size allows."""

    def __init__(self, project: OpenProject, render: Callable[[], bytes]) -> None:
        self._path = project.layout.queue_record
        self._scratch = project.layout.scratch
        self._clock = project.clock
        self._locks = project.locks
        self._render = render
        self._not_before = float("-inf")
        self._stale = False
        self._loop: AbstractEventLoop | None = None

    def require_truth(self, total: int) -> None:
        """Raise RecordError when the record names tasks and the queue has none: the database was lost, not the work."""
        named = 0 if total else _tasks_in(self._path)
        if named:
            raise RecordError(
                f"{self._path} names {named} tasks, the database beside it knows none: bring back its .orkestra/ "
                "(git does not keep it), or remove that file to begin with an empty queue"
            )

    def changed(self, total: int) -> None:
        """Take note of a change in a queue of `total` tasks, and write when it is time."""
        self._stale = True
        if total >= SMALL_QUEUE and self._clock.monotonic() < self._not_before:
            return
        loop = _running_loop()
        if loop is None:
            self.flush()
        elif self._loop is not loop:  # a loop that has ended took its timer with it
            self._loop = loop
            loop.call_later(BURST_SECONDS, self._end_burst, loop)

    def _end_burst(self, loop: AbstractEventLoop) -> None:
        if self._loop is loop:
            self._loop = None
        self.flush()

    def renew(self) -> None:
        """Write the record if it differs from the queue, whoever changed that, and whenever."""
        self._stale = True
        self.flush()

    def flush(self) -> None:
        """Write the record if anything changed since it was written."""
        if not self._stale:
            return
        began = self._clock.monotonic()
        # what is read under the lock is never older than what stands: the last to write has seen every change
        with self._locks.hold("queue-record", patience=PATIENCE_SECONDS):
            write_atomically(self._path, self._render(), scratch=self._scratch)
        ended = self._clock.monotonic()
        self._not_before = ended + max(LARGE_QUEUE_SECONDS, SHARE_OF_TIME * (ended - began))
        self._stale = False


def _tasks_in(record: Path) -> int:
    try:
        return len(json.loads(record.read_bytes())["tasks"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0  # none yet, or damaged: it is written anew from the queue


def _running_loop() -> AbstractEventLoop | None:
    asyncio = sys.modules.get("asyncio")  # nobody runs a loop who has not imported it, and a status line should not
    try:
        return asyncio.get_running_loop() if asyncio else None
    except RuntimeError:
        return None
