"""A look at single files of a commit, named by anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.objects import checked_commit
from orkestra.adapters.workspaces.paths import is_committable

if TYPE_CHECKING:
    from orkestra.adapters.workspaces.repository import Repository

MOST_BYTES: Final = 10_000_000


def lines_in(repository: Repository, commit: str, path: str) -> int | None:
    """Return how many lines a commit's file has, counted in its first 10 MB; None where there is no such file."""
    if not is_committable(path):
        return None
    name = f"{checked_commit(commit)}:{path}"
    kind = repository.git.attempt("cat-file", "-t", name)
    if kind.exit_code or kind.output.strip() != b"blob":
        return None
    content = repository.git.beginning("cat-file", "blob", name, limit=MOST_BYTES)
    return content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
