"""Trees and commits, made without touching any work tree or the user's index."""

from __future__ import annotations

import re
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.paths import is_committable
from orkestra.domain.clock import parse_iso
from orkestra.domain.errors import SafetyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from orkestra.adapters.workspaces.git import Git

GITLINK: Final = "160000"
SYMLINK: Final = "120000"
NOTHING: Final = "000000"

_COMMIT: Final = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_OWN_IDENTITY: Final = {
    "GIT_AUTHOR_NAME": "Orkestra",
    "GIT_AUTHOR_EMAIL": "orkestra@localhost",
    "GIT_COMMITTER_NAME": "Orkestra",
    "GIT_COMMITTER_EMAIL": "orkestra@localhost",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """One path that differs between two trees; a side without it has the mode 000000."""

    path: str
    old_mode: str
    new_mode: str
    new_object: str

    @property
    def added(self) -> bool:
        """Whether only the new side has it."""
        return self.old_mode == NOTHING

    @property
    def removed(self) -> bool:
        """Whether only the old side has it."""
        return self.new_mode == NOTHING


def checked_commit(commit: str) -> str:
    """Return a full commit id as it is; raises SafetyError for anything else (`-x`, a branch, a prefix)."""
    if not _COMMIT.fullmatch(commit):
        raise SafetyError(f"{commit!r} is not a full commit id: give one that `git rev-parse` prints")
    return commit


@contextmanager
def temporary_index(git: Git) -> Iterator[Git]:
    """Give the same repository with an empty index file of its own, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="orkestra-index-") as directory:
        yield git.having(index=Path(directory) / "index")


def tree_with(git: Git, tree: str, contents: Mapping[str, bytes | None]) -> str:
    """Return the tree that `tree` (empty for none) becomes with these files set, or removed where None.

    Raises SafetyError for a path that is not relative, climbs, or leads into `.git`.
    """
    for path in contents:
        if not is_committable(path):
            raise SafetyError(f"{path!r} can't be a path in a commit: give a relative one, without .. and .git")
    ids = iter(_stored(git, [content for content in contents.values() if content is not None]))
    gone = f"0 {'0' * (len(tree) or 40)}"
    lines = [
        f"{gone}\t{path}\0" if content is None else f"100644 {next(ids)}\t{path}\0"
        for path, content in contents.items()
    ]
    with temporary_index(git) as own:
        if tree:
            own.run("read-tree", tree)
        own.run("update-index", "-z", "--index-info", stdin="".join(lines).encode("utf-8", "surrogateescape"))
        return own.run("write-tree")


def _stored(git: Git, contents: Sequence[bytes]) -> list[str]:
    if len(contents) <= 1:
        return [git.run("hash-object", "-w", "--stdin", stdin=content) for content in contents]
    with tempfile.TemporaryDirectory(prefix="orkestra-blobs-") as directory:
        files = [Path(directory) / str(at) for at in range(len(contents))]
        for file, content in zip(files, contents, strict=True):
            file.write_bytes(content)
        names = "".join(f"{file}\n" for file in files).encode()
        return git.run("hash-object", "-w", "--no-filters", "--stdin-paths", stdin=names).splitlines()


def commit_tree(git: Git, tree: str, parents: Sequence[str], message: str, at: str = "") -> str:
    """Return a new commit that no ref names yet, by the user's identity or else Orkestra's own.

    `at` is its date in ISO 8601: the same call with the same date gives the same commit. Raises ValueError
    when it is not a date.
    """
    text = message.replace("\0", "").rstrip("\n") + "\n"
    dated = git.having(environment={**_identity(git), **(_dates(at) if at else {})})
    flags = [part for parent in parents for part in ("-p", parent)]
    return dated.run("commit-tree", tree, *flags, stdin=text.encode("utf-8", "replace"))


def user_name(git: Git) -> str:
    """Return the name that the user told git, "" when there is none."""
    return _known(git).get("user.name", "")


def _identity(git: Git) -> Mapping[str, str]:
    return {} if _known(git).keys() == {"user.name", "user.email"} else _OWN_IDENTITY


def _known(git: Git) -> dict[str, str]:
    found = git.read("config", "-z", "--get-regexp", r"^user\.(name|email)$", ok=(0, 1)).decode("utf-8", "replace")
    entries = (entry.partition("\n") for entry in found.split("\0"))
    return {key: value.strip() for key, _, value in entries if value.strip()}


def _dates(at: str) -> Mapping[str, str]:
    when = f"@{int(parse_iso(at).timestamp())} +0000"
    return {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}


def changes(git: Git, old: str, new: str = "") -> tuple[Change, ...]:
    """Return what differs between two trees, or between a tree and the index, sorted by path; no renames."""
    flags = ("-z", "--raw", "--no-renames", "--no-abbrev", "--ignore-submodules=none")
    command = ("diff-tree", "-r", *flags, old, new) if new else ("diff-index", "--cached", *flags, old)
    fields = git.paths(*command, "--")
    return tuple(_change(fields[at], fields[at + 1]) for at in range(0, len(fields), 2))


def _change(raw: str, path: str) -> Change:
    old_mode, new_mode, _, new_object, _ = raw.removeprefix(":").split(" ")
    return Change(path=path, old_mode=old_mode, new_mode=new_mode, new_object=new_object)
