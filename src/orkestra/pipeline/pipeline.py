"""The pipeline: one task from its blueprint to proven work on main."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orkestra.adapters.workspaces.repository import Repository
from orkestra.adapters.workspaces.worktrees import Worktrees
from orkestra.core.sandboxing import chosen_sandbox
from orkestra.domain.errors import SafetyError
from orkestra.domain.work import Finding, Landing, TaskResult
from orkestra.engine.engine import Engine
from orkestra.pipeline.landing import land
from orkestra.pipeline.repeating import Repeats
from orkestra.pipeline.roles import Role
from orkestra.pipeline.speaking import Cast
from orkestra.pipeline.workbench import BRANCH, Workbench, Workshop, refused, retry_of

if TYPE_CHECKING:
    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox
    from orkestra.domain.tasks import Task
    from orkestra.engine.run import Run
    from orkestra.pipeline.landing import Refusal
    from orkestra.pipeline.workbench import Reviewed, Start
    from orkestra.tasks.queue import TaskQueue

RUN_KIND = "task"
MAIN = "main"


class Pipeline:
    """Does tasks of one project; each is a durable run that goes on where it was interrupted.

    Without a `sandbox` the settings choose one; SafetyError is raised where they require walls in vain.
    """

    def __init__(self, project: OpenProject, queue: TaskQueue, crew: Crew, sandbox: Sandbox | None = None) -> None:
        self.sandbox = sandbox or chosen_sandbox(project)
        self._project = project
        self._queue = queue
        self._engine = Engine(project)
        self._cast = Cast(crew=crew, deadline=project.settings.agent_deadline)
        self._shops: dict[str, Workshop] = {}

    def stop(self) -> None:
        """End the programs that run for tasks nobody waits for any more."""
        self.sandbox.stop()

    async def run(self, task: Task) -> TaskResult:
        """Do a task and return how it ended; landed work is on its branch, with the task completed in the queue.

        Raises a ProviderError or SafetyError where the work can't go on; the run is then tried again from
        what it has recorded, when it is started again.
        """

        async def working(run: Run) -> TaskResult:
            return await _work(run, self._shop(task), task)

        run_id = ":".join(filter(None, ("task", task.id, retry_of(task))))
        return await self._engine.run(run_id, working, kind=RUN_KIND, subject=task.id, returns=TaskResult)

    def _shop(self, task: Task) -> Workshop:
        """Return the workshop of the branch that the task lands on."""
        branch = task.metadata.get(BRANCH, MAIN)
        if branch not in self._shops:
            repository, layout = Repository.open(self._project.root, branch=branch), self._project.layout
            self._shops[branch] = Workshop(
                project=self._project,
                repository=repository,
                worktrees=Worktrees(repository=repository, directory=layout.worktrees, reserved=layout.reserved),
                sandbox=self.sandbox,
                cast=self._cast,
                queue=self._queue,
                landing=asyncio.Lock(),
            )
        return self._shops[branch]


async def _work(run: Run, shop: Workshop, task: Task) -> TaskResult:
    bench = Workbench(run, shop, task)
    start = await bench.begin()
    result = await _iterate(run, shop, task, bench, start)
    await bench.clear()
    return result


async def _iterate(run: Run, shop: Workshop, task: Task, bench: Workbench, start: Start) -> TaskResult:
    before = await bench.before(start)
    facts: dict[str, Any] = {"blueprint": await bench.design(start), "findings": (), "report": None, "before": before}
    role, findings, repeats = Role.EXECUTOR, tuple[Finding, ...](), Repeats()
    for number in range(1, shop.project.settings.max_iterations + 1):
        try:
            attempt = await bench.attempt(number, role, start, facts)
        except SafetyError as error:
            findings = (refused(error),)
            facts = {**facts, "findings": findings}
            if reason := repeats.lost(start.commit, findings):
                return TaskResult(landed=False, iterations=number, reason=reason)
            continue
        reviewed = await bench.review(number, start, attempt, before)
        landed = await land(run, shop, task, reviewed, start) if reviewed.acceptable else None
        if isinstance(landed, Landing):
            return TaskResult(landed=True, commit=landed.commit, iterations=number)
        role, start, findings = _after(landed) if landed else _mending(start, reviewed)
        facts = {**facts, "findings": findings, "report": reviewed.report}
        if reason := repeats.lost(attempt.commit, findings):
            return TaskResult(landed=False, iterations=number, reason=reason)
    reason = "; ".join(finding.problem for finding in findings)
    return TaskResult(landed=False, iterations=shop.project.settings.max_iterations, reason=reason)


def _mending(start: Start, reviewed: Reviewed) -> tuple[Role, Start, tuple[Finding, ...]]:
    return Role.CONSULTANT, replace(start, commit=reviewed.attempt.commit), reviewed.findings


def _after(refusal: Refusal) -> tuple[Role, Start, tuple[Finding, ...]]:
    return Role.EXECUTOR if refusal.anew else Role.CONSULTANT, refusal.start, refusal.findings
