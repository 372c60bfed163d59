"""The queue's record, `config/task-queue.json`: for people and for git, derived from the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.core.records import render_record, write_atomically
from orkestra.tasks.rows import task_record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.tasks import Task

SMALL_QUEUE: Final = 1_000
"""Below this many tasks the record is written with each change."""
LARGE_QUEUE_SECONDS: Final = 2.0
"""From there on, at most this often, and at close."""
PATIENCE_SECONDS: Final = 30.0
"""Far longer than a live process takes to write the record."""
SHARE_OF_TIME: Final = 20
"""A huge queue's record is written so seldom that it takes at most a twentieth of the time."""


def render_queue(tasks: Sequence[Task]) -> bytes:
    """Return the record of these tasks as the bytes of its file."""
    return render_record({"tasks": [task_record(task) for task in tasks]})


class QueueRecord:
    """Keeps the record's file in step with the queue, as often as its size allows."""

    def __init__(self, project: OpenProject, render: Callable[[], bytes]) -> None:
        self._path = project.layout.queue_record
        self._clock = project.clock
        self._locks = project.locks
        self._render = render
        self._not_before = float("-inf")
        self._stale = False

    def changed(self, total: int) -> None:
        """Take note of a change in a queue of `total` tasks, and write when it is time."""
        self._stale = True
        if total < SMALL_QUEUE or self._clock.monotonic() >= self._not_before:
            self.flush()

    def flush(self) -> None:
        """Write the record if anything changed since it was written."""
        if not self._stale:
            return
        began = self._clock.monotonic()
        # what is read under the lock is never older than what stands: the last to write has seen every change
        with self._locks.hold("queue-record", patience=PATIENCE_SECONDS):
            write_atomically(self._path, self._render())
        ended = self._clock.monotonic()
        self._not_before = ended + max(LARGE_QUEUE_SECONDS, SHARE_OF_TIME * (ended - began))
        self._stale = False
