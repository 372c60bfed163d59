"""A work from its order to its branch, as a durable run: plan, consent, tasks, and home if that was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.workspaces.repository import Repository
from orkestra.codec import to_plain
from orkestra.core.portal import in_thread
from orkestra.domain.errors import AgentUnavailable, ConfigError, OrkestraError, all_errors
from orkestra.domain.identity import derived_id
from orkestra.domain.tasks import TaskDraft, TaskStatus
from orkestra.domain.work import Blueprint, CheckReport
from orkestra.domain.works import Merged, WorkPlan
from orkestra.pipeline.checks import known_before, run_checks
from orkestra.pipeline.workbench import BLUEPRINT, BRANCH, STOPPED_BY
from orkestra.pipeline.works.homecoming import bring_home
from orkestra.pipeline.works.planning import plan_work

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.tasks import Task
    from orkestra.domain.works import Order, WorkTask
    from orkestra.engine.run import Run
    from orkestra.pipeline.works.room import WorkRoom

WORK: Final = "work"
"""The kind of these runs, the category of their tasks, and where those name their work in their metadata."""
BASELINE: Final = "tests before"
ENQUEUE: Final = "queue tasks"


@dataclass(frozen=True, kw_only=True)
class WorkEnd:
    """How a work's run ended: how many of its tasks landed, and whether the result is on the user's branch."""

    landed: int
    tasks: int
    merged: Merged | None = None


async def carry_out(run: Run, room: WorkRoom, order: Order) -> WorkEnd:
    """Do a work and return how it ended; its result stands on `order.branch`.

    Raises PlanningAbortedError when the plan is rejected, and what stopped a task from outside (an AI that is
    missing, a service, the budget): the work then goes on when it is driven again.
    """
    baseline = await _baseline(run, room, order)
    plan = await plan_work(run, room, order, baseline)
    ids = await _enqueue(run, room, order, plan)
    ends = await _work_off(run, room, ids)
    landed = ends.count(TaskStatus.COMPLETED)
    merged = await bring_home(run, room, order, baseline, whole=landed == len(ids)) if order.merge else None
    return WorkEnd(landed=landed, tasks=len(ids), merged=merged)


async def _baseline(run: Run, room: WorkRoom, order: Order) -> CheckReport:
    """Return what the tests say before the work; raises ConfigError, before anybody is asked, where none can be run."""

    async def checked() -> CheckReport:
        project = room.project
        repository = Repository.open(project.root)
        report = await in_thread(run_checks, repository, room.sandbox, order.base, project.settings.check_timeout)
        if report.missing and not report.ran:
            raise ConfigError(f"nothing can be proven here: {'; '.join(report.missing)} (then `orkestra resume`)")
        if line := known_before(report):
            with project.store.transaction(durable=False) as write:
                project.story.tell(write, "checks.before", run.run_id, text=line)
        return report

    return await run.step(BASELINE, checked, returns=CheckReport)


async def _enqueue(run: Run, room: WorkRoom, order: Order, plan: WorkPlan) -> list[str]:
    async def enqueued() -> list[str]:
        repository = Repository.open(room.project.root, branch=order.branch)
        await in_thread(repository.begin, order.base)
        drafts = [_draft(run.run_id, order, number, task) for number, task in enumerate(plan.tasks, 1)]
        added = room.queue.add_tasks(drafts)
        room.queue.prioritise()
        return added

    return await run.step(ENQUEUE, enqueued, returns=list[str])


def _draft(work_id: str, order: Order, number: int, task: WorkTask) -> TaskDraft:
    approach = task.instructions or task.title
    blueprint = Blueprint(approach=approach, files=task.files, checks=task.checks)
    return TaskDraft(
        key=task_id(work_id, number),
        description=task.title,
        instructions=f"{task.instructions}\n\nIt is part of this work: {order.title}".strip(),
        category=WORK,
        dependencies=tuple(task_id(work_id, needed) for needed in task.after),
        metadata={WORK: work_id, BRANCH: order.branch, BLUEPRINT: to_plain(blueprint)},
    )


def task_id(work_id: str, number: int) -> str:
    """Return the id of a work's task: the same work always gives it the same, so that it is queued once."""
    return derived_id("task", work_id, str(number))


async def _work_off(run: Run, room: WorkRoom, ids: Sequence[str]) -> list[str]:
    """Do the tasks, and return the status of each.

    One that fails stops nothing but what waits for it. Raises what stopped one from outside.
    """

    async def worked_off() -> list[str]:
        for task in _stopped(room, ids):
            nothing: dict[str, Any] = {"blocked_by": None, "reason": None, STOPPED_BY: None}
            room.queue.update_task(task.id, TaskStatus.PENDING, metadata=nothing)
        await room.work_off(ids)
        if stopped := _stopped(room, ids):
            raise _why(stopped, len(ids))
        return [str(room.queue.get_task(task_id).status) for task_id in ids]

    return await run.step("tasks", worked_off, returns=list[str])


def _stopped(room: WorkRoom, ids: Sequence[str]) -> list[Task]:
    """Return the tasks that did not fail by their own work: they can be tried again as they are."""
    tasks = [room.queue.get_task(task_id) for task_id in ids]
    failed = [task for task in tasks if task.status is TaskStatus.FAILED and task.metadata.get(STOPPED_BY)]
    return [*(task for task in tasks if task.status is TaskStatus.BLOCKED), *failed]


def _why(stopped: Sequence[Task], count: int) -> OrkestraError:
    first = stopped[0]
    kind = all_errors().get(str(first.metadata.get(STOPPED_BY)), AgentUnavailable)
    reason = first.metadata.get("reason") or "blocked"
    return kind(f"{len(stopped)} of {count} tasks could not go on: {reason} (then `orkestra resume`)")
