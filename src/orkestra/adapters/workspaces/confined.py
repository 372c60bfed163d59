"""A directory as an agent may see it: text files by relative paths, and no way out."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.beneath import Directory, opened
from orkestra.adapters.workspaces.paths import DEEPEST_PATH, is_nameable, is_private, is_reserved, parts_of
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

LARGEST_FILE: Final = 2_000_000
MOST_FILES: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class ConfinedWorkspace:
    """The port Workspace for one directory.

    Every method raises SafetyError for a path that is not for agents (see `parts_of`), for a link anywhere
    on the way, beyond 2 MB per file, and when the file system refuses.
    """

    root: Path
    reserved: frozenset[str] = frozenset()
    kept: Callable[[], Iterable[str]] | None = None
    """What git would keep, if anybody knows: `files()` then shows nothing else."""
    checks: Callable[[str], str] | None = None
    """Runs one of the project's checks by name."""

    def files(self) -> tuple[str, ...]:
        """Return the paths of all regular files, sorted; SafetyError beyond 10,000."""
        kept = None if self.kept is None else _with_parents(self.kept())
        with self._translated("."), opened(self.root) as directory:
            return tuple(sorted(_Walk(reserved=self.reserved, kept=kept).files(directory)))

    def read(self, path: str) -> str:
        """Return a file's text (UTF-8)."""
        with self._parent(path) as (directory, name):
            content = directory.read(name, LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise SafetyError(f"{path!r} is larger than 2 MB: work on a smaller file")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise SafetyError(f"{path!r} is not text in UTF-8: leave it as it is") from None

    def write(self, path: str, text: str) -> None:
        """Create or replace a file in one step, with the directories it needs."""
        try:
            content = text.encode("utf-8")
        except UnicodeEncodeError:
            raise SafetyError(f"the text for {path!r} is not valid Unicode: write it again") from None
        if len(content) > LARGEST_FILE:
            raise SafetyError(f"the text for {path!r} is larger than 2 MB: split it")
        with self._parent(path, create=True) as (directory, name):
            directory.replace(name, content)

    def remove(self, path: str) -> None:
        """Delete a file."""
        with self._parent(path) as (directory, name):
            directory.remove(name)

    def check(self, name: str) -> str:
        """Run a check of the project by name and return what it said."""
        return "there are no checks here" if self.checks is None else self.checks(name)

    @contextmanager
    def _parent(self, path: str, *, create: bool = False) -> Iterator[tuple[Directory, str]]:
        *above, name = parts_of(path, self.reserved)
        with (
            self._translated(path),
            opened(self.root) as root,
            root.descend(tuple(above), create=create) as directory,
        ):
            yield directory, name

    @contextmanager
    def _translated(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise SafetyError(f"{path!r} is not in the workspace: look at the list of files") from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SafetyError(f"refused {path!r}: {reason}; links and special files are not for agents") from None


@dataclass(frozen=True, kw_only=True)
class _Walk:
    reserved: frozenset[str]
    kept: frozenset[str] | None

    def files(self, root: Directory) -> list[str]:
        found: list[str] = []
        self._into(root, "", found)
        return found

    def _into(self, directory: Directory, prefix: str, found: list[str]) -> None:
        if prefix.count("/") > DEEPEST_PATH:
            raise SafetyError(f"directories deeper than {DEEPEST_PATH} levels: {prefix[:200]!r}; remove them")
        for name, is_directory, is_file in directory.names():
            path = prefix + name
            if not self._shown(path, name):
                continue
            if is_directory:
                with directory.child(name) as below:
                    self._into(below, f"{path}/", found)
            elif is_file and is_nameable(path) and not is_reserved(path, self.reserved):
                found.append(path)
        if len(found) > MOST_FILES:
            raise SafetyError(f"more than {MOST_FILES:,} files: name the file that is meant instead of listing all")

    def _shown(self, path: str, name: str) -> bool:
        return not is_private(name) and (self.kept is None or path in self.kept)


def _with_parents(paths: Iterable[str]) -> frozenset[str]:
    known: set[str] = set()
    for path in paths:
        at = path
        while at and at not in known:
            known.add(at)
            at = os.path.dirname(at)  # noqa: PTH120 - a git path, not one of this system
    return frozenset(known)
