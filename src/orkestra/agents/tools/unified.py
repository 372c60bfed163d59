"""Unified diffs, read strictly: what is torn, or can't be kept exactly, is refused.

The form is that of POSIX `diff -u` with git's headers for new, deleted and renamed files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.agents.tools.bounds import lines_of, short
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_PATCH: Final = 1_000_000
_HEADER: Final = re.compile(r"@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@")
_NO_END: Final = "\\"
_NOWHERE: Final = "/dev/null"
_QUOTED: Final = re.compile(r"\\([0-7]{3}|.)")
_ESCAPED: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_SHOWN: Final = 80
_MORE: Final = "the hunk has more lines than its @@ line counts: count them, or use edit"


@dataclass(frozen=True, kw_only=True)
class Hunk:
    """A piece of a change: `start` is the old file's line, from 1; `lines` are marked by ` `, `-` or `+`."""

    start: int
    lines: tuple[tuple[str, str], ...]

    @property
    def old(self) -> tuple[str, ...]:
        """The lines that must stand in the file."""
        return tuple(text for mark, text in self.lines if mark != "+")


@dataclass(frozen=True, kw_only=True)
class FileChange:
    """What a patch does to one file; `old` is None for a new one, `new` for one that goes."""

    old: str | None
    new: str | None
    hunks: tuple[Hunk, ...] = ()

    @property
    def name(self) -> str:
        """The path to speak of."""
        return self.new or self.old or ""


def parse_patch(text: str) -> tuple[FileChange, ...]:
    """Return what a unified diff changes, file by file.

    Raises SafetyError, naming the patch's line, for what is not a whole unified diff of text files.
    """
    if len(text) > LONGEST_PATCH:
        raise SafetyError(f"the patch is longer than {LONGEST_PATCH:,} characters: split it by files")
    lines = lines_of(text)
    if all(line.endswith("\r\n") for line in lines[:-1]):  # the patch itself was written that way, not the files
        lines = [line.replace("\r\n", "\n") for line in lines]
    changes = _Reader(lines).changes()
    if not changes:
        raise SafetyError("the patch holds no change: give a unified diff (--- a/path, +++ b/path, @@ -1,3 +1,4 @@)")
    return changes


