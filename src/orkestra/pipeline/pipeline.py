"""The pipeline: one task from its blueprint to proven work on main."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from orkestra.adapters.workspaces.repository import Repository
from orkestra.adapters.workspaces.worktrees import Worktrees
from orkestra.core.layout import RESERVED
from orkestra.domain.errors import SafetyError
from orkestra.domain.work import Landing, TaskResult
from orkestra.engine.engine import Engine
from orkestra.pipeline.enclosing import chosen_sandbox
from orkestra.pipeline.landing import land
from orkestra.pipeline.roles import Role
from orkestra.pipeline.speaking import Cast
from orkestra.pipeline.workbench import Workbench, Workshop, refused, retry_of

if TYPE_CHECKING:
    from orkestra.agents.crew import Crew
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox
    from orkestra.domain.tasks import Task
    from orkestra.domain.work import Finding
    from orkestra.engine.run import Run
    from orkestra.pipeline.landing import Refusal
    from orkestra.pipeline.workbench import Start
    from orkestra.tasks.queue import TaskQueue

RUN_KIND = "task"


class Pipeline:
    """Does tasks of one project; each is a durable run that goes on where it was interrupted.

    Without a `sandbox` the settings choose one; SafetyError is raised where they require walls in vain.
    """

    def __init__(self, project: OpenProject, queue: TaskQueue, crew: Crew, sandbox: Sandbox | None = None) -> None:
        repository = Repository.open(project.root)
        self._engine = Engine(project)
        self._shop = Workshop(
            project=project,
            repository=repository,
            worktrees=Worktrees(repository=repository, directory=project.layout.worktrees, reserved=RESERVED),
            sandbox=sandbox or chosen_sandbox(project),
            cast=Cast(crew=crew, deadline=project.settings.agent_deadline),
            queue=queue,
            landing=asyncio.Lock(),
        )

    def stop(self) -> None:
        """End the programs that run for tasks nobody waits for any more."""
        self._shop.sandbox.stop()

    async def run(self, task: Task) -> TaskResult:
        """Do a task and return how it ended; landed work is on main, with the task completed in the queue.

        Raises a ProviderError or SafetyError where the work can't go on; the run is then tried again from
        what it has recorded, when it is started again.
        """

        async def working(run: Run) -> TaskResult:
            return await _work(run, self._shop, task)

        run_id = ":".join(filter(None, ("task", task.id, retry_of(task))))
        return await self._engine.run(run_id, working, kind=RUN_KIND, subject=task.id, returns=TaskResult)


async def _work(run: Run, shop: Workshop, task: Task) -> TaskResult:
    bench = Workbench(run, shop, task)
    start = await bench.begin()
    result = await _iterate(run, shop, task, bench, start)
    await bench.clear()
    return result


async def _iterate(run: Run, shop: Workshop, task: Task, bench: Workbench, start: Start) -> TaskResult:
    facts: dict[str, Any] = {"blueprint": await bench.design(start), "findings": (), "report": None}
    role = Role.EXECUTOR
    findings: tuple[Finding, ...] = ()
    for number in range(1, shop.project.settings.max_iterations + 1):
        try:
            attempt = await bench.attempt(number, role, start, facts)
        except SafetyError as error:
            findings = (refused(error),)
            facts = {**facts, "findings": findings}
            continue
        reviewed = await bench.review(number, start, attempt)
        if not reviewed.acceptable:
            role, start, findings = Role.CONSULTANT, replace(start, commit=attempt.commit), reviewed.findings
            facts = {**facts, "findings": findings, "report": reviewed.report}
            continue
        landed = await land(run, shop, task, attempt, start)
        if isinstance(landed, Landing):
            return TaskResult(landed=True, commit=landed.commit, iterations=number)
        role, start, findings = _after(landed)
        facts = {**facts, "findings": findings, "report": reviewed.report}
    reason = "; ".join(finding.problem for finding in findings)
    return TaskResult(landed=False, iterations=shop.project.settings.max_iterations, reason=reason)


def _after(refusal: Refusal) -> tuple[Role, Start, tuple[Finding, ...]]:
    return Role.EXECUTOR if refusal.anew else Role.CONSULTANT, refusal.start, refusal.findings
