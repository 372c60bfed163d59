"""Running a program with limits, but without walls."""

from __future__ import annotations

import signal
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from orkestra.adapters.sandbox.cell import Cell, kill_group, signal_group
from orkestra.adapters.sandbox.environment import clean_environment, search_path
from orkestra.adapters.sandbox.lending import linked
from orkestra.adapters.sandbox.orphans import bears, kill_all, new_mark, processes
from orkestra.adapters.sandbox.rlimits import impose
from orkestra.adapters.sandbox.running import GRACE_SECONDS, Ending, run_in
from orkestra.adapters.sandbox.toolchains import toolchain_variables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orkestra.domain.work import Command, Completed


@dataclass(frozen=True, kw_only=True)
class BareSandbox:
    """The port Sandbox without any wall: limits only.

    The program can read and write every file that this user can, and it can reach the network. What it does
    not get: the environment (no keys), the user's HOME, a terminal, more time, memory, processes, disk or
    output than the command allows, and a life beyond its end. Choose a real sandbox where the machine has one.
    """

    grace: float = GRACE_SECONDS
    path: str = ""
    """PATH for the program, "" for the present one."""
    stopping: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def run(self, command: Command) -> Completed:
        """Run a program to its end or its deadline, then end all it has started."""
        enter = partial(_entered, command, search_path(self.path))
        return run_in(enter, command, Ending(grace=self.grace, stopping=self.stopping))

    def stop(self) -> None:
        """End what runs, as at its deadline; what is begun from now on ends at once."""
        self.stopping.set()


class _MarkedCell(Cell):
    """A group of processes, and whoever bears the mark of having been born in it."""

    def __init__(self, process: subprocess.Popen[bytes], mark: str, strangers: set[int]) -> None:
        super().__init__(process)
        self._mark = mark
        self._strangers = strangers

    def members(self) -> Sequence[str]:
        present = set(processes())
        self._strangers &= present
        found = {process for process in present - self._strangers if bears(process, self._mark)}
        self._strangers |= present - found
        return [f"/proc/{process}" for process in found]

    def ask(self) -> None:
        signal_group(self.process, signal.SIGTERM)

    def end(self) -> None:
        kill_group(self.process)
        kill_all(lambda process: bears(process, self._mark))


@contextmanager
def _entered(command: Command, path: str) -> Iterator[Cell]:
    with (
        tempfile.TemporaryDirectory(prefix="orkestra-home-", ignore_cleanup_errors=True) as home,
        linked(command.directory, command.lent),
    ):
        mark, scratch = new_mark(), Path(home, "tmp")
        scratch.mkdir()
        strangers = set(processes())
        process = subprocess.Popen(
            list(command.argv),
            cwd=command.directory,
            env={**clean_environment(path, Path(home), scratch, mark), **toolchain_variables(path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        impose(process.pid, command.limits)
        yield _MarkedCell(process, mark, strangers)
