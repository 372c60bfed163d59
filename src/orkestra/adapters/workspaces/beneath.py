"""Files beneath a directory that is held open: no link on the way is ever followed, whoever swaps one in."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HANDLES: Final = {os.open, os.mkdir, os.rename, os.stat, os.unlink} <= os.supports_dir_fd
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)
_DIRECTORY: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
_FILE: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | _NO_LINK
_FRESH: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | _NO_LINK


class _At(TypedDict, total=False):
    dir_fd: int


@dataclass(frozen=True, kw_only=True)
class Directory:
    """An open directory; where the system has no directory handles, its path, checked at each step.

    Every method raises OSError when the file system says no, also for a link where a file is expected.
    """

    path: Path
    handle: int | None

    @contextmanager
    def child(self, name: str, *, create: bool = False) -> Iterator[Directory]:
        """Give the directory of that name, made when it is missing and `create` is set."""
        if create:
            with suppress(FileExistsError):
                os.mkdir(self._name(name), **self._at())  # noqa: PTH102 - beneath a handle
        with _opened(self.path / name, self._name(name), self._at()) as directory:
            yield directory

    @contextmanager
    def descend(self, names: tuple[str, ...], *, create: bool = False) -> Iterator[Directory]:
        """Give the directory at the end of these names."""
        if not names:
            yield self
            return
        with self.child(names[0], create=create) as first, first.descend(names[1:], create=create) as last:
            yield last

    def holds(self, name: str) -> bool:
        """Say whether anything has that name, a link included."""
        try:
            self.status(name)
        except FileNotFoundError:
            return False
        return True

    def status(self, name: str) -> os.stat_result:
        """Return what is known of an entry itself, not of what a link points to."""
        return os.stat(self._name(name), follow_symlinks=False, **self._at())  # noqa: PTH116 - beneath a handle

    def read(self, name: str, limit: int) -> bytes:
        """Return at most `limit` bytes of a regular file."""
        self._refuse_link(name)
        with open(os.open(self._name(name), _FILE, **self._at()), "rb") as file:  # noqa: PTH123 - a descriptor
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise OSError(0, "not a regular file")
            return file.read(limit)

    def replace(self, name: str, content: bytes) -> None:
        """Set a file's content in one step, keeping its permissions; whoever reads sees the old or the new."""
        mode = self._mode_for(name)
        spare = f".orkestra-{secrets.token_hex(8)}.tmp"
        descriptor = os.open(self._name(spare), _FRESH, 0o666, **self._at())
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
                file.write(content)
                if mode is not None and HANDLES:
                    os.fchmod(file.fileno(), mode)
            self._rename(spare, name)
        except BaseException:
            os.unlink(self._name(spare), **self._at())
            raise

    def remove(self, name: str) -> None:
        """Delete a regular file."""
        self._refuse_link(name)
        os.unlink(self._name(name), **self._at())

    def names(self) -> list[tuple[str, bool, bool]]:
        """Return each entry's name, whether it is a directory, and whether it is a regular file; links are neither."""
        with os.scandir(self.path if self.handle is None else self.handle) as entries:
            return sorted(
                (entry.name, entry.is_dir(follow_symlinks=False), entry.is_file(follow_symlinks=False))
                for entry in entries
            )

    def _mode_for(self, name: str) -> int | None:
        if not self.holds(name):
            return None
        self._refuse_link(name)
        return stat.S_IMODE(self.status(name).st_mode) & 0o777

    def _refuse_link(self, name: str) -> None:
        if not stat.S_ISREG(self.status(name).st_mode):
            raise OSError(0, "not a regular file")

    def _rename(self, old: str, new: str) -> None:
        if self.handle is None:
            (self.path / old).replace(self.path / new)
        else:
            os.rename(old, new, src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def _name(self, name: str) -> str:
        return name if self.handle is not None else str(self.path / name)

    def _at(self) -> _At:
        return {} if self.handle is None else {"dir_fd": self.handle}


@contextmanager
def opened(path: Path) -> Iterator[Directory]:
    """Give a directory held open for the block; raises OSError when it is a link or no directory."""
    with _opened(path, str(path), {}) as directory:
        yield directory


@contextmanager
def _opened(path: Path, name: str, at: _At) -> Iterator[Directory]:
    if not HANDLES:
        if not stat.S_ISDIR(path.lstat().st_mode) or path.resolve() != path.parent.resolve() / path.name:
            raise NotADirectoryError(20, "a link, not a directory")
        yield Directory(path=path, handle=None)
        return
    handle = os.open(name, _DIRECTORY, **at)
    try:
        yield Directory(path=path, handle=handle)
    finally:
        os.close(handle)
