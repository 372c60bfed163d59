"""Each task works in a git work tree of its own, on a branch of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.admin import admin_of, administered, remove_admin
from orkestra.adapters.workspaces.objects import checked_commit
from orkestra.adapters.workspaces.refs import TIPS
from orkestra.adapters.workspaces.removal import remove_tree
from orkestra.adapters.workspaces.salvage import salvage
from orkestra.adapters.workspaces.tasktree import TaskTree
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from pathlib import Path

    from orkestra.adapters.workspaces.repository import Repository

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Worktrees:
    """The work trees of one repository, in a directory that belongs to Orkestra alone.

    No agent's change may touch the `reserved` paths in any of them.
    """

    repository: Repository
    directory: Path
    reserved: frozenset[str] = frozenset()

    def open(self, name: str, base: str) -> TaskTree:
        """Return the work tree of that name, exactly at `base` on the branch `orkestra/<name>`.

        What an earlier life left there is salvaged first, and repaired or built anew. Raises SafetyError for
        a name that is not made of a-z, 0-9 and dashes, GitError when `base` does not exist.
        """
        path = self._path(name)
        self.repository.git.run("cat-file", "-e", f"{checked_commit(base)}^{{commit}}")
        tree = self.find(name)
        if tree is None:
            self._clear(name, path)
            tree = self._tree(name, path, administered(self.repository.common_dir, path, name))
            tree.settle(base)
        else:
            tree.reset(base)
        return tree

    def find(self, name: str) -> TaskTree | None:
        """Return the work tree of that name as it is, None when there is none that can be used."""
        path = self._path(name)
        admin = admin_of(self.repository.common_dir, path)
        if admin is None or path.is_symlink() or not path.is_dir():
            return None
        tree = self._tree(name, path, admin)
        return tree if _healthy(tree) else None

    def remove(self, name: str) -> None:
        """Delete the work tree of that name, whole or half; uncommitted work is salvaged, nothing there is fine."""
        tree = self.find(name)
        if tree is None:
            self._clear(name, self._path(name))
        else:
            tree.remove()

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise SafetyError(f"{name!r} can't name a work tree: use a-z, 0-9 and dashes, at most 64")
        return self.directory.resolve() / name

    def _tree(self, name: str, path: Path, admin: Path) -> TaskTree:
        main = f"refs/heads/{self.repository.branch}"
        return TaskTree(name=name, path=path, admin=admin, main=main, reserved=self.reserved)

    def _clear(self, name: str, path: Path) -> None:
        """Keep what half a work tree holds, then take it away."""
        git = self.repository.git
        if path.is_dir() and not path.is_symlink() and any(child.name != ".git" for child in path.iterdir()):
            salvage(git.having(work_tree=path, index=path.parent / f".{name}.no-index"), name)
        remove_tree(path)
        admin = admin_of(self.repository.common_dir, path)
        if admin is not None:
            remove_admin(admin)


def _healthy(tree: TaskTree) -> bool:
    """Say whether it was finished once, and its HEAD and index can be read."""
    readable = (tree.admin / "commondir").is_file() and (tree.admin / "index").is_file()
    if not readable or tree.git.code("diff-index", "--cached", "--quiet", "HEAD", "--") not in {0, 1}:
        return False
    return tree.git.code("rev-parse", "--verify", "--quiet", f"{TIPS}/{tree.name}") == 0
