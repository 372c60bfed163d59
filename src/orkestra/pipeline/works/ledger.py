"""Works as the journal knows them: which there are, how each stands, and the sessions on its tasks."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.stores.statements import statements
from orkestra.domain.errors import InvalidInputError
from orkestra.domain.runs import RunStatus
from orkestra.domain.works import Cost, Order
from orkestra.engine.engine import is_driven
from orkestra.pipeline.roles import Role
from orkestra.pipeline.works.carrying import ENQUEUE
from orkestra.pipeline.works.planning import PURPOSE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Row

SQL: Final = statements("orkestra.pipeline.works", "works.sql")
_REJECTED: Final = "PlanningAbortedError"
_NUMBER: Final = re.compile(r"\d+")
_STATES: Final = {"value": "done", "error": "failed", "intent": "working"}

PLANNING: Final = "planning"
PLANNED: Final = "planned"
WORKING: Final = "working"
STOPPED: Final = "stopped"
DONE: Final = "done"
PARTIAL: Final = "partial"
FAILED: Final = "failed"
REJECTED: Final = "rejected"


@dataclass(frozen=True, kw_only=True)
class Work:
    """A work as it stands; times are ISO 8601. `planned` ones wait for approval, `stopped` ones can go on."""

    id: str
    order: Order
    status: str
    began: str
    ended: str
    value: dict[str, Any]
    error: str = ""
    asks: bool = False
    """Whether somebody has yet to approve its plan."""

    @property
    def can_resume(self) -> bool:
        """Whether `orkestra resume` has something to do here."""
        return self.status in {PLANNED, STOPPED}


class WorkLedger:
    """The works of one project."""

    def __init__(self, project: OpenProject) -> None:
        self._store = project.store
        self._project = project

    def all(self) -> list[Work]:
        """Return all works, the newest first."""
        return [self._work(row) for row in self._store.rows(SQL["works"])]

    def find(self, name: str) -> Work:
        """Return the work that an id, or an unambiguous beginning of one, means; raise InvalidInputError otherwise."""
        found = [work for work in self.all() if work.id.removeprefix("work_").startswith(name.removeprefix("work_"))]
        exact = [work for work in found if work.id == name]
        if len(exact or found) != 1:
            what = "several works begin" if found else "no work begins"
            raise InvalidInputError(f"{what} with {name!r}; `orkestra history` lists them")
        return (exact or found)[0]

    def unfinished(self) -> list[Work]:
        """Return the works that can go on, the newest first."""
        return [work for work in self.all() if work.can_resume]

    def tasks(self, work: Work) -> list[Row]:
        """Return id, ordinal, description, status and reason of a work's tasks."""
        return self._store.rows(SQL["tasks_of"], {"work": work.id})

    def waits_for(self, ordinal: int) -> Row | None:
        """Return ordinal, description and status of the first undone task that a task waits for."""
        rows = self._store.rows(SQL["waits_for"], {"ordinal": ordinal})
        return rows[0] if rows else None

    def cost(self, work: Work) -> Cost:
        """Return what a work's requests to services came to."""
        [row] = self._store.rows(SQL["cost"], {"work": work.id})
        return Cost(**dict(row))

    def steps(self, work: Work) -> list[tuple[str, str, Any]]:
        """Return the recorded outcomes of a work and its tasks, as run, step's name and value, in order."""
        return [
            (run["run_id"], step["name"], json.loads(step["value"]))
            for run in self._runs(work)
            for step in self._steps(run)
            if step["state"] == "value"
        ]

    def sessions(self, work: Work) -> list[dict[str, Any]]:
        """Return how far each run of a work has come (FEATURES M8.6), derived from the journal."""
        titles = {row["id"]: row["description"] for row in self.tasks(work)}
        return [self._session(run, titles.get(run["subject"], work.order.title)) for run in self._runs(work)]

    def _session(self, run: Row, title: str) -> dict[str, Any]:
        steps = self._steps(run)
        last = steps[-1] if steps else None
        numbers = [int(found[0]) for step in steps if (found := _NUMBER.search(step["name"]))]
        failed = [step["error_message"] for step in steps if step["state"] == "error"]
        return {
            "session_id": run["run_id"],
            "task": title,
            "phase": last["name"] if last else "",
            "iteration": max(numbers, default=0),
            "started_at": run["created_at"],
            "last_activity": run["last_at"],
            "status": _by_role(steps),
            "checkpoints": [step["name"] for step in steps if step["state"] == "value"],
            "can_resume": run["status"] != RunStatus.DONE and not run["error"].startswith(_REJECTED),
            "last_error": run["error"] or (failed[-1] if failed else ""),
        }

    def _runs(self, work: Work) -> list[Row]:
        return self._store.rows(SQL["runs_of"], {"work": work.id})

    def _steps(self, run: Row) -> list[Row]:
        return self._store.rows(SQL["steps_of"], {"run": run["run_id"], "attempt": run["attempt"]})

    def _work(self, row: Row) -> Work:
        order = Order(**json.loads(row["input"]))
        recorded = {step["name"] for step in self._steps(row) if step["state"] == "value"}
        return Work(
            id=row["run_id"],
            order=order,
            status=self._status(row, recorded),
            asks=not order.approved and ENQUEUE not in recorded,
            began=row["created_at"],
            ended=row["updated_at"],
            value=json.loads(row["value"]) or {} if row["value"] else {},
            error=row["error"],
        )

    def _status(self, row: Row, recorded: set[str]) -> str:
        if row["status"] == RunStatus.DONE:
            end = json.loads(row["value"])
            return DONE if end["landed"] == end["tasks"] else PARTIAL if end["landed"] else FAILED
        if row["error"].startswith(_REJECTED):
            return REJECTED
        if row["status"] == RunStatus.OPEN and is_driven(self._project, row["run_id"]):
            return WORKING if ENQUEUE in recorded else PLANNING
        return PLANNED if PURPOSE in recorded and ENQUEUE not in recorded else STOPPED


def _by_role(steps: Sequence[Row]) -> dict[str, str]:
    """Return for each role how its latest step stands; `waiting` for one that was not called yet."""
    status = dict.fromkeys(map(str, Role), "waiting")
    for step in steps:
        role = step["name"].partition(" ")[0]
        if role in status:
            status[role] = _STATES[step["state"]]
    return status
