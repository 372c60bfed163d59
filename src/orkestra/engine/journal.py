"""The journal's rows: runs, leases and steps, each write fenced by the run's epoch.

Steps wait for the disk: a lost one would be paid again. Opening, taking and finishing a run don't: after a
power cut nobody is left who could hold the old epoch, and the steps tell the rest.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.stores.statements import statements
from orkestra.codec import dumps
from orkestra.domain.clock import iso
from orkestra.domain.errors import LeaseLost
from orkestra.domain.identity import digest
from orkestra.domain.runs import Lease, RunRecord, RunStatus, StepRecord

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Row, Transaction

SQL: Final = statements("orkestra.engine", "journal.sql")
MAX_NOTE: Final = 200
LARGE_VALUE: Final = 16_384
"""Characters of JSON from which a value is kept once, by its digest."""


class Journal:
    """What is known of every run of one project."""

    def __init__(self, project: OpenProject) -> None:
        self._store = project.store
        self._clock = project.clock
        self._story = project.story

    def open(self, run_id: str, *, kind: str, subject: str, given: object = None) -> RunRecord:
        """Return the run with that id, opening it with its input when it is new."""
        with self._store.transaction(durable=False) as write:  # whoever takes the run waits for the disk
            opened = write.execute(
                SQL["open_run"],
                {"run_id": run_id, "kind": kind, "subject": subject, "input": dumps(given), "at": self._now()},
            )
            if opened:
                self._story.tell(write, "run.opened", run_id, kind=kind, subject=subject)
            [row] = write.rows(SQL["run"], {"run_id": run_id})
        return _run(row)

    def find(self, run_id: str) -> RunRecord | None:
        """Return the run with that id, None when there is none."""
        rows = self._store.rows(SQL["run"], {"run_id": run_id})
        return _run(rows[0]) if rows else None

    def unfinished(self) -> list[RunRecord]:
        """Return the open runs, the oldest first."""
        return [_run(row) for row in self._store.rows(SQL["open_runs"])]

    def take(self, run_id: str) -> Lease:
        """Take over an unfinished run: the epoch grows, and whoever held it before can record nothing more.

        A run that had failed is tried again from what it holds: recorded values stay, recorded errors go.
        Raises LeaseLost when the run is done or unknown.
        """
        with self._store.transaction(durable=False) as write:
            rows = write.rows(SQL["take"], {"run_id": run_id, "at": self._now()})
            if not rows:
                message = f"run {run_id} is done or unknown: there is nothing to take over"
                raise LeaseLost(message)
            lease = Lease(run_id=run_id, epoch=rows[0]["epoch"], attempt=rows[0]["attempt"])
            if lease.epoch > 1:
                self._story.tell(write, "run.taken", run_id, epoch=lease.epoch)
        return lease

    def forget_errors(self, lease: Lease) -> None:
        """Drop recorded errors, so that a run that failed tries those steps again."""
        with self._store.transaction(durable=False) as write:
            write.execute(SQL["forget_errors"], {"run_id": lease.run_id, "attempt": lease.attempt})

    def steps(self, lease: Lease) -> dict[str, StepRecord]:
        """Return what this attempt has recorded, by path."""
        rows = self._store.rows(SQL["steps"], {"run_id": lease.run_id, "attempt": lease.attempt})
        return {row["path"]: _step(row) for row in rows}

    def write(self, lease: Lease, step: StepRecord) -> None:
        """Record a step's intent or outcome; raise LeaseLost when somebody else holds the run by now."""
        text = None if step.state != "value" else dumps(step.value)
        large = text is not None and len(text) > LARGE_VALUE
        with self._store.transaction() as write:
            if text is not None and large:
                write.execute(SQL["keep_blob"], {"digest": digest(text), "body": text})
            written = write.execute(
                SQL["write_step"],
                {
                    "run_id": lease.run_id,
                    "epoch": lease.epoch,
                    "attempt": lease.attempt,
                    "path": step.path,
                    "name": step.name,
                    "state": step.state,
                    "key": step.key,
                    "tries": step.tries,
                    "value": None if large else text,
                    "blob": digest(text) if text is not None and large else None,
                    "error_kind": step.error_kind,
                    "error_message": step.error_message,
                    "at": self._now(),
                },
            )
            self._fence(lease, written)
            self._tell(write, lease, step)

    def restart(self, lease: Lease) -> Lease:
        """Begin the run's next attempt with an empty journal; the old attempt's steps are kept for the record."""
        with self._store.transaction(durable=False) as write:
            self._fence(lease, write.execute(SQL["restart"], {**_fencing(lease), "at": self._now()}))
            self._story.tell(write, "run.restarted", lease.run_id, attempt=lease.attempt + 1)
        return Lease(run_id=lease.run_id, epoch=lease.epoch, attempt=lease.attempt + 1)

    def finish(self, lease: Lease, status: RunStatus, *, value: object = None, error: str = "") -> None:
        """Close the run with its value or error; raise LeaseLost when somebody else holds it by now."""
        with self._store.transaction(durable=False) as write:
            done = {**_fencing(lease), "status": status, "value": dumps(value), "error": error, "at": self._now()}
            self._fence(lease, write.execute(SQL["finish"], done))
            self._story.tell(write, "run.finished", lease.run_id, status=status, error=error)

    def _tell(self, write: Transaction, lease: Lease, step: StepRecord) -> None:
        told = {"name": step.name, "path": step.path, "tries": step.tries, "note": _note(step)}
        self._story.tell(write, f"step.{step.state}", lease.run_id, **told)

    def _fence(self, lease: Lease, changed: int) -> None:
        if not changed:
            message = f"run {lease.run_id} was taken over (this was epoch {lease.epoch}): nothing more is recorded here"
            raise LeaseLost(message)

    def _now(self) -> str:
        return iso(self._clock.now())


def _note(step: StepRecord) -> str:
    """Return what a face may say of a step in a line: its error, or its value's own summary."""
    summary = step.value.get("summary", "") if isinstance(step.value, dict) else ""
    return (step.error_message or str(summary))[:MAX_NOTE]


def _fencing(lease: Lease) -> dict[str, Any]:
    return {"run_id": lease.run_id, "epoch": lease.epoch, "attempt": lease.attempt}


def _run(row: Row) -> RunRecord:
    return RunRecord(
        run_id=row["run_id"],
        kind=row["kind"],
        subject=row["subject"],
        status=RunStatus(row["status"]),
        epoch=row["epoch"],
        attempt=row["attempt"],
        input=json.loads(row["input"]),
        value=json.loads(row["value"]) if row["value"] is not None else None,
        error=row["error"],
    )


def _step(row: Row) -> StepRecord:
    return StepRecord(
        path=row["path"],
        name=row["name"],
        state=row["state"],
        value=json.loads(row["value"]) if row["value"] is not None else None,
        error_kind=row["error_kind"],
        error_message=row["error_message"],
        key=row["key"],
        tries=row["tries"],
    )
