"""What counts as proof beside what failed before the work began."""

import pytest

from orkestra.domain.work import CheckReport, FailedTest, Finding, Review
from orkestra.pipeline.checks.findings import held_against, shown_by_tests
from orkestra.pipeline.checks.proof import known_before, proves

NOT_PASSING = "and ran no more: deleting or skipping a failing test is not passing it"


def report(tests: str, failing: str = "", *, missing: str = "", unfinished: str = "") -> CheckReport:
    """A report on tests a, b, c ..., some of which fail."""
    failures = tuple(FailedTest(framework="pytest", test=test) for test in failing)
    return CheckReport(
        framework="pytest",
        passed=bool(tests) and not failing,
        summary=f"{len(failing)} failed",
        output="",
        seconds=0,
        commit="",
        failures=failures,
        tests=tuple(f"pytest: {test}" for test in tests),
        ran=len(tests),
        missing=(missing,) if missing else (),
        unfinished=(unfinished,) if unfinished else (),
    )


@pytest.mark.parametrize(
    ("before", "now", "reason"),
    [
        (None, report("a"), ""),
        (None, report(""), "the tests don't pass: 0 failed"),
        (None, report("ab", "b"), "the tests don't pass: 1 failed"),
        (report("ab", "b"), report("abc", "b"), ""),  # it failed before
        (report("ab", "b"), report("abc"), ""),  # and was put right
        (report("ab", "b"), report("abc", "ab"), "the tests don't pass: 2 failed"),
        (report("ab", "b"), report("ac"), f"pytest: b failed before {NOT_PASSING}"),
        (report("abc"), report("ab"), "2 tests ran where 3 ran before (gone: pytest: c): put them back"),
        (report("abc"), report("abd"), ""),  # renamed
        (report("a", missing="go is not here"), report("a", missing="go is not here"), ""),
        (report("a"), report("a", missing="go is not here"), "go is not here"),
        (report("a", "a"), report("a", "a", unfinished="stopped"), "the tests don't pass: 1 failed"),
    ],
)
def test_proof(before: CheckReport | None, now: CheckReport, reason: str) -> None:
    proof = proves(now, before)
    assert (proof.holds, proof.reason) == (not reason, reason)


def test_what_failed_anew_is_told_from_what_is_known() -> None:
    proof = proves(report("abc", "bc"), report("ab", "b"))
    assert [failed.test for failed in proof.fresh] == ["c"]
    assert [failed.test for failed in proof.known] == ["b"]


def test_tests_may_go_where_the_task_is_to_remove_some() -> None:
    assert proves(report("ab"), report("abc"), may_remove=True).holds
    assert proves(report("a"), report("ab", "b"), may_remove=True).holds


def test_what_fails_before_is_said_once_and_not_blamed() -> None:
    assert known_before(report("ab")) == ""
    assert known_before(report("ab", "b")) == "1 test fails before we start: b; it is not blamed on this work"
    many = known_before(report("abcdefgh", "abcdefgh"))
    assert many == "8 tests fail before we start: a, b, c, d, e and 3 more; they are not blamed on this work"
    assert known_before(report("", missing="go is not here")) == "go is not here"
    assert known_before(report("a", "a", unfinished="pytest stopped")).startswith(
        "pytest stopped; nothing is proven before that is put right; 1 test fails"
    )


def test_each_fresh_failure_is_a_finding_with_its_reproduction() -> None:
    failed = FailedTest(
        framework="pytest", test="test_a.py::test_it", message="assert 0", file="test_a.py", line=3, command="pytest x"
    )
    now = CheckReport(
        framework="pytest", passed=False, summary="1 failed", output="", seconds=0, commit="", failures=(failed,), ran=1
    )
    assert list(shown_by_tests(proves(now))) == [
        Finding(problem="the tests don't pass: 1 failed"),
        Finding(problem="test_a.py::test_it fails: assert 0", file="test_a.py", line=3, reproduction="pytest x"),
    ]
    assert list(shown_by_tests(proves(report("a")))) == []


def test_many_failures_are_named_up_to_twenty() -> None:
    names = "abcdefghijklmnopqrstuvwxyz"
    found = list(shown_by_tests(proves(report(names, names))))
    assert len(found) == 22
    assert found[-1].problem == "6 more tests fail"


def test_a_finding_about_what_isnt_there_is_marked() -> None:
    findings = (
        Finding(problem="a"),
        Finding(problem="b", file="door.py", line=3),
        Finding(problem="c", file="door.py", line=30),
        Finding(problem="d", file="window.py", line=1),
    )
    review = Review(approved=False, summary="", findings=findings)
    judged = held_against(review, {"door.py": 10}.get)
    assert [finding.doubt for finding in judged.findings] == [
        "",
        "",
        "door.py has 10 lines",
        "there is no file 'window.py'",
    ]
