"""`orkestra run` on a Go module and on a Rust crate: their own tools prove the work."""

import json
import shutil
from pathlib import Path

import pytest

from tests.fixtures.command import orkestra
from tests.fixtures.guest import WORK, crew, guest, planned
from tests.fixtures.scripted import approves, git, writes
from tests.fixtures.walls import UNTRIED

TEST = """package sums

import "testing"

func Test{0}(t *testing.T) {{
	if {0}() != {1} {{
		t.Fatal()
	}}
}}
"""
GO = {
    "go.mod": "module example.org/sums\n\ngo 1.18\n",
    "sums.go": "package sums\n\nfunc One() int { return 1 }\n",
    "sums_test.go": TEST.format("One", 1),
}
MORE_GO = {
    "two.go": "package sums\n\nfunc Two() int { return 2 }\n",
    "two_test.go": TEST.format("Two", 2),
}
RUST = {
    ".gitignore": "target/\n",
    "Cargo.toml": '[package]\nname = "sums"\nversion = "0.1.0"\nedition = "2021"\n',
    "Cargo.lock": 'version = 3\n\n[[package]]\nname = "sums"\nversion = "0.1.0"\n',
    "src/lib.rs": "pub fn one() -> i32 { 1 }\n\n#[test]\nfn one_is_one() { assert_eq!(one(), 1) }\n",
}
MORE_RUST = {"tests/two.rs": "#[test]\nfn one_and_one() { assert_eq!(sums::one() + sums::one(), 2) }\n"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("tool", "framework", "before", "change"),
    [("go", "go test", GO, MORE_GO), ("cargo", "cargo test", RUST, MORE_RUST)],
    ids=["go", "cargo"],
)
def test_the_work_is_proven_by_the_languages_own_tests(
    tmp_path: Path, tool: str, framework: str, before: dict[str, str], change: dict[str, str]
) -> None:
    if not shutil.which(tool):
        pytest.skip(f"{UNTRIED}{tool}: install it, then run again")
    place = guest(tmp_path / "house", before)
    git(place, "rm", "-q", "lib.py", "test_lib.py")
    git(place, "commit", "-q", "-m", "one language")
    lines = (planned({"title": "Add two"}), writes("Add two", change), approves("Add two"))

    ran = orkestra("run", WORK, "-y", "--json", cwd=place, **crew(tmp_path, lines))

    assert ran.returncode == 0, ran.stderr
    report = json.loads(ran.stdout)
    assert (report["baseline"]["framework"], report["baseline"]["summary"]) == (framework, "1 passed")
    assert (report["proof"]["summary"], report["proof"]["commit"]) == ("2 passed", report["head"])
    assert git(place, "diff", "--name-only", report["base"], report["branch"]).split() == sorted(change)
    assert f"Proof: {framework}" in git(place, "log", "-1", "--format=%b", report["branch"])
