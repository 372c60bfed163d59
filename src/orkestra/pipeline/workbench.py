"""The workbench of one task: its worktree, its attempts, and the checks run on them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.workspaces.looking import lines_in
from orkestra.codec import from_plain
from orkestra.committee.record import TrackRecord
from orkestra.core.portal import in_thread
from orkestra.domain.clock import iso
from orkestra.domain.crew import OFFLINE
from orkestra.domain.errors import ConfigError, SafetyError
from orkestra.domain.work import Attempt, Blueprint, CheckReport, Finding, Proof, Review
from orkestra.pipeline.checks import known_before, proves, run_checks
from orkestra.pipeline.checks.baseline import baseline, remember
from orkestra.pipeline.checks.findings import held_against, shown_by_tests
from orkestra.pipeline.checks.named import NamedChecks
from orkestra.pipeline.roles import Role

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
REMOVES_TESTS: Final = "removes_tests"
"""In a task's metadata: true where there may be fewer tests when it is done."""
_REMOVALS: Final = ("delete ", "drop ", "remove ", "retire ")
STOPPED_BY: Final = "stopped_by"
"""In a failed task's metadata: the error that stopped it, where it did not fail by its own work."""
BRANCH: Final = "branch"
"""In a task's metadata: the branch it lands on, where that is not main."""
BLUEPRINT: Final = "blueprint"
"""In a task's metadata: how it is to be done, where that was planned and approved with the whole work."""


