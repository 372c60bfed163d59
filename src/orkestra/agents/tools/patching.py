"""The tool that applies a unified diff: all of it, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orkestra.agents.tools.applying import applied
from orkestra.agents.tools.bounds import plain_path
from orkestra.agents.tools.unified import FileChange, parse_patch
from orkestra.agents.tools.writing import is_text
from orkestra.domain.agents import Tool
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.domain.ports import Workspace


@dataclass(frozen=True, kw_only=True)
class Patching:
    """A unified diff of one or several files."""

    patch: str


def patch_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def patch(wanted: Patching) -> str:
        changes = parse_patch(wanted.patch)
        _put(workspace, planned(workspace, changes))
        return "\n".join(map(_told, changes))

    return Tool(
        name="patch",
        description=(
            "Apply a unified diff of one or several files: all of it, or nothing when a hunk does not fit."
            " Each hunk needs exact context lines and exact counts in its @@ line. Files may be new (--- /dev/null),"
            " deleted (+++ /dev/null) or renamed."
        ),
        form=Patching,
        call=patch,
    )


def planned(workspace: Workspace, changes: Sequence[FileChange]) -> Mapping[str, tuple[str | None, str | None]]:
    """Return what each path holds before and after, None for no file; nothing is written.

    Raises SafetyError when any of it can't be done.
    """
    states: dict[str, tuple[str | None, str | None]] = {}
    for change in changes:
        for path, state in _states(workspace, change).items():
            if path in states:
                raise SafetyError(f"{path} is changed twice in the patch: put it into one part; nothing was changed")
            states[path] = state
    return states


def _states(workspace: Workspace, change: FileChange) -> dict[str, tuple[str | None, str | None]]:
    before = "" if change.old is None else workspace.read(change.old)
    after = applied(before, change)
    old = None if change.old is None else plain_path(change.old)
    new = None if change.new is None else plain_path(change.new)
    if new is None:
        if after:
            raise SafetyError(f"the patch deletes {old}, but not all of its lines; nothing was changed")
        return {str(old): (before, None)}
    if old == new:
        return {new: (before, after)}
    if is_text(workspace, new):
        raise SafetyError(f"{new} is there already; nothing was changed")
    return {new: (None, after)} if old is None else {old: (before, None), new: (None, after)}


def _put(workspace: Workspace, states: Mapping[str, tuple[str | None, str | None]]) -> None:
    """Write it all; when a write is refused, put back what was written before it."""
    done: list[str] = []
    try:
        for path, (before, after) in states.items():
            _set(workspace, path, before, after)
            done.append(path)
    except SafetyError as error:
        lost = [path for path in reversed(done) if not _is_back(workspace, path, states[path])]
        left = f"could not be put back: {', '.join(lost)}" if lost else "nothing was changed"
        raise SafetyError(f"{error}; {left}") from None


def _is_back(workspace: Workspace, path: str, state: tuple[str | None, str | None]) -> bool:
    before, after = state
    try:
        _set(workspace, path, after, before)
    except SafetyError:
        return False
    return True


def _set(workspace: Workspace, path: str, present: str | None, wanted: str | None) -> None:
    if wanted is not None:
        if wanted != present:
            workspace.write(path, wanted)
    elif present is not None:
        workspace.remove(path)


def _told(change: FileChange) -> str:
    if change.old is None:
        return f"created {change.new}"
    if change.new is None:
        return f"removed {change.old}"
    if change.old != change.new:
        return f"renamed {change.old} to {change.new}"
    return f"changed {change.new}: {len(change.hunks)} hunk{'' if len(change.hunks) == 1 else 's'}"
