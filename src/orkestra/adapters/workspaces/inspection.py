"""What an agent's change may not contain, whatever the files say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.adapters.workspaces.objects import GITLINK, SYMLINK
from orkestra.adapters.workspaces.paths import is_private, is_reserved, parts_of
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orkestra.adapters.workspaces.git import Git
    from orkestra.adapters.workspaces.objects import Change


def refuse_unsafe(git: Git, changed: Iterable[Change], reserved: frozenset[str]) -> None:
    """Raise SafetyError, naming the path, for another repository, a link that leads out, or a reserved path."""
    for change in changed:
        if change.new_mode == GITLINK:
            raise SafetyError(f"{change.path!r} is a git repository of its own: remove its .git, then try again")
        if change.added:
            parts_of(change.path, reserved)
        elif is_reserved(change.path, reserved):
            raise SafetyError(f"{change.path!r} is a record of Orkestra: restore it, then try again")
        if change.new_mode == SYMLINK:
            target = git.read("cat-file", "blob", change.new_object).decode("utf-8", "surrogateescape")
            if leads_out(change.path, target):
                raise SafetyError(f"{change.path!r} is a link to {target!r}, outside the project: remove it")


def leads_out(path: str, target: str) -> bool:
    """Say whether a link at `path` may leave the tree.

    Climbing counts from the link's own directory, which is a real one; `..` after a name could start from
    another link's target, so it is refused wherever it leads.
    """
    if target.startswith("/") or "\\" in target or "\0" in target or target[1:2] == ":":
        return True
    parts = [part for part in target.split("/") if part not in {"", "."}]
    climbs = 0
    while climbs < len(parts) and parts[climbs] == "..":
        climbs += 1
    names = parts[climbs:]
    return climbs > path.count("/") or ".." in names or any(map(is_private, names))
