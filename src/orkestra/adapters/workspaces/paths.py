"""Which relative paths an agent may name: pure rules, before any file is touched."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_PATH: Final = 1_000
DEEPEST_PATH: Final = 60

_DRIVE: Final = re.compile(r"[A-Za-z]:")
_INVISIBLE_CATEGORIES: Final = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# invisible although Unicode counts them as letters or marks
_INVISIBLE: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_GIT: Final = {".git", "git~1"}
_OWN: Final = {".orkestra", "orkest~1"}


def parts_of(path: str, reserved: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the components of a path that an agent may use.

    Raises SafetyError, naming the path, when it is absolute, climbs (`..`), holds characters that hide
    what it is, names the repository (`.git` in any guise) or Orkestra's directory, or is one of the
    `reserved` paths, beneath one, or in the place of a directory that one needs.
    """
    problem = _problem(path)
    if problem:
        raise SafetyError(f"refused path {path[:200]!r}: {problem}")
    parts = tuple(part for part in path.split("/") if part not in {"", "."})
    if not parts or len(parts) > DEEPEST_PATH:
        raise SafetyError(f"refused path {path[:200]!r}: it names no file of a depth up to {DEEPEST_PATH}")
    if any(is_private(part) for part in parts):
        raise SafetyError(f"refused path {path[:200]!r}: the repository's and Orkestra's own files are not for agents")
    if is_reserved(path, reserved):
        raise SafetyError(f"refused path {path[:200]!r}: Orkestra keeps a record there; choose another path")
    return parts


def _problem(path: str) -> str:
    if len(path) > LONGEST_PATH:
        return f"longer than {LONGEST_PATH} characters"
    if path.startswith(("/", "~/")) or _DRIVE.match(path):
        return "give a path relative to the workspace"
    if "\\" in path:
        return "separate directories with /"
    if any(part not in {"", "."} and not part.strip(". ") for part in path.split("/")):
        return "it may not climb with .."
    if _INVISIBLE.search(path) or any(unicodedata.category(character) in _INVISIBLE_CATEGORIES for character in path):
        return "it holds invisible characters"
    return ""


def is_nameable(path: str) -> bool:
    """Say whether an agent could name this path: whether all its characters can be seen."""
    return not _problem(path)


def is_private(part: str) -> bool:
    """Say whether some file system takes this path component for `.git` or `.orkestra`."""
    return _plain(part) in _GIT | _OWN


def is_committable(path: str) -> bool:
    """Say whether Orkestra itself may put this path into a commit: relative, straight, outside `.git`."""
    parts = path.split("/")
    return "\0" not in path and not any(part in {"", ".", ".."} or _plain(part) in _GIT for part in parts)


def _plain(part: str) -> str:
    return unicodedata.normalize("NFKC", part).casefold().partition(":")[0].rstrip(". ")


def is_reserved(path: str, reserved: Iterable[str]) -> bool:
    """Say whether a path is one of the reserved ones, beneath one, or an ancestor of one; case counts for nothing."""
    asked = _folded(path)
    kept = filter(None, map(_folded, reserved))
    return any(asked[: len(one)] == one or one[: len(asked)] == asked for one in kept)


def _folded(path: str) -> tuple[str, ...]:
    whole = unicodedata.normalize("NFKC", path).casefold()
    return tuple(part.rstrip(". ") or part for part in whole.split("/") if part not in {"", "."})
