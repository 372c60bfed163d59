"""One task's own work tree: agents edit it, Orkestra alone takes snapshots of it."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.admin import remove_admin
from orkestra.adapters.workspaces.beneath import opened
from orkestra.adapters.workspaces.confined import ConfinedWorkspace
from orkestra.adapters.workspaces.git import Git
from orkestra.adapters.workspaces.inspection import refuse_unsafe
from orkestra.adapters.workspaces.objects import changes, checked_commit, commit_tree, temporary_index
from orkestra.adapters.workspaces.refs import BRANCHES, TIPS, WORK, delete_refs, drop_lock, set_refs
from orkestra.adapters.workspaces.removal import remove_tree
from orkestra.adapters.workspaces.salvage import salvage
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_REF: Final = re.compile(rf"{WORK}(/[A-Za-z0-9][A-Za-z0-9_-]*)+")


@dataclass(frozen=True, kw_only=True)
class TaskTree:
    """A work tree on the branch `orkestra/<name>`.

    Git is told where the repository is (`admin`, its directory under `.git/worktrees/`): what an agent writes
    into `.git` here decides nothing. `refs/orkestra/tips/<name>` holds the last commit that Orkestra made or
    set; commits of anybody else are kept, but nothing is built on them.
    """

    name: str
    path: Path
    admin: Path
    main: str
    reserved: frozenset[str] = frozenset()

    @property
    def git(self) -> Git:
        """Git on this work tree."""
        return Git(git_dir=self.admin, work_tree=self.path)

    @property
    def branch(self) -> str:
        """The full name of the branch."""
        return f"{BRANCHES}/{self.name}"

    @property
    def tip(self) -> str:
        """The last commit that Orkestra made or set here."""
        return self.git.run("rev-parse", "--verify", f"{TIPS}/{self.name}^{{commit}}")

    def workspace(
        self, reserved: frozenset[str] = frozenset(), checks: Callable[[str], str] | None = None
    ) -> ConfinedWorkspace:
        """Return the tree as an agent may see it, without the reserved paths (these and the tree's own).

        `checks` runs one of the project's checks by name, on the tree as it is.
        """
        return ConfinedWorkspace(root=self.path, reserved=self.reserved | reserved, kept=self._kept, checks=checks)

    def reset(self, commit: str) -> None:
        """Bring everything to exactly this commit; uncommitted work is salvaged first.

        Raises GitError when git refuses.
        """
        checked_commit(commit)
        self._repair()
        salvage(self.git, self.name)
        self.settle(commit)

    def settle(self, commit: str) -> None:
        """Bring everything to exactly this commit, whatever is there; `reset` is the careful way."""
        self._repair()
        self._keep_commits()
        self.git.run("symbolic-ref", "HEAD", self.branch)
        self.git.run("reset", "--hard", "--quiet", checked_commit(commit), "--")
        self.git.run("clean", "-ffdxq")
        self._set(commit)

    def snapshot(self, message: str, ref: str, *, at: str = "") -> str:
        """Return the commit that holds the tree as it is, named by `ref` (under refs/orkestra/work/) from now on.

        Its parent is the last snapshot; it is that one when nothing has changed. `at` (ISO 8601) is its date.
        Raises SafetyError when the change holds another repository, a link that leads out, or a reserved path.
        """
        if not _REF.fullmatch(ref):
            raise SafetyError(f"{ref!r} can't name a snapshot: use {WORK}/<words of letters, digits, - and _>")
        self._repair()
        self.git.run("add", "--all")
        tip = self.tip
        found = changes(self.git, tip)
        refuse_unsafe(self.git, found, self.reserved)
        commit = tip
        if found:
            commit = commit_tree(self.git, self.git.run("write-tree"), [tip], message, at)
        self._keep_commits()
        self.git.run("symbolic-ref", "HEAD", self.branch)
        self._set(commit, ref)
        return commit

    def present(self) -> str:
        """Return the id of the tree object that holds what git would keep of the files as they are; nothing changes."""
        with temporary_index(self.git) as own:
            if own.index is not None and (self.admin / "index").is_file():
                shutil.copyfile(self.admin / "index", own.index)  # what git knows of unchanged files
            own.run("add", "--all")
            return own.run("write-tree")

    def remove(self) -> None:
        """Delete the work tree and its branch; uncommitted work is salvaged, commits stay under refs/orkestra/work."""
        if self.admin.is_dir() and self.path.is_dir():
            self._repair()
            salvage(self.git, self.name)
        if (self.admin / "commondir").is_file():
            owner = Git(git_dir=self.admin, work_tree=self.admin)
            self._keep_commits(owner)
            delete_refs(owner, [self.branch, f"{TIPS}/{self.name}"])
        remove_tree(self.path)
        remove_admin(self.admin)

    def _set(self, commit: str, *refs: str) -> None:
        """Move our names to the commit, all or none."""
        set_refs(self.git, commit, [self.branch, f"{TIPS}/{self.name}", *refs])

    def _keep_commits(self, git: Git | None = None) -> None:
        """Give a name to what only this branch holds."""
        owner = git or self.git
        for side in ("HEAD", self.branch):
            commit = owner.run("rev-parse", "--verify", "--quiet", f"{side}^{{commit}}", ok=(0, 1))
            if commit and not owner.run("for-each-ref", "--count=1", f"--contains={commit}", WORK, self.main):
                set_refs(owner, commit, [f"{WORK}/kept/{self.name}-{commit[:12]}"])

    def _kept(self) -> Iterable[str]:
        return self.git.paths("ls-files", "-z", "--cached", "--others", "--exclude-standard")

    def _repair(self) -> None:
        """Restore what an agent or a death may have left: a torn `.git` pointer, a lock of a dead git of ours."""
        right = f"gitdir: {self.admin}\n".encode()
        try:
            with opened(self.path) as tree:
                if not _is_file(self.path / ".git"):
                    remove_tree(self.path / ".git")
                tree.replace(".git", right)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise SafetyError(f"the work tree {str(self.path)!r} can't be used: {reason}; open it again") from None
        branch_lock = self.admin.parent.parent / f"{self.branch}.lock"
        for lock in (self.admin / "index.lock", self.admin / "HEAD.lock", branch_lock):
            drop_lock(lock)


def _is_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
