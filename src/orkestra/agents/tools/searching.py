"""The tool that searches the files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.agents.tools.bounds import lines_of, short
from orkestra.agents.tools.expressions import matching_lines
from orkestra.agents.tools.listing import matching
from orkestra.domain.agents import Tool
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from orkestra.domain.ports import Workspace

MOST_HITS: Final = 100
LONGEST_WANTED: Final = 500
MOST_SEARCHED: Final = 20_000_000
_LONGEST_SHOWN: Final = 200


@dataclass(frozen=True, kw_only=True)
class Searching:
    """What to look for in the files that `pattern` means: text as it stands, or a regular expression per line."""

    text: str
    pattern: str = ""
    regex: bool = False
    ignore_case: bool = False


@dataclass(frozen=True, kw_only=True)
class Searched:
    """The files that were read, and what was left out."""

    files: tuple[tuple[str, str], ...]
    unread: int
    beyond: int


def search_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def search(wanted: Searching) -> str:
        if not wanted.text or len(wanted.text) > LONGEST_WANTED or "\n" in wanted.text:
            raise SafetyError(f"search for one line's text of 1 to {LONGEST_WANTED} characters")
        searched = _read(workspace, matching(workspace.files(), wanted.pattern))
        found = _found(searched.files, wanted)
        return "\n".join([*_shown(searched.files, found[:MOST_HITS]), *_notes(searched, found)])

    return Tool(
        name="search",
        description=(
            "Search the lines of all files, or of those that `pattern` means (as in list), for a text as it stands;"
            " with `regex` for a Python regular expression."
        ),
        form=Searching,
        call=search,
    )


def _read(workspace: Workspace, paths: Iterable[str]) -> Searched:
    files: list[tuple[str, str]] = []
    room, unread, beyond = MOST_SEARCHED, 0, 0
    for path in paths:
        if room <= 0:
            beyond += 1
            continue
        try:
            text = workspace.read(path)
        except SafetyError:
            unread += 1  # told below: binary files and links are nothing to search
            continue
        room -= len(text)
        files.append((path, text))
    return Searched(files=tuple(files), unread=unread, beyond=beyond)


def _found(files: Sequence[tuple[str, str]], wanted: Searching) -> list[tuple[int, int]]:
    """Which lines of which files hold it, at most one more than is shown."""
    texts = [text for _, text in files]
    if wanted.regex:
        return matching_lines(wanted.text, texts, ignore_case=wanted.ignore_case, most=MOST_HITS + 1)
    sought = wanted.text.lower() if wanted.ignore_case else wanted.text
    found: list[tuple[int, int]] = []
    for at, text in enumerate(texts):
        if sought not in (text.lower() if wanted.ignore_case else text):
            continue
        lines = enumerate(lines_of(text))
        found.extend((at, n) for n, line in lines if sought in (line.lower() if wanted.ignore_case else line))
        if len(found) > MOST_HITS:
            break
    return found


def _shown(files: Sequence[tuple[str, str]], found: Sequence[tuple[int, int]]) -> list[str]:
    split: dict[int, list[str]] = {}
    shown = []
    for at, number in found:
        path, text = files[at]
        lines = split.setdefault(at, lines_of(text))
        shown.append(f"{path}:{number + 1}: {short(lines[number], _LONGEST_SHOWN)}")
    return shown


def _notes(searched: Searched, found: Sequence[tuple[int, int]]) -> list[str]:
    notes = [] if found else [f"not found in {len(searched.files):,} files"]
    if len(found) > MOST_HITS:
        notes.append(f"[cut: more than {MOST_HITS} lines; narrow it down]")
    if searched.unread:
        notes.append(f"[{searched.unread:,} files that are not text, or too large, were not searched]")
    if searched.beyond:
        notes.append(f"[cut: {searched.beyond:,} more files were not searched; give a pattern]")
    return notes
