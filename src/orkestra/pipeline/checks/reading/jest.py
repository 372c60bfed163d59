"""The JSON report of jest, which vitest writes in the same form."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from orkestra.codec import DecodeError, loads
from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.reading.places import first_place, message_of
from orkestra.pipeline.checks.reading.spoken import read_spoken
from orkestra.pipeline.checks.suites import Results

if TYPE_CHECKING:
    from orkestra.pipeline.checks.suites import Said

_ANSI: Final = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


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
    """Return the results in a report; a file that could not be loaded is a failure of its own."""
    try:
        report = loads(said.report, _Report)
    except DecodeError:
        return read_spoken(said)
    tests: list[str] = []
    failures: list[FailedTest] = []
    skipped = 0
    for file in report.testResults:
        if file.status == "failed" and not any(test.status == "failed" for test in file.assertionResults):
            tests.append(file.name)
            failures.append(_failed(file.name, file.name, file.message or "the file can't be loaded", said.files))
        for test in file.assertionResults:
            if test.status not in {"passed", "failed"}:
                skipped += 1
                continue
            tests.append(" > ".join((file.name, *test.ancestorTitles, test.title)))
            if test.status == "failed":
                failures.append(_failed(tests[-1], file.name, "\n".join(test.failureMessages or ()), said.files))
    names = tuple(dict.fromkeys(tests))
    return Results(tests=names, failures=tuple(failures), ran=len(tests), skipped=skipped)


def _failed(name: str, file: str, text: str, files: frozenset[str]) -> FailedTest:
    plain = _ANSI.sub("", text)
    place, line = first_place(plain, files)
    return FailedTest(framework="jest", test=name, message=message_of(plain), file=place or file, line=line)
