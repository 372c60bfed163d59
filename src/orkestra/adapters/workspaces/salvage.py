"""Uncommitted work is kept as a commit under refs/orkestra/salvage/ before anything destructive."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.objects import GITLINK, changes, commit_tree, temporary_index
from orkestra.adapters.workspaces.refs import SALVAGE, set_refs
from orkestra.domain.errors import SafetyError
from orkestra.domain.identity import digest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from orkestra.adapters.workspaces.git import Git

_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,80}")
_FROM_FILE: Final = ("--pathspec-from-file=-", "--pathspec-file-nul")


def salvage(git: Git, label: str, also: Iterable[str] = ()) -> str:
    """Return the commit that now keeps all uncommitted work of a work tree, "" when there is none.

    It holds changes and untracked files (of ignored ones those in `also`), under
    `refs/orkestra/salvage/<label>-<digest>`, and leaves work tree and index as they are: the same work gets
    the same name. Raises SafetyError for a label that is not made of a-z, 0-9 and dashes.
    """
    if not _LABEL.fullmatch(label):
        raise SafetyError(f"{label!r} can't be part of a ref: use a-z, 0-9 and dashes")
    head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1))
    with temporary_index(git) as own:
        tree = _tree_of_everything(own, git, head, also)
    if tree == _tree_of(git, head):
        return ""
    ref = f"{SALVAGE}/{label}-{digest(f'{head} {tree}')[:12]}"
    known = git.run("rev-parse", "--verify", "--quiet", ref, ok=(0, 1))
    if known:
        return known
    commit = commit_tree(git, tree, [head] if head else [], f"Salvaged from {label}: work that was not committed")
    set_refs(git, commit, [ref])
    return commit


def _tree_of(git: Git, commit: str) -> str:
    if commit:
        return git.run("rev-parse", f"{commit}^{{tree}}")
    return git.run("hash-object", "-t", "tree", "--stdin")


def _tree_of_everything(own: Git, git: Git, head: str, also: Iterable[str]) -> str:
    used = Path(git.run("rev-parse", "--git-path", "index"))
    index = own.index
    if index is not None and (git.work_tree / used).is_file():
        shutil.copyfile(git.work_tree / used, index)  # knows which files have not changed
    elif head:
        own.run("read-tree", head)
    own.run("add", "--all", "--ignore-errors", ok=(0, 1))
    forced = "".join(f"{path}\0" for path in also if os.path.lexists(git.work_tree / path))
    if forced:
        own.run("add", "--force", "--ignore-errors", *_FROM_FILE, stdin=os.fsencode(forced), ok=(0, 1))
    _unfold_nested_repositories(own, head)
    return own.run("write-tree")


def _unfold_nested_repositories(own: Git, head: str) -> None:
    """Put the files of repositories that appeared inside into the index, in place of a link to nowhere."""
    base = head or _tree_of(own, "")
    nested = [change.path for change in changes(own, base) if change.new_mode == GITLINK and change.added]
    if not nested:
        return
    gone = "".join(f"{path}\0" for path in nested)
    own.run("update-index", "-z", "--force-remove", "--stdin", stdin=os.fsencode(gone))
    files = "".join(f"{file}\0" for path in nested for file in _files_beneath(own.work_tree, path))
    own.run("update-index", "-z", "--add", "--stdin", stdin=os.fsencode(files))


def _files_beneath(root: Path, path: str) -> Iterable[str]:
    for directory, below, names in os.walk(root / path):
        below[:] = [name for name in below if name != ".git"]
        for name in names:
            if name != ".git":
                yield (Path(directory) / name).relative_to(root).as_posix()
