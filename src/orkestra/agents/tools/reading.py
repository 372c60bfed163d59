"""The tool that reads a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.agents.tools.bounds import MOST_CHARACTERS, lines_of, numbered, short
from orkestra.domain.agents import Tool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.ports import Workspace

MOST_LINES: Final = 800
_ROOM: Final = MOST_CHARACTERS - 500
_MARGIN: Final = 8


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Which lines of a file to read, counted from 1; `last` 0 means to the end."""

    path: str
    first: int = 1
    last: int = 0


def read_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def read(wanted: Reading) -> str:
        text = workspace.read(wanted.path)
        lines = lines_of(text)
        if not lines:
            return f"{wanted.path} is empty"
        first = max(wanted.first, 1)
        if first > len(lines):
            return f"{wanted.path} has only {len(lines):,} lines"
        asked = lines[first - 1 : max(wanted.last, first) if wanted.last > 0 else None]
        shown = _fitting(asked)
        notes = _notes(text, lines)
        if len(shown) < len(asked):
            last = first + len(shown) - 1
            notes.append(f"[cut: lines {first}-{last} of {len(lines):,}; go on with first={last + 1}]")
        return "\n".join([numbered(shown, first), *notes])

    return Tool(
        name="read",
        description=(
            "Read a file, or its lines `first` to `last`. Each line is shown after its number and a tab;"
            " neither belongs to the file."
        ),
        form=Reading,
        call=read,
    )


def _fitting(lines: Sequence[str]) -> Sequence[str]:
    room = _ROOM
    for at, line in enumerate(lines[:MOST_LINES]):
        room -= len(short(line)) + _MARGIN
        if room < 0:
            return lines[: max(at, 1)]
    return lines[:MOST_LINES]


def _notes(text: str, lines: Sequence[str]) -> list[str]:
    notes = []
    if "\r\n" in text:
        notes.append("[lines of this file end in CR LF; edits keep that]")
    if not lines[-1].endswith("\n"):
        notes.append("[the last line has no line end]")
    return notes
