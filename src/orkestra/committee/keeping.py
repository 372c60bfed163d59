"""What votes have decided, in the project's git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.adapters.workspaces.repository import Repository
from orkestra.core.bookkeeping import committed_records
from orkestra.domain.text import one_line

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject


def keep_in_git(project: OpenProject, topic: str) -> str:
    """Commit the records as they are and return main's commit, "" where there is no git or nothing is committed."""
    records, repository = committed_records(project), Repository.if_any(project.root)
    return repository.commit(records, f"docs: decide {one_line(topic, 50)}") if records and repository else ""
