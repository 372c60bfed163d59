"""What a session leaves in the project's git: its records as they stand at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.adapters.workspaces.repository import Repository
from orkestra.core.bookkeeping import committed_records

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.tasks.queue import TaskQueue


def commit_records(project: OpenProject, queue: TaskQueue) -> str:
    """Commit the records where they differ from main, and return main's commit."""
    queue.write_record()
    records = {**committed_records(project), **queue.record_file()}
    return Repository.open(project.root).commit(records, "chore: keep the records of the work so far")
