"""What became of a work, read from the journal, the queue and git: the same for every face."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from orkestra.adapters.workspaces.reading import commits_between, line_counts
from orkestra.adapters.workspaces.repository import Repository
from orkestra.codec import from_plain
from orkestra.domain.clock import parse_iso
from orkestra.domain.tasks import TaskStatus
from orkestra.domain.work import CheckReport
from orkestra.domain.works import FileChange, Merged, TaskEnd, WorkReport
from orkestra.pipeline.messages import TASK_TRAILER
from orkestra.pipeline.works.carrying import BASELINE
from orkestra.pipeline.works.ledger import WorkLedger

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.core.opening import OpenProject
    from orkestra.domain.ports import Row
    from orkestra.pipeline.works.ledger import Work

_TESTS = "tests"


def report_on(project: OpenProject, work: Work) -> WorkReport:
    """Return the report on a work; raises GitError when the repository can't be read."""
    ledger = WorkLedger(project)
    repository = Repository.open(project.root, branch=work.order.branch)
    base, head = work.order.base, repository.head()
    landed = {task: commit for commit, task in repository.log_trailers(TASK_TRAILER)}
    tests = [(name, value) for _, name, value in ledger.steps(work) if name.startswith(_TESTS)]
    merged = work.value.get("merged")
    return WorkReport(
        id=work.id,
        text=work.order.text,
        status=work.status,
        branch=work.order.branch,
        base=base,
        head=head,
        home=work.order.home,
        merged=from_plain(merged, Merged) if merged else None,
        tasks=tuple(_end(ledger, row, landed) for row in ledger.tasks(work)),
        commits=tuple(commits_between(repository, base, head)) if head else (),
        files=_files(repository, base, head) if head else (),
        baseline=_seen([value for name, value in tests if name == BASELINE], base),
        proof=_seen([value for name, value in tests if name != BASELINE], head),
        cost=ledger.cost(work),
        began=work.began,
        ended=work.ended,
        seconds=(parse_iso(work.ended) - parse_iso(work.began)) / timedelta(seconds=1),
        error=work.error,
    )


def _end(ledger: WorkLedger, row: Row, landed: dict[str, str]) -> TaskEnd:
    return TaskEnd(
        id=row["id"],
        ordinal=row["ordinal"],
        title=row["description"],
        status=row["status"],
        commit=landed.get(row["id"], ""),
        reason=row["reason"] or _waiting(ledger, row),
    )


def _waiting(ledger: WorkLedger, row: Row) -> str:
    needed = ledger.waits_for(row["ordinal"]) if row["status"] == TaskStatus.PENDING else None
    return f"waits for {needed['ordinal']}. {needed['description']}, which is {needed['status']}" if needed else ""


def _files(repository: Repository, base: str, head: str) -> tuple[FileChange, ...]:
    counted = line_counts(repository, base, head)
    return tuple(FileChange(path=path, added=added, removed=removed) for path, added, removed in counted)


def _seen(reports: Sequence[Any], commit: str) -> CheckReport | None:
    """Return what the last test run on exactly that commit said."""
    found = [report for report in reports if report and report.get("commit") == commit]
    return from_plain(found[-1], CheckReport) if found else None
