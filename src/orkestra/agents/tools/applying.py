"""Hunks applied to texts: pure, exact but for the place, and refused with what stands there now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.agents.tools.bounds import lines_of, numbered
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.agents.tools.unified import FileChange, Hunk

_CRLF: Final = "\r\n"
_MOST_SHOWN: Final = 30
_MOST_PLACES: Final = 5


def applied(text: str, change: FileChange) -> str:
    """Return the text after the change's hunks; lines that end in CR LF keep doing so.

    A hunk must fit exactly: at the line that it names, or at the only other place where it does.
    Raises SafetyError when it does not.
    """
    file = _File.of(text, change)
    made: list[str] = []
    at = drift = 0
    for number, hunk in enumerate(change.hunks, 1):
        named = hunk.start - 1 if hunk.old else 0
        place, problem = file.place(hunk.old, at, named + drift)
        if problem:
            raise _drifted(f"hunk {number} of {change.name}", problem, hunk, file.lines)
        drift = place - named
        made.extend(file.lines[at:place])
        at = place
        for mark, line in hunk.lines:
            if mark != "-":
                made.append(file.lines[at] if mark == " " else file.with_end(line))
            at += mark != "+"
    return _joined([*made, *file.lines[at:]], file.end)


@dataclass(frozen=True, kw_only=True)
class _File:
    r"""A file's lines; `loose` when the patch knows only `\n` and the file has `\r\n`, too."""

    lines: Sequence[str]
    compared: Sequence[str]
    loose: bool
    end: str

    @classmethod
    def of(cls, text: str, change: FileChange) -> _File:
        lines = lines_of(text)
        ends = sum(line.endswith(_CRLF) for line in lines)
        told = any(line.endswith(_CRLF) for hunk in change.hunks for _, line in hunk.lines)
        loose = ends > 0 and not told
        return cls(
            lines=lines,
            compared=[f"{line[:-2]}\n" if loose and line.endswith(_CRLF) else line for line in lines],
            loose=loose,
            end=_CRLF if ends * 2 > len(lines) else "\n",
        )

    def place(self, old: Sequence[str], begin: int, named: int) -> tuple[int, str]:
        """Where the old lines stand, from `begin` on, or why that can't be said."""
        if not old:
            return 0, "it has no line of context: give some" if self.lines else ""
        if named >= begin and self._fits(old, named):
            return named, ""
        places = [at for at in range(begin, len(self.lines) - len(old) + 1) if self._fits(old, at)]
        if not places:
            return 0, "it does not fit"
        if len(places) > 1:
            shown = ", ".join(str(place + 1) for place in places[:_MOST_PLACES])
            return 0, f"it fits at several places (lines {shown}): give more context"
        return places[0], ""

    def with_end(self, line: str) -> str:
        """Return an added line as it would end in this file."""
        return f"{line[:-1]}{self.end}" if self.loose and line.endswith("\n") else line

    def _fits(self, old: Sequence[str], at: int) -> bool:
        if at + len(old) > len(self.lines):
            return False
        return all(_same(there, wanted) for there, wanted in zip(self.compared[at:], old, strict=False))


def _same(there: str, wanted: str) -> bool:
    """Patches often fail to say that a file's last line has no end; that alone is no drift."""
    return there == wanted or (not there.endswith("\n") and f"{there}\n" == wanted)


def _joined(lines: Sequence[str], end: str) -> str:
    """Lines that were once the last get an end when something follows."""
    whole = [line if line.endswith("\n") else f"{line}{end}" for line in lines[:-1]]
    return "".join([*whole, *lines[-1:]])


def _drifted(what: str, problem: str, hunk: Hunk, there: Sequence[str]) -> SafetyError:
    first = min(max(hunk.start - 3, 0), max(len(there) - 1, 0))
    now = there[first : first + min(len(hunk.old) + 6, _MOST_SHOWN)]
    stands = f"What stands there now:\n{numbered(now, first + 1)}" if now else "The file is empty."
    return SafetyError(f"{what}: {problem}; nothing was changed. {stands}")
