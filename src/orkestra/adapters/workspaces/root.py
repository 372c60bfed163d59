"""The user's own work tree and index, as far as Orkestra may touch them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.domain.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from orkestra.adapters.workspaces.git import Git

LOCK_PATIENCE_SECONDS: Final = 5.0

_FROM_FILE: Final = ("--pathspec-from-file=-", "--pathspec-file-nul")
_NAMES: Final = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--ignore-submodules=all")


class MainMoved(GitError):  # noqa: N818 - says what happened
    """Somebody else committed to the branch in between: integrate again on top of it."""


@dataclass(frozen=True, kw_only=True)
class Root:
    """The user's own work tree of the repository, and the branch that work lands on."""

    git: Git
    branch: str

    @property
    def ref(self) -> str:
        """The full name of the branch."""
        return f"refs/heads/{self.branch}"

    def head(self) -> str:
        """Return the branch's commit, "" when it has none yet."""
        return self.git.run("rev-parse", "--verify", "--quiet", f"{self.ref}^{{commit}}", ok=(0, 1))

    def shows_branch(self) -> bool:
        """Say whether the user has this branch checked out."""
        return self.git.run("symbolic-ref", "--quiet", "HEAD", ok=(0, 1)) == self.ref

    def move(self, old: str, new: str, reason: str) -> None:
        """Set the branch to `new` if it is still at `old` ("" for none); raises MainMoved otherwise."""
        ended = self.git.attempt("update-ref", "-m", f"orkestra: {reason}", self.ref, new, old)
        if ended.exit_code == 0:
            return
        if self.head() != old:
            raise MainMoved(f"{self.branch} moved while work was about to land: integrate again on top of it")
        self.git.run("update-ref", "-m", f"orkestra: {reason}", self.ref, new, old)

    def differing(self, commit: str, *side: str) -> frozenset[str]:
        """Return the tracked paths whose file (with `--cached`: whose index entry) is not as in the commit."""
        return frozenset(self.git.paths(*_NAMES, *side, commit, "--"))

    def sync(self, target: str, paths: Iterable[str], index_only: Collection[str]) -> None:
        """Bring work tree and index to `target` for these paths, for those of `index_only` the index alone.

        Raises GitError when another git program holds the index for 5 s.
        """
        if not self.shows_branch():
            return
        staged = self.differing(target, "--cached")
        everywhere = (staged | self.differing(target)) & set(paths) - set(index_only)
        self._restore(target, everywhere, "--staged", "--worktree")
        self._restore(target, staged & set(index_only), "--staged")

    def _restore(self, target: str, paths: Collection[str], *sides: str) -> None:
        if not paths:
            return
        stdin = os.fsencode("".join(f"{path}\0" for path in sorted(paths)))
        end = time.monotonic() + LOCK_PATIENCE_SECONDS
        while True:
            self.wait_for_index(end)
            try:
                self.git.run("restore", f"--source={target}", *sides, *_FROM_FILE, stdin=stdin)
            except GitError as error:
                if "index.lock" not in str(error) or time.monotonic() > end:
                    raise
            else:
                return

    def wait_for_index(self, end: float) -> None:
        """Return once no other git program holds the root's index; raises GitError after `end`, never breaks a lock."""
        lock = self.git.git_dir / "index.lock"
        while lock.exists():
            if time.monotonic() > end:
                raise GitError(
                    f"another git program holds {str(lock)!r}: let it finish and run again; "
                    "if none is running, it died: delete that file"
                )
            time.sleep(0.02)
