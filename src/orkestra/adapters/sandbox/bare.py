"""Running a program with limits, but without walls."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from orkestra.adapters.sandbox.orphans import MARK, kill_marked, new_mark
from orkestra.domain.work import Command, Completed

if TYPE_CHECKING:
    from collections.abc import Mapping

GRACE_SECONDS: Final = 3.0
NOT_STARTED: Final = 127

_CHUNK: Final = 65_536
_DRAIN_SECONDS: Final = 2.0


@dataclass(frozen=True, kw_only=True)
class BareSandbox:
    """The port Sandbox without any wall: limits only.

    The program can read and write every file that this user can, and it can reach the network. What it does
    not get: the environment (no keys), the user's HOME, a terminal, more time or memory for its output than
    the command allows, and a life beyond its end. Choose a real sandbox where the machine has one.
    """

    grace: float = GRACE_SECONDS
    path: str = ""
    """PATH for the program, "" for the present one."""
    stopping: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def run(self, command: Command) -> Completed:
        """Run a program to its end or its deadline, then end all it has started.

        The output holds both streams. A program that can't be started ends with the code 127.
        """
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="orkestra-home-", ignore_cleanup_errors=True) as home:
            mark = new_mark()
            environment = self._environment(Path(home), mark)
            try:
                process = _started(command, environment)
            except (OSError, ValueError) as error:
                text = f"{command.argv[0] if command.argv else 'nothing'!r} can't be started: {error}"
                return Completed(exit_code=NOT_STARTED, output=text, seconds=time.monotonic() - began)
            output = _Output(limit=command.output_limit)
            reader = threading.Thread(target=output.drain, args=(process.stdout,), daemon=True)
            reader.start()
            in_time = self._finish(process, began + command.timeout, mark)
            reader.join(_DRAIN_SECONDS)
            exit_code = process.returncode if in_time else None
            return Completed(
                exit_code=exit_code,
                output=output.text(),
                seconds=time.monotonic() - began,
                truncated=output.truncated,
            )

    def stop(self) -> None:
        """End what runs, as at its deadline; what is begun from now on ends at once."""
        self.stopping.set()

    def _environment(self, home: Path, mark: str) -> Mapping[str, str]:
        (home / "tmp").mkdir()
        return {
            "PATH": self.path or os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "PYTHONDONTWRITEBYTECODE": "1",
            MARK: mark,
        }

    def _finish(self, process: subprocess.Popen[bytes], deadline: float, mark: str) -> bool:
        """Wait, then end the group and whatever left it; return whether the program ended by itself."""
        try:
            in_time = _ended(process, deadline, self.stopping)
            if not in_time:
                _signal_group(process, signal.SIGTERM)
                _ended(process, time.monotonic() + self.grace)
        finally:
            _signal_group(process, getattr(signal, "SIGKILL", signal.SIGTERM))
            process.wait()
            kill_marked(mark)
        return in_time


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


def _started(command: Command, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        list(command.argv),
        cwd=command.directory,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _ended(process: subprocess.Popen[bytes], deadline: float, stopping: threading.Event | None = None) -> bool:
    """Wait until the program has ended, without reaping it: its id must stay its own until the group is dead."""
    pause = 0.001
    while not _is_over(process):
        left = deadline - time.monotonic()
        if left <= 0 or (stopping is not None and stopping.is_set()):
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


def _signal_group(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        os.killpg(process.pid, number)
    except AttributeError:
        process.kill()
    except (ProcessLookupError, PermissionError):
        return
