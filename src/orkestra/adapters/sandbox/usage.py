"""What processes and directories use, as the system tells it (Linux's /proc; zero where there is none)."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FIGURES: Final = re.compile(rb"^(RssAnon|RssShmem|VmSwap|Threads):\s+(\d+)", re.MULTILINE)
_BLOCK: Final = 512
_LEAST: Final = 4096
"""What a file or directory counts at least, so that a million empty ones are no way out."""


def memory_and_tasks(members: Sequence[str]) -> tuple[int, int]:
    """Return the bytes of memory that only these processes hold, and the number of their threads."""
    memory = tasks = 0
    for member in members:
        try:
            status = Path(member, "status").read_bytes()
        except OSError:  # it ended meanwhile
            continue
        for name, number in _FIGURES.findall(status):
            if name == b"Threads":
                tasks += int(number)
            else:
                memory += int(number) * 1024
    return memory, tasks


def nameless_files(members: Sequence[str]) -> int:
    """Return the bytes of the files that these processes hold open but that no directory names any more."""
    found: dict[tuple[int, int], int] = {}
    for member in members:
        for seen in _open_files(member):
            if stat.S_ISREG(seen.st_mode) and not seen.st_nlink:
                found[seen.st_dev, seen.st_ino] = seen.st_blocks * _BLOCK
    return sum(found.values())


def _open_files(member: str) -> Iterator[os.stat_result]:
    directory = Path(member, "fd")
    try:
        names = os.listdir(directory)  # noqa: PTH208 - names only, and fast
    except OSError:
        return
    for name in names:
        try:
            yield (directory / name).stat()
        except OSError:  # closed meanwhile
            continue


def disk_used(directory: Path, limit: int) -> int:
    """Return the bytes that a directory takes on the disk, or some number above `limit` once that is clear.

    Links are not followed. Directories nested too deep to be named are taken for an attempt to hide something.
    """
    used, todo = 0, [str(directory)]
    while todo and used <= limit:
        try:
            with os.scandir(todo.pop()) as entries:
                for entry in entries:
                    used += _size(entry)
                    if entry.is_dir(follow_symlinks=False):
                        todo.append(entry.path)
        except OSError as error:  # removed meanwhile, or locked
            if error.errno == errno.ENAMETOOLONG:
                return limit + 1
    return used


def _size(entry: os.DirEntry[str]) -> int:
    try:
        return max(entry.stat(follow_symlinks=False).st_blocks * _BLOCK, _LEAST)
    except FileNotFoundError:
        return 0
