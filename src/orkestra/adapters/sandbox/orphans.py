"""Processes that left their group are found by what they can't take off (Linux).

That is the process-id namespace they live in, or, without one, a mark in the environment they were born with.
"""

from __future__ import annotations

import os
import secrets
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MARK: Final = "ORKESTRA_CELL"

_ROUNDS: Final = 20


def new_mark() -> str:
    """Return a value for the mark that no other program has."""
    return secrets.token_hex(16)


def bears(process: int, mark: str) -> bool:
    """Say whether a process was born with this mark."""
    try:
        return f"{MARK}={mark}".encode() in Path(f"/proc/{process}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def namespace_of(process: int) -> int:
    """Return the number of the process-id namespace that a process lives in, 0 when it can't be seen."""
    try:
        return os.stat(f"/proc/{process}/ns/pid").st_ino  # noqa: PTH116 - for every process of the machine
    except OSError:
        return 0


def kill_all(belongs: Callable[[int], bool]) -> int:
    """Kill every process that belongs, and those they start meanwhile; return how many.

    Does nothing where the system does not show its processes.
    """
    killed = 0
    for _ in range(_ROUNDS):
        found = signal_all(belongs, getattr(signal, "SIGKILL", signal.SIGTERM))
        killed += found
        if not found:
            break
    return killed


def signal_all(belongs: Callable[[int], bool], number: int) -> int:
    """Send a signal to every process that belongs, once; return how many there were."""
    return sum(_signal(process, belongs, number) for process in processes())


def processes() -> list[int]:
    """Return the ids of the processes that this system shows."""
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names only, and fast
    except OSError:
        return []


def _signal(process: int, belongs: Callable[[int], bool], number: int) -> bool:
    """Signal by a handle opened before the check, so that no later process of that id is hit."""
    if not hasattr(os, "pidfd_open"):
        return False
    try:
        handle = os.pidfd_open(process)
    except OSError:
        return False
    try:
        if not belongs(process):
            return False
        signal.pidfd_send_signal(handle, number)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
