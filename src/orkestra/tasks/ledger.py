"""The queue's rows: what one transaction does to them, with the event that tells it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Protocol

from orkestra.adapters.stores.statements import statements
from orkestra.domain.clock import iso
from orkestra.domain.errors import DependencyError, TaskNotFoundError
from orkestra.domain.tasks import Task, TaskDraft, TaskPriority, TaskStatus
from orkestra.tasks.graph import find_cycle
from orkestra.tasks.rows import task_from

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Row, Transaction

SQL: Final = statements("orkestra.tasks", "queue.sql")
TaskRef = str | int
"""A task's id, or its ordinal."""
FAR: Final = 100
"""How long a chain of waiting tasks is followed as it grows task by task; `prioritise` follows all of it."""
_MAX_DIGITS: Final = 18
"""An ordinal with more digits would not fit into a column."""


class Reader(Protocol):
    """A store or a transaction: something to read rows from."""

    def rows(self, sql: str, parameters: Mapping[str, Any] = ...) -> list[Row]:
        """Return the rows of a statement."""


class Ledger:
    """Reads and writes tasks inside somebody's transaction."""

    def __init__(self, project: OpenProject) -> None:
        self._clock = project.clock
        self._story = project.story

    def now(self) -> str:
        """Return the present moment as ISO 8601."""
        return iso(self._clock.now())

    def find(self, reader: Reader, task: TaskRef) -> Task:
        """Return a task by id or ordinal (a number, also as text); raise TaskNotFoundError when there is none."""
        rows = reader.rows(SQL["by_id"], {"id": str(task)})
        if not rows and str(task).isdecimal() and len(str(task)) <= _MAX_DIGITS:
            rows = reader.rows(SQL["by_ordinal"], {"ordinal": int(task)})
        if not rows:
            message = f"there is no task {task}; `orkestra tasks` lists them"
            raise TaskNotFoundError(message)
        return self.filled(reader, rows[0])

    def filled(self, reader: Reader, row: Row) -> Task:
        """Return a row as a Task, with the ids it depends on."""
        needs = reader.rows(SQL["dependencies_of"], {"task": row["ordinal"]})
        return task_from(row, [each["id"] for each in needs])

    def insert(self, write: Transaction, key: str, draft: TaskDraft, depth: int) -> None:
        """Add a task under that id with its dependencies; one that is there already is left as it is."""
        rows = write.rows(
            SQL["add"],
            {"id": key, **_columns(draft), "depth": depth, "at": self.now()},
        )
        if rows:
            ordinal = rows[0]["ordinal"]
            self._depend(write, key, ordinal, draft.dependencies)
            self._deepen(write, ordinal, depth)
            self._story.tell(write, "task.added", key, ordinal=ordinal, title=draft.description)

    def set_status(self, write: Transaction, task: Task, status: TaskStatus, at: str) -> Task:
        """Write a new status, known to be legal."""
        [row] = write.rows(SQL["set_status"], {"ordinal": task.ordinal, "status": status, "at": at})
        self._story.tell(write, f"task.{status}", task.id, ordinal=task.ordinal, title=task.title)
        return task_from(row, task.dependencies)

    def change(self, write: Transaction, task: Task, changes: Mapping[str, Any]) -> None:
        """Write changed fields; metadata is merged, the other fields are replaced."""
        fields = {key: changes[key] for key in changes if key != "dependencies"}
        if "key" in fields:
            raise TypeError("a task's key can't be changed: it is its id")
        if "title" in fields:
            fields["description"] = fields.pop("title")
        if "dependencies" in changes:
            self._depend_anew(write, task, changes["dependencies"])
        fields["metadata"] = {**task.metadata, **fields.get("metadata", {})}
        fields["priority"] = TaskPriority.parse(fields.get("priority", task.priority))
        draft = TaskDraft(**{**_editable(task), **fields})
        write.execute(
            SQL["set_fields"],
            {"ordinal": task.ordinal, **_columns(draft), "at": self.now()},
        )
        self._story.tell(write, "task.changed", task.id, ordinal=task.ordinal, fields=sorted(changes))

    def _depend_anew(self, write: Transaction, task: Task, needs: Sequence[TaskRef]) -> None:
        write.execute(SQL["forget_dependencies"], {"task": task.ordinal})
        self._depend(write, task.id, task.ordinal, needs)
        self._deepen(write, task.ordinal, write.rows(SQL["depth_of"], {"ordinal": task.ordinal})[0]["depth"])
        graph: dict[int, list[int]] = {}
        for row in write.rows(SQL["needed_by"], {"task": task.ordinal}):
            graph.setdefault(row["task"], []).append(row["depends_on"])
        if cycle := find_cycle(graph):
            names = " -> ".join(self.find(write, ordinal).id for ordinal in cycle)
            message = f"tasks can't wait for each other in a circle: {names}"
            raise DependencyError(message)

    def _depend(self, write: Transaction, key: str, ordinal: int, needs: Sequence[TaskRef]) -> None:
        for needed in needs:
            try:
                target = self.find(write, needed).ordinal
            except TaskNotFoundError:
                message = f"task {key} depends on {needed}, which is not in the queue"
                raise DependencyError(message) from None
            if target == ordinal:
                message = f"task {key} can't depend on itself"
                raise DependencyError(message)
            write.execute(SQL["depend"], {"task": ordinal, "depends_on": target})

    def _deepen(self, write: Transaction, ordinal: int, depth: int) -> None:
        """Let all that this task waits for know how long a chain waits for them now."""
        todo = [(ordinal, depth)]
        while todo:
            waiting, below = todo.pop()
            for needed in write.rows(SQL["dependencies_of"], {"task": waiting}):
                deeper = {"ordinal": needed["ordinal"], "depth": below + 1}
                if below < FAR and write.execute(SQL["deepen"], deeper):
                    todo.append((needed["ordinal"], below + 1))


def _editable(task: Task) -> dict[str, Any]:
    return {
        "description": task.description,
        "instructions": task.instructions,
        "priority": task.priority,
        "category": task.category,
        "task_type": task.task_type,
        "assigned_to": task.assigned_to,
    }


def _columns(draft: TaskDraft) -> dict[str, Any]:
    return {
        "description": draft.description,
        "instructions": draft.instructions,
        "urgency": draft.priority.rank,
        "category": draft.category,
        "task_type": draft.task_type,
        "assigned_to": draft.assigned_to,
        "metadata": json.dumps(draft.metadata),
    }
