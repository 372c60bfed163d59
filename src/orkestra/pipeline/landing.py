"""Landing: an approved attempt on top of the present main, proven there, and only then merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.adapters.workspaces.root import MainMoved
from orkestra.core.bookkeeping import committed_records
from orkestra.core.portal import in_thread
from orkestra.domain.work import CheckReport, Finding, Integration, Landing
from orkestra.pipeline.checks.findings import shown_by_tests
from orkestra.pipeline.messages import Change, commit_message
from orkestra.pipeline.workbench import BRANCH, Start

if TYPE_CHECKING:
    from orkestra.domain.tasks import Task
    from orkestra.domain.work import Proof
    from orkestra.engine.run import Run
    from orkestra.pipeline.workbench import Reviewed, Workshop

PROVEN: Final = "tests on merged state"
"""The last step before the merge."""
MAX_RACES: Final = 3
"""How often somebody else's commit on main may come between proof and merge."""


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why an attempt could not land, and where the next one begins."""

    findings: tuple[Finding, ...]
    start: Start
    anew: bool
    """True when the work has to be done again on the new main, False when the merged state is to be mended."""


async def land(run: Run, shop: Workshop, task: Task, reviewed: Reviewed, start: Start) -> Landing | Refusal:
    """Merge an attempt into main if its tests prove it on the merged state; else say what stands against it.

    One task lands at a time. Raises SafetyError when the user's own uncommitted changes are in the way.
    """
    async with shop.landing:
        for race in range(1, MAX_RACES + 1):
            merged = await _integrate(run, shop, task, reviewed, start)
            if merged.conflicts:
                return _conflict(merged)
            before = reviewed.before if merged.base == start.base else await _before(run, shop, merged)
            report = await _test(run, shop, task, merged, before)
            proof = shop.prove(task, report, before)
            if not proof.holds:
                return _broken(merged, report, proof)
            try:
                return await _merge(run, shop, task, merged, _in_words(report, proof))
            except MainMoved:
                if race == MAX_RACES:
                    raise
    raise AssertionError  # pragma: no cover - the last race returns or raises


async def _integrate(run: Run, shop: Workshop, task: Task, reviewed: Reviewed, start: Start) -> Integration:
    async def integrated() -> Integration:
        at = shop.now()
        attempt, proof = reviewed.attempt, _in_words(reviewed.report, reviewed.proof)
        change = Change(summary=attempt.summary, files=attempt.files, proof=proof)
        return await in_thread(
            shop.repository.integrate,
            commit=attempt.commit,
            base=start.base,
            message=commit_message(task, change, shop.project.settings.commit_template),
            overlay=_records(shop, task, at),
            at=at,
        )

    return await run.step("integrate", integrated, returns=Integration)


async def _before(run: Run, shop: Workshop, merged: Integration) -> CheckReport:
    async def seen() -> CheckReport:
        return await in_thread(shop.before, merged.base)

    return await run.step("tests on the new main", seen, returns=CheckReport)


async def _test(run: Run, shop: Workshop, task: Task, merged: Integration, before: CheckReport) -> CheckReport:
    async def tested() -> CheckReport:
        report = await in_thread(shop.check, merged.commit)
        if shop.prove(task, report, before).holds:
            shop.remember(report)
        return report

    return await run.step(PROVEN, tested, returns=CheckReport)


async def _merge(run: Run, shop: Workshop, task: Task, merged: Integration, proof: str) -> Landing:
    async def landed() -> Landing:
        paths = _records(shop, task, merged.at).keys()
        await in_thread(shop.repository.land, merged.base, merged.commit, paths)
        shop.queue.complete(task.id, at=merged.at)
        return Landing(commit=merged.commit, proof=proof, at=merged.at)

    return await run.step("merge", landed, returns=Landing)


def _records(shop: Workshop, task: Task, at: str) -> dict[str, bytes]:
    if BRANCH in task.metadata:
        return {}  # the project's records belong to its main: on a work's branch they would only conflict
    return {**committed_records(shop.project), **shop.queue.record_file(done=task, at=at)}


def _conflict(merged: Integration) -> Refusal:
    files = ", ".join(merged.conflicts)
    problem = f"others changed the same lines meanwhile: {files}; do the task again on top of their work"
    return Refusal(findings=(Finding(problem=problem),), start=Start(base=merged.base, commit=merged.base), anew=True)


def _broken(merged: Integration, report: CheckReport, proof: Proof) -> Refusal:
    problem = f"alone it works, but merged with the others' work {proof.reason}"
    first = Finding(problem=problem, reproduction=report.output[-2_000:])
    findings = (first, *list(shown_by_tests(proof))[1:])
    return Refusal(findings=findings, start=Start(base=merged.base, commit=merged.commit), anew=False)


def _in_words(report: CheckReport, proof: Proof) -> str:
    """Return what was seen, with the failures that nobody here is to be blamed for named as such."""
    before = f" ({len(proof.known)} failed before this work, too)" if proof.known else ""
    return f"{report.framework}: {report.summary}{before}"
