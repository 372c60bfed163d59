"""The project's records: brought up to date from the truth, and left in its git at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.adapters.workspaces.repository import Repository
from orkestra.committee.ledger import VoteLedger
from orkestra.core.bookkeeping import committed_records

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.tasks.queue import TaskQueue


def renew_records(project: OpenProject, queue: TaskQueue) -> None:
    """Write every record that a crash has left behind the truth."""
    VoteLedger(project).renew_records()
    queue.write_record()


def commit_records(project: OpenProject, queue: TaskQueue) -> str:
    """Commit the records where they differ from main, and return main's commit."""
    renew_records(project, queue)
    records = {**committed_records(project), **queue.record_file()}
    return Repository.open(project.root).commit(records, "chore: keep the records of the work so far")