class _Reader:
    """Goes through a patch line by line."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0
        self._said: dict[str, str] = {}

    def changes(self) -> tuple[FileChange, ...]:
        found: list[FileChange] = []
        while self._at < len(self._lines):
            self._said = {}
            self._headers()
            if self._said:
                found.append(self._change())
            elif self._starts("@@"):
                raise self._refusal("no --- and +++ lines say which file is meant")
        return tuple(found)

    def _headers(self) -> None:
        """Take the lines before the first hunk of a file, up to `+++`, or to the next file when it has no hunks."""
        while self._at < len(self._lines) and not self._starts("@@"):
            if self._starts("diff --git ") and self._said:
                return
            if self._starts("--- ") and "---" in self._said:
                return
            self._header(self._lines[self._at].rstrip("\r\n"))
            self._at += 1
            if "+++" in self._said:
                return

    def _header(self, line: str) -> None:
        for start, take in _HEADERS.items():
            if line.startswith(start):
                take(self._said, line[len(start) :])
                return
        if line.strip():
            torn = self._at and line.startswith((" ", "-", "+"))
            raise self._refusal(_MORE if torn else "expected --- a/path, +++ b/path, or a line of git's headers")

    def _change(self) -> FileChange:
        old, new = _names(self._said)
        if old is None and new is None:
            raise self._refusal("the change before this line names no file")
        hunks: list[Hunk] = []
        while self._starts("@@"):
            hunks.append(self._hunk())
        if not hunks and (old == new or "+++" in self._said):
            raise self._refusal(f"the change of {new or old} before this line has no hunk")
        return FileChange(old=old, new=new, hunks=tuple(hunks))

    def _hunk(self) -> Hunk:
        found = _HEADER.match(self._lines[self._at])
        if found is None:
            raise self._refusal("a hunk begins with @@ -first,count +first,count @@")
        start, before, _, after = (1 if part is None else int(part) for part in found.groups())
        self._at += 1
        begun = self._at
        left = {"-": before, "+": after}
        lines: list[tuple[str, str]] = []
        while any(left.values()):
            mark, text = self._body_line(begun)
            for side in "-+" if mark == " " else mark:
                left[side] -= 1
            if min(left.values()) < 0:
                raise self._refusal(_MORE)
            lines.append((mark, text))
        return Hunk(start=start, lines=tuple(lines))

    def _body_line(self, begun: int) -> tuple[str, str]:
        line = self._lines[self._at] if self._at < len(self._lines) else ""
        if line in {"\n", "\r\n"}:
            line = f" {line}"  # editors and models drop the blank of an empty context line
        if not line.startswith((" ", "-", "+")):
            raise self._refusal(f"the hunk from line {begun} on has fewer lines than its @@ line counts")
        self._at += 1
        text = line[1:].removesuffix("\n")
        if self._starts(_NO_END):
            self._at += 1
            return line[0], text
        return line[0], f"{text}\n"

    def _starts(self, with_: str) -> bool:
        return self._at < len(self._lines) and self._lines[self._at].startswith(with_)

    def _refusal(self, problem: str) -> SafetyError:
        here = f"{short(self._lines[self._at], _SHOWN)!r}" if self._at < len(self._lines) else "its end"
        return SafetyError(f"the patch can't be read at line {self._at + 1} ({here}): {problem}")


def _names(said: dict[str, str]) -> tuple[str | None, str | None]:
    """The old and the new path, from `---` and `+++`, else from git's headers."""
    if "---" in said and "+++" in said:
        old, new = said["---"], said["+++"]
        if _is_git(old, "a/") and _is_git(new, "b/"):
            old, new = old.removeprefix("a/"), new.removeprefix("b/")
        return None if old == _NOWHERE else old, None if new == _NOWHERE else new
    if "---" in said or "+++" in said:
        return None, None
    if "from" in said and "to" in said:
        return said["from"], said["to"]
    half = said.get("git", "")
    path = half[2 : len(half) // 2]
    if half != f"a/{path} b/{path}":
        return None, None
    return (None if "new" in said else path), (None if "deleted" in said else path)


def _is_git(path: str, prefix: str) -> bool:
    return path == _NOWHERE or path.startswith(prefix)


def _path(text: str) -> str:
    plain = text.partition("\t")[0].strip()
    if not plain.startswith('"'):
        return plain
    return _QUOTED.sub(_unquoted, plain.strip('"')).encode("latin-1", "replace").decode("utf-8", "replace")


def _unquoted(found: re.Match[str]) -> str:
    said = found[1]
    return chr(int(said, 8) & 0xFF) if said.isdigit() else _ESCAPED.get(said, said)


def _keep(name: str) -> Callable[[dict[str, str], str], None]:
    def take(said: dict[str, str], rest: str) -> None:
        said[name] = _path(rest)

    return take


def _refuse(problem: str) -> Callable[[dict[str, str], str], None]:
    def take(said: dict[str, str], rest: str) -> None:
        del said, rest
        raise SafetyError(f"refused patch: {problem}; nothing was changed")

    return take


def _regular(name: str) -> Callable[[dict[str, str], str], None]:
    def take(said: dict[str, str], rest: str) -> None:
        if not rest.startswith("100"):
            raise SafetyError("refused patch: links and other repositories can't be made here; nothing was changed")
        said[name] = rest

    return take


def _pass(said: dict[str, str], rest: str) -> None:
    del said, rest  # known, and nothing that a text file keeps


_HEADERS: Final[dict[str, Callable[[dict[str, str], str], None]]] = {
    "diff --git ": _keep("git"),
    "--- ": _keep("---"),
    "+++ ": _keep("+++"),
    "rename from ": _keep("from"),
    "rename to ": _keep("to"),
    "new file mode ": _regular("new"),
    "deleted file mode ": _regular("deleted"),
    "index ": _pass,
    "similarity index ": _pass,
    "dissimilarity index ": _pass,
    "old mode ": _refuse("the mode of a file can't be changed here"),
    "new mode ": _refuse("the mode of a file can't be changed here"),
    "copy from ": _refuse("copies are not supported, write the new file"),
    "GIT binary patch": _refuse("binary files can't be changed here"),
    "Binary files ": _refuse("binary files can't be changed here"),
    "*** Begin Patch": _refuse("give a unified diff (--- a/path, +++ b/path, @@ -1,3 +1,4 @@)"),
}
