"""The end of the demonstration: the finished program's own tests on main, and its output."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orkestra.adapters.sandbox.choosing import choose
from orkestra.adapters.workspaces.repository import Repository
from orkestra.config.settings import load_settings
from orkestra.demo.brief import PROGRAM
from orkestra.domain.work import Command
from orkestra.pipeline.checks import run_checks

if TYPE_CHECKING:
    from pathlib import Path

TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What was seen at the end: the tests in one line, the command that was run, and what it printed."""

    passed: bool
    tests: str
    command: str
    output: str


def finale(root: Path) -> Ending:
    """Run the tests of main in a clean checkout, then the program in the project's directory."""
    repository, sandbox = Repository.open(root), choose(load_settings(root).sandbox).sandbox
    report = run_checks(repository, sandbox, repository.head(), TIMEOUT_SECONDS)
    ended = sandbox.run(Command(argv=(sys.executable, *PROGRAM), directory=root, timeout=TIMEOUT_SECONDS))
    return Ending(
        passed=report.passed and ended.exit_code == 0,
        tests=report.summary,
        command=f"python {' '.join(PROGRAM)}",
        output=ended.output,
    )
