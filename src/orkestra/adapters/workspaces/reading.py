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
    """Return commit and subject of main's newest commits, the newest first."""
    head = repository.head()
    if not head:
        return []
    entries = repository.git.run("log", "-z", "--no-show-signature", f"-{limit}", "--format=%H%x1f%s", head, "--")
    found = [entry.partition("\x1f") for entry in entries.split("\0") if entry]
    return [(commit, subject) for commit, _, subject in found]
