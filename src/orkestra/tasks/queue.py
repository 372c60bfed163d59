"""The queue: what there is to do, in which order, and who does it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from orkestra.core.opening import InProject, OpenProject
from orkestra.domain.errors import RecordError
from orkestra.domain.identity import new_id
from orkestra.domain.tasks import Task, TaskDraft, TaskPriority, TaskStatus, check_transition
from orkestra.tasks.graph import depths, in_order
from orkestra.tasks.ledger import SQL, Ledger, TaskRef
from orkestra.tasks.record import QueueRecord, render_queue
from orkestra.tasks.rows import statistics_from, task_from

if TYPE_CHECKING:
    import os
    from collections.abc import Sequence


class TaskQueue(InProject):
    """The tasks of one project; every change is one transaction with its event.

    Opens the project in `project_root`, a directory; or uses one that is open already.
    """

    def __init__(self, project_root: str | os.PathLike[str] | OpenProject) -> None:
        super().__init__(project_root)
        self._store = self._project.store
        self._ledger = Ledger(self._project)
        self._record = QueueRecord(self._project, self._rendered)
        try:
            self._record.require_truth(self._store.rows(SQL["total"])[0]["total"])
        except RecordError:
            super().close()
            raise

    def add_task(  # noqa: PLR0913 - the promised signature (M3.2)
        self,
        description: str = "",
        priority: TaskPriority | str | int = TaskPriority.MEDIUM,
        category: str = "general",
        dependencies: Sequence[TaskRef] | None = None,
        assigned_to: str | None = None,
        metadata: dict[str, Any] | None = None,
        *,
        title: str = "",
        instructions: str = "",
        task_type: str = "technical",
    ) -> str:
        """Add a task and return its id; `title` is another name for `description`.

        Raises InvalidTaskError, InvalidPriorityError, or DependencyError for dependencies that don't exist.
        """
        draft = TaskDraft(
            description=description or title,
            instructions=instructions,
            priority=TaskPriority.parse(priority),
            category=category,
            task_type=task_type,
            dependencies=tuple(map(str, dependencies or ())),
            assigned_to=assigned_to,
            metadata=dict(metadata or {}),
        )
        [added] = self.add_tasks([draft])
        return added

    def add_tasks(self, drafts: Sequence[TaskDraft]) -> list[str]:
        """Add tasks that may depend on each other, all or none; return their ids in the given order.

        A draft's `key` becomes its id: adding it again changes nothing. Raises DependencyError for a
        dependency that is neither in the batch nor in the queue, and for a cycle, naming it.
        """
        keyed = {draft.key or new_id("task"): draft for draft in drafts}
        graph = {key: draft.dependencies for key, draft in keyed.items()}
        depth = depths(graph)
        with self._store.transaction(durable=False) as write:
            for key in in_order(graph):
                self._ledger.insert(write, key, keyed[key], depth[key])
        self._changed()
        return list(keyed)

    def update_task(self, task_id: TaskRef, status: TaskStatus | str | None = None, **changes: Any) -> Task:  # noqa: ANN401 - fields of Task
        """Change a task and return it; the status it already has changes nothing.

        Besides `status`: description (or title), instructions, priority, category, task_type, assigned_to,
        metadata (merged), dependencies. Raises InvalidStatusError for an illegal transition,
        DependencyError for a cycle, TypeError for a field that tasks don't have.
        """
        wanted = None if status is None else TaskStatus.parse(status)
        with self._store.transaction(durable=False) as write:
            task = self._ledger.find(write, task_id)
            if changes:
                self._ledger.change(write, task, changes)
            if wanted is not None and wanted is not task.status:
                check_transition(task.id, task.status, wanted)
                self._ledger.set_status(write, task, wanted, self._ledger.now())
            task = self._ledger.find(write, task.id)
        self._changed()
        return task

    def claim(self, agent: str, task_id: TaskRef | None = None) -> Task | None:
        """Take the most urgent ready task (or that one) for an agent; None when none is ready.

        Ready is pending with all dependencies completed; among equally urgent ones the task that most others
        wait for comes first. Two claims never get the same task.
        """
        with self._store.transaction(durable=False) as write:
            ordinal = None if task_id is None else self._ledger.find(write, task_id).ordinal
            rows = write.rows(SQL["claim"], {"agent": agent, "ordinal": ordinal, "at": self._ledger.now()})
            if not rows:
                return None
            task = self._ledger.filled(write, rows[0])
            self._project.story.tell(
                write, "task.claimed", task.id, ordinal=task.ordinal, title=task.title, agent=agent
            )
        self._changed()
        return task

    def complete(self, task_id: TaskRef, *, at: str | None = None) -> Task:
        """Complete a task, at that ISO 8601 moment or now; one that is completed stays as it is."""
        with self._store.transaction(durable=False) as write:
            task = self._ledger.find(write, task_id)
            if task.status is not TaskStatus.COMPLETED:
                check_transition(task.id, task.status, TaskStatus.COMPLETED)
                task = self._ledger.set_status(write, task, TaskStatus.COMPLETED, at or self._ledger.now())
        self._changed()
        return task

    def fail(self, task_id: TaskRef, reason: str) -> Task:
        """Fail a task; the reason is kept as `reason` in its metadata."""
        return self.update_task(task_id, TaskStatus.FAILED, metadata={"reason": reason})

    def cancel(self, task_id: TaskRef, reason: str = "") -> Task:
        """Cancel a task; the reason is kept as `reason` in its metadata."""
        return self.update_task(task_id, TaskStatus.CANCELLED, metadata={"reason": reason})

    def get_task(self, task_id: TaskRef) -> Task:
        """Return a task by id or ordinal; raise TaskNotFoundError when there is none."""
        return self._ledger.find(self._store, task_id)

    def get_next_task(self, category: str | None = None, assigned_to: str | None = None) -> Task | None:
        """Return the task that would be claimed next, without taking it; None when none is ready."""
        rows = self._store.rows(SQL["next"], {"category": category, "assigned_to": assigned_to})
        return self._ledger.filled(self._store, rows[0]) if rows else None

    def list_tasks(
        self, status: TaskStatus | str | None = None, category: str | None = None, assigned_to: str | None = None
    ) -> list[Task]:
        """Return the tasks with these properties, in order of addition."""
        wanted = None if status is None else TaskStatus.parse(status)
        rows = self._store.rows(SQL["list"], {"status": wanted, "category": category, "assigned_to": assigned_to})
        needs: dict[int, list[str]] = {}
        for row in self._store.rows(SQL["all_dependencies"]):  # read last, so that no listed task lacks its own
            needs.setdefault(row["task"], []).append(row["id"])
        return [task_from(row, needs.get(row["ordinal"], [])) for row in rows]

    def check_dependencies(self, task_id: TaskRef) -> bool:
        """Say whether everything that a task depends on is completed."""
        task = self.get_task(task_id)
        return bool(self._store.rows(SQL["unmet"], {"ordinal": task.ordinal})[0]["unmet"] == 0)

    def get_statistics(self) -> dict[str, Any]:
        """Return `total`, a count per status, `completion_rate` in percent, and counts by priority and category."""
        return statistics_from(self._store.rows(SQL["counts"]))

    def get_hold_ups(self) -> dict[str, int]:
        """Return how many tasks `need_ai`, how many wait behind those (`behind_ai`) and `behind_failed` ones."""
        return dict(self._store.rows(SQL["hold_ups"])[0])

    def clear_completed(self) -> int:
        """Remove completed tasks; return how many there were."""
        with self._store.transaction(durable=False) as write:
            cleared = write.execute(SQL["clear_completed"])
            self._project.story.tell(write, "tasks.cleared", "queue", count=cleared)
        self._changed()
        return cleared

    def prioritise(self) -> None:
        """Work out anew how many tasks wait for each: the critical path of everything that is still open."""
        graph: dict[int, list[int]] = {}
        with self._store.transaction(durable=False) as write:
            for row in write.rows(SQL["open_dependencies"]):
                graph.setdefault(row["ordinal"], []).extend([row["depends_on"]] if row["depends_on"] else [])
            for ordinal, depth in depths(graph).items():
                write.execute(SQL["set_depth"], {"ordinal": ordinal, "depth": depth})

    def record_file(self, *, done: Task | None = None, at: str = "") -> dict[str, bytes]:
        """Return the record's path in the project with its content, for a commit; nothing where git keeps none.

        With `done`, as it will stand when that task is completed `at` that ISO 8601 moment.
        """
        layout = self._project.layout
        return layout.for_git({layout.queue_record: self._rendered(done.ordinal if done else None, at)})

    def write_record(self) -> None:
        """Bring the record's file up to date now, also after a crash or somebody's edit."""
        self._record.renew()

    def close(self) -> None:
        """Bring the record up to date and give back the project, if it was opened here."""
        self._record.flush()
        super().close()

    def _rendered(self, done: int | None = None, at: str = "") -> bytes:
        rows = self._store.rows(SQL["record"], {"done": done, "at": at})
        return render_queue(row["entry"] for row in rows)

    def _changed(self) -> None:
        self._record.changed(self._store.rows(SQL["total"])[0]["total"])
