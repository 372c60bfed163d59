"""Running a project's own tests in the sandbox, on a clean checkout of one commit."""

from __future__ import annotations

import re
import secrets
import shlex
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from orkestra.domain.text import one_line
from orkestra.domain.work import CheckReport, Command, Completed, FailedTest
from orkestra.pipeline.checks.detection import detect
from orkestra.pipeline.checks.reading.gotest import spoken
from orkestra.pipeline.checks.site import Site, read_text
from orkestra.pipeline.checks.suites import ALWAYS, Results, Said, Suite

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from orkestra.adapters.workspaces.repository import Repository
    from orkestra.domain.ports import Sandbox

NO_PROOF: Final = "no test proves this"
MOST_NAMES: Final = 5_000
MOST_FAILURES: Final = 200
LARGEST_OUTPUT: Final = 20_000_000
"""Bytes of a suite's output that are read; 20,000 characters of them are kept."""
_TAIL: Final = 20_000
_NOT_STARTED: Final = 127
_NO_TESTS: Final = 5
_ANSI: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_NOT_FOUND: Final = re.compile(r"^env: .?([\w./-]+?).?: No such file", re.MULTILINE)
_WIDTH: Final = 200


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What one suite said: `trouble` is a line where it ended badly without naming a test, or did not end by itself."""

    suite: Suite
    results: Results
    output: str
    seconds: float
    trouble: str = ""
    missing: str = ""
    unfinished: bool = False

    @property
    def failures(self) -> tuple[FailedTest, ...]:
        return tuple(_shown(self.suite, failed) for failed in self.results.failures)


def run_checks(repository: Repository, sandbox: Sandbox, commit: str, timeout: float) -> CheckReport:
    """Return what the project's tests say about a commit; all suites together have `timeout` seconds.

    No test is no proof: a project without tests does not pass. What the machine lacks stands in `missing`.
    """
    report = f".orkestra-results-{secrets.token_hex(8)}"
    with repository.checkout(commit) as directory:
        suites = detect(Site.of(directory, repository.root), report)
        return run_suites(suites, sandbox, commit, timeout)


def run_suites(suites: Iterable[Suite], sandbox: Sandbox, commit: str, timeout: float) -> CheckReport:
    """Return what these suites say, one after the other, as one report; `timeout` in seconds for all of them."""
    end = time.monotonic() + timeout
    parts = [_run(suite, sandbox, end - time.monotonic()) for suite in suites]
    if not parts:
        return CheckReport(
            framework="none",
            passed=False,
            summary=NO_PROOF,
            output="no test files were found",
            seconds=0,
            commit=commit,
        )
    ran = sum(part.results.ran for part in parts)
    bad = any(part.results.failures or part.missing for part in parts)
    return CheckReport(
        framework=" + ".join(dict.fromkeys(part.suite.label for part in parts)),
        passed=ran > 0 and not bad,
        summary=_summary(parts),
        output=_output(parts),
        seconds=round(sum(part.seconds for part in parts), 3),
        commit=commit,
        failures=tuple(failed for part in parts for failed in part.failures)[:MOST_FAILURES],
        tests=tuple(f"{part.suite.label}: {name}" for part in parts for name in part.results.tests)[:MOST_NAMES],
        ran=ran,
        skipped=sum(part.results.skipped for part in parts),
        missing=tuple(part.missing for part in parts if part.missing),
        unfinished=tuple(f"{part.suite.label} {part.trouble}" for part in parts if part.unfinished),
    )


def _run(suite: Suite, sandbox: Sandbox, timeout: float) -> _Part:
    if suite.missing:
        return _Part(suite=suite, results=Results(), output=suite.missing, seconds=0, missing=suite.missing)
    variables = (f"{name}={value}" for name, value in {**ALWAYS, **suite.environment}.items())
    command = Command(
        argv=("env", *variables, *suite.argv),
        directory=suite.site.here,
        timeout=max(timeout, 0.001),
        output_limit=LARGEST_OUTPUT,
        lent=suite.lent,
    )
    return _part(suite, sandbox.run(command))


def _part(suite: Suite, ended: Completed) -> _Part:
    here = suite.site.here
    output = _relative(_ANSI.sub("", ended.output), here)
    lost = _NOT_FOUND.search(output) if ended.exit_code == _NOT_STARTED else None
    if lost:
        missing = f"{lost[1]} is not on PATH here: install it, then run again"
        return _Part(suite=suite, results=Results(), output=missing, seconds=ended.seconds, missing=missing)
    report = _relative(read_text(here, suite.report, LARGEST_OUTPUT), here) if suite.report else ""
    results = suite.read(Said(output=output, report=report, files=suite.site.files))
    unfinished = _unfinished(ended, suite)
    trouble = unfinished or ("" if results.failures else _trouble(ended, output))
    if trouble:
        failed = FailedTest(framework=suite.label, test=f"{suite.framework} as a whole", message=trouble)
        results = replace(results, failures=(*results.failures, failed))
    elif not results.ran and ended.exit_code == 0 and _is_unknown(suite):
        results = replace(results, tests=("npm test",), ran=1)
    shown = spoken(output) if suite.check == "go" else output
    return _Part(
        suite=suite,
        results=results,
        output=shown,
        seconds=ended.seconds,
        trouble=trouble,
        unfinished=bool(unfinished),
    )


def _is_unknown(suite: Suite) -> bool:
    """Say whether a script's runner is one that we can't count the tests of: that it ended well is all there is."""
    return suite.framework == "npm test"


def _unfinished(ended: Completed, suite: Suite) -> str:
    """Return a line where nobody knows what the tests would still have said: other failures may be there."""
    if ended.exit_code is None:
        return f"stopped: the tests were still running after {ended.seconds:.0f} s"
    if ended.exit_code < 0:
        said = one_line(ended.output.strip().rpartition("\n")[2], _WIDTH)
        return f"stopped: the tests were ended by signal {-ended.exit_code}{f': {said}' if said else ''}"
    if ended.truncated and ended.exit_code and not suite.report:
        return f"failed after more than {LARGEST_OUTPUT:,} bytes of output: the rest was not read"
    return ""


def _trouble(ended: Completed, output: str) -> str:
    if ended.exit_code in {0, _NO_TESTS}:
        return ""
    last = next((line for line in reversed(output.splitlines()) if line.strip()), "")
    said = f": {one_line(last, _WIDTH)}" if last else ""
    return f"the tests ended with exit code {ended.exit_code}{said}"


def _relative(text: str, here: Path) -> str:
    """Return a text with paths of the checkout as paths of the project: the checkout is gone when they are read."""
    return text.replace(f"file://{here}/", "").replace(f"{here}/", "")


def _shown(suite: Suite, failed: FailedTest) -> FailedTest:
    place = suite.site.place
    command = shlex.join(suite.again(failed))
    return replace(
        failed,
        framework=suite.label,
        file=f"{place}/{failed.file}" if place and failed.file else failed.file,
        command=f"cd {shlex.quote(place)} && {command}" if place else command,
    )


def _summary(parts: list[_Part]) -> str:
    if not any(part.results.ran or part.trouble or part.missing for part in parts):
        return NO_PROOF
    lines = [(part.suite.label, _figures(part)) for part in parts]
    return lines[0][1] if len(lines) == 1 else "; ".join(f"{label}: {figures}" for label, figures in lines)


def _figures(part: _Part) -> str:
    if part.trouble or part.missing:
        return part.trouble or part.missing
    failed = len(part.results.failures)
    counted = {"failed": failed, "passed": max(part.results.ran - failed, 0), "skipped": part.results.skipped}
    return ", ".join(f"{count} {what}" for what, count in counted.items() if count) or NO_PROOF


def _output(parts: list[_Part]) -> str:
    room = _TAIL // len(parts)
    if len(parts) == 1:
        return parts[0].output[-room:]
    return "\n".join(f"== {part.suite.label}\n{part.output[-room:]}" for part in parts)
