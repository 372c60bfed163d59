"""How a repository stands before work on it begins: what forbids it, and what the user should know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.git import Git
from orkestra.adapters.workspaces.objects import GITLINK, has_identity
from orkestra.domain.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from orkestra.adapters.workspaces.repository import Repository

_OPERATIONS: Final = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "BISECT_LOG": "bisect",
}
"""What git leaves in its directory while one of these is under way."""
_ENDED_BY: Final = {"bisect": "`git bisect reset`"}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A repository that can be worked on: `branch` is "" while HEAD is detached."""

    commit: str
    branch: str
    dirty: bool = False
    submodules: bool = False
    shallow: bool = False
    identity: bool = True

    @property
    def notes(self) -> tuple[str, ...]:
        """What is out of the ordinary, in sentences for the user."""
        said = {
            "your uncommitted changes are not part of the work, and stay as they are": self.dirty,
            "HEAD is detached: the result stands on its branch and is merged nowhere": not self.branch,
            "submodules are not initialised in the checkouts that tests run in": self.submodules,
            "this is a shallow clone: older history is not looked at": self.shallow,
            "git knows no user.name and user.email: commits are made as Orkestra <orkestra@localhost>": (
                not self.identity
            ),
        }
        return tuple(note for note, true in said.items() if true)


def enclosing_root(place: Path) -> Path:
    """Return the root of the repository that a directory is in; raise ConfigError for none, and for a bare one."""
    whole = place.resolve()
    for directory in (whole, *whole.parents):
        if (directory / ".git").exists():
            if _is_bare(Git(git_dir=directory / ".git", work_tree=directory)):
                raise ConfigError(f"{directory} is a bare repository: work in a clone of it, `git clone {directory}`")
            return directory
        if all((directory / part).exists() for part in ("HEAD", "objects", "refs")):
            raise ConfigError(f"{directory} is a bare repository: work in a clone of it, `git clone {directory}`")
    raise ConfigError(f"{whole} is not in a git repository: go to one, or begin one with `git init` and a commit")


def standing_of(repository: Repository) -> Standing:
    """Return how a repository stands.

    Raises ConfigError, saying what to do, for one without a commit, in the middle of a merge or the like, or
    with something of its own where Orkestra's names live.
    """
    git = repository.git
    commit = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1))
    if not commit:
        raise ConfigError(f"{repository.root} has no commit yet: make the first one, then run again")
    _refuse_unfinished(repository)
    _refuse_taken_names(repository)
    submodules = any(line.startswith(GITLINK) for line in git.run("ls-files", "--stage").splitlines())
    status = ("status", "--porcelain", "-z", "--untracked-files=normal", "--ignore-submodules=all")
    return Standing(
        commit=commit,
        branch=git.run("symbolic-ref", "--quiet", "HEAD", ok=(0, 1)).removeprefix("refs/heads/"),
        dirty=bool(git.read(*status)),
        submodules=submodules,
        shallow=(repository.common_dir / "shallow").exists(),
        identity=has_identity(git),
    )


def _is_bare(git: Git) -> bool:
    return git.git_dir.is_dir() and git.run("config", "--bool", "core.bare", ok=(0, 1)) == "true"


def _refuse_unfinished(repository: Repository) -> None:
    for sign, operation in _OPERATIONS.items():
        if (repository.git_dir / sign).exists():
            ways = _ENDED_BY.get(operation, f"`git {operation} --continue` or `--abort`")
            raise ConfigError(f"a {operation} is under way in {repository.root}: end it with {ways}, then run again")


def _refuse_taken_names(repository: Repository) -> None:
    git, root = repository.git, repository.root
    if git.code("rev-parse", "--verify", "--quiet", "refs/heads/orkestra") == 0:
        raise ConfigError(
            f"{root} has a branch 'orkestra', where Orkestra's branches live: rename it, `git branch -m orkestra mine`"
        )
    if git.paths("ls-files", "-z", "--", ".orkestra"):
        raise ConfigError(
            f"{root} has files of its own in git under .orkestra, where Orkestra keeps its state: "
            "take them out with `git rm -r --cached .orkestra` and commit"
        )
