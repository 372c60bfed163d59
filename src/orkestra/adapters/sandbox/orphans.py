"""Processes that left their group are found by a mark in the environment they were born with (Linux)."""

from __future__ import annotations

import os
import secrets
import signal
from pathlib import Path
from typing import Final

MARK: Final = "ORKESTRA_SANDBOX"

_ROUNDS: Final = 20


def new_mark() -> str:
    """Return a value for the mark that no other program has."""
    return secrets.token_hex(16)


def kill_marked(mark: str) -> int:
    """Kill every process whose environment holds this mark, and those they start meanwhile; return how many.

    Does nothing where the system does not show environments.
    """
    killed = 0
    for _ in range(_ROUNDS):
        found = [process for process in _processes() if _kill(process, f"{MARK}={mark}".encode())]
        killed += len(found)
        if not found:
            break
    return killed


def _processes() -> list[int]:
    try:
        return [int(name) for name in os.listdir("/proc") if name.isdigit()]  # noqa: PTH208 - names only, and fast
    except OSError:
        return []


def _kill(process: int, setting: bytes) -> bool:
    """Kill by a handle opened before the check, so that no later process of that id is hit."""
    if not hasattr(os, "pidfd_open"):
        return False
    try:
        handle = os.pidfd_open(process)
    except OSError:
        return False
    try:
        if setting not in Path(f"/proc/{process}/environ").read_bytes().split(b"\0"):
            return False
        signal.pidfd_send_signal(handle, signal.SIGKILL)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True
