"""Orkestra's own records on their way into the project's git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.core.layout import OUTCOMES, VOTING

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject


def committed_records(project: OpenProject) -> dict[str, bytes]:
    """Return path and content of the records that belong to git, as they are on disk now; the queue's apart."""
    layout = project.layout
    votes, outcomes = layout.record(VOTING).glob("*.json"), layout.record(OUTCOMES).glob("*")
    records = [layout.project_record, *sorted(votes), *sorted(outcomes)]
    return layout.for_git({path: path.read_bytes() for path in records if path.is_file()})
