"""What counts as proof, also where tests failed before the work began (ADR 0015)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from orkestra.domain.work import Proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from orkestra.domain.work import CheckReport, FailedTest

_NAMED: Final = 5


def proves(report: CheckReport, before: CheckReport | None = None, *, may_remove: bool = False) -> Proof:
    """Return whether a report proves the work that was done since `before` (None: nothing is known of that time).

    It does when at least one test ran, all came to their end, none fails that did not fail before, and none was lost
    on the way: a test that failed before must run still, and there may be fewer tests only where the task is to
    remove some.
    """
    failed_before = {failed.key for failed in before.failures} if before else set()
    fresh = tuple(failed for failed in report.failures if failed.key not in failed_before)
    known = tuple(failed for failed in report.failures if failed.key in failed_before)
    gone = _gone(report, before)
    reason = _reason(report, before, fresh) or ("" if may_remove else _loss(report, before, gone))
    return Proof(holds=not reason, reason=reason, fresh=fresh, known=known, gone=gone)


def known_before(before: CheckReport) -> str:
    """Return the line that names, once and before anything is done, what fails already; "" where nothing does."""
    lines = [*before.missing, *(f"{line}; nothing is proven before that is put right" for line in before.unfinished)]
    if before.failures:
        count = len(before.failures)
        verb = "test fails" if count == 1 else "tests fail"
        blame = "it is" if count == 1 else "they are"
        lines.append(f"{count} {verb} before we start: {named(before.failing)}; {blame} not blamed on this work")
    return "; ".join(lines)


def named(names: Sequence[str]) -> str:
    """Return the first five names, and how many more there are."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def _reason(report: CheckReport, before: CheckReport | None, fresh: tuple[FailedTest, ...]) -> str:
    lacking = [line for line in report.missing if before is None or line not in before.missing]
    if lacking:
        return "; ".join(lacking)
    bad = fresh or report.unfinished or not report.ran
    return f"the tests don't pass: {report.summary}" if bad else ""


def _gone(report: CheckReport, before: CheckReport | None) -> tuple[str, ...]:
    present = set(report.tests)
    return tuple(test for test in before.tests if test not in present) if before else ()


def _loss(report: CheckReport, before: CheckReport | None, gone: tuple[str, ...]) -> str:
    if before is None:
        return ""
    failed = {failure.key for failure in before.failures}
    hidden = [test for test in gone if test in failed]
    if hidden:
        return f"{named(hidden)} failed before and ran no more: deleting or skipping a failing test is not passing it"
    if report.ran < before.ran:
        names = f" (gone: {named(gone)})" if gone else ""
        return f"{report.ran} tests ran where {before.ran} ran before{names}: put them back"
    return ""
