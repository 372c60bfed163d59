"""A project's own tests, really run: what ran, what failed, where, and the command that shows it."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from orkestra.domain.work import CheckReport
from tests.fixtures.checks import checked
from tests.fixtures.walls import UNTRIED

NODE = json.dumps({"name": "ledger", "type": "module", "scripts": {"test": "node --test"}})
IMPORT = "import { test } from 'node:test';\n"

PYTEST = {
    "test_a.py": """import pytest
print("5 passed in 0.1s")
print("FAILED test_a.py::fake - x")
def test_ok(): print("\\x1b[31mred\\x1b[0m")
def test_bad():
    assert 1 + 1 == 3
class TestIt:
    @pytest.mark.parametrize("n", [1, 2])
    def test_n(self, n): assert n == 1
@pytest.mark.skip
def test_later(): pass
@pytest.fixture
def broken(): raise RuntimeError("no ledger")
def test_f(broken): pass
@pytest.mark.xfail
def test_x(): assert 0
""",
    "test_b.py": "import nothing_here\n",
}

UNITTEST = {
    "test_a.py": """import unittest
print("Ran 999 tests in 0.1s")
class T(unittest.TestCase):
    def test_ok(self): print("FAIL: test_fake (test_a.T)")
    def test_bad(self):
        "Says something."
        self.assertEqual(1 + 1, 3)
    def test_sub(self):
        for n in (1, 2):
            with self.subTest(n=n): self.assertEqual(n, 1)
    @unittest.skip("later")
    def test_later(self): pass
    @unittest.expectedFailure
    def test_x(self): self.fail()
""",
    "test_b.py": "import nothing_here, unittest\n",
}

NODE_TEST = {
    "package.json": NODE,
    "test/a.test.js": """import assert from "node:assert/strict";
import { after, describe, it, test } from "node:test";
test("adds", () => assert.equal(1 + 1, 2));
test("fails # hash", () => assert.equal(1 + 1, 3));
describe("group", () => { it("in", () => {}); it("bad", () => { throw new Error("boom"); }); });
describe("hooked", () => { it("in", () => {}); after(() => { throw new Error("no ledger"); }); });
test("later", { skip: true }, () => {});
test("some day", { todo: true }, () => { throw new Error("not yet"); });
console.log("ok 9 - fake");
console.log("not ok 9 - fake bad");
console.log("# pass 99");
""",
    "test/b.test.js": 'import "./missing.js";\n',
}

GO = {
    "go.mod": "module example.org/ledger\n\ngo 1.16\n",
    "calc.go": "package ledger\n\nfunc Add(a, b int) int { return a + b }\n",
    "calc_test.go": """package ledger

import "testing"

func TestAdd(t *testing.T) {
	if Add(1, 2) != 3 {
		t.Fatal("sum")
	}
}

func TestMore(t *testing.T) {
	t.Errorf("got %d, want 5", Add(2, 2))
}
""",
}

CARGO = {
    "Cargo.toml": '[package]\nname = "ledger"\nversion = "0.1.0"\nedition = "2021"\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "ledger"\nversion = "0.1.0"\n',
    "src/lib.rs": """pub fn add(a: i32, b: i32) -> i32 {
    a + b
}

#[cfg(test)]
mod tests {
    #[test]
    fn adds() {
        assert_eq!(super::add(1, 2), 3);
    }

