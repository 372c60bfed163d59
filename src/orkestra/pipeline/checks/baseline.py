"""What the tests said before any work: seen once for each commit while this process lives."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from orkestra.pipeline.checks.running import run_checks

if TYPE_CHECKING:
    from pathlib import Path

    from orkestra.adapters.workspaces.repository import Repository
    from orkestra.domain.ports import Sandbox
    from orkestra.domain.work import CheckReport

MOST_KEPT: Final = 32
_kept: OrderedDict[tuple[Path, str], CheckReport] = OrderedDict()
_one_at_a_time: Final = threading.Lock()


def baseline(repository: Repository, sandbox: Sandbox, commit: str, timeout: float) -> CheckReport:
    """Return what the tests say about a commit that work begins at, from memory where they were run on it here.

    One baseline is taken at a time: tasks that begin together begin at the same commit. A report that lacks
    something is not kept: what is missing may have been installed by the next time.
    """
    with _one_at_a_time:
        known = _kept.get((repository.common_dir, commit))
        if known is not None:
            return known
        report = run_checks(repository, sandbox, commit, timeout)
        remember(repository, report)
        return report


def remember(repository: Repository, report: CheckReport) -> None:
    """Keep a report for those whose work begins at its commit."""
    if report.missing or any(failure.test.endswith(" as a whole") for failure in report.failures):
        return
    _kept[repository.common_dir, report.commit] = report
    while len(_kept) > MOST_KEPT:
        _kept.popitem(last=False)
