"""What a repository already says: its files and its history, for those who search it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orkestra.adapters.workspaces.repository import Repository

HISTORY_LIMIT = 500


def visible_files(repository: Repository) -> tuple[str, ...]:
    """Return the paths of the root that git tracks or would track: what .gitignore names is not among them."""
    return repository.git.paths("ls-files", "-z", "--cached", "--others", "--exclude-standard")


def history(repository: Repository, limit: int = HISTORY_LIMIT) -> list[tuple[str, str]]:
    """Return commit and subject of the newest commits of what the root has checked out, the newest first."""
    head = repository.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1))
    if not head:
        return []
    entries = repository.git.run("log", "-z", "--no-show-signature", f"-{limit}", "--format=%H%x1f%s", head, "--")
    found = [entry.partition("\x1f") for entry in entries.split("\0") if entry]
    return [(commit, subject) for commit, _, subject in found]


def files_at(repository: Repository, commit: str) -> tuple[str, ...]:
    """Return the paths that a commit holds, sorted."""
    return repository.git.paths("ls-tree", "-r", "-z", "--name-only", "--full-tree", commit)


def file_at(repository: Repository, commit: str, path: str, limit: int) -> str:
    """Return the first `limit` bytes of a file in a commit, as text; bytes that are no UTF-8 become U+FFFD."""
    return repository.git.beginning("cat-file", "blob", f"{commit}:{path}", limit=limit).decode("utf-8", "replace")


def commits_between(repository: Repository, base: str, commit: str) -> list[tuple[str, str]]:
    """Return commit and subject of what came after `base` up to `commit`, the oldest first."""
    form = ("log", "-z", "--no-show-signature", "--reverse", "--format=%H%x1f%s")
    entries = repository.git.run(*form, f"{base}..{commit}", "--").split("\0")
    found = [entry.partition("\x1f") for entry in entries if entry]
    return [(commit, subject) for commit, _, subject in found]


def line_counts(repository: Repository, base: str, commit: str) -> list[tuple[str, int | None, int | None]]:
    """Return each path that differs, with the lines added and removed; None for a binary file."""
    command = ("diff-tree", "-r", "--numstat", "-z", "--no-renames", "--no-ext-diff", "--no-textconv")
    fields = [entry.split("\t", 2) for entry in repository.git.paths(*command, base, commit, "--")]
    return [(path, _count(added), _count(removed)) for added, removed, path in fields]


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
