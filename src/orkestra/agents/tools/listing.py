"""The tool that lists files."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.domain.agents import Tool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.ports import Workspace

MOST_PATHS: Final = 500
LONGEST_PATTERN: Final = 200


@dataclass(frozen=True, kw_only=True)
class Listing:
    """Which files to list: all, those of a directory, or those that fit a pattern such as `*.py` or `src/*.py`."""

    pattern: str = ""


def list_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def listed(wanted: Listing) -> str:
        found = matching(workspace.files(), wanted.pattern)
        if not found:
            return f"no file fits {wanted.pattern!r}" if wanted.pattern else "there are no files yet"
        more = len(found) - MOST_PATHS
        cut = [f"[cut: {more:,} more; give a pattern]"] if more > 0 else []
        return "\n".join([*found[:MOST_PATHS], *cut])

    return Tool(
        name="list",
        description="List the files, sorted. `pattern` may be a directory, or hold * and ? (a * matches / too).",
        form=Listing,
        call=listed,
    )


def matching(paths: Sequence[str], pattern: str) -> list[str]:
    """Return the paths that a pattern means: a directory's, those whose name fits, or whose whole path fits."""
    plain = pattern.strip().removeprefix("./").rstrip("/")[:LONGEST_PATTERN]
    if plain in {"", ".", "*", "**"}:
        return list(paths)
    whole = {plain.replace("**/", ""), plain.replace("**", "*"), f"{plain}/*"}
    return [path for path in paths if any(_fits(path, glob) for glob in whole)]


def _fits(path: str, glob: str) -> bool:
    subject = path if "/" in glob else path.rpartition("/")[2]
    return fnmatch.fnmatchcase(subject, glob)
