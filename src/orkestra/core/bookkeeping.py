"""Orkestra's own records on their way into the project's git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orkestra.core.layout import OUTCOMES, PROJECT_RECORD, VOTING

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject


def committed_records(project: OpenProject) -> dict[str, bytes]:
    """Return path and content of the records that belong to git, as they are on disk now; the queue's apart."""
    root = project.root
    records = [root / PROJECT_RECORD, *sorted((root / VOTING).glob("*.json")), *sorted((root / OUTCOMES).glob("*"))]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in records if path.is_file()}
