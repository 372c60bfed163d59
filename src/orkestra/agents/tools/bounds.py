"""How much a tool may tell: text for a model is cut, and says that it was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CHARACTERS: Final = 30_000
LONGEST_LINE: Final = 1_000


def lines_of(text: str) -> list[str]:
    r"""Return the lines of a text with their ends; only `\n` ends one, so numbers mean the same everywhere."""
    lines = text.split("\n")
    last = lines.pop()
    return [f"{line}\n" for line in lines] + ([last] if last else [])


def short(line: str, longest: int = LONGEST_LINE) -> str:
    """Return a line without its end, cut when it is long."""
    plain = line.rstrip("\r\n")
    return plain if len(plain) <= longest else f"{plain[:longest]}… (cut: {len(plain):,} characters)"


def numbered(lines: Sequence[str], first: int) -> str:
    """Return lines with their numbers, the first of them being number `first`."""
    return "\n".join(f"{number:6d}\t{short(line)}" for number, line in enumerate(lines, first))


def clipped(text: str, most: int = MOST_CHARACTERS) -> str:
    """Return the text, without its middle when it is too long: what matters stands at either end."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n[cut: {len(text) - 2 * half:,} characters]\n{text[-half:]}"


def plain_path(path: str) -> str:
    """Return a relative path as lists of files show it, without `.` and doubled separators; any other as it is."""
    if path.startswith("/"):
        return path
    return "/".join(part for part in path.split("/") if part not in {"", "."})
