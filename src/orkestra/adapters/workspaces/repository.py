"""A project's own git repository: commits on its main branch, and what has been proven lands there."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces import landing
from orkestra.adapters.workspaces.git import OLDEST, Git, version
from orkestra.adapters.workspaces.merging import merged_tree
from orkestra.adapters.workspaces.objects import (
    changes,
    checked_commit,
    commit_tree,
    temporary_index,
    tree_with,
    user_name,
)
from orkestra.adapters.workspaces.removal import remove_tree
from orkestra.adapters.workspaces.root import MainMoved, Root
from orkestra.adapters.workspaces.salvage import salvage
from orkestra.domain.errors import ConfigError, GitError, SafetyError
from orkestra.domain.work import Integration

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

_TRIES: Final = 5
_OWN_DIRECTORY: Final = "/.orkestra/"
_BRANCH: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_TRAILER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(frozen=True, kw_only=True)
class Repository:
    """One project's repository, seen from its root; commits are named by their full ids.

    Every method raises GitError when git refuses, and SafetyError for what is not a full commit id.
    """

    root: Path
    git_dir: Path
    common_dir: Path
    branch: str = "main"

    @classmethod
    def init(cls, root: Path, *, branch: str = "main") -> Repository:
        """Return the repository of an existing directory, made there when it has none, or half of one."""
        if not _is_whole(root / ".git"):
            whole = root.resolve()
            require_git()
            Git(git_dir=whole / ".git", work_tree=whole).run("init", "--quiet", f"--initial-branch={branch}")
        return cls.open(root, branch=branch)

    @classmethod
    def open(cls, root: Path, *, branch: str = "main") -> Repository:
        """Return the repository of a directory, with `.orkestra/` in its list of local ignores.

        Raises GitError when the directory has no repository of its own, ConfigError for a git older than 2.38.
        """
        require_git()
        if not _BRANCH.fullmatch(branch):
            raise SafetyError(f"{branch!r} can't be the branch that work lands on: name an ordinary one")
        whole = root.resolve()
        git_dir = _git_dir(whole)
        common = Git(git_dir=git_dir, work_tree=whole).run("rev-parse", "--path-format=absolute", "--git-common-dir")
        _ignore_own_directory(Path(common) / "info" / "exclude")
        return cls(root=whole, git_dir=git_dir, common_dir=Path(common), branch=branch)

    @classmethod
    def if_any(cls, root: Path) -> Repository | None:
        """Return the repository of a directory, None where there is none to work with."""
        try:
            return cls.open(root)
        except (GitError, ConfigError):
            return None

    @property
    def git(self) -> Git:
        """Git on the root's own work tree and index."""
        return Git(git_dir=self.git_dir, work_tree=self.root)

    @property
    def _root(self) -> Root:
        return Root(git=self.git, branch=self.branch)

    def head(self) -> str:
        """Return the commit of the main branch, "" when it has none yet."""
        return self._root.head()

    def commit(self, contents: Mapping[str, bytes | None], message: str) -> str:
        """Return main's commit after these files were set (None: removed) on top of it, and nothing else.

        It is the old one when nothing differs, or nothing is to be set. What the user has staged or changed stays
        as it is; for these paths alone the root's index follows. Raises MainMoved when main keeps moving.
        """
        if not contents:
            return self.head()
        for left in reversed(range(_TRIES)):
            try:
                found = self._commit_once(contents, message)
            except MainMoved:
                if not left:
                    raise
            else:
                self._root.sync(found, (), contents.keys())
                return found
        raise AssertionError  # pragma: no cover - the last try returns or raises

    def _commit_once(self, contents: Mapping[str, bytes | None], message: str) -> str:
        head = self.head()
        before = self.git.run("rev-parse", f"{head}^{{tree}}") if head else ""
        tree = tree_with(self.git, before, contents)
        if tree == before:
            return head
        new = commit_tree(self.git, tree, [head] if head else [], message)
        self._root.move(head, new, "commit")
        return new

    def integrate(self, *, commit: str, base: str, message: str, overlay: Mapping[str, bytes], at: str) -> Integration:
        """Return the change from `base` to `commit` as one commit on top of the present main, or the conflicts.

        `overlay` files are set in it, `at` (ISO 8601) is its date: the same call gives the same commit. No
        branch moves.
        """
        main = self.head()
        tree, conflicts = merged_tree(self.git, checked_commit(main), checked_commit(base), checked_commit(commit))
        if conflicts:
            return Integration(base=main, conflicts=conflicts, at=at)
        whole = tree_with(self.git, tree, overlay) if overlay else tree
        return Integration(base=main, commit=commit_tree(self.git, whole, [main], message, at), at=at)

    def join(self, *, commit: str, message: str, at: str) -> Integration:
        """Return this branch with all that `commit` holds: `commit` itself where the branch has not moved since.

        Else a merge commit of both, dated `at` (ISO 8601), or the conflicts; no branch moves. Raises GitError when
        the two have no history in common.
        """
        main = self.head()
        if self.is_ancestor(main, commit):
            return Integration(base=main, commit=commit, at=at)
        base = self.git.run("merge-base", checked_commit(main), checked_commit(commit))
        tree, conflicts = merged_tree(self.git, main, base, commit)
        if conflicts:
            return Integration(base=main, conflicts=conflicts, at=at)
        return Integration(base=main, commit=commit_tree(self.git, tree, [main, commit], message, at), at=at)

    def begin(self, commit: str) -> None:
        """Let the branch begin at a commit; one that is there already stays where it is."""
        if not self.head():
            self._root.move("", checked_commit(commit), "begin")

    def is_free(self, branch: str) -> bool:
        """Say whether a branch of that name could be made: git allows the name, and none is there or in its way."""
        if self.git.code("check-ref-format", "--branch", branch) or not _BRANCH.fullmatch(branch):
            return False
        parts = branch.split("/")
        above = ["/".join(parts[: at + 1]) for at in range(len(parts))]
        taken = [f"refs/heads/{name}" for name in above]
        below = self.git.run("for-each-ref", "--count=1", f"refs/heads/{branch}/")
        return not below and not any(self.git.code("show-ref", "--verify", "--quiet", ref) == 0 for ref in taken)

    def land(self, old: str, new: str, overlay_paths: Collection[str] = ()) -> None:
        """Move main from `old` to `new`, then the root's files; see `landing.land` for what it raises."""
        landing.land(self._root, checked_commit(old), checked_commit(new), frozenset(overlay_paths))

    def user_name(self) -> str:
        """Return the name under which the user commits here, "" when git was told none."""
        return user_name(self.git)

    def salvage(self, label: str) -> str:
        """Return the commit that keeps the root's uncommitted work, "" when there is none."""
        return salvage(self.git, label)

    @contextmanager
    def checkout(self, commit: str) -> Iterator[Path]:
        """Give a directory with exactly the files of a commit and no .git, removed at the end."""
        directory = Path(tempfile.mkdtemp(prefix="orkestra-checkout-")).resolve()
        try:
            with temporary_index(self.git.having(work_tree=directory)) as export:
                export.run("read-tree", "-u", "--reset", checked_commit(commit))
            yield directory
        finally:
            remove_tree(directory)

    def diff(self, base: str, commit: str, limit: int = 200_000) -> str:
        """Return the change as a patch, cut after `limit` bytes with a last line that says so."""
        command = ("diff-tree", "-r", "-p", "--no-ext-diff", "--no-textconv", "--no-color")
        found = self.git.beginning(*command, checked_commit(base), checked_commit(commit), "--", limit=limit + 1)
        text = found[:limit].decode("utf-8", "replace")
        return f"{text}\n[cut after {limit} bytes]\n" if len(found) > limit else text

    def changed_files(self, base: str, commit: str) -> tuple[str, ...]:
        """Return the paths that differ between two commits, sorted."""
        return tuple(change.path for change in changes(self.git, checked_commit(base), checked_commit(commit)))

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Say whether `newer` contains `older`."""
        command = ("merge-base", "--is-ancestor", checked_commit(older), checked_commit(newer))
        return self.git.code(*command) == 0

    def trailer(self, commit: str, key: str) -> str:
        """Return the value of this trailer of a commit, "" when it has none."""
        form = f"--format=%(trailers:key={_checked_trailer(key)},valueonly,unfold)"
        return self.git.run("log", "-1", "--no-show-signature", form, checked_commit(commit), "--").strip()

    def log_trailers(self, key: str) -> list[tuple[str, str]]:
        """Return each commit of main that has this trailer, with its value, newest first."""
        form = f"--format=%H%x1f%(trailers:key={_checked_trailer(key)},valueonly,unfold,separator=%x1f)"
        head = self.head()
        if not head:
            return []
        entries = self.git.run("log", "-z", "--no-show-signature", form, head, "--").split("\0")
        found = [entry.split("\x1f") for entry in entries]
        return [(commit, value) for commit, *values in found for value in values if value]


def _is_whole(git: Path) -> bool:
    """Whether git got to the end of making it: a full disk, or a kill, leaves a part. A file names another place."""
    return git.is_file() or all((git / part).exists() for part in ("HEAD", "config", "objects", "refs"))


def _checked_trailer(key: str) -> str:
    if not _TRAILER.fullmatch(key):
        raise SafetyError(f"{key!r} can't be a trailer's name: use letters, digits and dashes")
    return key


def require_git() -> None:
    """Raise ConfigError where there is no git, or one that is older than 2.38."""
    if version() < OLDEST:
        has = ".".join(map(str, version()))
        raise ConfigError(f"git {has} is too old: install git {'.'.join(map(str, OLDEST))} or newer")


def _git_dir(root: Path) -> Path:
    pointer = root / ".git"
    if pointer.is_dir():
        return pointer
    if not pointer.is_file():
        raise GitError(f"{str(root)!r} has no git repository: run `git init -b main` there")
    named = pointer.read_bytes()[:4096].decode("utf-8", "replace").strip().removeprefix("gitdir:").strip()
    return (root / named).resolve()


def _ignore_own_directory(exclude: Path) -> None:
    """`git add -A` must never take worktrees and the database for the user's work."""
    known = exclude.read_text("utf-8", "replace") if exclude.is_file() else ""
    if _OWN_DIRECTORY in known.splitlines():
        return
    exclude.parent.mkdir(parents=True, exist_ok=True)
    with exclude.open("a", encoding="utf-8") as file:
        file.write(f"{'' if not known or known.endswith(chr(10)) else chr(10)}{_OWN_DIRECTORY}\n")
