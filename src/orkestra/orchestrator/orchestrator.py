"""The orchestrator: goes on with what was interrupted, then gives ready tasks to agents until none is left."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from orkestra.agents.crew import Crew
from orkestra.core.portal import in_thread
from orkestra.core.sandboxing import last_sandbox
from orkestra.domain.scaffolds import is_done_by_rule
from orkestra.domain.tasks import TaskStatus
from orkestra.engine.ownership import current_owner, owning
from orkestra.orchestrator.recording import commit_records, renew_records
from orkestra.orchestrator.resuming import resume_decisions
from orkestra.orchestrator.signals import stop_requested
from orkestra.orchestrator.working import NEEDS_AGENT, Worker
from orkestra.tasks.queue import TaskQueue

if TYPE_CHECKING:
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person
    from orkestra.domain.tasks import Task
    from orkestra.engine.ownership import Owner

LOOK_SECONDS = 0.2


class Orchestrator:
    """Works on one project, as its only owner; `crew` replaces the crew that the settings name."""

    def __init__(self, project: OpenProject, *, crew: Crew | None = None, person: Person | None = None) -> None:
        self.project = project
        self.queue = TaskQueue(project)
        self._crew = crew or Crew.assemble(project)
        self._person = person
        self._stopping = asyncio.Event()
        self._working: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Work until nothing is left that can be done, or until somebody asks to stop.

        First goes on with planning, votes and tasks that were interrupted. What is under way at a stop stays
        recorded, and the next start goes on with it. Raises LeaseHeld while another process owns the project.
        """
        with owning(self.project) as owner:
            worker = Worker(self.project, self.queue, self._crew)
            watching = asyncio.create_task(self._watch(owner))
            try:
                renew_records(self.project, self.queue)
                await self._until_stopped(resume_decisions(self.project, self._crew, self._person))
                self._wake_blocked()
                self.queue.prioritise()
                await self._assign(worker)
            finally:
                watching.cancel()
                await self._end_work(worker)
                await in_thread(commit_records, self.project, self.queue)

    def stop(self) -> None:
        """Ask the loops to end: nothing new is begun, what is under way is left for the next start."""
        self._stopping.set()

    def get_status(self) -> dict[str, Any]:
        """Return `running`, `owner`, `agents` by name, `sandbox`, `tasks` with the queue's figures, and `hold_ups`."""
        owner = current_owner(self.project)
        return {
            "project": str(self.project.root),
            "running": owner is not None,
            "owner": {"pid": owner.pid, "host": owner.host, "since": owner.since} if owner else None,
            "agents": {agent.name: agent.get_info() for agent in self._crew},
            "sandbox": last_sandbox(self.project),
            "tasks": self.queue.get_statistics(),
            "hold_ups": self.queue.get_hold_ups(),
        }

    def print_status(self) -> None:
        """Print the status in a few lines."""
        status = self.get_status()
        tasks = status["tasks"]
        print(f"{status['project']}: {'running' if status['running'] else 'not running'}")  # noqa: T201 - promised
        print(f"agents: {', '.join(status['agents']) or 'none'}")  # noqa: T201 - as above
        if warning := status["sandbox"]["warning"]:
            print(warning)  # noqa: T201 - as above
        shown = ", ".join(f"{tasks[state]} {state}" for state in map(str, TaskStatus) if tasks[state])
        print(f"tasks: {shown or 'none'} ({tasks['completion_rate']:.0f} % done)")  # noqa: T201 - as above

    def close(self) -> None:
        """Give back the project."""
        self.queue.close()
        self.project.close()

    async def _assign(self, worker: Worker) -> None:
        for task in self.queue.list_tasks(TaskStatus.IN_PROGRESS):
            self._begin(worker, task)
        while not self._stopping.is_set():
            self._fill(worker)
            if not self._working:
                return
            await self._any_change()

    def _fill(self, worker: Worker) -> None:
        settings = self.project.settings
        while settings.auto_assign and len(self._working) < settings.max_concurrent_tasks:
            task = self.queue.claim(worker.assignee)
            if task is None:
                return
            self._begin(worker, task)

    def _begin(self, worker: Worker, task: Task) -> None:
        work = asyncio.create_task(worker.work(task), name=task.id)
        self._working.add(work)

    async def _any_change(self) -> None:
        stopping = asyncio.create_task(self._stopping.wait())
        done, _ = await asyncio.wait({*self._working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        for work in done & self._working:
            self._working.discard(work)
            work.result()

    async def _end_work(self, worker: Worker) -> None:
        for work in self._working:
            work.cancel()
        worker.stop()  # only now: what a stopped program said must not be taken for a result
        await asyncio.gather(*self._working, return_exceptions=True)
        self._working.clear()

    async def _until_stopped(self, work: Any) -> None:  # noqa: ANN401 - a coroutine
        doing = asyncio.create_task(work)
        self._working.add(doing)
        while not doing.done() and not self._stopping.is_set():
            await self._any_change()

    async def _watch(self, owner: Owner) -> None:
        while not stop_requested(self.project, owner):  # noqa: ASYNC110 - the request comes from another process
            await asyncio.sleep(LOOK_SECONDS)
        self.stop()

    def _wake_blocked(self) -> None:
        """Give another chance to tasks that waited for an AI, where somebody is there now who can do them."""
        has_ai, has_rules = self._crew.has_ai(), self._crew.has_rules()
        for task in self.queue.list_tasks(TaskStatus.BLOCKED):
            able = has_ai or (has_rules and is_done_by_rule(task))
            if able and task.metadata.get("blocked_by") == NEEDS_AGENT:
                self.queue.update_task(task.id, TaskStatus.PENDING, metadata={"blocked_by": None, "reason": None})
