"""Where a test failed: the file of the project, and the line, that a trace names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from orkestra.domain.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_MESSAGE: Final = 300
_COLON: Final = re.compile(r"(?:^|[\s('\"@])(?:file://)?(?:\./)?([^\s:()'\"]+):(\d+)", re.MULTILINE)
_PYTHON: Final = re.compile(r'File "([^"\n]+)", line (\d+)')


def first_place(text: str, files: frozenset[str]) -> tuple[str, int]:
    """Return the first file and line of the project in a text, ("", 0) where there is none."""
    return next(_places(text, files), ("", 0))


def last_place(text: str, files: frozenset[str]) -> tuple[str, int]:
    """Return the last file and line of the project in a text, ("", 0) where there is none."""
    return ([("", 0), *_places(text, files)])[-1]


def message_of(text: str) -> str:
    """Return the first line of a text that says anything, at most 300 characters."""
    said = next((line for line in text.splitlines() if line.strip()), "")
    return one_line(said, LONGEST_MESSAGE)


def _places(text: str, files: frozenset[str]) -> Iterator[tuple[str, int]]:
    found = [*_COLON.finditer(text), *_PYTHON.finditer(text)]
    for match in sorted(found, key=lambda match: match.start()):
        if match[1] in files and len(match[2]) < 9:  # noqa: PLR2004 - a line's number
            yield match[1], int(match[2])
