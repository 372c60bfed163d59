"""Asking a running orchestrator to stop, from any process: a request in the database that its owner sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.engine.ownership import Owner

STOP = "stop.requested"
_FIND = "SELECT 1 AS found FROM events WHERE kind = :kind AND subject = :subject LIMIT 1"


def request_stop(project: OpenProject, owner: Owner) -> None:
    """Ask this owner of the project to stop; the next owner is not meant."""
    with project.store.transaction() as write:
        project.story.tell(write, STOP, str(owner.epoch), pid=owner.pid)


def stop_requested(project: OpenProject, owner: Owner) -> bool:
    """Say whether somebody asked this owner to stop."""
    return bool(project.store.rows(_FIND, {"kind": STOP, "subject": str(owner.epoch)}))
