"""A shift: tasks are given to agents, as many at the same time as the settings allow, until none can be done."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from orkestra.domain.runs import Lease
from orkestra.domain.tasks import TaskStatus
from orkestra.engine.journal import Journal
from orkestra.orchestrator.working import Worker
from orkestra.pipeline.landing import PROVEN
from orkestra.pipeline.pipeline import RUN_KIND

if TYPE_CHECKING:
    from collections.abc import Collection

    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox
    from orkestra.domain.runs import RunRecord
    from orkestra.domain.tasks import Task
    from orkestra.tasks.queue import TaskQueue


class Shift:
    """One process's work on the queue; to end it early, cancel `work_off`."""

    def __init__(self, project: OpenProject, queue: TaskQueue, crew: Crew) -> None:
        self._settings = project.settings
        self._queue = queue
        self._journal = Journal(project)
        self._worker = Worker(project, queue, crew)
        self._working: set[asyncio.Task[None]] = set()

    @property
    def sandbox(self) -> Sandbox:
        """Where this shift's programs run."""
        return self._worker.sandbox

    def stop(self) -> None:
        """End running programs: nobody waits for what they say any more."""
        self._worker.stop()

    async def work_off(self, only: Collection[str] | None = None) -> None:
        """Do all tasks, or only those with these ids, that are or become ready; first those that were interrupted.

        What is under way at a cancellation stays recorded, and the next shift goes on with it.
        """
        try:
            for task in self._interrupted():
                if only is None or task.id in only:
                    self._begin(task)
            while True:
                if self._settings.auto_assign or only is not None:
                    self._fill(only)
                if not self._working:
                    return
                await self._any_end()
        finally:
            await self._end()

    def _interrupted(self) -> list[Task]:
        """Return the tasks in progress, and those that landed before their run could end: it has yet to clear up.

        A task that the user called completed was not proven by its run, which then stays where it is.
        """
        proven = {run.subject for run in self._journal.unfinished() if run.kind == RUN_KIND and self._is_proven(run)}
        landed = [task for task in self._queue.list_tasks(TaskStatus.COMPLETED) if task.id in proven]
        return [*landed, *self._queue.list_tasks(TaskStatus.IN_PROGRESS)]

    def _is_proven(self, run: RunRecord) -> bool:
        steps = self._journal.steps(Lease(run_id=run.run_id, epoch=run.epoch, attempt=run.attempt))
        return any(step.name == PROVEN for step in steps.values())

    def _fill(self, only: Collection[str] | None) -> None:
        while len(self._working) < self._settings.max_concurrent_tasks:
            task = self._next(only)
            if task is None:
                return
            self._begin(task)

    def _next(self, only: Collection[str] | None) -> Task | None:
        if only is None:
            return self._queue.claim(self._worker.assignee)
        claims = (self._queue.claim(self._worker.assignee, task_id) for task_id in only)
        return next((task for task in claims if task), None)

    def _begin(self, task: Task) -> None:
        self._working.add(asyncio.create_task(self._worker.work(task), name=task.id))

    async def _any_end(self) -> None:
        done, _ = await asyncio.wait(self._working, return_when=asyncio.FIRST_COMPLETED)
        for work in done:
            self._working.discard(work)
            work.result()

    async def _end(self) -> None:
        if not self._working:
            return
        for work in self._working:
            work.cancel()
        self.stop()  # only now: what a stopped program said must not be taken for a result
        await asyncio.gather(*self._working, return_exceptions=True)
        self._working.clear()
