"""The arguments for bubblewrap, handed over in files that no list of processes shows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from orkestra.adapters.sandbox.environment import clean_environment
from orkestra.adapters.sandbox.orphans import new_mark
from orkestra.adapters.sandbox.toolchains import toolchain_variables
from orkestra.adapters.sandbox.walls import HOME, SCRATCH, SHARED_MEMORY, mounts

if TYPE_CHECKING:
    from contextlib import ExitStack

    from orkestra.domain.work import Command

_NAMESPACES: Final = (
    "--die-with-parent",
    "--new-session",
    "--unshare-user",
    "--unshare-ipc",
    "--unshare-pid",
    "--unshare-net",
    "--unshare-uts",
    "--unshare-cgroup-try",
    *("--cap-drop", "ALL"),
    *("--hostname", "sandbox"),
)
_SINCE: Final = (0, 8)
"""The version that knows --size and --disable-userns; older ones do without."""
_KERNEL: Final = ("--proc", "/proc", "--dev", "/dev")


@dataclass(frozen=True)
class Told:
    """Open files for bubblewrap: its arguments, and all that these speak of."""

    arguments: int
    files: tuple[int, ...]


def arguments(command: Command, path: str, kept: ExitStack) -> Told:
    """Return bubblewrap's arguments for a command as open files, closed by `kept`."""
    files = {name: _file(text, kept) for name, text in _etc().items()}
    size = str(min(command.limits.disk, command.limits.memory))
    sized = ("--size", size) if bubblewrap_version() >= _SINCE else ()
    words = [
        *_NAMESPACES,
        *(("--disable-userns",) if bubblewrap_version() >= _SINCE else ()),
        *_KERNEL,
        *sized,
        *("--tmpfs", str(SHARED_MEMORY), "--remount-ro", "/dev"),
        *sized,
        *("--tmpfs", str(SCRATCH), "--dir", str(HOME), "--symlink", str(SCRATCH), "/var/tmp"),  # noqa: S108 - theirs
        *(word for name, file in files.items() for word in ("--ro-bind-data", str(file), f"/etc/{name}")),
        *(word for mount in mounts(command, path) for word in mount.words),
        *("--remount-ro", "/", "--chdir", str(command.directory)),
    ]
    environment = {**clean_environment(path, HOME, SCRATCH, new_mark()), **toolchain_variables(path)}
    words = ["--unsetenv", "PATH", *(w for pair in environment.items() for w in ("--setenv", *pair)), *words]
    told = _file("\0".join(words) + "\0", kept)
    return Told(told, (told, *files.values()))


@lru_cache
def bubblewrap_version() -> tuple[int, ...]:
    """Return the installed version, () where there is none."""
    program = shutil.which("bwrap")
    if program is None:
        return ()
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=10, env={})
    return tuple(map(int, re.findall(r"\d+", asked.stdout)))


def _etc() -> dict[str, str]:
    """Just enough for programs that ask who they are, and where localhost is."""
    user, group = os.getuid(), os.getgid()
    nobody = "" if user == 65_534 else "nobody:x:65534:65534::/nonexistent:/usr/sbin/nologin\n"  # noqa: PLR2004
    return {
        "passwd": f"user:x:{user}:{group}::{HOME}:/bin/sh\n{nobody}",
        "group": f"user:x:{group}:\n",
        "hosts": "127.0.0.1 localhost sandbox\n::1 localhost sandbox\n",
        "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    }


def _file(text: str, kept: ExitStack) -> int:
    file = os.memfd_create("bubblewrap")
    kept.callback(os.close, file)
    os.write(file, text.encode())
    os.lseek(file, 0, os.SEEK_SET)
    return file
