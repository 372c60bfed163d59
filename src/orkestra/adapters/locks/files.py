"""Locks of the operating system: a dead owner's lock is free at once, a live one's is never broken.

The files themselves stay: deleting a lock file under `flock` lets two processes hold "the same" lock.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orkestra.domain.errors import LeaseHeld
from orkestra.domain.identity import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from filelock import FileLock

_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_MOST_CHARACTERS = 200


class FileLocks:
    """Named locks as files of one directory."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @contextmanager
    def hold(self, name: str, *, patience: float = 0.0) -> Iterator[None]:
        """Hold the lock for the block; raise LeaseHeld when it is not free within `patience` seconds."""
        from filelock import Timeout

        lock = self._lock(name)
        try:
            lock.acquire(timeout=patience, poll_interval=0.02)
        except Timeout:
            message = f"{name} is held by another live process"
            raise LeaseHeld(message) from None
        try:
            yield
        finally:
            lock.release()

    def is_held(self, name: str) -> bool:
        """Say whether a live process holds it now."""
        if not self._path(name).exists():
            return False
        try:
            with self.hold(name):
                return False
        except LeaseHeld:
            return True

    def _lock(self, name: str) -> FileLock:
        from filelock import FileLock  # imported late: who only asks for the status takes no lock

        self._directory.mkdir(parents=True, exist_ok=True)
        return FileLock(self._path(name), thread_local=False, fallback_to_soft=False)

    def _path(self, name: str) -> Path:
        safe = _UNSAFE.sub("-", name)[:_MOST_CHARACTERS]
        return self._directory / f"{safe if safe == name else derived_id(safe, name)}.lock"
