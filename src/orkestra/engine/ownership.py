"""One owner per project: a lock that dies with its process, and an epoch that says who came after whom."""

from __future__ import annotations

import os
import platform
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.domain.clock import iso
from orkestra.domain.errors import LeaseHeld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from orkestra.core.opening import OpenProject

LOCK: Final = "owner"
PATIENCE_SECONDS: Final = 1.0
"""Longer than anybody who only looks at the lock holds it."""

_ARRIVE = "INSERT INTO owners (pid, host, since) VALUES (:pid, :host, :since) RETURNING epoch"
_LEAVE = "UPDATE owners SET released_at = :at WHERE epoch = :epoch"
_NEWEST = "SELECT epoch, pid, host, since, released_at FROM owners ORDER BY epoch DESC LIMIT 1"


@dataclass(frozen=True, kw_only=True)
class Owner:
    """The process that works on a project; `epoch` grows with every owner."""

    epoch: int
    pid: int
    host: str
    since: str
    released_at: str | None = None


@contextmanager
def owning(project: OpenProject) -> Iterator[Owner]:
    """Own the project for the block; raise LeaseHeld, saying who has it, while another process does."""
    try:
        lock = project.locks.hold(LOCK, patience=PATIENCE_SECONDS)
        lock.__enter__()
    except LeaseHeld:
        raise LeaseHeld(_who_has_it(project)) from None
    try:
        owner = _arrive(project)
        try:
            yield owner
        finally:
            _leave(project, owner)
    finally:
        lock.__exit__(None, None, None)


def current_owner(project: OpenProject) -> Owner | None:
    """Return who works on the project now, None when nobody does."""
    rows = project.store.rows(_NEWEST)
    if not rows or rows[0]["released_at"] is not None:
        return None
    return Owner(**rows[0]) if project.locks.is_held(LOCK) else None


def _arrive(project: OpenProject) -> Owner:
    since = iso(project.clock.now())
    me = {"pid": os.getpid(), "host": platform.node(), "since": since}
    with project.store.transaction() as write:
        [row] = write.rows(_ARRIVE, me)
        project.story.tell(write, "owner.arrived", str(row["epoch"]), pid=me["pid"])
    return Owner(epoch=row["epoch"], pid=os.getpid(), host=platform.node(), since=since)


def _leave(project: OpenProject, owner: Owner) -> None:
    with project.store.transaction() as write:
        write.execute(_LEAVE, {"epoch": owner.epoch, "at": iso(project.clock.now())})
        project.story.tell(write, "owner.left", str(owner.epoch), pid=owner.pid)


def _who_has_it(project: OpenProject) -> str:
    rows = project.store.rows(_NEWEST)
    if not rows:
        return f"{project.root} is being worked on by another process; try again in a moment"
    newest = Owner(**rows[0])
    return (
        f"{project.root} is being worked on by process {newest.pid} on {newest.host} since {newest.since}; "
        "`orkestra status` shows it, `orkestra stop` ends it"
    )