@dataclass(frozen=True, kw_only=True)
class Workshop:
    """What the pipeline works with; one for all tasks that land on the same branch."""

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

    def before(self, commit: str) -> CheckReport:
        """Return what the tests say about a commit that work begins at; known ones are not run again."""
        return baseline(self.repository, self.sandbox, commit, self.project.settings.check_timeout)

    def remember(self, report: CheckReport) -> None:
        """Keep what was seen on a commit that others will begin at."""
        remember(self.repository, report)

    def prove(self, task: Task, report: CheckReport, before: CheckReport) -> Proof:
        """Return whether a report proves a task; raise ConfigError where something is missing that the proof needs."""
        proof = proves(report, before, may_remove=_removes(task))
        if not proof.holds and report.missing:
            raise ConfigError(f"this can't be proven here: {'; '.join(report.missing)}")
        return proof

    @property
    def checks(self) -> NamedChecks:
        """The project's checks by name, for those who work in its worktrees."""
        return NamedChecks(self.repository, self.sandbox, self.project.settings.check_timeout)

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
    before: CheckReport
    proof: Proof

    @property
    def acceptable(self) -> bool:
        """Proven by tests, changed something, and nobody objects: no approval overrides a failing check."""
        return self.proof.holds and bool(self.attempt.files) and self.review.approved

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What has to be put right, as told to whoever does it: what the tests show first."""
        seen = {finding.problem: finding for finding in (*shown_by_tests(self.proof), *self.review.findings)}
        found = list(seen.values())
        if not self.attempt.files:
            found.append(Finding(problem="the attempt changed nothing"))
        if not self.review.approved and not found:
            found.append(Finding(problem=self.review.summary))
        return tuple(found)


class Workbench:
    """One task on the workbench; every step is recorded in its run."""

    def __init__(self, run: Run, shop: Workshop, task: Task) -> None:
        self._run = run
        self._shop = shop
        self._task = task
        self._tree = tree_name(task)

    async def begin(self) -> Start:
        """Open the task's worktree at main."""

        async def opened() -> Start:
            head = self._shop.repository.head()
            await in_thread(self._shop.worktrees.open, self._tree, head)
            return Start(base=head, commit=head)

        return await self._run.step("open worktree", opened, returns=Start)

    async def before(self, start: Start) -> CheckReport:
        """Return what the tests say before the task is begun; what fails already is told, and blamed on nobody here.

        Raises ConfigError, before anybody is asked, where no test can be run for want of something.
        """

        async def seen() -> CheckReport:
            report = await in_thread(self._shop.before, start.base)
            if report.missing and not report.ran:
                raise ConfigError(f"nothing can be proven here: {'; '.join(report.missing)}")
            if line := known_before(report):
                story = self._shop.project.story
                with self._shop.project.store.transaction(durable=False) as write:
                    story.tell(write, "checks.before", self._run.run_id, text=line)
            return report

        return await self._run.step("tests before", seen, returns=CheckReport)

    async def design(self, start: Start) -> Blueprint:
        """Return the architect's plan; the one that was approved with the whole work is not asked for again."""
        if BLUEPRINT in self._task.metadata:
            return from_plain(self._task.metadata[BLUEPRINT], Blueprint)

        async def asked(*, key: str) -> Blueprint:
            files = await in_thread(self._files, start)
            answer = await self._shop.cast.ask(Role.ARCHITECT, self._task, Blueprint, facts={"files": files}, key=key)
            return answer.value

        return await self._run.paid("architect", asked, returns=Blueprint)

    async def attempt(self, number: int, role: Role, start: Start, facts: Mapping[str, Any]) -> Attempt:
        """Return what a role made of the task, going on from `start`; whatever lay around before is salvaged."""

        async def coded(*, key: str) -> Attempt:
            tree = await in_thread(self._shop.worktrees.open, self._tree, start.commit)
            workspace = tree.workspace(checks=self._shop.checks.on(tree))
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

    async def review(self, number: int, start: Start, attempt: Attempt, before: CheckReport) -> Reviewed:
        """Return an attempt with the report of its tests and the auditor's verdict; `before` is the report at `start`.

        Raises ConfigError, before the auditor is asked, where the tests can't be run for want of something.
        """

        async def checked() -> CheckReport:
            found = await in_thread(self._shop.check, attempt.commit)
            proof = self._shop.prove(self._task, found, before)  # where something is missing, that is the outcome
            self._note(number, attempt, passed=proof.holds)
            return found

        async def audited(*, key: str) -> Review:
            diff = await in_thread(self._shop.repository.diff, start.base, attempt.commit)
            facts = {"attempt": attempt, "report": report, "diff": diff, "proof": proof}
            answer = await self._shop.cast.ask(Role.AUDITOR, self._task, Review, facts=facts, key=key, number=number)
            look = partial(lines_in, self._shop.repository, attempt.commit)
            return await in_thread(held_against, answer.value, look)

        report = await self._run.step(f"tests {number}", checked, returns=CheckReport)
        proof = self._shop.prove(self._task, report, before)
        review = await self._run.paid(f"auditor {number}", audited, returns=Review)
        return Reviewed(attempt=attempt, report=report, review=review, before=before, proof=proof)

    async def clear(self) -> None:
        """Take the worktree away; its commits stay under refs/orkestra/work."""

        async def removed() -> None:
            await in_thread(self._shop.worktrees.remove, self._tree)

        await self._run.step("remove worktree", removed, returns=type(None))

    def _note(self, number: int, attempt: Attempt, *, passed: bool) -> None:
        """Keep for the maker's record what the tests said: it gives, or takes, weight in the next votes."""
        if attempt.backend == OFFLINE or not attempt.files:
            return
        record = TrackRecord(self._shop.project)
        key = f"{self._run.run_id}:attempt-{number}"
        record.claimed_to_work(key, attempt.agent, self._task.category, passed=passed)

    def _files(self, start: Start) -> tuple[str, ...]:
        tree = self._shop.worktrees.open(self._tree, start.commit)
        return tuple(tree.workspace().files())


def _removes(task: Task) -> bool:
    """Say whether a task is there to take something away: its tests may go with it."""
    return task.metadata.get(REMOVES_TESTS) is True or task.title.casefold().startswith(_REMOVALS)


def tree_name(task: Task) -> str:
    """Return the name of a task's worktree, and of its branch under orkestra/.

    A work's tasks are named by their ids: another project's tasks may have the same numbers in the same
    repository, where it has several work trees.
    """
    return task.id.replace("_", "-") if BRANCH in task.metadata else f"task-{task.ordinal}"


def retry_of(task: Task) -> str:
    """Return the name of a try after runs that came to nothing, "" for the first; each has a run and refs of its own.

    A run that was only interrupted, or stopped by an error, is no new try: it goes on with what it has.
    """
    failed = task.metadata.get(FAILED_RUNS)
    return f"retry-{failed}" if isinstance(failed, int) and failed > 0 else ""


def refused(error: SafetyError) -> Finding:
    """Return a refusal of the workspace as a finding, so that the next attempt can do better."""
    return Finding(problem=f"refused: {error}")
