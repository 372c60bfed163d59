"""A patch as git writes it, read back: per file the lines that were added, with their numbers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HUNK: Final = re.compile(r"@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


@dataclass
class ChangedFile:
    """What a patch adds to one file; `created` files are there whole."""

    path: str
    created: bool = False
    added: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The added lines as text."""
        return "".join(f"{line}\n" for _, line in self.added)


def read_patch(patch: str) -> list[ChangedFile]:
    """Return the files of a patch that have text afterwards, in its order; binary and deleted files are left out."""
    files: list[ChangedFile] = []
    created = False
    lines = iter(patch.split("\n"))
    for line in lines:
        if line.startswith("--- "):
            created = line == "--- /dev/null"
        elif line.startswith("+++ ") and line != "+++ /dev/null":
            files.append(ChangedFile(_unquoted(line[4:]).removeprefix("b/"), created=created))
        elif (hunk := _HUNK.match(line)) and files:
            old, start, new = (int(number or 1) for number in hunk.group(1, 2, 3))
            files[-1].added += _added(lines, old, start, new)
    return files


def _added(lines: Iterator[str], old: int, number: int, new: int) -> Iterable[tuple[int, str]]:
    """Take one hunk's lines, `old` and `new` of them, and give the added ones; the first new one has that number."""
    while old > 0 or new > 0:
        line = next(lines, None)
        if line is None:
            return
        mark, text = line[:1], line[1:]
        if mark == "+":
            yield number, text
        old -= mark in {"-", " ", ""}
        new -= mark in {"+", " ", ""}
        number += mark in {"+", " ", ""}


def _unquoted(path: str) -> str:
    """Return a path as it is; git quotes one with unusual characters, and adds a tab to one with blanks."""
    if not path.startswith('"'):
        return path.removesuffix("\t")
    inner = path.strip('"\t').encode("latin-1", "replace").decode("unicode_escape")
    return inner.encode("latin-1", "replace").decode("utf-8", "replace")
