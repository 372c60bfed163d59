"""A review by rule: syntax, tests, leftovers, secrets and sizes. What was wanted, rules can't judge."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from orkestra.adapters.models.offline.changes import ChangedFile, read_patch
from orkestra.domain.redaction import redact
from orkestra.domain.syntax import has_known_syntax, syntax_finding
from orkestra.domain.work import Finding, Review, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONG_FILE: Final = 400
LONG_LINE: Final = 500
MANY_FILES: Final = 60
_CUT: Final = re.compile(r"\n\[cut after \d+ bytes\]\n\Z")


@dataclass(frozen=True)
class _Leftover:
    pattern: re.Pattern[str]
    problem: str
    severity: Severity
    suffixes: tuple[str, ...] = ("",)


LEFTOVERS: Final = (
    _Leftover(re.compile(r"^(<{7}|>{7}|\|{7})( |$)"), "a merge marker was left in", Severity.BLOCKER),
    _Leftover(re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "a note to finish it was left in", Severity.MAJOR),
    _Leftover(
        re.compile(r"\b(breakpoint\(\)|set_trace\(\))"), "a debugger's stop was left in", Severity.BLOCKER, (".py",)
    ),
    _Leftover(re.compile(r"^\s*debugger;"), "a debugger's stop was left in", Severity.BLOCKER, (".js", ".mjs", ".ts")),
    _Leftover(re.compile(r"^\s*print\("), "it prints: is that for the user?", Severity.MINOR, (".py",)),
    _Leftover(re.compile(r"\bconsole\.log\("), "it prints: is that for the user?", Severity.MINOR, (".js", ".mjs")),
)


def review(facts: Mapping[str, Any]) -> Review:
    """Return the verdict on an attempt: approved when its tests pass and no finding is a blocker."""
    report, diff = facts["report"], facts["diff"]
    files = read_patch(diff)
    findings = [*_of_the_whole(files, diff), *(finding for file in files for finding in _of_one(file))]
    if not report.passed:
        findings.insert(
            0, Finding(problem=f"the tests don't pass: {report.summary}", reproduction=report.output[-500:])
        )
    blockers = sum(finding.severity is Severity.BLOCKER for finding in findings)
    read = sum(file.created and has_known_syntax(file.path) for file in files)
    return Review(
        approved=not blockers,
        summary=(
            f"By rule, no AI was asked: {len(files)} changed files searched for leftovers and secrets, the syntax of"
            f" {read} new ones read; tests: {report.summary}; {blockers} blockers, {len(findings) - blockers} notes."
            " Whether it is what was wanted, rules can't judge."
        ),
        findings=tuple(findings),
    )


def _of_the_whole(files: list[ChangedFile], diff: str) -> Iterator[Finding]:
    if _CUT.search(diff):
        yield Finding(problem="the change is too large to be reviewed whole: make it in smaller pieces")
    if len(files) > MANY_FILES:
        yield Finding(problem=f"{len(files)} files in one change, more than {MANY_FILES}", severity=Severity.MINOR)


def _of_one(file: ChangedFile) -> Iterator[Finding]:
    broken = syntax_finding(file.path, file.text) if file.created else None
    if broken:
        yield broken
    elif file.created and file.path.endswith(".py"):
        yield from _empty_functions(file)
    if len(file.added) > LONG_FILE:
        problem = f"{len(file.added)} new lines in one file, more than {LONG_FILE}"
        yield Finding(problem=problem, severity=Severity.MINOR, file=file.path)
    for number, line in file.added:
        yield from _of_a_line(file.path, number, line)


def _of_a_line(path: str, number: int, line: str) -> Iterator[Finding]:
    for leftover in LEFTOVERS:
        if path.endswith(leftover.suffixes) and leftover.pattern.search(line):
            yield Finding(problem=leftover.problem, severity=leftover.severity, file=path, line=number)
    if redact(line) != line:
        yield Finding(problem="this looks like a key or a password: it may not be committed", file=path, line=number)
    if len(line) > LONG_LINE:
        problem = f"a line of {len(line)} characters"
        yield Finding(problem=problem, severity=Severity.MINOR, file=path, line=number)


def _empty_functions(file: ChangedFile) -> Iterator[Finding]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a doubtful escape is no finding
        tree = ast.parse(file.text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _does_nothing(node):
            problem = f"{node.name}() does nothing yet"
            yield Finding(problem=problem, severity=Severity.MAJOR, file=file.path, line=node.lineno)


def _does_nothing(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Say whether only `pass` or `...` stands in it; one that is abstract or of a Protocol is met so rarely here."""
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in function.decorator_list}
    body = function.body[ast.get_docstring(function) is not None :]
    if marks & {"abstractmethod", "overload"}:
        return False
    return all(isinstance(part, ast.Pass) or _is_ellipsis(part) for part in body)


def _is_ellipsis(part: ast.stmt) -> bool:
    return isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant) and part.value.value is ...
