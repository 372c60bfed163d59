"""One task in the orchestrator's hands: done by the pipeline, and its end told to the queue and the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.core.records import append_line
from orkestra.domain.clock import iso
from orkestra.domain.crew import OFFLINE
from orkestra.domain.errors import AgentUnavailable, LeaseHeld, LeaseLost, OrkestraError, RecordError
from orkestra.domain.tasks import TaskStatus
from orkestra.pipeline.pipeline import Pipeline
from orkestra.pipeline.roles import CHAINS, Role
from orkestra.pipeline.workbench import FAILED_RUNS

if TYPE_CHECKING:
    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.tasks import Task
    from orkestra.tasks.queue import TaskQueue

NEEDS_AGENT: Final = "agent"
NOBODY: Final = "nobody"


class Worker:
    """Does tasks; a task that fails is told so in the queue and does not stop the others."""

    def __init__(self, project: OpenProject, queue: TaskQueue, crew: Crew) -> None:
        self._project = project
        self._queue = queue
        self._pipeline = Pipeline(project, queue, crew)
        self.assignee = _executor(crew)

    def stop(self) -> None:
        """End the programs that run for cancelled work."""
        self._pipeline.stop()

    async def work(self, task: Task) -> None:
        """Do a task to its end: completed, failed or blocked, with the reason in its metadata.

        Raises RecordError when nothing can be recorded any more (a full disk): then nothing goes on.
        """
        try:
            result = await self._pipeline.run(task)
        except AgentUnavailable as error:
            self._block(task, str(error))
        except (LeaseLost, LeaseHeld, RecordError):
            raise
        except OrkestraError as error:
            self._fail(task, str(error))
        else:
            if result.landed:
                self._log(task, "completed", commit=result.commit, iterations=result.iterations)
            else:
                failed = task.metadata.get(FAILED_RUNS)
                self._fail(task, result.reason, **{FAILED_RUNS: 1 + (failed if isinstance(failed, int) else 0)})

    def _block(self, task: Task, reason: str) -> None:
        self._queue.update_task(task.id, TaskStatus.BLOCKED, metadata={"blocked_by": NEEDS_AGENT, "reason": reason})
        self._log(task, "blocked", reason=reason)

    def _fail(self, task: Task, reason: str, **more: int) -> None:
        self._queue.update_task(task.id, TaskStatus.FAILED, metadata={"reason": reason, **more})
        self._log(task, "failed", reason=reason)

    def _log(self, task: Task, end: str, **more: object) -> None:
        at = iso(self._project.clock.now())
        entry = {"at": at, "task": task.id, "ordinal": task.ordinal, "title": task.title, "end": end, **more}
        append_line(self._project.layout.execution_log, entry)


def _executor(crew: Crew) -> str:
    try:
        return crew.maker(CHAINS[Role.EXECUTOR]).name
    except AgentUnavailable:
        return OFFLINE if crew.has_rules() else NOBODY
