"""The workbench of one task: its worktree, its attempts, and the checks run on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.core.portal import in_thread
from orkestra.domain.clock import iso
from orkestra.domain.errors import SafetyError
from orkestra.domain.work import Attempt, Blueprint, CheckReport, Finding, Review
from orkestra.pipeline.checks import run_checks
from orkestra.pipeline.roles import Role
from orkestra.pipeline.tools import ProjectTools

if TYPE_CHECKING:
    from collections.abc import Mapping

    from orkestra.adapters.workspaces.repository import Repository
    from orkestra.adapters.workspaces.worktrees import Worktrees
    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Sandbox
    from orkestra.domain.tasks import Task
    from orkestra.engine.run import Run
    from orkestra.pipeline.speaking import Cast
    from orkestra.tasks.queue import TaskQueue

FAILED_RUNS: Final = "failed_runs"
"""In a task's metadata: how many runs of it have ended without landing."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What the pipeline works with; one for all tasks of a project."""

    project: OpenProject
    repository: Repository
    worktrees: Worktrees
    sandbox: Sandbox
    cast: Cast
    queue: TaskQueue
    landing: asyncio.Lock

    def check(self, commit: str) -> CheckReport:
        """Return what the project's tests say about a commit."""
        return run_checks(self.repository, self.sandbox, commit, self.project.settings.check_timeout)

    @property
    def tools(self) -> ProjectTools:
        """The project's formatter and linter."""
        return ProjectTools(self.sandbox, self.project.root)

    def now(self) -> str:
        """Return the present moment as ISO 8601."""
        return iso(self.project.clock.now())


@dataclass(frozen=True, kw_only=True)
class Start:
    """Where an attempt begins: the main commit it is based on, and the commit it goes on from."""

    base: str
    commit: str


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """An attempt with everything that was said about it."""

    attempt: Attempt
    report: CheckReport
    review: Review

    @property
    def acceptable(self) -> bool:
        """Passed its tests, changed something, and nobody objects: no approval overrides a failing check."""
        return self.report.passed and bool(self.attempt.files) and self.review.approved

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What has to be put right, as told to whoever does it."""
        seen = list(self.review.findings)
        if not self.attempt.files:
            seen.append(Finding(problem="the attempt changed nothing"))
        if not self.report.passed and not seen:
            seen.append(Finding(problem=f"the tests don't pass: {self.report.summary}"))
        if not self.review.approved and not seen:
            seen.append(Finding(problem=self.review.summary))
        return tuple(seen)


class Workbench:
    """One task on the workbench; every step is recorded in its run."""

    def __init__(self, run: Run, shop: Workshop, task: Task) -> None:
        self._run = run
        self._shop = shop
        self._task = task
        self._tree = f"task-{task.ordinal}"

    async def begin(self) -> Start:
        """Open the task's worktree at main."""

        async def opened() -> Start:
            head = self._shop.repository.head()
            await in_thread(self._shop.worktrees.open, self._tree, head)
            return Start(base=head, commit=head)

        return await self._run.step("open worktree", opened, returns=Start)

    async def design(self, start: Start) -> Blueprint:
        """Return the architect's plan."""

        async def asked(*, key: str) -> Blueprint:
            files = await in_thread(self._files, start)
            answer = await self._shop.cast.ask(Role.ARCHITECT, self._task, Blueprint, facts={"files": files}, key=key)
            return answer.value

        return await self._run.paid("architect", asked, returns=Blueprint)

    async def attempt(self, number: int, role: Role, start: Start, facts: Mapping[str, Any]) -> Attempt:
        """Return what a role made of the task, going on from `start`; whatever lay around before is salvaged."""

        async def coded(*, key: str) -> Attempt:
            tree = await in_thread(self._shop.worktrees.open, self._tree, start.commit)
            workspace = tree.workspace(checks=self._shop.tools.on(tree.path))
            who, backend, summary = await self._shop.cast.code(
                role, self._task, workspace, facts=facts, key=key, number=number
            )
            place = "/".join(filter(None, (self._task.id, retry_of(self._task), str(number))))
            ref = f"refs/orkestra/work/{place}"
            message = f"attempt {number} at {self._task.title}"
            commit = await in_thread(tree.snapshot, message, ref)
            files = await in_thread(self._shop.repository.changed_files, start.base, commit)
            return Attempt(commit=commit, agent=who, backend=backend, summary=summary, files=files)

        return await self._run.paid(f"{role} {number}", coded, returns=Attempt)

    async def review(self, number: int, start: Start, attempt: Attempt) -> Reviewed:
        """Return an attempt with the report of its tests and the auditor's verdict."""

        async def checked() -> CheckReport:
            return await in_thread(self._shop.check, attempt.commit)

        async def audited(*, key: str) -> Review:
            diff = await in_thread(self._shop.repository.diff, start.base, attempt.commit)
            facts = {"attempt": attempt, "report": report, "diff": diff}
            answer = await self._shop.cast.ask(Role.AUDITOR, self._task, Review, facts=facts, key=key, number=number)
            return answer.value

        report = await self._run.step(f"tests {number}", checked, returns=CheckReport)
        review = await self._run.paid(f"auditor {number}", audited, returns=Review)
        return Reviewed(attempt=attempt, report=report, review=review)

    async def clear(self) -> None:
        """Take the worktree away; its commits stay under refs/orkestra/work."""

        async def removed() -> None:
            tree = await in_thread(self._shop.worktrees.find, self._tree)
            if tree is not None:
                await in_thread(tree.remove)

        await self._run.step("remove worktree", removed, returns=type(None))

    def _files(self, start: Start) -> tuple[str, ...]:
        tree = self._shop.worktrees.open(self._tree, start.commit)
        return tuple(tree.workspace().files())


def retry_of(task: Task) -> str:
    """Return the name of a try after runs that came to nothing, "" for the first; each has a run and refs of its own.

    A run that was only interrupted, or stopped by an error, is no new try: it goes on with what it has.
    """
    failed = task.metadata.get(FAILED_RUNS)
    return f"retry-{failed}" if isinstance(failed, int) and failed > 0 else ""


def refused(error: SafetyError) -> Finding:
    """Return a refusal of the workspace as a finding, so that the next attempt can do better."""
    return Finding(problem=f"refused: {error}")
