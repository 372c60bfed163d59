"""What runners said, as it was recorded from them, and what is read in it."""

import json
from pathlib import Path

import pytest

from orkestra.domain.work import FailedTest
from orkestra.pipeline.checks.suites import Results, Suite
from tests.fixtures.checks import read_by, sample, suites_of

JEST = {
    "package.json": '{"scripts": {"test": "jest"}}',
    "test/sum.test.js": "",
    "test/broken.test.js": "",
}
VITEST = {**JEST, "package.json": '{"scripts": {"test": "vitest run"}}'}
MOCHA = {**JEST, "package.json": '{"scripts": {"test": "mocha test"}}'}
NODE = {"package.json": '{"scripts": {"test": "node --test"}}', "test/a.test.js": ""}
GO = {
    "go.mod": "module example.org/ledger\n\ngo 1.19\n",
    "calc/calc_test.go": "",
    "broken/b_test.go": "",
    "panics/p_test.go": "",
}
CARGO = {"Cargo.toml": "", "src/lib.rs": "", "tests/whole.rs": ""}


def only(root: Path, files: dict[str, str]) -> Suite:
    [suite] = suites_of(root, files)
    return suite


def figures(results: Results) -> tuple[int, int, int]:
    """How many ran, failed, and were skipped."""
    return results.ran, len(results.failures), results.skipped


def told(results: Results) -> list[tuple[str, str, int, str]]:
    """Name, place and message of what failed."""
    return [(failed.test, failed.file, failed.line, failed.message) for failed in results.failures]


def again(suite: Suite, results: Results) -> list[str]:
    return [" ".join(suite.again(failed)) for failed in results.failures]


def test_jest(tmp_path: Path) -> None:
    suite = only(tmp_path, JEST)
    results = read_by(suite, "Tests:       99 passed, 99 total\n", sample("jest-failing.json"))
    assert figures(results) == (3, 2, 1)
    assert told(results) == [
        (
            "test/sum.test.js > sum > fails (of old)",
            "test/sum.test.js",
            3,
            "Error: expect(received).toBe(expected) // Object.is equality",
        ),
        (
            "test/broken.test.js",
            "test/broken.test.js",
            1,
            "Cannot find module './missing' from 'test/broken.test.js'",
        ),
    ]
    assert again(suite, results) == [
        r"npx jest test/sum.test.js -t fails \(of old\)",
        "npx jest test/broken.test.js",
    ]


def test_vitest(tmp_path: Path) -> None:
    suite = only(tmp_path, VITEST)
    results = read_by(suite, report=sample("vitest-failing.json"))
    assert figures(results) == (3, 2, 1)
    assert told(results)[1] == (
        "test/sum.test.js > sum > fails (of old)",
        "test/sum.test.js",
        4,
        "AssertionError: expected 2 to be 3 // Object.is equality",
    )
    assert again(suite, results)[0] == "npx vitest run test/broken.test.js"


def test_a_jest_report_that_was_not_written_makes_its_tests_prove_nothing(tmp_path: Path) -> None:
    suite = only(tmp_path, JEST)
    assert read_by(suite, "Tests:       99 passed, 99 total\n") == Results()
    assert read_by(suite, "Tests:       99 passed, 99 total\n", '{"testResults": 5}') == Results()
    bad = read_by(suite, "  ● sum > fails\n\nTests:       1 failed, 1 passed, 2 total\n")
    assert [failed.test for failed in bad.failures] == ["sum > fails"]


def test_tests_of_one_name_in_one_file_are_told_apart(tmp_path: Path) -> None:
    suite = only(tmp_path, JEST)
    tests = [{"title": "adds", "status": status} for status in ("passed", "failed", "failed")]
    report = {"testResults": [{"name": "test/sum.test.js", "status": "failed", "assertionResults": tests}]}
    results = read_by(suite, report=json.dumps(report))
    assert results.tests == (
        "test/sum.test.js > adds",
        "test/sum.test.js > adds (2)",
        "test/sum.test.js > adds (3)",
    )
    assert again(suite, results) == ["npx jest test/sum.test.js -t adds"] * 2


def test_mocha_and_its_hooks(tmp_path: Path) -> None:
    suite = only(tmp_path, MOCHA)
    results = read_by(suite, sample("mocha-failing.tap"))
    assert figures(results) == (3, 2, 1)
    assert told(results) == [
        ("sum fails  of old", "test/sum.test.js", 4, "2 == 3"),
        ('hooked "before all" hook for "never runs"', "test/sum.test.js", 8, "no ledger"),
    ]


def test_go(tmp_path: Path) -> None:
    suite = only(tmp_path, GO)
    results = read_by(suite, sample("go-failing.txt"))
    assert figures(results) == (5, 3, 1)
    assert told(results) == [
        ("example.org/ledger/calc.TestTable/big_number", "calc/calc_test.go", 14, "got 4, want 5"),
        ("example.org/ledger/panics.TestP", "panics/p_test.go", 5, "panic: boom"),
        ("example.org/ledger/broken", "broken/b_test.go", 5, "undefined: undefined"),
    ]
    assert again(suite, results) == [
        "go test ./calc -run ^TestTable$/^big_number$",
        "go test ./panics -run ^TestP$",
        "go test ./broken",
    ]


