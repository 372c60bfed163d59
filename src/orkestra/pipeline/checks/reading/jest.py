"""The JSON report of jest, which vitest writes in the same form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.codec import DecodeError, loads
from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import first_place, message_of
from orkestra.pipeline.checks.reading.spoken import read_spoken
from orkestra.pipeline.checks.reading.telling import told_apart
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from orkestra.pipeline.checks.suites import Said

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_HEADLINE: Final = re.compile(r"^\s*● Test suite failed to run\s*$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class _Place:
    line: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Test:
    title: str
    status: str
    ancestorTitles: tuple[str, ...] = ()  # noqa: N815 - as jest writes it
    failureMessages: tuple[str, ...] | None = None  # noqa: N815
    location: _Place | None = None


@dataclass(frozen=True, kw_only=True)
class _File:
    name: str
    status: str = ""
    message: str = ""
    assertionResults: tuple[_Test, ...] = ()  # noqa: N815


@dataclass(frozen=True, kw_only=True)
class _Report:
    testResults: tuple[_File, ...]  # noqa: N815


def read_jest(said: Said) -> Results:
    """Return the results in a report; a file that could not be loaded is a failure of its own.

    Where the report was not written, its tests may say anything about themselves: only bad news are believed.
    """
    try:
        report = loads(said.report, _Report)
    except DecodeError:
        spoken = read_spoken(said)
        return spoken if spoken.failures else Results()
    ran: dict[str, FailedTest | None] = {}
    skipped = 0
    for file in report.testResults:
        if file.status == "failed" and not any(test.status == "failed" for test in file.assertionResults):
            ran[file.name] = _failed(file.name, file.name, file.message or "the file can't be loaded", said.files)
        for test in file.assertionResults:
            if test.status not in {"passed", "failed"}:
                skipped += 1
                continue
            name = told_apart(" > ".join((file.name, *test.ancestorTitles, test.title)), ran)
            bad = test.status == "failed"
            ran[name] = _failed(name, file.name, "\n".join(test.failureMessages or ()), said.files) if bad else None
    failures = tuple(failed for failed in ran.values() if failed)
    return Results(tests=tuple(ran), failures=failures, ran=len(ran), skipped=skipped)


def _failed(name: str, file: str, text: str, files: frozenset[str]) -> FailedTest:
    plain = _ANSI.sub("", text)
    place, line = first_place(plain, files)
    return FailedTest(
        framework="jest", test=name, message=message_of(_HEADLINE.sub("", plain)), file=place or file, line=line
    )