    #[test]
    fn fails() {
        assert_eq!(super::add(2, 2), 5);
    }
}
""",
}


def places(report: CheckReport) -> list[str]:
    """Where each failure is, by its test."""
    return [f"{failed.test} {failed.file}:{failed.line}" for failed in report.failures]


def test_pytest(tmp_path: Path) -> None:
    report = checked(tmp_path, PYTEST)
    assert (report.framework, report.passed) == ("pytest", False)
    assert report.summary == "4 failed, 2 passed, 2 skipped"
    assert sorted(places(report)) == [
        "test_a.py::TestIt::test_n[2] test_a.py:9",
        "test_a.py::test_bad test_a.py:6",
        "test_a.py::test_f test_a.py:13",
        "test_b.py test_b.py:1",
    ]
    said = {failed.test: (failed.message, failed.command) for failed in report.failures}
    assert said["test_a.py::test_bad"] == ("assert (1 + 1) == 3", "python -m pytest test_a.py::test_bad")
    assert said["test_b.py"][0] == "can't be loaded: ModuleNotFoundError: No module named 'nothing_here'"
    assert said["test_a.py::TestIt::test_n[2]"][1] == "python -m pytest 'test_a.py::TestIt::test_n[2]'"


def test_unittest(tmp_path: Path) -> None:
    report = checked(tmp_path, UNITTEST)
    assert report.framework == "unittest"
    assert report.summary == "3 failed, 1 passed, 2 skipped"
    assert sorted(places(report)) == [
        "test_a.T.test_bad test_a.py:7",
        "test_a.T.test_sub test_a.py:10",
        "test_b test_b.py:1",
    ]
    assert {failed.command for failed in report.failures} == {
        f"python -m unittest discover -k {test}" for test in ("test_a.T.test_bad", "test_a.T.test_sub", "test_b")
    }


def test_node(tmp_path: Path) -> None:
    report = checked(tmp_path, NODE_TEST)
    assert report.framework == "node:test"
    assert report.summary == "4 failed, 3 passed, 2 skipped"
    assert places(report) == [
        "fails # hash test/a.test.js:4",
        "group > bad test/a.test.js:5",
        "hooked test/a.test.js:6",
        "test/b.test.js test/b.test.js:1",
    ]
    assert report.failures[1].command == "node --test --test-name-pattern=bad test/a.test.js"
    assert report.failures[3].command == "node --test test/b.test.js"


@pytest.mark.skipif(not shutil.which("go"), reason=f"{UNTRIED}go: install it, then run again")
def test_go(tmp_path: Path) -> None:
    report = checked(tmp_path, GO, 110)
    assert (report.framework, report.summary) == ("go test", "1 failed, 1 passed")
    assert places(report) == ["example.org/ledger.TestMore calc_test.go:12"]
    assert report.failures[0].command == "go test . -run '^TestMore$'"
    assert "got 4, want 5" in report.output


@pytest.mark.skipif(not shutil.which("cargo"), reason=f"{UNTRIED}cargo: install it, then run again")
def test_cargo(tmp_path: Path) -> None:
    report = checked(tmp_path, CARGO, 110)
    assert (report.framework, report.summary) == ("cargo test", "1 failed, 1 passed")
    assert places(report) == ["ledger: tests::fails src/lib.rs:14"]


@pytest.mark.parametrize(
    "files",
    [
        {"test_a.py": ""},
        {"test_a.py": "print('5 passed in 0.1s')\n"},
        {"test_a.py": "import os\ndef test_a(): os._exit(0)\n"},
        {"test_a.py": "import unittest\nprint('Ran 5 tests in 0.1s', flush=True)\n"},
        {"test_a.py": "import unittest\n@unittest.skip('')\nclass T(unittest.TestCase):\n    def test_a(self): 0\n"},
        {"package.json": NODE, "test/a.test.js": "console.log('# pass 99');\n"},
        {"package.json": NODE},
    ],
    ids=["empty", "printed", "left", "unittest-printed", "all-skipped", "node-printed", "node-none"],
)
def test_no_test_is_no_proof(tmp_path: Path, files: Mapping[str, str]) -> None:
    report = checked(tmp_path, files)
    assert not report.passed
    assert not report.ran
    assert "no test proves this" in report.summary or report.failures


def test_a_run_without_an_end_fails_beside_what_was_seen(tmp_path: Path) -> None:
    hangs = "test('old', () => { throw 1; });\ntest('hangs', () => new Promise(r => setTimeout(r, 60000)));\n"
    report = checked(tmp_path, {"package.json": NODE, "test/a.test.js": IMPORT + hangs}, 3)
    assert report.unfinished == ("node:test stopped: the tests were still running after 3 s",)
    assert "node:test as a whole" in report.failing


def test_a_crash_of_the_interpreter_is_told_with_its_signal(tmp_path: Path) -> None:
    report = checked(tmp_path, {"test_a.py": "import os\ndef test_a(): os.kill(os.getpid(), 11)\n"})
    assert report.failing == ("pytest as a whole",)
    assert report.failures[0].message.startswith("stopped: the tests were ended by signal 11")


def test_a_script_of_unknown_kind_counts_as_one_test(tmp_path: Path) -> None:
    good = {"package.json": json.dumps({"scripts": {"test": "node check.js"}}), "check.js": ""}
    assert checked(tmp_path / "good", good).summary == "1 passed"
    bad = {**good, "check.js": "console.log('the sums differ'); process.exit(3);\n"}
    report = checked(tmp_path / "bad", bad)
    assert report.summary == "the tests ended with exit code 3: the sums differ"


def test_two_languages_make_one_report(tmp_path: Path) -> None:
    web = {"web/package.json": NODE, "web/a.test.js": IMPORT + "test('a', () => { throw 1; });\n"}
    report = checked(tmp_path, {"test_it.py": "def test_it(): pass\n", **web})
    assert report.summary == "pytest: 1 passed; node:test in web: 1 failed"
    assert places(report) == ["a web/a.test.js:2"]
    assert report.failures[0].command == "cd web && node --test --test-name-pattern=a a.test.js"


def test_all_suites_share_one_time_limit(tmp_path: Path) -> None:
    slow = {"test_it.py": "import time\ndef test_it(): time.sleep(60)\n"}
    web = {"package.json": NODE, "a.test.js": IMPORT + "test('a', () => {});\n"}
    report = checked(tmp_path, {**slow, **web}, 2)
    assert len(report.unfinished) == 2
    assert report.seconds < 30


def test_a_tool_that_is_not_there_is_missing_not_failing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", _only(tmp_path / "bin", "env", "sh"))
    report = checked(tmp_path / "house", GO)
    assert report.missing == ("go is not on PATH here: install it, then run again",)
    assert not report.failures


def _only(folder: Path, *programs: str) -> str:
    folder.mkdir()
    for program in programs:
        (folder / program).symlink_to(shutil.which(program) or program)
    return str(folder)
