"""A change on top of a main that has moved, merged without any work tree."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.objects import commit_tree
from orkestra.domain.errors import GitError

if TYPE_CHECKING:
    from orkestra.adapters.workspaces.git import Git

_CLEAN: Final = 0
_CONFLICTS: Final = 1
_ANY_DATE: Final = "2000-01-01T00:00:00Z"


def merged_tree(git: Git, main: str, base: str, commit: str) -> tuple[str, tuple[str, ...]]:
    """Return the tree of `main` with the change from `base` to `commit`, and the conflicting paths if any.

    Raises GitError when git can't merge at all.
    """
    if main == base:
        return git.run("rev-parse", f"{commit}^{{tree}}"), ()
    # children of exactly that base, so that git takes no other one, whatever the histories are
    sides = [commit_tree(git, f"{side}^{{tree}}", [base], "side", _ANY_DATE) for side in (main, commit)]
    ended = git.attempt("merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", *sides)
    if ended.exit_code not in {_CLEAN, _CONFLICTS}:
        last = ended.complaint.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        raise GitError(f"git could not merge {commit} into {main}: {last[0]}. What to do: see `git fsck`")
    tree, *paths = map(os.fsdecode, filter(None, ended.output.split(b"\0")))
    return tree.strip(), tuple(sorted(set(paths))) if ended.exit_code == _CONFLICTS else ()
