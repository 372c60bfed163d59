"""Findings: what the tests show, and what an auditor claims, held against the files that are there."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from orkestra.domain.work import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from orkestra.domain.work import FailedTest, Proof, Review

MOST_NAMED: Final = 20


def shown_by_tests(proof: Proof) -> Iterator[Finding]:
    """Give what a report shows: that it is no proof, and each test that failed anew with place and command."""
    if proof.holds:
        return
    yield Finding(problem=proof.reason)
    yield from (_failed(test) for test in proof.fresh[:MOST_NAMED])
    if left := proof.fresh[MOST_NAMED:]:
        yield Finding(problem=f"{len(left)} more tests fail")


def _failed(test: FailedTest) -> Finding:
    said = f": {test.message}" if test.message else ""
    return Finding(problem=f"{test.test} fails{said}", file=test.file, line=test.line, reproduction=test.command)


def held_against(review: Review, lines_in: Callable[[str], int | None]) -> Review:
    """Return a review whose findings are marked where they name a place that isn't there.

    `lines_in` returns how many lines a file of the project has, None where there is no such file.
    """
    return replace(review, findings=tuple(_judged(review.findings, lines_in)))


def _judged(findings: Iterable[Finding], lines_in: Callable[[str], int | None]) -> Iterator[Finding]:
    for finding in findings:
        there = lines_in(finding.file) if finding.file else None
        if not finding.file:
            doubt = ""
        elif there is None:
            doubt = f"there is no file {finding.file!r}"
        else:
            doubt = f"{finding.file} has {there} lines" if finding.line > there else ""
        yield replace(finding, doubt=doubt)
