"""Running a program behind walls: bubblewrap's namespaces, our limits."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import threading
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from orkestra.adapters.sandbox.cell import Cell, kill_group
from orkestra.adapters.sandbox.confinement import arguments
from orkestra.adapters.sandbox.environment import search_path
from orkestra.adapters.sandbox.lending import mounted
from orkestra.adapters.sandbox.orphans import namespace_of, signal_all
from orkestra.adapters.sandbox.rlimits import impose
from orkestra.adapters.sandbox.running import GRACE_SECONDS, NOT_STARTED, CannotStartError, Ending, run_in
from orkestra.adapters.sandbox.walls import IN_MEMORY, program

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from orkestra.domain.work import Command, Completed

BUBBLEWRAP: Final = "bwrap"

_SETUP_SECONDS: Final = 30.0
_DYING_SECONDS: Final = 10.0
_WORDS: Final = 4_000
_SIGNALLED: Final = 128


@dataclass(frozen=True, kw_only=True)
class BubblewrapSandbox:
    """The port Sandbox with walls: namespaces of its own for users, processes, mounts, network and names.

    The program sees the system's directories and toolchains (read-only), its own directory (writable), a private
    /tmp and HOME, and a network that ends in itself. It works for ordinary users wherever the kernel lets them
    make user namespaces; `probing` finds out.
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


class _WalledCell(Cell):
    """A process-id namespace: whoever is born in it can't leave it, and the kernel ends all with its first process."""

    def __init__(self, process: subprocess.Popen[bytes], status: int, first: int, handle: int) -> None:
        super().__init__(process)
        self._status = status
        self._first = first
        self._handle = handle
        self._root = f"/proc/{first}/root"

    def members(self) -> Sequence[str]:
        if not self._is_furnished():
            return ()
        try:
            return [f"{self._root}/proc/{name}" for name in os.listdir(f"{self._root}/proc") if name.isdigit()]  # noqa: PTH208 - names only, and fast
        except OSError:
            return ()

    def held_in_memory(self) -> int:
        if not self._is_furnished():
            return 0
        try:
            files = [os.statvfs(f"{self._root}{place}") for place in IN_MEMORY]
        except OSError:
            return 0
        return sum((each.f_blocks - each.f_bfree) * each.f_frsize for each in files)

    def ask(self) -> None:
        namespace = namespace_of(self._first)
        signal_all(lambda process: process != self._first and namespace_of(process) == namespace != 0, signal.SIGTERM)

    def end(self) -> None:
        kill_group(self.process)
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        select.select([self._handle], [], [], _DYING_SECONDS)

    def exit_code(self) -> int:
        """As bubblewrap tells it: 128 + N for signal N; nothing when the program could not be started."""
        with open(self._status, "rb", closefd=False) as told:
            facts = [json.loads(line) for line in told]
        code = next((int(fact["exit-code"]) for fact in facts if "exit-code" in fact), NOT_STARTED)
        return _SIGNALLED - code if _SIGNALLED < code <= _SIGNALLED + signal.NSIG else code

    def _is_furnished(self) -> bool:
        """Say whether its first process still lives, and no longer sees this system's own root."""
        try:
            apart = os.stat(f"{self._root}/proc").st_dev != os.stat("/proc").st_dev  # noqa: PTH116 - 20 times a second
        except OSError:
            return False
        return apart and not select.select([self._handle], [], [], 0)[0]


@contextmanager
def _entered(command: Command, path: str) -> Iterator[Cell]:
    _require(command, path)
    with mounted(command.directory, command.lent), ExitStack() as kept, ExitStack() as passed:
        status, reported = os.pipe()
        waiting, go = os.pipe()
        for stack, file in ((kept, status), (passed, reported), (passed, waiting), (kept, go)):
            stack.callback(os.close, file)
        process = _started(command, path, (reported, waiting))
        passed.close()
        try:
            first = _first_process(status)
            handle = os.pidfd_open(first)
            kept.callback(os.close, handle)
            impose(first, command.limits, processes=True)
            os.write(go, b".")
        except (OSError, ValueError) as error:
            raise CannotStartError(_last_words(process) or str(error)) from error
        yield _WalledCell(process, status, first, handle)


def _started(command: Command, path: str, pipes: tuple[int, int]) -> subprocess.Popen[bytes]:
    """Start bubblewrap; it reports on the first pipe, and waits on the second before it starts the program."""
    reported, waiting = map(str, pipes)
    with ExitStack() as passed:
        told = arguments(command, path, passed)
        own = ("--args", str(told.arguments), "--json-status-fd", reported, "--block-fd", waiting)
        return subprocess.Popen(
            [BUBBLEWRAP, *own, "--", *command.argv],
            cwd="/",
            env={"PATH": os.environ.get("PATH", os.defpath)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=(*pipes, *told.files),
        )


def _require(command: Command, path: str) -> None:
    if not command.argv:
        raise CannotStartError("nothing is named")
    named = command.argv[0]
    if not command.directory.is_dir():
        raise CannotStartError(f"there is no directory {command.directory}")
    found = program(command).exists() if "/" in named else shutil.which(named, path=path)
    if not found:
        raise CannotStartError("there is no such program")


def _first_process(status: int) -> int:
    """Return the id of the first process in the cell; raise ValueError when none came to be."""
    line = b""
    while not line.endswith(b"\n") and select.select([status], [], [], _SETUP_SECONDS)[0]:
        if not (read := os.read(status, 1)):
            break
        line += read
    return int(json.loads(line)["child-pid"])


def _last_words(process: subprocess.Popen[bytes]) -> str:
    kill_group(process)
    if process.stdout is None:
        return ""
    with process.stdout as said:
        return os.read(said.fileno(), _WORDS).decode("utf-8", "replace").strip()
