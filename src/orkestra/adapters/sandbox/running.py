"""Running a program to its end, its deadline or its limits, and leaving nothing of it behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

from orkestra.adapters.sandbox.watching import Watch
from orkestra.domain.work import Command, Completed

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from orkestra.adapters.sandbox.cell import Cell

GRACE_SECONDS: Final = 3.0
NOT_STARTED: Final = 127

_KILLED: Final = -int(getattr(signal, "SIGKILL", 9))
_CHUNK: Final = 65_536
_DRAIN_SECONDS: Final = 2.0


class CannotStartError(Exception):
    """The program can't be started; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Ending:
    """When a program is ended before its time, and how long it may then take to obey."""

    grace: float = GRACE_SECONDS
    stopping: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)


def run_in(enter: Callable[[], AbstractContextManager[Cell]], command: Command, ending: Ending) -> Completed:
    """Run a program in the cell that `enter` gives, then end all it has started.

    The output holds both streams. A program that can't be started ends with the code 127; one that used more
    than its limits is killed, and the last line of its output says so.
    """
    began = time.monotonic()
    with ExitStack() as stack:
        try:
            cell = stack.enter_context(enter())
        except (OSError, ValueError, CannotStartError) as error:
            text = f"{command.argv[0] if command.argv else 'nothing'!r} can't be started: {error}"
            return Completed(exit_code=NOT_STARTED, output=text, seconds=time.monotonic() - began)
        output = _Output(limit=command.output_limit)
        reader = threading.Thread(target=output.drain, args=(cell.process.stdout,), daemon=True)
        reader.start()
        in_time, excess = _finish(cell, command, began + command.timeout, ending)
        reader.join(_DRAIN_SECONDS)
        return Completed(
            exit_code=_KILLED if excess else cell.exit_code() if in_time else None,
            output=output.text() + (f"\n[stopped by the sandbox: {excess}]\n" if excess else ""),
            seconds=time.monotonic() - began,
            truncated=output.truncated,
        )


def _finish(cell: Cell, command: Command, deadline: float, ending: Ending) -> tuple[bool, str]:
    """Wait, then end what is left; return whether the program ended by itself, and what it used too much of."""
    watch = Watch(cell, command)
    try:
        in_time = _ended(cell.process, deadline, lambda: ending.stopping.is_set() or watch.exceeded())
        if not in_time and not watch.excess:
            cell.ask()
            _ended(cell.process, time.monotonic() + ending.grace, watch.exceeded)
    finally:
        cell.end()
    return in_time, watch.excess


@dataclass(kw_only=True)
class _Output:
    limit: int
    truncated: bool = False
    _kept: bytearray = field(default_factory=bytearray)

    def drain(self, stream: IO[bytes] | None) -> None:
        """Read to the end, keeping the beginning."""
        if stream is None:
            return
        with stream:
            while chunk := os.read(stream.fileno(), _CHUNK):
                room = self.limit - len(self._kept)
                self._kept += chunk[:room]
                self.truncated = self.truncated or len(chunk) > room

    def text(self) -> str:
        return bytes(self._kept).decode("utf-8", "replace")


def _ended(process: subprocess.Popen[bytes], deadline: float, cut: Callable[[], bool]) -> bool:
    """Wait until the program has ended, without reaping it: its id must stay its own until the group is dead."""
    pause = 0.001
    while not _is_over(process):
        left = deadline - time.monotonic()
        if left <= 0 or cut():
            return False
        time.sleep(min(pause, left))
        pause = min(pause * 2, 0.02)
    return True


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    except ChildProcessError:
        return True
