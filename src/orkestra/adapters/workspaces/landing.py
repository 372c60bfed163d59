"""Proven work arrives on main, and in the user's own work tree, without losing a byte of what is there."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.objects import Change, changes
from orkestra.adapters.workspaces.obstacles import obstacles
from orkestra.adapters.workspaces.root import LOCK_PATIENCE_SECONDS, MainMoved, Root
from orkestra.adapters.workspaces.salvage import salvage
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Collection

_SHOWN_PATHS: Final = 5


def land(root: Root, old: str, new: str, overlay_paths: Collection[str]) -> None:
    """Move the branch from `old` to `new`, then the user's work tree; safe to repeat after death at any point.

    Raises SafetyError, naming the paths, when uncommitted work of the user is in the way, MainMoved when the
    branch is somewhere else, GitError when the index stays locked. Overlay paths are Orkestra's own records.
    """
    changed = [change for change in changes(root.git, old, new) if change.path not in overlay_paths]
    paths = {change.path for change in changed}
    head = root.head()
    if head == old:
        _refuse_to_overwrite(root, changed, old)
        root.move(old, new, "land")
        head = new
    elif head == new or _contains(root, new):
        paths = paths if _still_waits(root, paths, (old, new, head)) else set()
    else:
        raise MainMoved(f"{root.branch} moved while work was about to land: integrate again on top of it")
    root.sync(head, paths, overlay_paths)


def _contains(root: Root, commit: str) -> bool:
    return root.git.code("merge-base", "--is-ancestor", commit, root.ref) == 0


def _refuse_to_overwrite(root: Root, changed: Collection[Change], old: str) -> None:
    if not root.shows_branch():
        return
    root.wait_for_index(time.monotonic() + LOCK_PATIENCE_SECONDS)
    paths = {change.path for change in changed}
    dirty = paths & (root.differing(old) | root.differing(old, "--cached"))
    blocked = sorted(dirty | obstacles(root.git.work_tree, changed))
    if blocked:
        more = f" and {len(blocked) - _SHOWN_PATHS} more" if len(blocked) > _SHOWN_PATHS else ""
        named = ", ".join(map(repr, blocked[:_SHOWN_PATHS])) + more
        raise SafetyError(
            f"finished work would overwrite uncommitted changes in {named}: commit or stash them, then run again"
        )


def _still_waits(root: Root, paths: set[str], known: tuple[str, str, str]) -> bool:
    """Say whether the work tree has yet to follow; what is strange there is salvaged then.

    The index is written last and in one step: one path that arrived in it shows that all did, and that what
    differs now is the user's work since then.
    """
    if not root.shows_branch() or not all(paths <= root.differing(commit, "--cached") for commit in known[1:]):
        return False
    old, *later = known
    edited = root.differing(old).intersection(*(root.differing(commit) for commit in later))
    strange = paths & (edited | root.differing(old, "--cached"))
    tracked = set(root.git.paths("ls-files", "-z"))
    if strange or any(os.path.lexists(root.git.work_tree / path) for path in paths - tracked):
        salvage(root.git, "landing", paths)
    return True
