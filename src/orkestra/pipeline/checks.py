"""Checks: a project's own tests, run by Orkestra on a clean checkout of one commit."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import CheckReport, Command, Completed

if TYPE_CHECKING:
    from pathlib import Path

    from orkestra.adapters.workspaces.repository import Repository
    from orkestra.domain.ports import Sandbox

PYTEST: Final = (sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--no-header", "-rfE")
NO_TESTS: Final = 5
_TAIL: Final = 20_000
_SUMMARY: Final = re.compile(r"(\d+ (?:passed|failed|errors?|skipped)[^\n]*?)(?: in [\d.]+s.*)?$", re.MULTILINE)
_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def run_checks(repository: Repository, sandbox: Sandbox, commit: str, timeout: float) -> CheckReport:
    """Return what the tests say about a commit; `timeout` in seconds.

    No test is no proof: a project without tests does not pass.
    """
    with repository.checkout(commit) as directory:
        if not _has_tests(directory):
            return _report(commit, "none", Completed(exit_code=NO_TESTS, output="no test files were found", seconds=0))
        ended = sandbox.run(Command(argv=PYTEST, directory=directory, timeout=timeout))
    return _report(commit, "pytest", ended)


def _has_tests(directory: Path) -> bool:
    return any(directory.rglob("test_*.py")) or any(directory.rglob("*_test.py"))


def _report(commit: str, framework: str, ended: Completed) -> CheckReport:
    output = _ANSI.sub("", ended.output)
    return CheckReport(
        framework=framework,
        passed=ended.exit_code == 0,
        summary=_summary(ended, output),
        output=output[-_TAIL:],
        seconds=round(ended.seconds, 3),
        commit=commit,
    )


def _summary(ended: Completed, output: str) -> str:
    if ended.exit_code is None:
        return f"stopped: the tests were still running after {ended.seconds:.0f} s"
    if ended.exit_code == NO_TESTS:
        return "no test proves this"
    found = _SUMMARY.findall(output)
    return found[-1].strip("= ") if found else f"the tests ended with exit code {ended.exit_code}"