def test_a_go_package_that_is_not_the_modules_is_run_with_all(tmp_path: Path) -> None:
    failed = FailedTest(framework="go test", test="command-line-arguments.TestX")
    assert only(tmp_path, GO).again(failed) == ("go", "test", "./...")


def test_cargo(tmp_path: Path) -> None:
    suite = only(tmp_path, CARGO)
    results = read_by(suite, sample("cargo-failing.txt"))
    assert figures(results) == (5, 3, 1)
    assert told(results) == [
        ("ledger: tests::adds_more", "src/lib.rs", 21, "assertion `left == right` failed: the sum of 2 and 2"),
        ("whole: reads", "tests/whole.rs", 4, 'called `Result::unwrap()` on an `Err` value: "no such file"'),
        ("ledger doc: src/lib.rs - add (line 3)", "src/lib.rs", 5, "assertion `left == right` failed"),
    ]
    assert again(suite, results) == [
        "cargo test --workspace -- --exact tests::adds_more",
        "cargo test --workspace -- --exact reads",
        "cargo test --workspace --doc -- add",
    ]


def test_a_crate_that_cant_be_built_is_a_failure(tmp_path: Path) -> None:
    suite = only(tmp_path, CARGO)
    results = read_by(suite, sample("cargo-unbuilt.txt"))
    assert told(results) == [("ledger can't be built", "src/lib.rs", 7, "cannot find value `c` in this scope")]
    assert again(suite, results) == ["cargo test --workspace"]


def test_what_a_failing_rust_test_printed_is_not_read_as_results(tmp_path: Path) -> None:
    output = sample("cargo-failing.txt").replace("left: 4", "left: 4\ntest fake::passes ... ok")
    assert figures(read_by(only(tmp_path, CARGO), output)) == (5, 3, 1)


@pytest.mark.parametrize(
    ("tap", "found"),
    [
        ("", (0, 0, 0)),
        ("TAP version 13\n1..0\n", (0, 0, 0)),
        ("ok 1 - adds\nok 2 - later # SKIP\nok 3 - some day # TODO\n", (1, 0, 2)),
        ("ok 1 - adds\nnot ok 2 - some day # TODO\n", (1, 0, 1)),
        ("ok\nok\nnot ok\n", (3, 1, 0)),
        ("# Subtest: group\n    # Subtest: in\n    ok 1 - in\nok 1 - group\n", (1, 0, 0)),
        ("# Subtest: group\n    # Subtest: in\n    not ok 1 - in\nnot ok 1 - group\n", (1, 1, 0)),
        ("# Subtest: group\n    # Subtest: in\n    ok 1 - in\nnot ok 1 - group\n", (2, 1, 0)),  # its hook failed
        ("# Subtest: works\nok 1 - works\n# Subtest: works\nnot ok 2 - works\n", (2, 1, 0)),  # in two files
        ("ok 1 - test/a.test.js\n", (0, 0, 0)),  # a file without a test
        ("not ok 1 - test/a.test.js\n", (1, 1, 0)),
        ("# not ok 9 - printed by a test\nok 1 - adds\n", (1, 0, 0)),
    ],
)
def test_points_of_the_test_anything_protocol(tmp_path: Path, tap: str, found: tuple[int, int, int]) -> None:
    assert figures(read_by(only(tmp_path, NODE), tap)) == found


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("Tests:       1 failed, 4 passed, 5 total\n", (5, 0, 0)),
        ("  3 passing (5ms)\n  1 failing\n", (4, 0, 0)),
        ("ℹ pass 2\nℹ fail 0\n", (2, 0, 0)),  # noqa: RUF001 - node:test writes it so
        ("  ● sum > a\n  ● sum > b\nTests: 2 failed, 2 total\n", (2, 2, 0)),
        ("  ● sum > a\n  ● sum > a\nTests: 2 failed, 2 total\n", (2, 2, 0)),  # of the same name: one has none left
        ("all is well\n", (0, 0, 0)),
    ],
)
def test_figures_for_people(tmp_path: Path, said: str, found: tuple[int, int, int]) -> None:
    script = {"package.json": '{"scripts": {"test": "jest && echo done"}}'}
    assert figures(read_by(only(tmp_path, script), said)) == found


HOSTILE = [
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><testsuite><testcase name="&a;"/></testsuite>',
    "<testsuite><testcase",
    "\x00" * 50,
    "[" * 100_000,
    '{"testResults": ' * 10_000,
]


@pytest.mark.parametrize("report", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("files", [JEST, {"test_it.py": "def test_it():\n    pass\n"}], ids=["jest", "pytest"])
def test_a_hostile_report_proves_nothing(tmp_path: Path, files: dict[str, str], report: str) -> None:
    assert read_by(only(tmp_path, files), report=report) == Results()


@pytest.mark.parametrize("files", [JEST, NODE, MOCHA, GO, CARGO], ids=["jest", "node", "mocha", "go", "cargo"])
@pytest.mark.parametrize("output", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_output_proves_nothing(tmp_path: Path, files: dict[str, str], output: str) -> None:
    assert not read_by(only(tmp_path, files), output).ran
