"""A program at work, with everything it has started: what may be done to it from outside, whatever is around it."""

from __future__ import annotations

import os
import signal
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence


class Cell(ABC):
    """One running program in its surroundings; each kind of sandbox has its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    @abstractmethod
    def members(self) -> Sequence[str]:
        """Return the directories in a /proc of all processes that belong to it, none where that can't be seen."""

    @abstractmethod
    def ask(self) -> None:
        """Ask it to end."""

    @abstractmethod
    def end(self) -> None:
        """Kill it with all it has started, and wait until it is gone."""

    def exit_code(self) -> int:
        """Return how it ended, once it has; -N for signal N."""
        return int(self.process.returncode)

    def held_in_memory(self) -> int:
        """Return the bytes of its files that lie in memory."""
        return 0


def signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    """Send a signal to a program's group, if it is still there."""
    try:
        os.killpg(process.pid, number)
    except AttributeError:
        process.kill()
    except (ProcessLookupError, PermissionError):
        return


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a program's group, then let go of its id: until here no other program could have it."""
    signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()
