"""The tool that replaces an exact piece of text in a file."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from orkestra.agents.tools.bounds import lines_of, numbered
from orkestra.domain.agents import Tool
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.ports import Workspace

MOST_PLACES: Final = 10
_LINES_COMPARED: Final = 5_000
_WIDTH_COMPARED: Final = 200
_AROUND: Final = 3
_ALIKE: Final = 0.6


@dataclass(frozen=True, kw_only=True)
class Editing:
    """The text `old`, to be replaced by `new`; `all` replaces every place where it stands."""

    path: str
    old: str
    new: str
    all: bool = False


def edit_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def edit(wanted: Editing) -> str:
        text, count = replaced(workspace.read(wanted.path), wanted)
        workspace.write(wanted.path, text)
        return f"edited {wanted.path}: {count} place{'' if count == 1 else 's'}"

    return Tool(
        name="edit",
        description=(
            "Replace `old`, an exact piece of the file with its indentation, by `new`."
            " `old` must stand in the file exactly once, unless `all` is set."
        ),
        form=Editing,
        call=edit,
    )


def replaced(text: str, wanted: Editing) -> tuple[str, int]:
    """Return the text after the edit, and at how many places it was changed.

    Raises SafetyError, with what stands there, when `old` is not found or not unique.
    """
    old, new = _with_ends_of(text, wanted)
    if not old:
        raise SafetyError("`old` is empty: give the text to replace, or use write for a new file")
    if old == new:
        raise SafetyError("`old` and `new` are the same: nothing to do")
    count = text.count(old)
    if not count:
        raise SafetyError(f"{wanted.path} does not hold `old`; nothing was changed. {_nearest(text, old)}")
    if count > 1 and not wanted.all:
        places = ", ".join(map(str, _places(text, old)))
        raise SafetyError(
            f"`old` stands {count} times in {wanted.path}, at lines {places}{' …' if count > MOST_PLACES else ''};"
            " nothing was changed. Give more of the text around it, or set `all`"
        )
    return text.replace(old, new), count


def _with_ends_of(text: str, wanted: Editing) -> tuple[str, str]:
    """Models write LF: in a file of CR LF lines their words mean CR LF."""
    if wanted.old in text or "\r\n" not in text or "\r" in wanted.old:
        return wanted.old, wanted.new
    return wanted.old.replace("\n", "\r\n"), wanted.new.replace("\r\n", "\n").replace("\n", "\r\n")


def _places(text: str, old: str) -> list[int]:
    found: list[int] = []
    at = text.find(old)
    while at >= 0 and len(found) < MOST_PLACES:
        found.append(text.count("\n", 0, at) + 1)
        at = text.find(old, at + len(old))
    return found


def _nearest(text: str, old: str) -> str:
    lines = lines_of(text)
    if not lines:
        return "It is empty."
    wanted = max(lines_of(old), key=lambda line: len(line.strip()))
    at = _like(lines[:_LINES_COMPARED], wanted.strip())
    if at is None:
        return "No line is like it: read the file again."
    first = max(at - _AROUND, 0)
    return f"The nearest lines are:\n{numbered(lines[first : at + _AROUND + 1], first + 1)}"


def _like(lines: Sequence[str], wanted: str) -> int | None:
    """Where the line stands that is most like the wanted one, None when none is much like it."""
    plain = [line.strip()[:_WIDTH_COMPARED] for line in lines]
    matcher = SequenceMatcher(b=wanted[:_WIDTH_COMPARED], autojunk=False)
    best, place = _ALIKE, None
    for at, line in enumerate(plain):
        matcher.set_seq1(line)
        if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
            best, place = ratio, at
    return place
