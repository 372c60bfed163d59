"""The tools that write a whole file, and that remove one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orkestra.agents.tools.bounds import lines_of, plain_path
from orkestra.domain.agents import Tool
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.ports import Workspace


@dataclass(frozen=True, kw_only=True)
class Writing:
    """A file's whole text."""

    path: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Removing:
    """A file to delete."""

    path: str


def write_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def write(wanted: Writing) -> str:
        existed = is_text(workspace, wanted.path)
        workspace.write(wanted.path, wanted.text)
        return f"{'replaced' if existed else 'created'} {wanted.path}: {len(lines_of(wanted.text)):,} lines"

    return Tool(
        name="write",
        description="Create a file, or replace the whole of one, with the directories it needs.",
        form=Writing,
        call=write,
    )


def remove_tool(workspace: Workspace) -> Tool:
    """Return the tool over a workspace."""

    def remove(wanted: Removing) -> str:
        workspace.remove(wanted.path)
        return f"removed {wanted.path}"

    return Tool(name="remove", description="Delete a file.", form=Removing, call=remove)


def is_text(workspace: Workspace, path: str) -> bool:
    """Say whether a file of that path is there and holds text.

    Raises SafetyError when something else is there: text must not take its place unseen.
    """
    try:
        workspace.read(path)
    except SafetyError as error:
        if plain_path(path) in _known(workspace):
            raise SafetyError(f"{error}; to put text in its place, remove it first") from None
        return False
    return True


def _known(workspace: Workspace) -> Sequence[str]:
    try:
        return workspace.files()
    except SafetyError:
        return ()  # too many to list: that must not keep anybody from writing one
