"""Watching what a program uses in total: no limit of the system counts several processes together without cgroups."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.sandbox.usage import disk_used, memory_and_tasks, nameless_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from orkestra.adapters.sandbox.cell import Cell
    from orkestra.domain.work import Command

_OFTEN: Final = 0.05
_SELDOM: Final = 0.25
_REST: Final = 10
"""A look that takes long is followed by a pause of so many times its length."""


class Watch:
    """The eyes on one program; `excess` says in words what it used too much of, "" while it keeps its limits."""

    def __init__(self, cell: Cell, command: Command) -> None:
        self.excess = ""
        self._cell = cell
        self._limits = command.limits
        self._directory = command.directory
        self._before = disk_used(command.directory, _NO_END)
        self._looks = (_Pace(_OFTEN, self._running), _Pace(_SELDOM, self._written))

    def exceeded(self) -> bool:
        """Look, if it is time to, and say whether the program used more than it may."""
        for look in self._looks:
            self.excess = self.excess or look.when_due()
        return bool(self.excess)

    def _running(self) -> str:
        limits, members = self._limits, self._cell.members()
        if len(members) > limits.processes:
            return f"more than {limits.processes} processes"
        memory, tasks = memory_and_tasks(members)
        if tasks > limits.processes:
            return f"more than {limits.processes} processes and threads"
        if memory + self._cell.held_in_memory() > limits.memory:
            return f"more than {_size(limits.memory)} of memory"
        return ""

    def _written(self) -> str:
        limit = self._limits.disk
        used = disk_used(self._directory, self._before + limit) - self._before
        if used <= limit:
            used += nameless_files(self._cell.members())
        return f"more than {_size(limit)} written" if used > limit else ""


@dataclass
class _Pace:
    pause: float
    look: Callable[[], str]
    due: float = 0.0

    def when_due(self) -> str:
        began = time.monotonic()
        if began < self.due:
            return ""
        found = self.look()
        now = time.monotonic()
        self.due = now + max(self.pause, _REST * (now - began))
        return found


_NO_END: Final = 1 << 62


def _size(number: int) -> str:
    mebibytes = number / 1024**2
    return f"{mebibytes / 1024:.3g} GiB" if mebibytes >= 1024 else f"{mebibytes:.3g} MiB"  # noqa: PLR2004 - as it is
