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
from orkestra.engine.waits import Waits
from orkestra.orchestrator.recording import commit_records, renew_records
from orkestra.orchestrator.resuming import resume_decisions
from orkestra.orchestrator.shift import Shift
from orkestra.orchestrator.signals import stop_requested
from orkestra.orchestrator.working import NEEDS_AGENT
from orkestra.orchestrator.works import carry_on, resume_works
from orkestra.pipeline.works.room import WorkRoom, asking, later
from orkestra.tasks.queue import TaskQueue

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Person
    from orkestra.engine.ownership import Owner
    from orkestra.pipeline.works.room import Consent

LOOK_SECONDS = 0.2


class Orchestrator:
    """Works on one project, as its only owner; `crew` replaces the crew that the settings name."""

    def __init__(self, project: OpenProject, *, crew: Crew | None = None, person: Person | None = None) -> None:
        self.project = project
        self.queue = TaskQueue(project)
        self.crew = crew or Crew.assemble(project)
        self.person = person
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Work until nothing is left that can be done, or until somebody asks to stop.

        First goes on with planning, votes, works and tasks that were interrupted. What is under way at a stop
        stays recorded, and the next start goes on with it. Raises LeaseHeld while another process owns the project.
        """

        async def everything(shift: Shift) -> None:
            await resume_decisions(self.project, self.crew, self.person)
            self._wake_blocked()
            await resume_works(self._room(shift, self._consent()))
            self.queue.prioritise()
            await shift.work_off()

        await self._in_a_shift(everything)

    async def carry_out(self, work_id: str, consent: Consent | None = None) -> None:
        """Bring one work to its end, or as far as it goes, and touch nothing else; its report says how it went.

        `consent` is how its plan is approved: by the person, unless given. Raises LeaseHeld while another process
        owns the project, PlanKept when the plan waits for approval, else what `carrying.carry_out` raises.
        """

        async def one_work(shift: Shift) -> None:
            await carry_on(self._room(shift, consent or self._consent()), work_id)

        await self._in_a_shift(one_work)

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
            "agents": {agent.name: agent.get_info() for agent in self.crew},
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

    async def _in_a_shift(self, work: Callable[[Shift], Coroutine[Any, Any, None]]) -> None:
        with owning(self.project) as owner:
            shift = Shift(self.project, self.queue, self.crew)
            watching = asyncio.create_task(self._watch(owner))
            try:
                renew_records(self.project, self.queue)
                await self._until_stopped(work(shift), shift)
            finally:
                watching.cancel()
                await in_thread(commit_records, self.project, self.queue)

    async def _until_stopped(self, work: Coroutine[Any, Any, None], shift: Shift) -> None:
        doing = asyncio.create_task(work)
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stopping.cancel()
            if not doing.done():
                doing.cancel()
                await asyncio.sleep(0)
                shift.stop()  # only now: what a stopped program said must not be taken for a result
                await asyncio.gather(doing, return_exceptions=True)
        if not doing.cancelled():
            doing.result()

    def _room(self, shift: Shift, consent: Consent) -> WorkRoom:
        return WorkRoom(
            project=self.project,
            queue=self.queue,
            crew=self.crew,
            sandbox=shift.sandbox,
            consent=consent,
            work_off=shift.work_off,
        )

    def _consent(self) -> Consent:
        """Return the person's, where somebody is there to ask."""
        return asking(Waits(self.project, self.person)) if self.person else later

    async def _watch(self, owner: Owner) -> None:
        while not stop_requested(self.project, owner):  # noqa: ASYNC110 - the request comes from another process
            await asyncio.sleep(LOOK_SECONDS)
        self.stop()

    def _wake_blocked(self) -> None:
        """Give another chance to tasks that waited for an AI, where somebody is there now who can do them."""
        has_ai, has_rules = self.crew.has_ai(), self.crew.has_rules()
        for task in self.queue.list_tasks(TaskStatus.BLOCKED):
            able = has_ai or (has_rules and is_done_by_rule(task))
            if able and task.metadata.get("blocked_by") == NEEDS_AGENT:
                self.queue.update_task(task.id, TaskStatus.PENDING, metadata={"blocked_by": None, "reason": None})
