"""A project's files in a directory of their own, as its tests find them."""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from orkestra.adapters.workspaces.beneath import opened

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_TEXT: Final = 2_000_000
MOST_FILES: Final = 50_000
_FOREIGN: Final = {".git", ".hg", ".nox", ".tox", ".venv", "__pycache__", "node_modules", "venv"}
"""Directories that hold what is not the project's own."""


@dataclass(frozen=True)
class Site:
    """A directory with exactly a project's files, and the root whose installed packages they may use.

    `place` is where within both a project of its own lies, "" for the whole.
    """

    directory: Path
    root: Path
    place: str = ""

    @classmethod
    def of(cls, directory: Path, root: Path) -> Self:
        """Return the site of a checkout, and the root that it is a checkout of."""
        return cls(directory.resolve(), root.resolve())

    @property
    def here(self) -> Path:
        """The directory that its programs run in."""
        return self.directory / self.place

    @property
    def home(self) -> Path:
        """The directory of the root that it corresponds to."""
        return self.root / self.place

    @cached_property
    def files(self) -> frozenset[str]:
        """The paths of its regular files, relative to it; at most 50,000."""
        found: set[str] = set()
        for path in _walk(self.here):
            found.add(path)
            if len(found) >= MOST_FILES:
                break
        return frozenset(found)

    def within(self, place: str) -> Site:
        """Return a project within this one."""
        return Site(self.directory, self.root, place)

    def text(self, path: str) -> str:
        """Return a file's text, "" where there is none that can be read; never what a link points to."""
        return read_text(self.here, path, LARGEST_TEXT)

    def json(self, path: str) -> dict[str, Any]:
        """Return the object that a JSON file holds, an empty one where it holds none."""
        return _table(json.loads, self.text(path))

    def toml(self, path: str) -> dict[str, Any]:
        """Return the table that a TOML file holds, an empty one where it holds none."""
        return _table(tomllib.loads, self.text(path))


def read_text(directory: Path, path: str, limit: int) -> str:
    """Return the text of a regular file beneath a directory, "" where there is none or it is larger than `limit`.

    No link on the way is followed: what lies in a checkout was written by anybody.
    """
    *above, name = path.split("/")
    try:
        with opened(directory) as top, top.descend(tuple(above)) as parent:
            content = parent.read(name, limit + 1)
    except OSError:
        return ""
    return content.decode("utf-8", "replace") if len(content) <= limit else ""


def _table(parse: Any, text: str) -> dict[str, Any]:  # noqa: ANN401 - json.loads and tomllib.loads
    try:
        found = parse(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _walk(top: Path) -> Iterator[str]:
    for directory, below, names in os.walk(top):
        below[:] = sorted(name for name in below if name not in _FOREIGN)
        relative = os.path.relpath(directory, top)
        prefix = "" if relative == "." else f"{relative.replace(os.sep, '/')}/"
        for name in names:
            if not os.path.islink(f"{directory}/{name}"):  # noqa: PTH114 - ten times as fast, for each file
                yield prefix + name
